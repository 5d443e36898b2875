// Going to an iteration by hand: with a slider, on a chart, by typing it.

/**
 * Look at an iteration; live, the latest is where one is already.
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
 * The hand lets go: whoever has come back to the latest iteration is live again.
 *
 * @param {Pick<Actions, "lookAt">} actions
 * @param {Pick<State, "latest">} state
 */
export function arrive(actions, { latest }, iteration) {
  if (latest !== null && iteration >= latest.iteration) actions.lookAt(null);
}
