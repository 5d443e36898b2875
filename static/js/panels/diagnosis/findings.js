// What the engine says of each lane, kept from flickering: the sentences of a run that plays.

/**
 * @typedef {object} Finding see engine/diagnosis/finding.py
 * @property {string} name the rule's
 * @property {number} severity 0 healthy, 1 a note, 2 a problem, 3 lost
 * @property {string} says
 * @property {string} advice
 * @property {{quantity: string, layer: number}} where
 * @property {Record<string, number | null>} numbers
 * @property {{changes: Record<string, unknown>, name: string} | null} remedy
 */

/** @type {WeakMap<Frame, Map<number, Finding[] | null>>} */
const read = new WeakMap();

/**
 * What a frame says of a lane; null if it holds no diagnosis.
 *
 * @param {Frame} frame
 * @param {number} lane
 * @returns {Finding[] | null}
 */
export function findingsIn(frame, lane) {
  if (!read.has(frame)) read.set(frame, new Map());
  const known = read.get(frame);
  if (!known.has(lane)) {
    const text = frame.text[`${lane}/diagnosis`];
    known.set(lane, text === undefined ? null : JSON.parse(text));
  }
  return known.get(lane);
}

/**
 * What is shown of a lane after what was shown before. While a run plays, a finding that is missing
 * once stays, for a number at its threshold crosses it again and again; findings that matter alike
 * keep their order.
 *
 * @param {Shown[]} before
 * @param {Finding[]} told
 * @param {boolean} playing
 * @returns {Shown[]}
 *
 * @typedef {Finding & {missed: number}} Shown
 */
export function followed(before, told, playing) {
  const stays = ({ name, severity, missed }) =>
    playing && severity > 0 && missed === 0 && !told.some((each) => each.name === name);
  const missing = before.filter(stays).map((each) => ({ ...each, missed: 1 }));
  const healthy = missing.length > 0 ? told.filter(({ severity }) => severity > 0) : told;
  const all = [...healthy.map((each) => ({ ...each, missed: 0 })), ...missing];
  const place = ({ name }) => {
    const at = before.findIndex((each) => each.name === name);
    return at < 0 ? Infinity : at;
  };
  // Not a plain difference: two that are new are both at Infinity.
  const order = (one, other) =>
    other.severity - one.severity ||
    (place(one) < place(other) ? -1 : Number(place(one) > place(other)));
  return all.sort(order);
}

/** Follows the frames of a run: what is to be shown of each lane, and what of it is new. */
export class Diagnosis {
  /** @type {Map<number, Shown[]>} */
  #lanes = new Map();
  /** @type {string[]} of the lanes that it said it of */
  #labels = [];
  /** Iteration of the frame that said it; null while none has. */
  iteration = null;
  /** What was new last, in words; "" once it is of a run that is no more. */
  news = "";

  /**
   * Take in a frame.
   *
   * @param {Pick<State, "frame" | "past" | "run" | "lanes">} state
   * @returns {string[]} sentences that are new, with their lanes; none of the first diagnosis
   */
  follow({ frame, past, run, lanes }) {
    const labels = lanes.map(({ label }) => label);
    const at = frame?.iteration ?? -1;
    const told = frame === null ? [] : lanes.map(({ index }) => findingsIn(frame, index));
    const none = !told.some((each) => each !== null);
    // A run that begins anew: what was said of a lane stands until there is news of it.
    if (none && past === null && this.iteration !== null) {
      lanes.forEach(({ index }, k) => {
        if (labels[k] !== this.#labels[k]) this.#lanes.delete(index);
      });
      if (labels.join("\n") !== this.#labels.join("\n")) this.news = "";
      return [];
    }
    // Another run, or an iteration that is looked back to: nothing of it goes on.
    const another = labels.join("\n") !== this.#labels.join("\n") || at < (this.iteration ?? -1);
    if (another || (past !== null && at !== this.iteration)) this.clear();
    this.#labels = labels;
    if (none) return [];
    this.iteration = frame.iteration;
    const news = [];
    lanes.forEach(({ index, label }, place) => {
      if (told[place] === null) return;
      const before = this.#lanes.get(index);
      const now = followed(before ?? [], told[place], run === "playing" && past === null);
      this.#lanes.set(index, now);
      for (const { name, says } of before === undefined ? [] : now) {
        if (!before.some((each) => each.name === name)) news.push(`${label}: ${says}`);
      }
    });
    if (news.length > 0) this.news = news.join(" ");
    return news;
  }

  /** Forget all that was said. */
  clear() {
    this.#lanes.clear();
    this.iteration = null;
    this.news = "";
  }

  /**
   * What is to be said of a lane.
   *
   * @param {number} lane
   * @returns {Shown[]}
   */
  of(lane) {
    return this.#lanes.get(lane) ?? [];
  }
}
