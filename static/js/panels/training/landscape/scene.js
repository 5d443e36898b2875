// What there is to draw of a landscape, from the findings of its study.

const STEEP = 8; // greatest loss over least, from which its logarithm is drawn
const DECADES = 8; // that the colours span at most

/**
 * @typedef {object} Step
 * @property {"unclipped" | "clipped"} key
 * @property {number[]} to its end in the plane
 * @property {number} within share of its length that lies in the plane
 * @property {number} log log10 of its length
 * @property {number} loss after the whole of it
 *
 * @typedef {object} LandscapeScene
 * @property {string} along
 * @property {string[]} names of the axes
 * @property {number} lane
 * @property {number} iteration
 * @property {Numbers} x
 * @property {Numbers} y
 * @property {Numbers} z loss or its log10, y after y for each x
 * @property {boolean} log whether z is log10
 * @property {number[]} range that the colours span
 * @property {number[]} at where the steps begin
 * @property {number} loss there
 * @property {Step[]} steps what clipping left out is one step, not two
 * @property {boolean} clips whether the run clips at all
 * @property {number} factor norm of the gradient after clipping ÷ before
 * @property {number} turned degrees between the two steps; NaN where there is no angle
 * @property {number[][]} path of the weights up to here
 * @property {number | null} explained
 * @property {Record<string, string>} text
 */

/**
 * @param {StudyState | undefined} study
 * @returns {LandscapeScene | null} null while nothing was found
 */
export function sceneOf(study) {
  const arrays = study?.arrays ?? {};
  if (arrays.surface === undefined) return null;
  const data = (name) => arrays[name].data;
  const { text } = study;
  const finite = data("surface").filter((value) => Number.isFinite(value) && value > 0);
  const least = finite.reduce((low, value) => Math.min(low, value), Infinity);
  // The cliff is seen as the paper draws it.
  const log =
    text.along !== "cliff" &&
    finite.length > 0 &&
    data("surface").every((value) => !(value <= 0)) &&
    isSteep();
  const z = data(log ? "log10_surface" : "surface");
  const range = rangeOf(z, log);
  const clips = text.clip !== "none";
  const both = /** @type {const} */ (["unclipped", "clipped"]).map((key, k) => ({
    key,
    to: [...data("steps").subarray(2 * k, 2 * k + 2)].map((end, axis) => end + data("at")[axis]),
    within: data("within")[k],
    log: data("log10_length")[k],
    loss: data("loss_after")[k],
  }));
  const path = arrays.path === undefined ? [] : pairs(data("path"));
  return {
    along: text.along,
    names: [text.first, text.second],
    lane: Number(text.lane),
    iteration: study.iteration,
    x: data("alpha"),
    y: data("beta"),
    z,
    log,
    range,
    at: [...data("at")],
    loss: data("loss")[0],
    steps: clips && data("clip_factor")[0] < 1 ? both : both.slice(1),
    clips,
    factor: data("clip_factor")[0],
    turned: arrays.turned === undefined ? NaN : data("turned")[0],
    path,
    explained: arrays.explained === undefined ? null : data("explained")[0],
    text,
  };

  function isSteep() {
    const greatest = data("log10_surface").reduce(
      (high, value) => (Number.isFinite(value) ? Math.max(high, value) : high),
      -Infinity,
    );
    return greatest - Math.log10(least) > Math.log10(STEEP);
  }
}

/** The range of colours: of what is finite, and no more decades than they can tell apart. */
function rangeOf(z, log) {
  let [low, high] = [Infinity, -Infinity];
  for (const value of z) {
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (!(low <= high)) return [0, 1];
  if (log) high = Math.min(high, low + DECADES);
  return high > low ? [low, high] : [low, low + 1];
}

function pairs(data) {
  return Array.from({ length: data.length / 2 }, (_, k) => [data[2 * k], data[2 * k + 1]]);
}

/** The ends of an axis. @param {Numbers} axis */
export const ends = (axis) => [axis[0], axis[axis.length - 1]];

/**
 * Whether a point of the plane is in the picture.
 *
 * @param {LandscapeScene} scene
 * @param {number[]} point
 */
export function isInside({ x, y }, [a, b]) {
  const [[left, right], [low, high]] = [ends(x), ends(y)];
  return a >= left && a <= right && b >= low && b <= high;
}

/**
 * The part of a step that is in the picture: from where it begins to its end, or to the edge.
 *
 * @param {LandscapeScene} scene
 * @param {Pick<Step, "to">} step
 * @returns {number[][] | null} two points; null if the step is not finite
 */
export function visiblePart({ x, y, at }, { to }) {
  if (!to.every(Number.isFinite)) return null;
  const share = [ends(x), ends(y)].reduce((least, [low, high], axis) => {
    const moved = to[axis] - at[axis];
    if (moved === 0) return least;
    return Math.min(least, ((moved > 0 ? high : low) - at[axis]) / moved);
  }, 1);
  return [at, at.map((from, axis) => from + share * (to[axis] - from))];
}

/**
 * The value between the points of the grid (bilinear).
 *
 * @param {Pick<LandscapeScene, "x" | "y" | "z">} scene
 * @param {number[]} point
 */
export function valueAt({ x, y, z }, [a, b]) {
  const place = (axis, value) => {
    const last = axis.length - 1;
    const at = ((value - axis[0]) / (axis[last] - axis[0])) * last;
    const index = Math.min(last - 1, Math.max(0, Math.floor(at)));
    return [index, at - index];
  };
  const [i, s] = place(x, a);
  const [j, t] = place(y, b);
  const row = (k) => z[k * y.length + j] * (1 - t) + z[k * y.length + j + 1] * t;
  return row(i) * (1 - s) + row(i + 1) * s;
}
