// What is watched in a run: at first, and after a change of the run, which may have fewer lanes.

/**
 * What is watched at first: the lane with the most to see.
 *
 * @param {Pick<State, "lanes">} state
 */
export function usualWatch({ lanes }) {
  const gates = lanes.map(({ gate_names: names }) => names.length);
  return { lane: gates.indexOf(Math.max(...gates)), layer: 0, example: 0 };
}

/**
 * A timestep and unit, as far as the new run has them.
 *
 * @param {Place} place
 * @param {Pick<State, "task" | "lanes">} state
 */
export function within({ t, unit }, { task, lanes }) {
  const units = Math.max(...lanes.map(({ hidden_size: size }) => size));
  return { t: t <= task.timesteps ? t : null, unit: unit < units ? unit : null };
}

/**
 * What is watched, if the new run has it too.
 *
 * @param {Watch} watch
 * @param {Pick<State, "lanes" | "recipe">} run
 */
export function fitting(watch, run) {
  const lane = Math.min(watch.lane, run.lanes.length - 1);
  const layer = Math.min(watch.layer, run.lanes[lane].num_layers - 1);
  const example = Math.min(watch.example, run.recipe.batch_size - 1);
  return { lane, layer, example };
}
