// A spectral radius that is asked for, until the run that begins anew has it or was refused.

import { allowedRadius, radiusPath } from "./plane.js";

export class WishedRadius {
  #value = null;
  #left = null; // the lanes of the run that is to begin anew with it

  /** The radius; null while none is asked for. */
  get value() {
    return this.#value;
  }

  /** Whether a run was asked to begin anew with it. */
  get isSent() {
    return this.#left !== null;
  }

  ask(radius) {
    this.#value = allowedRadius(radius);
  }

  /** The run with these lanes was asked to begin anew with it. */
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
