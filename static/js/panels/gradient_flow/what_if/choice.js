// Which paths are switched off, as the view settings say it and as the lane has them.

import { cellFacts } from "../../../state/catalogue.js";

export const ALL_GATES = "gates";

/**
 * The gates that a path "gates" stands for.
 *
 * @param {Pick<Lane, "switchable_paths" | "gate_names">} lane
 */
export const gatesOf = ({ switchable_paths: paths, gate_names: gates }) =>
  gates.filter((gate) => paths.includes(gate));

/**
 * What is switched off in a lane, in the order in which the engine names its paths.
 *
 * @param {Pick<ViewSettings, "off" | "cut">} view
 * @param {Pick<Lane, "switchable_paths" | "gate_names">} lane
 * @param {number} timesteps
 * @returns {{off: string[], cut: number | null}}
 */
export function chosen({ off, cut }, lane, timesteps) {
  const gates = gatesOf(lane);
  const all = off.includes(ALL_GATES) || (gates.length > 0 && gates.every((g) => off.includes(g)));
  const names = lane.switchable_paths.filter((path) =>
    gates.includes(path)
      ? !all && off.includes(path)
      : path === ALL_GATES
        ? all
        : off.includes(path),
  );
  const within = Number.isInteger(cut) && cut >= 1 && cut <= timesteps;
  return { off: names, cut: within ? cut : null };
}

/**
 * The paths that are off after one is switched; a single gate leaves the others as they were.
 *
 * @param {string[]} off as `chosen` returns it
 * @param {string} path
 * @param {boolean} isOff
 * @param {Pick<Lane, "switchable_paths" | "gate_names">} lane
 */
export function switched(off, path, isOff, lane) {
  const gates = gatesOf(lane);
  const single = off.flatMap((each) => (each === ALL_GATES ? gates : [each]));
  const concerned = path === ALL_GATES ? gates : [path];
  const others = single.filter((each) => !concerned.includes(each));
  return isOff ? [...others, ...concerned] : others;
}

/** Whether a path's box is ticked: true, false, or null for some of the gates. */
export function ticked(off, path, lane) {
  const gates = gatesOf(lane);
  if (path === ALL_GATES) {
    if (off.includes(ALL_GATES)) return true;
    return gates.some((gate) => off.includes(gate)) ? null : false;
  }
  return off.includes(path) || (gates.includes(path) && off.includes(ALL_GATES));
}

/**
 * What a path is called at its box, and what it is.
 *
 * @param {string} path
 * @param {Pick<Lane, "cell">} lane
 * @returns {{text: string, title: string}}
 */
export function pathWords(path, { cell }) {
  if (path === "c") return { text: "c", title: "From c_t to c_t−1, multiplied by f" };
  if (path === "carry") {
    const by = cellFacts(cell).gates.includes("z") ? "z" : "1 − f";
    return { text: "carry", title: `From h_t straight to h_t−1, multiplied by ${by}` };
  }
  if (path === ALL_GATES)
    return {
      text: "all gates",
      title: "From h_t to h_t−1 through the recurrent weights of all gates",
    };
  if (path === "peepholes")
    return { text: "peepholes", title: "From c_t to c_t−1 through the peepholes of i and f" };
  if (path === "h") return { text: "W_hh", title: "From h_t to h_t−1 through W_hh" };
  return {
    text: path,
    title: `From h_t to h_t−1 through the recurrent weights of gate ${path}`,
  };
}

/** The same as the middle of a sentence has it, after "without". */
export function pathInSentence(path) {
  if (path === "c" || path === "carry") return path === "c" ? "c" : "the carry";
  if (path === ALL_GATES) return "the gates";
  if (path === "peepholes") return "the peepholes";
  return path === "h" ? "W_hh" : `gate ${path}`;
}
