// When to search again while training goes on: one search at a time, some iterations apart.

import { KIND } from "./scene.js";

export const EVERY = 50; // iterations

export class Follower {
  on = false;
  #run = null;
  #at = -Infinity;

  /**
   * A search of the iteration that is shown was asked for.
   *
   * @param {Pick<State, "lanes" | "frame">} state
   */
  asked({ lanes, frame }) {
    [this.#run, this.#at] = [lanes, frame.iteration];
  }

  /**
   * Whether it is time to search again.
   *
   * @param {Pick<State, "lanes" | "frame" | "studies" | "away">} state
   */
  isDue({ lanes, frame, studies, away }) {
    if (!this.on || frame === null || away.includes("gradient-flow")) return false;
    if (studies[KIND]?.status === "computing") return false;
    const since = frame.iteration - this.#at;
    return lanes !== this.#run || since < 0 || since >= EVERY;
  }
}
