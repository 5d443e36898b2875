import "../catalogue.js";

import assert from "node:assert/strict";
import { test } from "node:test";

import { quantity } from "../../../static/js/state/catalogue.js";
import { allTerms } from "../../../static/js/state/terms.js";
import { meaningOf, setTerms, withTerms } from "../../../static/js/ui/term.js";

setTerms(allTerms());
const marked = (sentence) => withTerms(sentence).match(/<button[^>]*>.*?<\/button>/g) ?? [];
const texts = (sentence) => marked(sentence).map((each) => each.replace(/<[^>]*>/g, ""));

test("terms of a sentence are marked, each where it stands first", () => {
  assert.deepEqual(texts("persistence: next week's price is this one; persistence"), [
    "persistence",
  ]);
  assert.deepEqual(texts("squared error · nats per timestep"), ["nats"]);
  assert.deepEqual(texts("‖∂ℓ/∂h_t‖, batch mean, log scale"), ["‖∂ℓ/∂ht‖"]);
  assert.deepEqual(texts("σ₁(∂s_T/∂s_t) · computed every frame"), ["σ₁(∂sT/∂st)"]);
  assert.deepEqual(texts("Dashed: ρ. Drag it"), ["ρ"]);
});

test("within a word or a formula nothing is a term", () => {
  assert.deepEqual(texts("signats persistences |λ| unknown"), []);
  assert.equal(withTerms("a < b & c"), "a &lt; b &amp; c");
});

test("what the engine measures is explained in the engine's words", () => {
  for (const name of ["reach", "horizon"]) {
    assert.equal(meaningOf(name), `${quantity(name).meaning}.`);
  }
  assert.equal(meaningOf("σ₁(∂s_T/∂s_t)"), `${quantity("jacobian_gain").meaning}.`);
  assert.throws(() => meaningOf("elsewhere"), /no term elsewhere/);
});
