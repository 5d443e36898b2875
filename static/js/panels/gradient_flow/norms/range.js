// The range of the log axis of gradient norms, in powers of ten. It holds still while a run plays.

import { SteadyRange } from "../../../chart/steady_range.js";
import { extent } from "./lines.js";

const BEFORE_DATA = [-12, 1];
const LEAST_SPAN = 2;

const stepOf = (span) => (span > 12 ? 3 : span > 4 ? 1 : 0.5);

/** [least, greatest] of all that is drawn and of what is `kept`, at least two decades. */
export function decadesOf(lanes, kept = []) {
  let [low, high] = [Infinity, -Infinity];
  const drawn = lanes.flatMap(({ line, dc, reverse, low: q10, high: q90, ghost, clipped }) => [
    line,
    dc,
    reverse,
    q10,
    q90,
    ghost,
    clipped,
  ]);
  for (const data of [...drawn, ...kept]) [low, high] = extent(data, low, high);
  return [low <= high ? Math.min(low, high - LEAST_SPAN) : NaN, high];
}

export class GradientRange {
  #recent = new SteadyRange({ step: stepOf });
  #allTime = new SteadyRange({ step: stepOf, patience: Infinity });

  /** The range for what is drawn at `now` milliseconds. */
  recent(lanes, now) {
    return this.#recent.fit(...decadesOf(lanes), now) ?? BEFORE_DATA;
  }

  /** The same, which also keeps what was seen: `seen(lane, name)` is [least, greatest] or null. */
  allTime(lanes, name, seen, now) {
    const kept = lanes.flatMap(({ index, dc }) => [
      seen(index, name),
      dc === null ? null : seen(index, "dc_norm"),
    ]);
    return this.#allTime.fit(...decadesOf(lanes, kept), now) ?? BEFORE_DATA;
  }

  /** Forget both: the next lines choose them afresh. */
  reset() {
    this.#recent.reset();
    this.#allTime.reset();
  }
}
