import "../../catalogue.js";

import assert from "node:assert/strict";
import { test } from "node:test";

import { Column } from "../../../../static/js/frames/history.js";
import {
  Best,
  historyTable,
  laneRows,
  lengthUpTo,
} from "../../../../static/js/panels/training/table.js";
import {
  marksOf,
  placeBadges,
  tickPixels,
} from "../../../../static/js/panels/training/time_marks.js";
import { arrive, travel } from "../../../../static/js/panels/training/time_travel.js";

const columnOf = (...values) => {
  const column = new Column();
  column.append(values);
  return column;
};

const history = {
  length: 4,
  iteration: columnOf(10, 11, 12, 13),
  lanes: [0, 1].map((lane) => ({
    loss: columnOf(4 + lane, 2, 3, NaN),
    grad_norm: columnOf(0, -1, -2, NaN),
    clip_factor: columnOf(1, 0.5, 1, 1),
    update_norm: columnOf(-3, -4, -5, NaN),
    reach: columnOf(-8, -9, -7, NaN),
    horizon: columnOf(5, 6, 7, NaN),
  })),
};

const lanes = [
  { index: 0, label: "RNN tanh", cell: "rnn", parameters: 337 },
  { index: 1, label: "LSTM", cell: "lstm", parameters: 1297 },
];

const frame = (iteration, ...losses) => ({
  iteration,
  arrays: Object.fromEntries(losses.map((loss, lane) => [`${lane}/loss`, { data: [loss] }])),
});

test("the shown iteration is marked as now, or by its number in the past, over the pinned one", () => {
  const texts = (state) => marksOf(state).map(({ text }) => text);
  assert.deepEqual(texts({ frame: null, past: null, pinned: null }), []);
  assert.deepEqual(texts({ frame: { iteration: 1284 }, past: null, pinned: null }), ["now 1,284"]);
  const [{ text }] = marksOf({ frame: { iteration: 1284 }, past: null, pinned: null }, 1280);
  assert.equal(text, "now 1,280");
  const state = { frame: { iteration: 312 }, past: 312, pinned: { iteration: 120 } };
  assert.deepEqual(texts(state), ["compared 120", "312"]);
});

test("badges stay on their axis and lie on no other", () => {
  assert.deepEqual(placeBadges([{ at: 100, width: 40 }], 0, 300), [80]);
  assert.deepEqual(placeBadges([{ at: 2, width: 40 }], 0, 300), [0]);
  assert.deepEqual(placeBadges([{ at: 299, width: 40 }], 0, 300), [260]);
  for (let at = 0; at <= 300; at += 7) {
    for (let now = 0; now <= 300; now += 5) {
      const [first, second] = placeBadges(
        [
          { at, width: 70 },
          { at: now, width: 40 },
        ],
        0,
        300,
      );
      assert.ok(first >= 0 && first + 70 <= 300 && second >= 0 && second + 40 <= 300);
      assert.ok(first + 70 <= second || first >= second + 40, `${at} and ${now}`);
      assert.equal(second, Math.min(260, Math.max(0, now - 20)));
    }
  }
});

test("many kept iterations give each pixel one tick at most", () => {
  assert.deepEqual(tickPixels([0, 50, 100], 100, 200), [0, 100, 200]);
  const many = Array.from({ length: 900 }, (_, k) => k);
  assert.equal(tickPixels(many, 899, 100).length, 101);
  assert.deepEqual(tickPixels([0], 0, 100), [0]);
});

test("one travels among what has been, and is live again where it ends", () => {
  const asked = [];
  const actions = { lookAt: (iteration) => asked.push(iteration) };
  const live = { past: null, latest: { iteration: 50 } };
  travel(actions, live, 50);
  travel(actions, live, 80);
  travel(actions, { past: null, latest: null }, 3);
  assert.deepEqual(asked, []);
  travel(actions, live, 20.4);
  travel(actions, live, -3);
  travel(actions, { ...live, past: 20 }, 80);
  assert.deepEqual(asked.splice(0), [20, 0, 50]);
  arrive(actions, live, 49);
  arrive(actions, live, 50);
  assert.deepEqual(asked, [null]);
});

