// Texts of the loss landscape.

import { beforeAnyFrame } from "../../../state/why_missing.js";
import { count, logNumber, number } from "../../../text/format.js";
import { isInside, visiblePart } from "./scene.js";

/** @typedef {import("./scene.js").LandscapeScene} LandscapeScene */

const ALIKE = 0.1; // of log10 of two lengths
const SHORT = 0.02; // of the picture: a step that can't be seen
const TURNED = 1; // degrees from which a step has turned
const ADAPTIVE = new Set(["adam", "adamw", "rmsprop"]); // they divide by the gradient's size

/** How the steps are called. @param {Pick<LandscapeScene, "steps">} scene */
export function stepNames({ steps }) {
  return steps.length === 1 ? ["step"] : ["unclipped step", "clipped step"];
}

/** The same in a legend. @param {Pick<LandscapeScene, "steps">} scene */
export function legendNames({ steps }) {
  return steps.length === 1 ? ["step"] : ["unclipped", "clipped"];
}

/** What stands over the picture; "" where it is of a lane. @param {LandscapeScene | null} scene */
export function headingOf(scene) {
  return scene?.along === "cliff" ? "Not these lanes: one unit, from Pascanu et al. (2013)" : "";
}

/**
 * What a weight does, by its name and index: "o of unit 6 ← unit 28"; "" if unknown.
 *
 * @param {string} name as "weight_hh_l0[102, 28]"
 * @param {Pick<Lane, "gate_names" | "hidden_size">} lane
 */
export function roleOf(name, { gate_names: gates, hidden_size: units }) {
  // Of two states that are read, the backward half's comes second.
  const unitRead = (column) =>
    column < units ? `unit ${column}` : `backward unit ${column - units}`;
  const read = /^readout\.(weight|bias)\[(\d+)(?:, (\d+))?\]$/.exec(name);
  if (read !== null)
    return `output ${read[2]}${read[3] === undefined ? "" : ` ← ${unitRead(Number(read[3]))}`}`;
  const found = /^(weight|bias)_(ih|hh)_l(\d+)(_reverse)?\[(\d+)(?:, (\d+))?\]$/.exec(name);
  if (found === null) return "";
  const [, kind, from, layer, reverse, row, column] = found;
  const gate = gates[Math.floor(Number(row) / units)];
  const unit = `${reverse === undefined ? "" : "backward "}unit ${Number(row) % units}`;
  const into = gates.length > 1 && gate !== undefined ? `${gate} of ${unit}` : unit;
  if (kind === "bias") return into;
  const lower =
    from === "hh"
      ? `unit ${column}`
      : layer === "0"
        ? `input ${column}`
        : `${unitRead(Number(column))} below`;
  return `${into} ← ${lower}`;
}

/**
 * Titles of the axes.
 *
 * @param {Pick<LandscapeScene, "along" | "names">} scene
 * @param {{short?: boolean}} [options] for axes that are drawn in perspective
 */
export function axisTitles({ along, names }, { short = false } = {}) {
  // No subscripts: these are names as PyTorch has them.
  const plain = names.map((name) => name.replaceAll("_", "_\u2060"));
  if (along === "parameters") {
    return plain.map((name) => (short ? `Δ ${name.replace("weight", "w")}` : `change of ${name}`));
  }
  if (along === "updates") return plain.map((name) => `${name}, ‖Δθ‖`);
  return plain;
}

/**
 * What is seen, in sentences.
 *
 * @param {LandscapeScene} scene
 * @param {string} label of the lane
 */
export function caption(scene, label) {
  return [whatIsSeen(scene, label), whatClippingDid(scene), whereTheStepIs(scene)]
    .filter((sentence) => sentence !== "")
    .join(" ");
}

function whatIsSeen(scene, label) {
  const { along, iteration, explained } = scene;
  if (along === "cliff") {
    return "x_t = w σ(x_t−1) + b for 50 timesteps from x_0 = 0.5. We stand on its cliff.";
  }
  const whose = `Loss of “${label}” at iteration ${count(iteration)}`;
  if (along === "parameters") return `${whose} as two weights change.`;
  if (along === "random") {
    return `${whose} along two random directions, 1 being the size of the weights.`;
  }
  const share = `which hold ${number(100 * explained, 3)} % of them`;
  return `${whose} along the main directions of the last updates, ${share}.`;
}

