import assert from "node:assert/strict";
import { test } from "node:test";

import {
  following,
  opened,
  pinned,
  readInspected,
  within,
  without,
} from "../../../static/js/state/inspected_cells.js";
import { viewOf } from "../../../static/js/state/view_settings.js";

const cell = (t, unit = 0, lane = 0) => ({ lane, t, unit });

test("a cell takes the place of the current one, and leaves the pinned ones", () => {
  assert.deepEqual(opened([], cell(4)), [cell(4)]);
  assert.deepEqual(opened([cell(1), cell(2)], cell(4)), [cell(1), cell(4)]);
});

test("a pinned cell stays and its copy is current, up to three", () => {
  const two = pinned([cell(5)]);
  assert.deepEqual(two, [cell(5), cell(5)]);
  const three = pinned(following(two, { t: 6 }));
  assert.deepEqual(three, [cell(5), cell(6), cell(6)]);
  assert.equal(pinned(three), three);
  assert.deepEqual(without(three, 0), [cell(6), cell(6)]);
});

test("only the current cell follows what is selected, and never to the initial state", () => {
  const cells = [cell(5), cell(6)];
  assert.deepEqual(following(cells, { t: 9 }), [cell(5), cell(9)]);
  assert.deepEqual(following(cells, { t: 0 }), [cell(5), cell(1)]);
  assert.deepEqual(following(cells, { unit: 3 }), [cell(5), cell(6, 3)]);
  assert.equal(following(cells, { t: null, unit: null }), cells);
  assert.equal(following(cells, { t: 6 }), cells);
});

test("a cell beyond the run's ends is the last one inside", () => {
  const lanes = [{ hidden_size: 4 }, { hidden_size: 8 }];
  assert.deepEqual(within(cell(99, 99, 9), lanes, 20), cell(20, 7, 1));
  assert.deepEqual(within(cell(0, 2, 0), lanes, 20), cell(1, 2, 0));
});

test("of a link's list what is no cell is left out", () => {
  const given = [3, null, { lane: 0 }, { lane: -1, t: 2, unit: 1 }, { ...cell(2), more: "x" }];
  assert.deepEqual(readInspected(given), [cell(2)]);
  assert.deepEqual(viewOf({ inspect: given }).inspect, [cell(2)]);
  assert.equal(readInspected([1, 2, 3, 4].map((t) => cell(t))).length, 3);
});
