import assert from "node:assert/strict";
import { test } from "node:test";

import { createLinkReplay } from "../../../static/js/run/link_replay.js";

function setUp(place) {
  const replays = [];
  const pins = [];
  const linkReplay = createLinkReplay({
    replay(recipe, at) {
      replays.push([recipe.seed, at]);
      return replays.length;
    },
    pin: (iteration) => pins.push(iteration),
  });
  linkReplay.head(place, 0);
  return { linkReplay, replays, pins };
}

const recipe = { seed: 4 };

test("a link to iteration 0 shows what comes at once", () => {
  const { linkReplay, replays } = setUp({ at: 0, pinned: 0 });
  assert.equal(linkReplay.hidden, false);
  assert.deepEqual(linkReplay.ready({ recipe }, replays.length), { first: null });
  assert.equal(linkReplay.passes({ iteration: 0 }), false);
  linkReplay.shown({ iteration: 0 }, recipe);
  assert.deepEqual(replays, []);
});

test("a link to a later iteration passes iteration 0 on its way, and remembers it", () => {
  const { linkReplay, replays } = setUp({ at: 30, pinned: 30 });
  assert.equal(linkReplay.hidden, true);
  assert.equal(linkReplay.ready({ recipe }, replays.length), null);
  const first = { iteration: 0 };
  assert.equal(linkReplay.passes(first), true);
  assert.deepEqual(replays, [[4, 30]]);
  assert.equal(linkReplay.passes({ iteration: 0 }), false);
  assert.deepEqual(linkReplay.ready({ recipe }, replays.length), { first });
  assert.equal(linkReplay.hidden, false);
});

test("what the link compares with is shown and kept before it goes on", () => {
  const { linkReplay, replays, pins } = setUp({ at: 30, pinned: 10 });
  linkReplay.ready({ recipe }, replays.length);
  linkReplay.passes({ iteration: 0 });
  linkReplay.ready({ recipe }, replays.length);
  linkReplay.shown({ iteration: 10 }, recipe);
  linkReplay.shown({ iteration: 10 }, recipe);
  assert.deepEqual(pins, [10]);
  assert.deepEqual(replays, [
    [4, 10],
    [4, 30],
  ]);
});

test("whoever begins something else on the way is not carried on", () => {
  const { linkReplay, replays, pins } = setUp({ at: 30, pinned: 10 });
  linkReplay.forget();
  assert.deepEqual(linkReplay.ready({ recipe }, replays.length), { first: null });
  assert.equal(linkReplay.passes({ iteration: 0 }), false);
  linkReplay.shown({ iteration: 10 }, recipe);
  assert.deepEqual([replays, pins], [[], []]);
});
