// What is drawn of the watched lane's dynamics: the path of its state in a plane, and the points
// that the last study found.

import { shape, values } from "../../../frames/frame.js";

export const KIND = "dynamics"; // of the study

// Seen from the side: turned by 33° about direction 2, tipped by 24°. A cube whose corners hide
// each other in two directions shows all of them.
const [TURN, TIP] = [0.58, 0.42];

/**
 * What of each main direction goes to the right, and what upwards.
 *
 * @type {Record<string, {of: number[][], weights: number[][]}>}
 */
export const PLANES = {
  "1·2": flat(0, 1),
  "1·3": flat(0, 2),
  "2·3": flat(1, 2),
  "1·2·3": {
    of: [
      [0, 2],
      [1, 0, 2],
    ],
    weights: [
      [Math.cos(TURN), 0, Math.sin(TURN)],
      [-Math.sin(TURN) * Math.sin(TIP), Math.cos(TIP), Math.cos(TURN) * Math.sin(TIP)],
    ],
  },
};

function flat(...directions) {
  const weights = directions.map((each) => [0, 1, 2].map((k) => Number(k === each)));
  return { of: directions.map((each) => [each]), weights };
}

/** Whether a point holds a state for ever, lets go of it in some directions, or slowly. */
export const SORTS = /** @type {const} */ (["stable", "saddle", "slow"]);

/**
 * The layer that is looked at.
 *
 * @param {Pick<State, "watch">} state
 * @param {Lane} lane
 */
export const layerOf = ({ watch }, lane) => Math.min(watch.layer, lane.num_layers - 1);

/**
 * The findings of the last study, if they are of this lane and layer.
 *
 * @param {State} state
 * @param {Lane | undefined} lane
 * @returns {DynamicsFindings | null}
 */
export function findings(state, lane) {
  const study = state.studies[KIND];
  if (lane === undefined || !study?.arrays.points || study.found?.lane !== lane.index) return null;
  if (Number(study.text.layer) !== layerOf(state, lane)) return null;
  return read(study);
}

const read = cachedFor(
  /** @param {StudyState} study */
  ({ iteration, arrays, text }) => {
    const { fixed, unstable, log10_residual: residual } = arrays;
    const size = arrays.mean.data.length;
    const [, most] = arrays.eigenvalues.shape;
    const outputs = arrays.readout?.shape[1] ?? 0;
    const points = Array.from(fixed.data, (isFixed, k) => ({
      state: arrays.points.data.slice(k * size, (k + 1) * size),
      sort: isFixed === 0 ? SORTS[2] : unstable.data[k] === 0 ? SORTS[0] : SORTS[1],
      unstable: unstable.data[k],
      residual: residual.data[k], // log10
      eigenvalues: arrays.eigenvalues.data.slice(2 * k * most, 2 * (k + 1) * most),
      readout: arrays.readout?.data.slice(k * outputs, (k + 1) * outputs) ?? null,
    }));
    return {
      iteration,
      inputs: text.inputs,
      points,
      plane: { mean: arrays.mean.data, axes: arrays.axes.data, share: arrays.share.data },
      lyapunov: arrays.lyapunov.data,
      spread: arrays.lyapunov_spread.data,
    };
  },
);

/** What was made of the last argument, as long as its arrays are the same. */
function cachedFor(make) {
  let last = null;
  let made = null;
  return (argument) => {
    if (argument.arrays !== last) [last, made] = [argument.arrays, make(argument)];
    return made;
  };
}

/**
 * The joint states of the watched example, one after the other, (T+1) × N; null where the frame
 * does not hold them.
 *
 * @param {Frame | null} frame
 * @param {Lane} lane
 * @returns {{data: Numbers, size: number} | null}
 */
export function jointStates(frame, lane) {
  const parts = lane.state_names.map((name) => values(frame, lane.index, name));
  if (parts.includes(null)) return null;
  const [steps, units] = shape(frame, lane.index, "h");
  const size = units * parts.length;
  const data = new Float64Array(steps * size);
  parts.forEach((part, k) => {
    for (let t = 0; t < steps; t += 1) {
      data.set(part.subarray(t * units, (t + 1) * units), t * size + k * units);
    }
  });
  return { data, size };
}

/**
 * The plane of a frame: the main directions of its example's own path.
 *
 * @param {Frame | null} frame
 * @param {Lane} lane
 * @returns {Plane | null}
 */
export function framePlane(frame, lane) {
  const mean = values(frame, lane.index, "plane.mean");
  const axes = values(frame, lane.index, "plane.axes");
  const share = values(frame, lane.index, "plane.share");
  return mean === null ? null : { mean, axes, share };
}

/**
 * The same plane with its directions turned the way of another's: which end of a main direction is
 * the positive one is nobody's choice, and a picture should not flip.
 *
 * @param {Plane} plane
 * @param {Plane | null} before
 * @returns {Plane}
 */
export function turnedAlike(plane, before) {
  if (before === null || before.axes.length !== plane.axes.length) return plane;
  const size = plane.mean.length;
  const axes = plane.axes.slice();
  for (let k = 0; k < 3; k += 1) {
    let along = 0;
    for (let n = k * size; n < (k + 1) * size; n += 1) along += axes[n] * before.axes[n];
    if (along < 0) for (let n = k * size; n < (k + 1) * size; n += 1) axes[n] = -axes[n];
  }
  return { ...plane, axes };
}

/**
 * The coordinates of states in a plane, x and y one after the other.
 *
 * @param {Numbers} states one after the other
 * @param {Plane} plane
 * @param {{weights: number[][]}} view
 */
export function projected(states, { mean, axes }, { weights }) {
  const size = mean.length;
  const seen = weights.map((shares) => {
    const axis = new Float64Array(size);
    for (let n = 0; n < size; n += 1) {
      for (let k = 0; k < 3; k += 1) axis[n] += shares[k] * axes[k * size + n];
    }
    return axis;
  });
  const result = new Float64Array((states.length / size) * 2);
  for (let k = 0; k < result.length / 2; k += 1) {
    for (let side = 0; side < 2; side += 1) {
      let sum = 0;
      for (let n = 0; n < size; n += 1) sum += (states[k * size + n] - mean[n]) * seen[side][n];
      result[2 * k + side] = sum;
    }
  }
  return result;
}
