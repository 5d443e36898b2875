// How long each unit remembers, and the units in that order.

const LAG_ONE = "autocorrelation";
const COMPLEMENT = "1-f";
const REORDER_EVERY = 500; // ms: rows that change places faster cannot be followed

/** Definitions of memory: the mean of what scales the state, or else the autocorrelation. */
export const DEFINITIONS = Object.freeze({
  f: "mean of the forget gate f over this example's timesteps",
  z: "mean of the update gate z (the share of h that is kept) over this example's timesteps",
  [COMPLEMENT]:
    "mean of 1 − f (the share of h that the forget gate f keeps) over this example's timesteps",
  [LAG_ONE]:
    "correlation of h_t with h_(t−1) over this example's timesteps, 0 for a unit that is constant",
});

/**
 * Which of the definitions holds for a lane. A forget gate beside a cell state scales it; without
 * one, as in the minimal gated unit, h is scaled by 1 − f.
 *
 * @param {Pick<Lane, "gate_names" | "state_names">} lane
 */
export function kindOf({ gate_names: gates, state_names: states }) {
  if (gates.includes("z")) return "z";
  if (gates.includes("f")) return states.includes("c") ? "f" : COMPLEMENT;
  return LAG_ONE;
}

/**
 * The memory of every unit of a lane in a frame, as a Float64Array; null if it is not recorded.
 *
 * @param {Frame} frame
 */
export function memories(lane, frame) {
  const kind = kindOf(lane);
  const source = kind === LAG_ONE ? "h" : `gate.${kind === COMPLEMENT ? "f" : kind}`;
  const array = frame?.arrays[`${lane.index}/${source}`];
  if (array === undefined) return null;
  const units = array.shape[1];
  if (kind === LAG_ONE) return correlations(array.data, units);
  const mean = means(array.data, units);
  return kind === COMPLEMENT ? mean.map((f) => 1 - f) : mean;
}

function means(data, units, from = 0) {
  const sums = new Float64Array(units);
  const rows = data.length / units - from;
  for (let at = from * units, unit = 0; at < data.length; at += 1) {
    sums[unit] += data[at];
    unit = unit + 1 === units ? 0 : unit + 1;
  }
  return sums.map((sum) => sum / rows);
}

// The first row is the initial state, which is not computed by the unit.
function correlations(data, units) {
  const mean = means(data, units, 1);
  return mean.map((middle, unit) => {
    let [together, spread] = [0, 0];
    let before = NaN;
    for (let at = units + unit; at < data.length; at += units) {
      const away = data[at] - middle;
      spread += away * away;
      if (at >= 2 * units) together += away * before;
      before = away;
    }
    return spread === 0 ? 0 : together / spread;
  });
}

/** Units sorted by memory, the longest first; equals by index, NaN last. */
export function longestFirst(memory) {
  const size = (unit) => (Number.isNaN(memory[unit]) ? -Infinity : memory[unit]);
  const units = Int32Array.from(memory, (_, unit) => unit);
  return units.sort((a, b) => size(b) - size(a) || a - b);
}

/** The place of each unit in an order. */
export function ranksOf(order) {
  const ranks = new Int32Array(order.length);
  order.forEach((unit, row) => (ranks[unit] = row));
  return ranks;
}

/** After how many timesteps a product of factors `memory` has fallen to 1/e. */
export function timeConstant(memory) {
  return memory <= 0 ? 0 : memory >= 1 ? Infinity : -1 / Math.log(memory);
}

/** Orders of lanes: computed for every frame at rest, and at intervals while live. */
export class MemoryOrder {
  #kept = new Map();
  #version = 0;

  /**
   * {memory, order, ranks, version} of a lane in a frame; null if it is not recorded.
   *
   * @param {Frame} frame
   */
  of(lane, frame, { live, now }) {
    const kept = this.#kept.get(lane.index);
    const same = kept?.lane === lane && kept.frame.watch?.layer === frame.watch?.layer;
    if (same && (kept.frame === frame || (live && now - kept.at < REORDER_EVERY)))
      return kept.found;
    const memory = memories(lane, frame);
    if (memory === null) return null;
    const order = longestFirst(memory);
    const found = { memory, order, ranks: ranksOf(order), version: (this.#version += 1) };
    this.#kept.set(lane.index, { lane, frame, at: now, found });
    return found;
  }
}
