import assert from "node:assert/strict";
import { test } from "node:test";

import { applyHues, huesOf, readColors, recolored } from "../../../static/js/state/lane_hues.js";

const stays = (at) => at;
const without = (gone) => (at) => (at > gone ? at - 1 : at === gone ? null : at);
const copied = (index) => (at) => (at > index ? at + 1 : at);

test("lanes have the hues of their places, unless it is said otherwise", () => {
  assert.deepEqual(huesOf([]), [0, 1, 2, 3]);
  assert.deepEqual(huesOf([], 2), [0, 1]);
  assert.deepEqual(huesOf([2, 0], 2), [2, 0]);
  assert.deepEqual(huesOf([1, 2, 3], 2), [1, 2], "of more than there are, the first");
});

test("the hues of all places are each there once, whatever is said", () => {
  for (const colors of [[1, 2], [3], [2, 0, 1], [3, 2, 1, 0], [1, 3]]) {
    assert.deepEqual(huesOf(colors).toSorted(), [0, 1, 2, 3]);
    assert.deepEqual(huesOf(colors).slice(0, colors.length), colors);
  }
});

test("when a lane goes, the others keep their colours", () => {
  assert.deepEqual(recolored([], 4, 3, without(0)), [1, 2, 3]);
  assert.deepEqual(recolored([], 3, 2, without(1)), [0, 2]);
  assert.deepEqual(recolored([1, 2, 3], 3, 2, without(1)), [1, 3]);
});

test("what is by place again is nothing to tell", () => {
  assert.deepEqual(recolored([], 3, 2, without(2)), []);
  assert.deepEqual(recolored([0, 2], 2, 1, without(1)), []);
  assert.deepEqual(recolored([], 2, 3, stays), []);
});

test("a lane that comes takes a colour that no other wears", () => {
  assert.deepEqual(recolored([1, 2], 2, 3, stays), [1, 2, 0]);
  assert.deepEqual(recolored([], 3, 4, copied(0)), [0, 3, 1, 2]);
  assert.deepEqual(recolored([0, 3, 1], 3, 4, copied(2)), [0, 3, 1, 2]);
});

test("no two lanes ever have the same colour, and none changes its own", () => {
  let lanes = ["a"];
  let colors = [];
  let names = 0;
  const worn = new Map();
  for (let step = 0; step < 400; step += 1) {
    const at = (step * 7) % lanes.length;
    const grows = lanes.length === 1 || (lanes.length < 4 && (step * 5) % 3 !== 0);
    const next = grows
      ? lanes.toSpliced(at + 1, 0, `lane ${(names += 1)}`)
      : lanes.toSpliced(at, 1);
    colors = recolored(colors, lanes.length, next.length, grows ? copied(at) : without(at));
    lanes = next;
    const hues = huesOf(colors, lanes.length);
    assert.equal(new Set(hues).size, lanes.length);
    lanes.forEach((lane, index) => {
      if (worn.has(lane)) assert.equal(hues[index], worn.get(lane), lane);
      worn.set(lane, hues[index]);
    });
  }
});

test("of a link only colours are taken that lanes can have", () => {
  assert.deepEqual(readColors([1, 2]), [1, 2]);
  assert.deepEqual(readColors([0, 1, 2]), [], "by place");
  for (const given of [[1, 1], [4], [-1], ["1"], [0.5], [null]])
    assert.deepEqual(readColors(given), []);
});

test("the page wears them, and says so only where they are not by place", () => {
  const set = new Map();
  const root = { dataset: {}, style: { setProperty: (name, value) => set.set(name, value) } };
  applyHues(root, []);
  assert.equal(set.size, 0);
  applyHues(root, [1, 2]);
  assert.equal(root.dataset.lanes, "1 2");
  assert.deepEqual(
    [...set.values()],
    [1, 2, 0, 3].map((hue) => `var(--hue-${hue})`),
  );
  applyHues(root, []);
  assert.deepEqual(root.dataset, {});
  assert.deepEqual(
    [...set.keys()],
    [0, 1, 2, 3].map((lane) => `--lane-${lane}`),
  );
  assert.deepEqual(
    [...set.values()],
    [0, 1, 2, 3].map((hue) => `var(--hue-${hue})`),
  );
});
