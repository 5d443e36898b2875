import assert from "node:assert/strict";
import { test } from "node:test";

import { createArrival } from "../../../static/js/run/link_replay.js";

function setUp(place) {
  const replays = [];
  const pins = [];
  const arrival = createArrival({
    replay(recipe, at) {
      replays.push([recipe.seed, at]);
      return replays.length;
    },
    pin: (iteration) => pins.push(iteration),
  });
  arrival.head(place, 0);
  return { arrival, replays, pins };
}

const recipe = { seed: 4 };

test("a link to iteration 0 shows what comes at once", () => {
  const { arrival, replays } = setUp({ at: 0, pinned: 0 });
  assert.equal(arrival.hidden, false);
  assert.deepEqual(arrival.ready({ recipe }, replays.length), { first: null });
  assert.equal(arrival.passes({ iteration: 0 }), false);
  arrival.shown({ iteration: 0 }, recipe);
  assert.deepEqual(replays, []);
});

test("a link to a later iteration passes iteration 0 on its way, and remembers it", () => {
  const { arrival, replays } = setUp({ at: 30, pinned: 30 });
  assert.equal(arrival.hidden, true);
  assert.equal(arrival.ready({ recipe }, replays.length), null);
  const first = { iteration: 0 };
  assert.equal(arrival.passes(first), true);
  assert.deepEqual(replays, [[4, 30]]);
  assert.equal(arrival.passes({ iteration: 0 }), false);
  assert.deepEqual(arrival.ready({ recipe }, replays.length), { first });
  assert.equal(arrival.hidden, false);
});

test("what the link compares with is shown and kept before it goes on", () => {
  const { arrival, replays, pins } = setUp({ at: 30, pinned: 10 });
  arrival.ready({ recipe }, replays.length);
  arrival.passes({ iteration: 0 });
  arrival.ready({ recipe }, replays.length);
  arrival.shown({ iteration: 10 }, recipe);
  arrival.shown({ iteration: 10 }, recipe);
  assert.deepEqual(pins, [10]);
  assert.deepEqual(replays, [
    [4, 10],
    [4, 30],
  ]);
});

test("whoever begins something else on the way is not carried on", () => {
  const { arrival, replays, pins } = setUp({ at: 30, pinned: 10 });
  arrival.forget();
  assert.deepEqual(arrival.ready({ recipe }, replays.length), { first: null });
  assert.equal(arrival.passes({ iteration: 0 }), false);
  arrival.shown({ iteration: 10 }, recipe);
  assert.deepEqual([replays, pins], [[], []]);
});
