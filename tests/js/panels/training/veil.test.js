import assert from "node:assert/strict";
import { test } from "node:test";

import { veilOf } from "../../../../static/js/panels/training/time_marks.js";

// Colours are taken apart on a canvas that is nowhere seen.
globalThis.OffscreenCanvas = /** @type {any} */ (
  class {
    getContext() {
      return { fillRect() {}, getImageData: () => ({ data: Uint8Array.of(25, 30, 38, 255) }) };
    }
  }
);

test("on a dark ground the veil over what came later leaves more of it to see", () => {
  const opacity = (dark) => {
    const veil = veilOf(/** @type {any} */ ({ dark, panel: "#191e26" }));
    assert.match(veil, /^rgba\(25,30,38,/);
    return Number(/([\d.]+)\)$/.exec(veil)[1]);
  };
  assert.ok(opacity(true) <= 0.45);
  assert.ok(opacity(false) > opacity(true));
});
