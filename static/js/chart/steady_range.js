// The range of an axis whose data move: it holds still as long as it can.

const AHEAD = 0.08; // of the span: how much further a range widens than it must

/**
 * A range that follows data in steps: it widens at once, and a little further than it must; it
 * narrows only after the data have filled less than `slack` of it for `patience` milliseconds; and
 * it is the same array while it is the same range.
 */
export class SteadyRange {
  #range = null;
  #roomySince = null;

  /** `step` is the grid that ends snap to: a number, or a function of the span. */
  constructor({ step, slack = 0.65, patience = 1500 }) {
    this.step = typeof step === "function" ? step : () => step;
    this.slack = slack;
    this.patience = patience;
  }

  /** The range to show for data from `low` to `high` at `now` milliseconds. */
  fit(low, high, now) {
    if (!(low <= high)) return this.#range;
    const wanted = this.#snapped(low, high);
    if (this.#range === null) return (this.#range = wanted);
    const [first, last] = this.#range;
    if (wanted[0] < first || wanted[1] > last) {
      this.#roomySince = null;
      const ahead = AHEAD * (Math.max(high, last) - Math.min(low, first));
      const [further, beyond] = this.#snapped(low - ahead, high + ahead);
      return (this.#range = [
        wanted[0] < first ? further : first,
        wanted[1] > last ? beyond : last,
      ]);
    }
    if (wanted[1] - wanted[0] >= this.slack * (last - first)) {
      this.#roomySince = null;
    } else if (this.#roomySince === null) {
      this.#roomySince = now;
    } else if (now - this.#roomySince >= this.patience) {
      this.#roomySince = null;
      this.#range = wanted;
    }
    return this.#range;
  }

  /** Forget the range: the next data choose it afresh. */
  reset() {
    this.#range = null;
    this.#roomySince = null;
  }

  #snapped(low, high) {
    const step = this.step(high - low);
    // Adding 0 makes 0 of −0.
    const first = Math.floor(low / step + 1e-9) * step + 0;
    const last = Math.ceil(high / step - 1e-9) * step + 0;
    return [first, last > first ? last : first + step];
  }
}
