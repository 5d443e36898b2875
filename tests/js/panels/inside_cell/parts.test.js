import "../../catalogue.js";

import assert from "node:assert/strict";
import { test } from "node:test";

import { anatomyOf } from "../../../../static/js/panels/inside_cell/parts.js";

test("a gate that can be negative has the colours of a candidate", () => {
  // As much of a browser as a colour map asks for.
  globalThis.document = /** @type {any} */ ({
    documentElement: { dataset: { theme: "light" } },
    body: { append: () => {} },
    createElement: () => ({ style: {}, remove: () => {} }),
  });
  globalThis.getComputedStyle = /** @type {any} */ (() => ({ getPropertyValue: () => "" }));
  globalThis.OffscreenCanvas = /** @type {any} */ (
    class {
      getContext = () => ({
        fillRect: () => {},
        getImageData: () => ({ data: Uint8ClampedArray.of(1, 2, 3, 255) }),
      });
    }
  );
  const lane = { index: 0, cell: "lstm", gate_names: ["f", "g"], state_names: ["h", "c"] };
  const domains = (gate_nonlinearity) => {
    const recipe = { base: { gate_nonlinearity }, lanes: [{}], tweaks: [] };
    return anatomyOf(lane, recipe)
      .slice(0, 2)
      .map((part) => part.map().domain);
  };
  const [unsigned, signed] = [
    [0, 1],
    [-1, 1],
  ];
  assert.deepEqual(domains("sigmoid"), [unsigned, signed]);
  assert.deepEqual(domains("hard_sigmoid"), [unsigned, signed]);
  assert.deepEqual(domains("softsign"), [signed, signed]);
});
