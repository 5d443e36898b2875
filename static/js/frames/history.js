// The scalars of all iterations, in columns that grow.

const FIRST_CAPACITY = 512;

/** Numbers, one an iteration, in an array that grows by doubling. */
export class Column {
  length = 0;
  data = new Float64Array(FIRST_CAPACITY);

  /**
   * Put numbers at the end.
   *
   * @param {ArrayLike<number>} values
   */
  append(values) {
    const length = this.length + values.length;
    if (length > this.data.length) {
      const larger = new Float64Array(Math.max(length, 2 * this.data.length));
      larger.set(this.data.subarray(0, this.length));
      this.data = larger;
    }
    this.data.set(values, this.length);
    this.length = length;
  }

  /**
   * A column with the first `length` numbers of this one.
   *
   * @param {number} length
   */
  upTo(length) {
    const column = new Column();
    column.append(this.data.subarray(0, length));
    return column;
  }
}

/** @returns {RunHistory} */
export function emptyHistory() {
  return { length: 0, iteration: new Column(), lanes: [] };
}

/**
 * @param {RunHistory} history
 * @param {number} length
 * @returns {RunHistory}
 */
function upTo(history, length) {
  const lanes = history.lanes.map((columns) =>
    Object.fromEntries(Object.entries(columns).map(([name, each]) => [name, each.upTo(length)])),
  );
  return { length, iteration: history.iteration.upTo(length), lanes };
}

/**
 * How many of the history's iterations lie before `iteration`.
 *
 * @param {RunHistory} history
 * @param {number} iteration
 */
function countBefore({ iteration: column, length }, iteration) {
  let count = length;
  while (count > 0 && column.data[count - 1] >= iteration) count -= 1;
  return count;
}

/**
 * The history up to an iteration.
 *
 * @param {RunHistory} history
 * @param {number} iteration
 */
export function through(history, iteration) {
  const length = countBefore(history, iteration + 1);
  return length < history.length ? upTo(history, length) : history;
}

/**
 * The history with what a frame brings of the iterations since the frame before it. Iterations
 * that come again, because a run was replayed, replace what was there.
 *
 * @param {RunHistory} history
 * @param {Frame["arrays"]} arrays
 * @param {number} lanes how many there are
 */
export function extended(history, arrays, lanes) {
  const iterations = arrays["history/iteration"]?.data ?? [];
  if (iterations.length === 0) return history;
  const kept = countBefore(history, iterations[0]);
  const grown = kept < history.length ? upTo(history, kept) : history;
  grown.iteration.append(iterations);
  for (let lane = 0; lane < lanes; lane += 1) {
    grown.lanes[lane] ??= {};
    const prefix = `${lane}/history/`;
    for (const [name, { data }] of Object.entries(arrays)) {
      if (!name.startsWith(prefix)) continue;
      (grown.lanes[lane][name.slice(prefix.length)] ??= new Column()).append(data);
    }
  }
  grown.length = grown.iteration.length;
  return grown;
}
