// The range that every quantity has had since the run began.

import { withQuantiles } from "../../../state/catalogue.js";
import { OPTIONS } from "./quantities.js";

/** Least and greatest number of every quantity of every lane, since a run began. */
export class Extremes {
  #seen = new Map();
  #frame = null;
  #first = null;
  #lanes = null;

  /**
   * Take in the frame of a state; another run begins afresh.
   *
   * @param {Pick<State, "frame" | "first" | "lanes">} state
   */
  see({ frame, first, lanes }) {
    // A run that is resumed brings new lanes, but goes on from the same first frame.
    if (first !== this.#first || (first === null && lanes !== this.#lanes)) this.#seen.clear();
    const known = this.#seen.size > 0 && frame === this.#frame;
    [this.#frame, this.#first, this.#lanes] = [frame, first, lanes];
    if (frame === null || known) return;
    for (const { index } of lanes) {
      for (const name of Object.keys(OPTIONS)) {
        for (const array of withQuantiles(name)) this.#take(frame, index, name, array);
      }
    }
  }

  /** [least, greatest] of a lane's quantity in a layer; null if none was seen. */
  of(layer, lane, name) {
    return this.#seen.get(`${layer}/${lane}/${name}`) ?? null;
  }

  /** @param {Frame} frame */
  #take(frame, lane, name, array) {
    const data = frame.arrays[`${lane}/${array}`]?.data;
    if (data === undefined) return;
    const key = `${frame.watch?.layer ?? 0}/${lane}/${name}`;
    let [low, high] = this.#seen.get(key) ?? [Infinity, -Infinity];
    for (const value of data) {
      if (!Number.isFinite(value)) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
    if (low <= high) this.#seen.set(key, [low, high]);
  }
}
