// Which value of a hyperparameter is in force, lane by lane, iteration by iteration.

/**
 * A hyperparameter of one lane over the run, as [{from: iteration, value}], the first from 0.
 *
 * A lane's own value counts before the base's, and a tweak of that lane alone gives it one; a
 * tweak of all lanes reaches those without a value of their own. Each counts from its iteration on.
 *
 * @param {Recipe} recipe
 */
export function inForce(recipe, lane, field) {
  const given = recipe.lanes[lane]?.[field];
  let own = given !== undefined;
  const stretches = [{ from: 0, value: own ? given : recipe.base[field] }];
  for (const tweak of byIteration(recipe.tweaks)) {
    const value = tweak.changes[field];
    const forAll = tweak.lane === null || tweak.lane === undefined;
    if (value === undefined || (forAll ? own : tweak.lane !== lane)) continue;
    own ||= !forAll;
    if (value === stretches.at(-1).value) continue;
    if (stretches.at(-1).from === tweak.iteration) stretches.pop();
    stretches.push({ from: tweak.iteration, value });
  }
  return stretches;
}

function byIteration(tweaks = []) {
  return tweaks.toSorted((first, second) => first.iteration - second.iteration);
}

/**
 * Clipping by global norm over the run: [{from, value}] where value is null while it is off.
 *
 * @param {Recipe} recipe
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

/**
 * The values in force when iteration `iteration` is about to be computed.
 *
 * @returns {any} the recipe with the tweaks up to there folded into base and lanes, and none
 *   left
 *
 * @param {Recipe} recipe
 */
export function folded(recipe, iteration = Infinity) {
  const base = { ...recipe.base };
  const lanes = recipe.lanes.map((lane) => ({ ...lane }));
  const due = recipe.tweaks.filter((tweak) => tweak.iteration <= iteration);
  due.sort((a, b) => a.iteration - b.iteration);
  for (const { lane, changes } of due) Object.assign(lanes[lane ?? -1] ?? base, changes);
  return { ...recipe, base, lanes, tweaks: [] };
}
