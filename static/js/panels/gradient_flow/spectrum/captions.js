// Texts of the spectrum of the recurrent weights.

import { forwardNameOf } from "../../../state/halves.js";
import { beforeAnyFrame, notInFrame } from "../../../state/why_missing.js";
import { count, number } from "../../../text/format.js";
import { radiusPath } from "./plane.js";

const NOTHING_YET = ["No weights yet", "They come with the first iteration."];
const OVERFLOWED = ["Not finite", "The recurrent weights overflowed."];

/**
 * Why no eigenvalue can be drawn, as a title and a hint.
 *
 * @param {State} state
 */
export function whyNoSpectrum(state, { data }) {
  if (state.frame === null) return beforeAnyFrame(state, NOTHING_YET, "It comes");
  return data === null ? notInFrame(state) : OVERFLOWED;
}

/**
 * The headline beside the panel's name, short and full.
 *
 * @param {Pick<State, "frame">} state
 */
export function spectrumHeadline({ frame }, { lane, gate }) {
  if (frame === null || !lane) return [""];
  const of = gate === undefined || gate === "h" ? "" : `, gate ${gate}`;
  const when = `iteration ${count(frame.iteration)}`;
  const name = forwardNameOf(lane);
  return [
    `eigenvalues λ of W_hh, ${name}${of} · inside the unit circle they shrink what passes`,
    `Eigenvalues λ of W_hh, ${name}${of}, ${when}. Directions with |λ| < 1 shrink with ` +
      `every timestep, with |λ| > 1 they grow, as far as the nonlinearity lets them.`,
  ];
}

/**
 * What dragging the dashed circle does, and which lanes restart with another radius.
 *
 * @param {Pick<State, "recipe" | "watch" | "lanes">} state
 */
export function whatDraggingDoes({ recipe, watch, lanes }, { lane }) {
  const own = radiusPath(recipe, watch.lane) !== "base.spectral_radius";
  const whose = own || lanes.length === 1 ? lane.label : "every lane";
  return `Dashed: ρ. Drag it and ${whose} begins anew with that ρ (restarts).`;
}

/**
 * The accessible description.
 *
 * @param {Pick<State, "frame">} state
 */
export function spectrumDescription({ frame }, { lane, gate, data, radius }) {
  if (data === null || Number.isNaN(radius))
    return "Spectrum of the recurrent weights: not computed yet.";
  const name = forwardNameOf(lane);
  let outside = 0;
  for (let k = 0; k < data.length; k += 2) outside += Math.hypot(data[k], data[k + 1]) > 1 ? 1 : 0;
  const what = `Eigenvalues of W_hh of ${name}, gate ${gate}, iteration ${frame.iteration}`;
  const beyond = `${outside} of ${data.length / 2} outside the unit circle`;
  return `${what}: spectral radius ${number(radius, 3)}, ${beyond}.`;
}
