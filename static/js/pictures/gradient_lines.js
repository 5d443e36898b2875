// What there is to say of lanes' gradient norms: log10 by timestep, NaN for gaps, -∞ for exact
// zeros, +∞ where they overflowed.

/** Least and greatest finite value, starting from `low` and `high`. */
export function extent(data, low = Infinity, high = -Infinity) {
  for (const value of data ?? []) {
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}

/** Stretches [from, to] of timesteps where a lane's norm is exactly zero: [{index, stretches}]. */
export function zeros(lanes) {
  return lanes
    .map(({ index, dh }) => ({ index, stretches: stretchesOf(places(dh, -Infinity)) }))
    .filter(({ stretches }) => stretches.length > 0);
}

/** The last timestep whose norm is infinite, or null: the gradient overflowed from there back. */
export function overflow(dh) {
  return places(dh, Infinity).at(-1) ?? null;
}

/**
 * Labels for what cannot be seen of the lines: where a gradient overflowed, why a lane diverged,
 * and how far back its memory reaches. See `layOut` in flags.js.
 */
export function flagsOf(lanes, lastLoss) {
  return lanes.flatMap(({ index, label, dh, horizon, says }) => {
    const flags = [];
    const infinite = overflow(dh);
    if (infinite !== null) flags.push({ lane: index, text: `∞ from t ≤ ${infinite}`, edge: true });
    if (says !== null) flags.push({ lane: index, text: `${label}: ${says}`, edge: true });
    const t = lastLoss - horizon;
    if (t > 0 && Number.isFinite(dh?.[t])) {
      flags.push({ lane: index, text: `horizon ${horizon}`, t, log: dh[t] });
    }
    return flags;
  });
}

function places(data, wanted) {
  const found = [];
  data?.forEach((value, t) => value === wanted && found.push(t));
  return found;
}

function stretchesOf(timesteps) {
  const stretches = [];
  for (const t of timesteps) {
    if (stretches.at(-1)?.[1] === t - 1) stretches.at(-1)[1] = t;
    else stretches.push([t, t]);
  }
  return stretches;
}
