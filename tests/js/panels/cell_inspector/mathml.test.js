import assert from "node:assert/strict";
import { before, test } from "node:test";

import { plainText } from "../../../../static/js/panels/cell_inspector/mathml.js";

class Element {
  constructor(tag) {
    Object.assign(this, { tag, children: [], dataset: {}, attributes: {} });
  }

  append(...children) {
    this.children.push(...children);
  }

  setAttribute(name, value) {
    this.attributes[name] = value;
  }

  toString() {
    return `<${this.tag}>${this.children.join("")}</${this.tag}>`;
  }
}

let mathml;

before(async () => {
  globalThis.document = { createElementNS: (_, tag) => new Element(tag) };
  ({ mathml } = await import("../../../../static/js/panels/cell_inspector/mathml.js"));
});

const inner = (source) =>
  String(mathml(source).element).replace(/^<math><mrow>|<\/mrow><\/math>$/g, "");

test("symbols carry subscripts, powers and fractions", () => {
  assert.equal(inner("f_t"), "<msub><mi>f</mi><mi>t</mi></msub>");
  assert.equal(
    inner("c_t-1"),
    "<msub><mi>c</mi><mrow><mi>t</mi><mo>−</mo><mn>1</mn></mrow></msub>",
  );
  assert.equal(inner("W_hh"), "<msub><mi>W</mi><mrow><mi>h</mi><mi>h</mi></mrow></msub>");
  assert.equal(inner("n_t²"), "<msup><msub><mi>n</mi><mi>t</mi></msub><mn>2</mn></msup>");
  assert.match(inner("∂ℓ/∂c_t"), /^<mfrac><mrow><mo>∂<\/mo><mi>ℓ<\/mi><\/mrow><msub>/);
});

test("a number that is written later has a name, and parentheses behind an operator", () => {
  const { slots } = mathml("= σ ( #x.i + #s.i ) = #i");
  assert.deepEqual(
    slots.map(({ id, guarded }) => [id, guarded]),
    [
      ["x.i", false],
      ["s.i", true],
      ["i", false],
    ],
  );
  assert.equal(slots[1].element.dataset.value, "s.i");
});

test("a line can be read aloud", () => {
  assert.equal(plainText("h_t = o_t ⊙ tanh ( c_t-1 )"), "h_t = o_t ⊙ tanh (c_{t−1})");
});
