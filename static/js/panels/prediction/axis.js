// The axis of a prediction: as long as the task's values, and longer where an answer lies beyond.

/**
 * The range, extended to all finite values and rounded outwards, so that it does not change with
 * every digit.
 *
 * @param {[number, number] | number[]} range where answers usually lie
 * @param {number[]} values NaN and infinities have no place on an axis
 */
export function reachingTo([low, high], values) {
  const finite = values.filter(Number.isFinite);
  const least = Math.min(low, ...finite);
  const most = Math.max(high, ...finite);
  const step = 10 ** Math.floor(Math.log10(most - least)) / 2;
  return [
    least < low ? Math.floor(least / step) * step : low,
    most > high ? Math.ceil(most / step) * step : high,
  ];
}
