// Why a panel has nothing to draw, as a title and a hint.

import { count } from "../text/format.js";

const COMING = ["Not computed yet", "It comes with the next frame."];

/**
 * The words while there is no frame at all: `otherwise`, unless the connection is lost. `they` is
 * the subject and verb of "… back with the server".
 */
export function beforeAnyFrame({ connection }, otherwise, they = "They come") {
  return connection === "lost" ? ["No connection", `${they} back with the server.`] : otherwise;
}

/**
 * There is a frame, but it does not hold what is to be drawn.
 *
 * @param {Pick<State, "frame" | "past" | "studies">} state
 */
export function notInFrame({ frame, past, studies }) {
  if (past === null) return COMING;
  const iteration = count(frame.iteration);
  const again = studies.frame;
  if (again?.status === "failed") return [`Not recorded at iteration ${iteration}`, again.error];
  return [
    `Computing iteration ${iteration} again`,
    "What is looked at now was not recorded then; it comes in a moment.",
  ];
}
