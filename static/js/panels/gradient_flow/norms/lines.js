// Zeros, gaps, overflows and flags of lines of gradient norms: log10 by timestep, NaN for gaps, -∞
// for exact zeros, +∞ where they overflowed.

import { horizonText } from "../../../text/format.js";
import { shortest } from "../../../text/lane_names.js";

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
    .map(({ index, line }) => ({ index, stretches: stretchesOf(places(line, -Infinity)) }))
    .filter(({ stretches }) => stretches.length > 0);
}

/** Stretches [from, to] from timestep `first` on where there is no number. */
export function missing(line, first = 0) {
  const found = [];
  line?.forEach((value, t) => t >= first && Number.isNaN(value) && found.push(t));
  return stretchesOf(found);
}

/**
 * What truncation leaves out: `shared` stretches that no lane computes, and `own`
 * [{index, label, stretches}] of lanes that compute less than the others.
 *
 * @param {{index, label, gaps: number[][]}[]} lanes
 */
export function gapsOf(lanes) {
  const names = shortest(lanes.map(({ label }) => label));
  const counts = new Map();
  for (const t of lanes.flatMap(({ gaps }) => timesteps(gaps)))
    counts.set(t, (counts.get(t) ?? 0) + 1);
  const everywhere = (t) => counts.get(t) === lanes.length;
  return {
    shared: stretchesOf([...counts.keys()].filter(everywhere).sort((a, b) => a - b)),
    own: lanes
      .map(({ index, gaps }, k) => {
        return {
          index,
          label: names[k],
          stretches: stretchesOf(timesteps(gaps).filter((t) => !everywhere(t))),
        };
      })
      .filter(({ stretches }) => stretches.length > 0),
  };
}

/** The last timestep whose norm is infinite, or null: the gradient overflowed from there back. */
export function overflow(line) {
  return places(line, Infinity).at(-1) ?? null;
}

/**
 * Labels for what the lines do not show: where a gradient overflowed, why a lane diverged,
 * and how far back its memory reaches. See `layOut` in flags.js.
 */
export function flagsOf(lanes, lastLoss) {
  return lanes.flatMap(({ index, label, line, horizon, diverged }) => {
    const flags = [];
    const infinite = overflow(line);
    if (infinite !== null) flags.push({ lane: index, text: `∞ from t ≤ ${infinite}`, edge: true });
    if (diverged !== null) {
      const texts = [`${label}: ${diverged}`, `${label} diverged`, "diverged"];
      flags.push({ lane: index, text: texts[0], texts, edge: true });
    }
    const t = lastLoss - horizon;
    if (t >= 0 && Number.isFinite(line?.[t])) {
      flags.push({
        lane: index,
        text: `horizon ${horizonText(horizon, lastLoss)}`,
        t,
        log: line[t],
      });
    }
    return flags;
  });
}

function places(data, wanted) {
  const found = [];
  data?.forEach((value, t) => value === wanted && found.push(t));
  return found;
}

function timesteps(stretches) {
  return stretches.flatMap(([from, to]) =>
    Array.from({ length: to - from + 1 }, (_, k) => from + k),
  );
}

function stretchesOf(timesteps) {
  const stretches = [];
  for (const t of timesteps) {
    if (stretches.at(-1)?.[1] === t - 1) stretches.at(-1)[1] = t;
    else stretches.push([t, t]);
  }
  return stretches;
}
