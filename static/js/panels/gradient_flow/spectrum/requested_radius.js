// A spectral radius that the user has requested, until the restarted run has it or was refused.

import { allowedRadius, radiusPath } from "./plane.js";

export class WishedRadius {
  #value = null;
  #left = null; // the lanes of the run that will restart with it

  /** The radius; null while none is asked for. */
  get value() {
    return this.#value;
  }

  /** Whether a restart with it was requested. */
  get isSent() {
    return this.#left !== null;
  }

  ask(radius) {
    this.#value = allowedRadius(radius);
  }

  /** A restart of the run with these lanes was requested. */
  sent(lanes) {
    this.#left = lanes;
  }

  /** Somebody has hold of it again: what comes of the run that was asked is no longer awaited. */
  held() {
    this.#left = null;
  }

  forget() {
    this.#value = this.#left = null;
  }

  /** Forget it where the state `next` says so. */
  follow(next, before) {
    const { lanes, watch, recipe, errors } = next;
    if (!this.isSent) {
      if (before !== null && watch.lane !== before.watch.lane) this.#value = null;
      return;
    }
    const path = lanes[watch.lane] ? radiusPath(recipe, watch.lane) : null;
    if (lanes !== this.#left || errors.has(path)) this.forget();
  }
}
