// Questions to the state that more than one view asks.

/** A function of the state: true if any of these parts changed since the last call. */
export function watching(...parts) {
  let last = null;
  return (state) => {
    const changed = last === null || parts.some((part) => last[part] !== state[part]);
    last = state;
    return changed;
  };
}

/** The earlier frame that the shown one is compared with; null if there is none. */
export const comparedWith = ({ pinned, first }) => pinned ?? first;

/** The lanes that are not hidden. */
export const shownLanes = ({ lanes, view }) =>
  lanes.filter(({ index }) => !view.hidden.includes(index));

/** Whether losses enter all along the sequence, not only at its end. */
export function lossesSpread({ loss_timesteps: losses, timesteps }) {
  return Math.max(...losses) - Math.min(...losses) > timesteps / 2;
}

/** Timestep t of the last loss: h_t with t from 1, where the task counts inputs from 0. */
export function lastLoss(task) {
  return Math.max(...task.loss_timesteps) + 1;
}