test("the best loss is the least mean of what has been, forwards and backwards in time", () => {
  const falling = Array.from({ length: 30 }, (_, k) => (k < 20 ? 2 - 0.05 * k : 3));
  const column = columnOf(...falling);
  const best = new Best();
  assert.ok(Number.isNaN(best.of(column, 0)));
  const read = (length) => best.of(column, length);
  assert.ok(Math.abs(read(1) - 2) < 1e-12, "of one iteration, its loss");
  const [early, low, late] = [12, 20, 30].map(read);
  assert.ok(early > low && low > 1.05);
  assert.equal(late, low, "what was reached stays the best");
  assert.deepEqual([20, 12, 30].map(read), [low, early, low]);
  assert.ok(Number.isNaN(best.of(columnOf(NaN), 1)));
});

test("one lucky batch makes no best loss", () => {
  const losses = Array.from({ length: 40 }, (_, k) => (k === 20 ? 0.02 : 0.2));
  const best = new Best().of(columnOf(...losses), 40);
  assert.ok(best > 0.15 && best < 0.2, String(best));
});

test("a history is counted up to an iteration, wherever it begins", () => {
  assert.deepEqual(
    [9, 10, 12, 13, 99].map((iteration) => lengthUpTo(history, iteration)),
    [0, 1, 3, 4, 4],
  );
  const holes = { length: 3, iteration: columnOf(0, 5, 9) };
  assert.deepEqual(
    [0, 4, 5, 9].map((iteration) => lengthUpTo(holes, iteration)),
    [1, 1, 2, 3],
  );
});

test("the table of a history has a row an iteration and the lanes that are given", () => {
  const { columns, rows } = historyTable(history, [lanes[1]], 6);
  assert.deepEqual(columns.slice(0, 3), ["iteration", "LSTM loss", "LSTM log10 grad_norm"]);
  assert.deepEqual(rows[1], [11, 2, -1, 0.5, -4, -9, "6+"]);
  const [, shorter] = historyTable(history, [lanes[1]], 7).rows;
  assert.equal(shorter.at(-1), 6);
  assert.equal(rows.length, 4);
});

test("the table of lanes says what differs at the shown iteration, and since the pinned one", () => {
  const state = {
    frame: frame(12, 3, 2.5),
    pinned: frame(10, 4, 5),
    lanes,
    recipe: {
      base: { cell: "lstm", clip: "norm", learning_rate: 0.1 },
      lanes: [{ cell: "rnn", name: "mine" }, { clip: "none" }],
      tweaks: [{ iteration: 13, lane: 0, changes: { learning_rate: 0.2 } }],
    },
    history,
    milliseconds: [1.5],
    task: { loss_timesteps: [19] },
    view: { hidden: [1] },
  };
  const { hyperparameters, cellDiffers, rows } = laneRows(state, new Best());
  assert.deepEqual([hyperparameters, cellDiffers], [["clip"], true]);
  assert.deepEqual(
    rows.map(({ loss, since }) => [loss, since]),
    [
      [3, -1],
      [2.5, -2.5],
    ],
  );
  for (const { best } of rows) assert.ok(best >= 2 && best <= 4);
  assert.deepEqual(
    rows.map((row) => [row.hyperparameters, row.hidden]),
    [
      [["norm"], false],
      [["none"], true],
    ],
  );
  assert.deepEqual([rows[0].milliseconds, rows[1].milliseconds], [1.5, NaN]);
  assert.deepEqual(laneRows({ ...state, frame: frame(13, 3, 2) }, new Best()).hyperparameters, [
    "clip",
    "learning_rate",
  ]);
  assert.ok(Number.isNaN(laneRows({ ...state, pinned: null }, new Best()).rows[0].since));
});
