// Long histories in few pixels: the least and the greatest of every stretch.

/**
 * The envelope of a growing sequence: at most `capacity` buckets, each with the least and the
 * greatest finite value of `stride` values in a row. Adding a value costs the same however many
 * there are; when the buckets are used up, neighbours merge and the stride doubles.
 */
export class Envelope {
  #low;
  #high;
  #filled = 0;

  constructor(capacity = 512) {
    if (capacity < 2 || capacity % 2 !== 0)
      throw new RangeError(`capacity ${capacity} is not even`);
    this.capacity = capacity;
    this.#low = new Float64Array(capacity);
    this.#high = new Float64Array(capacity);
    this.clear();
  }

  /** Forget everything. */
  clear() {
    this.length = 0;
    this.stride = 1;
    this.buckets = 0;
    this.#filled = 0;
  }

  /** Add one value. NaN and ±∞ count as a place without a value. */
  push(value) {
    if (this.buckets === 0 || this.#filled === this.stride) this.#open();
    const last = this.buckets - 1;
    if (Number.isFinite(value)) {
      // Not "value < low": a bucket without a value holds NaN, which is smaller than nothing.
      if (!(this.#low[last] <= value)) this.#low[last] = value;
      if (!(this.#high[last] >= value)) this.#high[last] = value;
    }
    this.#filled += 1;
    this.length += 1;
  }

  /** The least value of a bucket; NaN where there is none. */
  low(bucket) {
    return this.#low[bucket];
  }

  /** The greatest value of a bucket; NaN where there is none. */
  high(bucket) {
    return this.#high[bucket];
  }

  /** The least and the greatest of all values; [Infinity, -Infinity] if there is none. */
  extent() {
    let [low, high] = [Infinity, -Infinity];
    for (let bucket = 0; bucket < this.buckets; bucket += 1) {
      if (this.#low[bucket] < low) low = this.#low[bucket];
      if (this.#high[bucket] > high) high = this.#high[bucket];
    }
    return [low, high];
  }

  /** The place in the sequence of a bucket's first value. */
  start(bucket) {
    return bucket * this.stride;
  }

  #open() {
    if (this.buckets === this.capacity) this.#merge();
    this.#low[this.buckets] = this.#high[this.buckets] = NaN;
    this.buckets += 1;
    this.#filled = 0;
  }

  #merge() {
    for (let b = 0; b < this.capacity / 2; b += 1) {
      this.#low[b] = lesser(this.#low[2 * b], this.#low[2 * b + 1]);
      this.#high[b] = greater(this.#high[2 * b], this.#high[2 * b + 1]);
    }
    this.buckets = this.capacity / 2;
    this.stride *= 2;
    this.#filled = this.stride;
  }
}

function lesser(a, b) {
  return !(b < a) && !Number.isNaN(a) ? a : b;
}

function greater(a, b) {
  return !(b > a) && !Number.isNaN(a) ? a : b;
}
