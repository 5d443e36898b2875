import assert from "node:assert/strict";
import { test } from "node:test";

import { paintReadoutLine } from "../../../static/js/chart/readout.js";

const LETTER = 6; // px, whatever is written
globalThis.OffscreenCanvas = /** @type {any} */ (
  class {
    getContext() {
      return { measureText: (text) => ({ width: text.length * LETTER }) };
    }
  }
);

const palette = /** @type {any} */ ({ small: 11, font: "sans", soft: "soft", panel: "panel" });

/** What is written in a line of that width: [text, x]. */
function written(width) {
  const texts = [];
  const context = /** @type {any} */ ({ fillRect() {}, fillText: (...text) => texts.push(text) });
  const entry = (name, value, besides) => ({
    names: [`${name} tanh `, `${name} `],
    value,
    color: name,
    besides,
  });
  const entries = [
    entry("R", "9.0·10⁻⁴", false),
    entry("L", "0.015", false),
    entry("L ∂c", "0.041", true),
    entry("G", "0.0042", false),
  ];
  const told = { heads: ["‖∂ℓ/∂h‖, t = 39", "t = 39"], typical: "8.8·10⁻⁸⁸", entries };
  paintReadoutLine(context, { left: 0, right: width, y: 0 }, told, palette);
  return texts;
}

test("where there is little room, what is said besides gives way to every lane's own number", () => {
  const words = (width) => written(width).map(([text]) => text);
  assert.ok(words(900).includes("L ∂c tanh "));
  assert.ok(words(330).includes("L ∂c "));
  const few = written(265);
  assert.deepEqual(
    few.map(([text]) => text),
    ["t = 39", "R ", "9.0·10⁻⁴", "L ", "0.015", "G ", "0.0042"],
  );
  const [text, x] = few.at(-1);
  assert.ok(x + text.length * LETTER <= 265);
});
