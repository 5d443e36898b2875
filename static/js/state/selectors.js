// Questions to the state that more than one view asks.

/**
 * A function of the state: true if any of these parts changed since the last call.
 *
 * @param {(keyof State)[]} parts
 */
export function watching(...parts) {
  /** @type {State} */
  let last = null;
  return (/** @type {State} */ state) => {
    const changed = last === null || parts.some((part) => last[part] !== state[part]);
    last = state;
    return changed;
  };
}

/**
 * The earlier frame that the shown one is compared with; null if there is none.
 *
 * @param {Pick<State, "pinned" | "first">} state
 */
export const comparedWith = ({ pinned, first }) => pinned ?? first;

/**
 * The last frame before the shown one in which a lane had all of its numbers; null if none is
 * kept.
 *
 * @param {Pick<State, "finite" | "archive" | "frame">} state
 * @param {number} lane
 */
export function lastFinite({ finite, archive, frame }, lane) {
  const latest = finite[lane] ?? null;
  if (latest !== null && latest.iteration < frame.iteration) return latest;
  const whole = ({ text }) => text[`${lane}/diverged`] === undefined;
  return archive.lastBefore(frame.iteration, whole);
}

/**
 * Whether a lane is shown, in a state whose `view` says which are hidden.
 *
 * @param {Pick<Lane, "index">} lane
 * @param {Pick<ViewSettings, "hidden">} view
 */
export const isShown = ({ index }, { hidden }) => !hidden.includes(index);

/**
 * The lanes that are not hidden.
 *
 * @param {Pick<State, "lanes" | "view">} state
 */
export const shownLanes = ({ lanes, view }) => lanes.filter((lane) => isShown(lane, view));

/**
 * The hidden lanes after one is hidden, or shown again.
 *
 * @param {number[]} hidden
 * @param {number} index
 */
export const toggled = (hidden, index) =>
  hidden.includes(index) ? hidden.filter((each) => each !== index) : [...hidden, index].sort();

/**
 * Whether sequences are of unequal lengths, each with one loss at its own end.
 *
 * @param {Pick<TaskFacts, "shortest">} task
 */
export const endsApart = ({ shortest }) => (shortest ?? null) !== null;

/**
 * Whether losses enter all along the sequence, not only at its end.
 *
 * @param {Pick<TaskFacts, "loss_timesteps" | "timesteps" | "shortest">} task
 */
export function lossesSpread(task) {
  const { loss_timesteps: losses, timesteps } = task;
  return !endsApart(task) && Math.max(...losses) - Math.min(...losses) > timesteps / 2;
}

/**
 * Timesteps of the watched example.
 *
 * @param {Pick<State, "task" | "example">} state
 */
export const lengthOf = ({ task, example }) => example?.length ?? task.timesteps;

/**
 * The timesteps t of the watched example that have a loss: h_t with t from 1.
 *
 * @param {Pick<State, "task" | "example">} state
 */
export const lossesOf = (state) =>
  endsApart(state.task) ? [lengthOf(state)] : state.task.loss_timesteps.map((s) => s + 1);

/**
 * Timestep t of the last loss: h_t with t from 1, where the task counts inputs from 0.
 *
 * @param {TaskFacts} task
 */
export function lastLoss(task) {
  return Math.max(...task.loss_timesteps) + 1;
}