/** Losses and lengths stand in the table beside. */
function whatClippingDid({ steps, clips, factor, turned, text }) {
  if (!clips) return "This lane does not clip.";
  if (steps.length === 1) return "The gradient is below the threshold: nothing is clipped.";
  const [free, made] = steps;
  const alike = Math.abs(free.log - made.log) < ALIKE;
  const lengths = [free, made].map(({ log }) => logNumber(log, 3));
  const unmoved = (what) =>
    ADAPTIVE.has(text.optimizer)
      ? `${what}, but ${nameOf(text.optimizer)} divides by its size: the step hardly changes.`
      : `${what}: the step hardly changes.`;
  if (text.clip === "value") {
    // The largest components lose the most, and so the step turns.
    const cut = `Clipping cut each component of the gradient at ±${text.clip_threshold}`;
    if (alike && turned < TURNED) return unmoved(cut);
    const angle = Number.isFinite(turned) ? ` by ${number(turned, 2)}°` : "";
    return alike
      ? `${cut}: the step turned${angle}.`
      : `${cut}: the step turned${angle} and shrank from ${lengths[0]} to ${lengths[1]}.`;
  }
  if (alike) return unmoved(`Clipping multiplied the gradient by ${number(factor, 2)}`);
  return `Clipping shortens the step from ${lengths[0]} to ${lengths[1]}.`;
}

function whereTheStepIs(scene) {
  const { steps, x, at } = scene;
  const width = x[x.length - 1] - x[0];
  const made = steps.at(-1);
  const length = Math.hypot(...made.to.map((end, axis) => end - at[axis]));
  const leaves = ({ to }) => to.every(Number.isFinite) && !isInside(scene, to);
  if (steps.some(({ to }) => !to.every(Number.isFinite))) {
    return "A step that is not finite is not drawn.";
  }
  if (steps.length === 2 && leaves(steps[0]) && !leaves(made)) {
    const too = length < SHORT * width ? ", too short to see" : "";
    return `Here the clipped step stays on the slope${too}; the unclipped one leaves the picture.`;
  }
  if (steps.every(leaves)) {
    return steps.length === 1 ? "The step leaves the picture." : "Both steps leave the picture.";
  }
  if (length < SHORT * width) {
    return "Here the step is too short to see: choose the range “the step”.";
  }
  return "";
}

const nameOf = (optimizer) =>
  ({ adam: "Adam", adamw: "AdamW", rmsprop: "RMSprop", sgd: "SGD" })[optimizer] ?? optimizer;

/**
 * Why there is nothing to draw, as a title and a hint.
 *
 * @param {State} state
 * @param {StudyState | undefined} study
 */
export function whyNone(state, study) {
  if (state.frame === null) {
    const nothing = ["No loss yet", "The landscape comes with the first iteration."];
    return beforeAnyFrame(state, nothing, "It comes");
  }
  if (study?.status === "computing")
    return ["Computing the surface …", "The run goes on meanwhile, more slowly."];
  if (study?.status === "failed") return ["No landscape", "The reason stands beside it."];
  return ["No landscape yet", "Press “Compute”."];
}

/**
 * Of which iteration it is, where the page shows another; "" if it is of the one that is shown.
 *
 * @param {Pick<State, "frame">} state
 * @param {LandscapeScene | null} scene
 */
export function age({ frame }, scene) {
  if (scene === null || scene.along === "cliff") return "";
  if (frame === null || frame.iteration === scene.iteration) return "";
  return `of iteration ${count(scene.iteration)}, not ${count(frame.iteration)}`;
}

/**
 * The accessible description.
 *
 * @param {LandscapeScene | null} scene
 * @param {string} label of the lane
 */
export function description(scene, label) {
  if (scene === null) return "Loss landscape: not computed yet.";
  const { log, range, z } = scene;
  const say = log ? logNumber : number;
  const lost = z.filter((value) => !Number.isFinite(value)).length;
  const gaps = lost > 0 ? ` At ${lost} of ${z.length} points it overflows.` : "";
  const seen = scene.steps.map((step) => visiblePart(scene, step)?.[1]);
  const arrows = seen.map((end, k) =>
    end === undefined
      ? ""
      : ` The ${stepNames(scene)[k]} leads to (${end.map((each) => number(each, 3)).join(", ")}).`,
  );
  return (
    `Contour of the loss over ${scene.names.join(" and ")}, from ${say(range[0], 3)} to ` +
    `${say(range[1], 3)}. ${caption(scene, label)}${gaps}${arrows.join("")}`
  );
}
