// What became of the points as training went on: those of the last studies, by iteration.

const MOST = 12; // studies that are kept

export class Trails {
  /** @type {DynamicsFindings[]} by iteration */
  #kept = [];
  #of = ""; // run, lane, layer and input that they are of
  #run = null;
  #links = null;

  /**
   * Take a study in; those of another run, lane or layer are forgotten.
   *
   * @param {DynamicsFindings | null} found
   * @param {{run: unknown, of: string}} whose
   */
  see(found, { run, of }) {
    if (run !== this.#run || of !== this.#of) {
      [this.#run, this.#of, this.#kept, this.#links] = [run, of, [], null];
    }
    if (found === null || this.#kept.includes(found)) return;
    const others = this.#kept.filter(({ iteration }) => iteration !== found.iteration);
    this.#kept = [...others, found].sort((a, b) => a.iteration - b.iteration).slice(-MOST);
    this.#links = null;
  }

  /** The studies there are, the earliest first. */
  get studies() {
    return this.#kept;
  }

  /** Pairs of points of which the later is what became of the earlier: see `links`. */
  get links() {
    this.#links ??= this.#kept
      .slice(1)
      .flatMap((later, k) => links(this.#kept[k].points, later.points));
    return this.#links;
  }
}

/**
 * Pairs of points that are each other's nearest, and of which both are fixed or both slow.
 *
 * @param {DynamicsPoint[]} before
 * @param {DynamicsPoint[]} after
 * @returns {[DynamicsPoint, DynamicsPoint][]}
 */
export function links(before, after) {
  const isFixed = ({ sort }) => sort !== "slow";
  const nearest = (point, others) =>
    others.reduce(
      (best, other) => {
        if (isFixed(other) !== isFixed(point)) return best;
        const away = distance(point.state, other.state);
        return away < best.away ? { other, away } : best;
      },
      { other: null, away: Infinity },
    ).other;
  return before.flatMap((point) => {
    const other = nearest(point, after);
    return other !== null && nearest(other, before) === point ? [[point, other]] : [];
  });
}

function distance(one, other) {
  let sum = 0;
  for (let n = 0; n < one.length; n += 1) sum += (one[n] - other[n]) ** 2;
  return Math.sqrt(sum);
}
