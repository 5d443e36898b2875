// The time machine's memory: frames of a run by iteration, within a bound, thinner the older.

const MOST_BYTES = 48 * 2 ** 20;
const MOST_FRAMES = 900;
const DENSE = 60; // the latest frames, all of which are kept

export class Archive {
  /** @type {Frame[]} */
  #frames = [];
  #bytes = 0;

  constructor({ mostBytes = MOST_BYTES, mostFrames = MOST_FRAMES } = {}) {
    this.mostBytes = mostBytes;
    this.mostFrames = mostFrames;
  }

  get length() {
    return this.#frames.length;
  }

  get bytes() {
    return this.#bytes;
  }

  /** Iterations that can be gone back to, in order. */
  get iterations() {
    return this.#frames.map(({ iteration }) => iteration);
  }

  /**
   * Keep a frame. One of an iteration that is kept already, as when a run is replayed, replaces it
   * and all that follow.
   *
   * @param {Frame} frame
   */
  add(frame) {
    this.cut(frame.iteration - 1);
    this.#frames.push(frame);
    this.#bytes += frame.bytes ?? 0;
    while (this.#frames.length > 2 && this.#full()) this.#thin();
  }

  /**
   * Forget all frames after an iteration.
   *
   * @param {number} last
   */
  cut(last) {
    while (this.#frames.length > 0 && this.#frames.at(-1).iteration > last) {
      this.#bytes -= this.#frames.pop().bytes ?? 0;
    }
  }

  clear() {
    this.#frames = [];
    this.#bytes = 0;
  }

  /**
   * The kept frame nearest to an iteration, null if there is none.
   *
   * @param {number} iteration
   */
  nearest(iteration) {
    if (this.#frames.length === 0) return null;
    const next = this.#frames[Math.min(this.#place(iteration), this.#frames.length - 1)];
    const before = this.#frames[this.#frames.indexOf(next) - 1] ?? next;
    const closer = Math.abs(before.iteration - iteration) < Math.abs(next.iteration - iteration);
    return closer ? before : next;
  }

  /**
   * The last kept frame before an iteration of which something is true; null if there is none.
   *
   * @param {number} iteration
   * @param {(frame: Frame) => boolean} isTrue
   */
  lastBefore(iteration, isTrue) {
    for (let at = this.#place(iteration) - 1; at >= 0; at -= 1) {
      if (isTrue(this.#frames[at])) return this.#frames[at];
    }
    return null;
  }

  /**
   * Add arrays and texts to the kept frame of an iteration, and return it; null if there is none.
   * Of one that came with fewer timesteps they take the place of what it had.
   *
   * @param {number} iteration
   * @param {Frame["arrays"]} arrays
   * @param {Frame["text"]} [text]
   * @returns {Frame | null}
   */
  complete(iteration, arrays, text = {}) {
    const at = this.#place(iteration);
    const before = this.#frames[at];
    if (before?.iteration !== iteration) return null;
    const { coarse, ...rest } = before;
    const both =
      coarse === undefined ? { ...arrays, ...rest.arrays } : { ...rest.arrays, ...arrays };
    const frame = { ...rest, arrays: both, text: { ...text, ...rest.text } };
    for (const [name, { data }] of Object.entries(arrays)) {
      if (!(name in before.arrays)) frame.bytes += data.byteLength;
    }
    this.#bytes += frame.bytes - before.bytes;
    this.#frames[at] = frame;
    return frame;
  }

  /**
   * Keep another frame in place of the one of the same iteration.
   *
   * @param {Frame} frame
   */
  replace(frame) {
    const at = this.#place(frame.iteration);
    if (this.#frames[at]?.iteration !== frame.iteration) return;
    this.#bytes += frame.bytes - this.#frames[at].bytes;
    this.#frames[at] = frame;
  }

  /**
   * The kept frame `by` places after (before, if negative) that of an iteration.
   *
   * @param {number} iteration
   * @param {number} by
   * @returns {Frame | null}
   */
  beside(iteration, by) {
    const at = this.#frames.indexOf(this.nearest(iteration));
    return this.#frames[Math.min(this.#frames.length - 1, Math.max(0, at + by))] ?? null;
  }

  #full() {
    return this.#bytes > this.mostBytes || this.#frames.length > this.mostFrames;
  }

  /**
   * The index of an iteration's frame, or the one that it would have.
   *
   * @param {number} iteration
   */
  #place(iteration) {
    let [low, high] = [0, this.#frames.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#frames[middle].iteration < iteration) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  // Remove one of the older frames: the one whose gap is smallest in relation to its age. The first
  // stays.
  #thin() {
    const frames = this.#frames;
    const { iteration: latest } = frames.at(-1);
    const end = Math.max(2, frames.length - Math.min(DENSE, this.#frames.length >> 1));
    let [least, at] = [Infinity, 1];
    for (let k = 1; k < end; k += 1) {
      const gap = frames[k + 1].iteration - frames[k - 1].iteration;
      const share = gap / (latest - frames[k].iteration + 1);
      if (share < least) [least, at] = [share, k];
    }
    this.#bytes -= frames.splice(at, 1)[0].bytes ?? 0;
  }
}
