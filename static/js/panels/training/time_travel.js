// Going to an iteration that the user chooses with a slider, on a chart, or by typing it.

/**
 * Show an iteration; the latest one of a live view is shown already.
 *
 * @param {Pick<Actions, "lookAt">} actions
 * @param {Pick<State, "past" | "latest">} state
 */
export function travel(actions, { past, latest }, iteration) {
  if (latest === null) return;
  const last = latest.iteration;
  const wanted = Math.min(last, Math.max(0, Math.round(iteration)));
  if (wanted < last || past !== null) actions.lookAt(wanted);
}

/**
 * The drag has ended: at the latest iteration the view is live again.
 *
 * @param {Pick<Actions, "lookAt">} actions
 * @param {Pick<State, "latest">} state
 */
export function arrive(actions, { latest }, iteration) {
  if (latest !== null && iteration >= latest.iteration) actions.lookAt(null);
}
