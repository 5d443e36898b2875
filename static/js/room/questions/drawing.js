// A curve that is drawn by hand: log10 of a value at each timestep, or null where nothing is drawn.

const DECIMALS = 100; // of a decade: what a finger can't do better

// Not −0, which JSON brings back as 0.
const rounded = (value) => Math.round(value * DECIMALS) / DECIMALS + 0;

/**
 * @param {number} timesteps T: the curve has T + 1 places, from 0 to T
 * @param {number[]} ends the lowest and the highest log10
 */
export function createDrawing(timesteps, [low, high]) {
  /** @type {(number | null)[]} */
  let values = Array(timesteps + 1).fill(null);

  const place = (t) => Math.min(timesteps, Math.max(0, Math.round(t)));
  const level = (y) => rounded(Math.min(high, Math.max(low, y)));

  /**
   * Draw a straight line between two points, either way; what was there before is replaced.
   * Neither has to lie on a timestep.
   */
  function line(from, to) {
    const [first, last] = from.t <= to.t ? [from, to] : [to, from];
    const span = last.t - first.t;
    for (let t = Math.max(0, Math.ceil(first.t)); t <= Math.min(timesteps, last.t); t += 1) {
      values[t] = level(first.y + ((t - first.t) / (span || 1)) * (last.y - first.y));
    }
    // Where the pointer is counts for the nearest timestep, even if it has not reached it.
    values[place(to.t)] = level(to.y);
  }

  return {
    timesteps,
    low,
    high,
    line,

    /** Draw a point. */
    point: (at) => line(at, at),

    /** Set the value at one of some places, and draw straight on to its neighbours among them. */
    bend(places, index, y) {
      const at = { t: places[index], y };
      for (const t of [places[index - 1], places[index + 1]]) {
        // Where nothing is drawn, the gap is filled to the next point anyway.
        if (t !== undefined && values[t] !== null) line({ t, y: values[t] }, at);
      }
      line(at, at);
    },

    clear() {
      values = Array(timesteps + 1).fill(null);
    },

    /** Take a whole curve, as it was drawn before. */
    load(curve) {
      values = Array.from(values, (_, t) => curve[t] ?? null);
    },

    /** Whether nothing is drawn. */
    get empty() {
      return values.every((value) => value === null);
    },

    /** The curve: gaps are filled, and what is outside of all that is drawn stays null. */
    get curve() {
      return filled(values);
    },
  };
}

/**
 * The values with a straight line, in log10, across every gap.
 *
 * @param {(number | null)[]} values
 */
export function filled(values) {
  const known = values.flatMap((value, t) => (value === null ? [] : [t]));
  const whole = [...values];
  known.slice(1).forEach((to, index) => {
    const from = known[index];
    for (let t = from + 1; t < to; t += 1) {
      const share = (t - from) / (to - from);
      whole[t] = rounded(values[from] + share * (values[to] - values[from]));
    }
  });
  return whole;
}

/**
 * A place on an axis, or the end of it that is within reach.
 *
 * @param {number} pixel
 * @param {number[]} ends of the axis
 * @param {number} reach in the same unit
 */
export const atEnd = (pixel, ends, reach) =>
  ends.find((end) => Math.abs(pixel - end) <= reach) ?? pixel;

/**
 * Places along the timesteps, evenly spread, with both ends: for keys, and for tables.
 *
 * @param {number} timesteps
 * @param {number} most
 */
export function placesAlong(timesteps, most = 7) {
  const count = Math.min(most, timesteps + 1);
  return Array.from({ length: count }, (_, k) => Math.round((k * timesteps) / (count - 1)));
}
