// Envelopes as lines, on a canvas and for Plotly.

const RAW = 0.35; // opacity of the single iterations behind the smoothed line

/** What is drawn of a panel's series, from the back to the front. */
export const layersOf = (series) => [
  { name: series, opacity: RAW, thin: true },
  { name: `${series}.mean`, opacity: 1, thin: false },
];

/** Stroke an envelope: along its greatest values, down to the least where they differ. */
export function strokeEnvelope(context, { x, y }, { envelope, offset }, iterationAt) {
  context.beginPath();
  let drawing = false;
  for (let bucket = 0; bucket < envelope.buckets; bucket += 1) {
    const low = envelope.low(bucket);
    const high = envelope.high(bucket);
    if (Number.isNaN(low)) {
      drawing = false;
      continue;
    }
    const at = x(iterationAt(offset + envelope.start(bucket)));
    if (drawing) context.lineTo(at, y(high));
    else context.moveTo(at - (envelope.length === 1 ? 2 : 0), y(high));
    if (low !== high || !drawing) context.lineTo(at, y(low));
    drawing = true;
  }
  context.stroke();
}

/**
 * The least and the greatest value that is drawn between two iterations, and of the lines that
 * lead there; [Infinity, −Infinity] without one.
 */
export function extentWithin({ envelope, offset }, iterationAt, [from, to]) {
  let [least, greatest] = [Infinity, -Infinity];
  for (let bucket = 0; bucket < envelope.buckets; bucket += 1) {
    const begin = iterationAt(offset + envelope.start(bucket));
    if (begin > to + envelope.stride || begin < from - envelope.stride) continue;
    if (envelope.low(bucket) < least) least = envelope.low(bucket);
    if (envelope.high(bucket) > greatest) greatest = envelope.high(bucket);
  }
  return [least, greatest];
}

/** The same as points for Plotly: {x, y} with plain numbers, null for gaps. */
export function pointsOf({ envelope, offset }, iterationAt) {
  const x = [];
  const y = [];
  for (let bucket = 0; bucket < envelope.buckets; bucket += 1) {
    const iteration = iterationAt(offset + envelope.start(bucket));
    const [low, high] = [envelope.low(bucket), envelope.high(bucket)];
    for (const log of low === high ? [high] : [high, low]) {
      x.push(iteration);
      y.push(Number.isNaN(log) ? null : 10 ** log);
    }
  }
  return { x, y };
}
