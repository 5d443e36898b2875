// Which value of a hyperparameter is in force, lane by lane, iteration by iteration.
//
// A lane's own value counts before the base's. A tweak of one lane gives it a value of its own; a
// tweak of all lanes changes the base, and so reaches the lanes without a value of their own. Each
// acts from its iteration on. The engine has the same rule in `Experiment`; a test compares them.

/**
 * The base and the lanes of a run as its tweaks change them, in the order of their iterations.
 *
 * @param {Recipe} recipe
 * @param {number} last iteration whose tweaks count
 * @yields {{from: number, base: Hyperparameters, lanes: RecipeLane[]}} as they are from iteration
 *   `from` on; first those of the recipe itself, then once more after each tweak. The objects are
 *   changed in place.
 */
function* standings({ base, lanes, tweaks = [] }, last = Infinity) {
  const due = tweaks.filter(({ iteration }) => iteration <= last);
  const now = { from: 0, base: { ...base }, lanes: lanes.map((lane) => ({ ...lane })) };
  yield now;
  for (const { iteration, lane, changes } of due.sort((a, b) => a.iteration - b.iteration)) {
    now.from = iteration;
    Object.assign(now.lanes[lane ?? -1] ?? now.base, changes);
    yield now;
  }
}

/**
 * The values in force when iteration `iteration` is about to be computed.
 *
 * @param {Recipe} recipe
 * @returns {Recipe} the recipe with the tweaks up to there folded into base and lanes, and no
 *   tweaks left
 */
export function folded(recipe, iteration = Infinity) {
  const { base, lanes } = [...standings(recipe, iteration)].at(-1);
  return { ...recipe, base, lanes, tweaks: [] };
}

/**
 * A hyperparameter of one lane over the run, as [{from: iteration, value}], the first from 0.
 *
 * @param {Recipe} recipe
 * @param {number} lane
 * @param {keyof Hyperparameters} field
 */
export function inForce(recipe, lane, field) {
  const stretches = [];
  for (const { from, base, lanes } of standings(recipe)) {
    const own = lanes[lane] ?? {};
    const value = Object.hasOwn(own, field) ? own[field] : base[field];
    // Of several tweaks of one iteration the last counts.
    if (stretches.at(-1)?.from === from) stretches.pop();
    if (stretches.length === 0 || stretches.at(-1).value !== value) stretches.push({ from, value });
  }
  return stretches;
}

/**
 * From which iteration on the value of a form's field acts; 0 if from the beginning.
 *
 * @param {Recipe} recipe
 * @param {string} path "base.learning_rate", "lanes.1.clip"
 */
export function actsFrom({ tweaks = [] }, path) {
  const parts = path.split(".");
  const name = parts.at(-1);
  const lane = parts[0] === "lanes" ? Number(parts[1]) : null;
  const last = tweaks.findLast(
    (tweak) => tweak.lane === lane && Object.hasOwn(tweak.changes, name),
  );
  return last?.iteration ?? 0;
}

/**
 * Clipping by global norm over the run: [{from, value}] where value is null while it is off.
 *
 * @param {Recipe} recipe
 * @param {number} lane
 */
export function normThresholds(recipe, lane) {
  const kinds = inForce(recipe, lane, "clip");
  const thresholds = inForce(recipe, lane, "clip_threshold");
  const starts = [...new Set([...kinds, ...thresholds].map(({ from }) => from))].sort(
    (a, b) => a - b,
  );
  return starts.map((from) => ({
    from,
    value: at(kinds, from) === "norm" ? at(thresholds, from) : null,
  }));
}

/** The value in force at an iteration, of what `inForce` returned. */
export function at(stretches, iteration) {
  return stretches.findLast(({ from }) => from <= iteration)?.value;
}
