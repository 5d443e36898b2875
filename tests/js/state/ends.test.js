import assert from "node:assert/strict";
import { test } from "node:test";

import { endsApart, lengthOf, lossesOf, lossesSpread } from "../../../static/js/state/selectors.js";

const apart = { timesteps: 20, loss_timesteps: [7, 8, 9, 19], shortest: 8 };
const alike = { timesteps: 20, loss_timesteps: [18, 19], shortest: null };

test("a sequence that ends earlier has its loss at its own end", () => {
  const state = { task: apart, example: { length: 9 } };
  assert.equal(lengthOf(state), 9);
  assert.deepEqual(lossesOf(state), [9]);
  assert.deepEqual(lossesOf({ task: alike, example: {} }), [19, 20]);
  assert.equal(lengthOf({ task: alike, example: null }), 20);
});

test("losses at many ends are not losses all along the sequence", () => {
  const all = Array.from({ length: 20 }, (_, t) => t);
  assert.equal(lossesSpread({ ...apart, loss_timesteps: all }), false);
  assert.equal(lossesSpread({ ...alike, loss_timesteps: all }), true);
  assert.equal(endsApart(apart), true);
  assert.equal(endsApart({ timesteps: 20, loss_timesteps: all }), false);
});
