// What the study "what if" found of the watched lane, and whether it answers what is chosen now.

import { values } from "../../../frames/frame.js";
import { same } from "../../../text/json.js";
import { chosen } from "./choice.js";

const NAMES = ["dh_norm", "dc_norm"];

/**
 * What is to be asked for; null where nothing is switched off, or nothing can be.
 *
 * @param {Pick<State, "lanes" | "task" | "watch" | "view" | "frame">} state
 * @returns {StudyRequest | null}
 */
export function requestOf({ lanes, task, watch, view, frame }) {
  const lane = lanes[watch.lane];
  if (frame === null || !lane || !task) return null;
  const { off, cut } = chosen(view, lane, task.timesteps);
  if (off.length === 0 && cut === null) return null;
  const layer = Math.min(watch.layer, lane.num_layers - 1);
  return { kind: "what_if", lane: lane.index, layer, off, cut_before: cut };
}

/**
 * @param {State} state
 * @returns {any} `lane`; `found`, what was found of it, or null: {off, cut, iteration, reach,
 *   gradNorm, cosine, params}, pairs being [real, what if] of log10; `lines` by name, {real,
 *   whatIf} of log10 by timestep from 0; `isOld`: it answers another iteration or another choice
 */
export function whatIfScene(state) {
  const lane = state.lanes[state.watch.lane] ?? null;
  const wanted = requestOf(state);
  const study = state.studies.what_if;
  const answers =
    wanted !== null &&
    study?.found?.lane === wanted.lane &&
    study.found.layer === wanted.layer &&
    study.arrays.log10_dh_norm !== undefined;
  if (!answers)
    return { lane, wanted, study, found: null, lines: plainLines(state, lane), isOld: false };
  const { arrays, text, found, iteration } = study;
  const pair = (name) => [arrays[`log10_${name}.real`], arrays[`log10_${name}`]];
  const numbers = (name) => pair(name).map(({ data }) => data[0]);
  const lines = {};
  for (const name of NAMES) {
    const [real, whatIf] = pair(name);
    if (whatIf !== undefined) lines[name] = { real: real.data, whatIf: whatIf.data };
  }
  const [realNorms, norms] = pair("param_norm").map(({ data }) => data);
  const params = text.params.split(" ").map((name, k) => {
    return { name, real: realNorms[k], whatIf: norms[k], cosine: arrays.param_cosine.data[k] };
  });
  return {
    lane,
    wanted,
    study,
    lines,
    found: {
      off: found.off,
      cut: found.cut_before,
      iteration,
      reach: numbers("reach"),
      gradNorm: numbers("grad_norm"),
      cosine: arrays.cosine.data[0],
      params,
    },
    isOld: iteration !== state.frame.iteration || !same(found, wanted),
  };
}

/** The real lines alone, of the frame. */
function plainLines({ frame }, lane) {
  const lines = {};
  if (frame === null || lane === null) return lines;
  for (const name of NAMES) {
    const real = values(frame, lane.index, name);
    if (real !== null) lines[name] = { real, whatIf: null };
  }
  return lines;
}
