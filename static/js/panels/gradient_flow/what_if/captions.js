// Texts of "what if": a sentence that compares, the headline, and the description.

import { count, logNumber, number } from "../../../text/format.js";
import { pathInSentence } from "./choice.js";

export const WATERMARK = "what if: not the real gradient";

const ONE_DIRECTION = "paths are switched off in lanes that read in one alone.";
const SAME_WAY = 0.9999; // cosine of less than a degree

/** "a", "a and b", "a, b and c". */
function listed(parts) {
  return parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
}

/** Which paths are off, as the middle of a sentence has it. */
function conditionOf({ off, cut }) {
  const without = off.length === 0 ? [] : [`without ${listed(off.map(pathInSentence))}`];
  const before = cut === null ? [] : [`cut before t = ${cut}`];
  return [...without, ...before].join(" and ");
}

function share(log) {
  if (log === -Infinity) return "nothing";
  return log === Infinity ? "∞" : logNumber(log);
}

/**
 * The sentence that compares, or what stands in its place.
 *
 * @param {ReturnType<typeof import("./scene.js").whatIfScene>} scene
 */
export function whatIfSentence({ lane, wanted, study, found }) {
  if (lane === null) return "";
  if (lane.bidirectional) return `${lane.label} reads in both directions: ${ONE_DIRECTION}`;
  if (lane.switchable_paths.length === 0) return `No path of ${lane.label} can be switched off.`;
  if (wanted === null)
    return "Switch a path off: the backward pass is computed once more without it, and compared.";
  if (study?.status === "failed") return `Not computed: ${study.error}`;
  if (found === null)
    return study === undefined ? "Not computed yet." : `Computing … ${percent(study.done)}`;
  const when = `Iteration ${count(found.iteration)}, ${conditionOf(found)}`;
  return `${when}: ${arrival(found)}; ${direction(found)}.`;
}

function arrival({ reach: [real, whatIf] }) {
  if (Number.isNaN(real)) return "the first input stays beyond the truncation window";
  return `${share(whatIf)} of the gradient arrives at the first input, not ${share(real)}`;
}

function direction({ cosine, gradNorm: [real, whatIf] }) {
  if (Number.isNaN(cosine)) return "the gradient of the weights would have no direction";
  const degrees = Math.round((Math.acos(Math.max(-1, Math.min(1, cosine))) * 180) / Math.PI);
  const says = cosine >= SAME_WAY ? "keep its direction" : `turn by ${degrees}°`;
  const numbers = `cosine ${number(cosine)}, length ×${logNumber(whatIf - real)}`;
  return `the gradient of the weights would ${says} (${numbers})`;
}

const percent = (done) => `${Math.round(100 * done)} %`;

/**
 * The headline beside the panel's name, short and full.
 *
 * @param {Pick<State, "frame">} state
 */
export function whatIfHeadline({ frame }, { lane, found, isOld }) {
  if (frame === null || lane === null) return [""];
  const shown = found === null ? frame.iteration : found.iteration;
  const when = `iteration ${count(shown)}`;
  const old = isOld ? `of ${when}, not of what is shown` : when;
  return [
    `${WATERMARK} · ${lane.label} · ${old}`,
    `${WATERMARK}. Thin: the real ‖∂ℓ/∂h_t‖ of ${lane.label}, batch mean; dashed: with paths ` +
      `switched off in the backward pass alone. Nothing is learnt from it. ${when}`,
  ];
}

/** What stands in the middle of the chart where there is nothing to compare. */
export function whatIfDescription(scene) {
  const { lane, found } = scene;
  if (lane === null) return "What if: no iteration yet.";
  if (found === null) return `What if, not the real gradient: ${whatIfSentence(scene)}`;
  return (
    `What if, not the real gradient. ${lane.label}, iteration ${found.iteration}, norms of the ` +
    `loss gradient by timestep, real and with paths off. ${whatIfSentence(scene)}`
  );
}
