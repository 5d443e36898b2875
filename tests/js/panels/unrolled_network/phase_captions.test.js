import "../../catalogue.js";

import assert from "node:assert/strict";
import { test } from "node:test";

import { Column } from "../../../../static/js/frames/history.js";
import {
  networkDescription,
  restHeadline,
} from "../../../../static/js/panels/unrolled_network/captions.js";
import {
  evenedNote,
  sentence,
} from "../../../../static/js/panels/unrolled_network/phase_captions.js";
import {
  localFactor,
  meanFactor,
  updating,
} from "../../../../static/js/panels/unrolled_network/phase_numbers.js";
import { networkTable } from "../../../../static/js/panels/unrolled_network/table.js";

const array = (...data) => ({ shape: [data.length], data: Float64Array.from(data) });
const LANES = [
  { index: 0, label: "RNN tanh" },
  { index: 1, label: "LSTM" },
  { index: 2, label: "GRU" },
];

/** A run of three lanes and four timesteps, as the store holds it. */
function run(changes = {}) {
  const arrays = {};
  const norms = [
    [-8, -6, -4, -2, 0],
    [-2, -1.5, -1, -0.5, 0],
    [-0.4, -0.3, -0.2, -0.1, 0],
  ];
  norms.forEach((logs, lane) => {
    Object.assign(arrays, {
      [`${lane}/dh_norm`]: array(...logs),
      [`${lane}/h`]: {
        shape: [5, 2],
        data: Float32Array.from({ length: 10 }, (_, k) => (k < 8 ? 0 : 3 + (k % 2))),
      },
      [`${lane}/reach`]: array([-6.1, -1.6, -0.3][lane]),
      [`${lane}/loss`]: array(0.16 + 0.01 * lane),
      [`${lane}/grad_norm`]: array(Math.log10([3.2, 0.4, 0.2][lane])),
      [`${lane}/clip_factor`]: array([0.3125, 1, 1][lane]),
      [`${lane}/update_norm`]: array(Math.log10([0.042, 0.03, 0.025][lane])),
    });
  });
  const loss = [0.16, 0.15, 0.14].map((value) => {
    const column = new Column();
    column.append([0.3, value]);
    return { loss: column };
  });
  const iteration = new Column();
  iteration.append([7, 8]);
  return {
    lanes: LANES,
    frame: { iteration: 8, arrays, text: {} },
    task: { timesteps: 4, loss_timesteps: [3] },
    recipe: {
      base: {
        optimizer: "adam",
        learning_rate: 0.003,
        schedule: "constant",
        clip: "norm",
        clip_threshold: 1,
      },
      lanes: [{}, {}, {}],
      tweaks: [],
    },
    history: { length: 2, iteration, lanes: loss },
    watch: { example: 0 },
    ...changes,
  };
}

test("forward says how long the states are", () => {
  assert.equal(
    sentence("forward", 4, run()),
    "Forward: 4 timesteps, the states of 3 networks; ‖h_4‖ of example 0 is 5.0 in RNN tanh, 5.0 in LSTM, 5.0 in GRU.",
  );
  assert.match(
    sentence("forward", 2, run()),
    /^Forward: t = 2 of 4; ‖h_2‖ of example 0 is 0 in RNN tanh/,
  );
});

test("the loss is said where it enters", () => {
  assert.match(
    sentence("loss", null, run()),
    /0\.16 in RNN tanh, 0\.17 in LSTM, 0\.18 in GRU, from the answer at t = 4/,
  );
  const spread = run({ task: { timesteps: 4, loss_timesteps: [0, 1, 2, 3] } });
  assert.match(
    sentence("loss", null, spread),
    /one at each of 4 timesteps, on average 0\.16 in RNN tanh/,
  );
});

test("backward says what of the gradient is left, and does not call it the loss's where more enter", () => {
  assert.equal(
    sentence("backward", 0, run()),
    "Backward: of what left the loss at t = 4, 1.0·10⁻⁸ reached t = 0 in RNN tanh, 0.010 in LSTM, 0.40 in GRU.",
  );
  assert.match(
    sentence("backward", 2, run()),
    /reached t = 2 .*; the next hop takes ×0\.010, ×0\.32, ×0\.79\.$/,
  );
  const spread = run({ task: { timesteps: 4, loss_timesteps: [0, 1, 2, 3] } });
  assert.match(
    sentence("backward", 0, spread),
    /^Backward: ‖∂ℓ\/∂h‖ at t = 0 ÷ that at t = 4, of all later losses together: 1\.0·10⁻⁸ in RNN tanh, 0\.010 in LSTM/,
  );
  assert.match(sentence("backward", 4, run()), /‖∂ℓ\/∂h_4‖ is 1\.0 in RNN tanh/);
});

test("beyond a truncation there is nothing to tell", () => {
  const cut = run();
  for (const lane of LANES) cut.frame.arrays[`${lane.index}/dh_norm`].data.set([NaN, NaN]);
  assert.match(sentence("backward", 0, cut), /1\.0·10⁻⁴ reached t = 2 in RNN tanh/);
});

test("clipping tells what it multiplied, what was left whole, and where it is off", () => {
  assert.equal(
    sentence("clip", null, run()),
    "Clip by norm at 1.0: RNN tanh's gradient 3.2 was multiplied by 0.31; LSTM's 0.40 and GRU's 0.20 were not clipped (below 1.0). With Adam, clipping hardly changes this update.",
  );
  const { recipe } = run();
  const apart = run({
    recipe: { ...recipe, lanes: [{}, { clip: "none" }, { clip: "value", clip_threshold: 0.5 }] },
  });
  assert.equal(
    sentence("clip", null, apart),
    "Clip by norm at 1.0: RNN tanh's gradient 3.2 was multiplied by 0.31; off: LSTM's gradient 0.40 stays as it is; by value, each component at ±0.50: GRU's gradient 0.20 was not clipped (no component beyond ±0.50). With Adam, clipping hardly changes this update.",
  );
  const plain = run({ recipe: { ...recipe, base: { ...recipe.base, optimizer: "sgd" } } });
  assert.match(sentence("clip", null, plain), /not clipped \(below 1\.0\)\.$/);
  for (const phase of ["clip", "update"])
    assert.doesNotMatch(sentence(phase, null, plain), /hardly changes/);
  const lost = run();
  lost.frame.arrays["0/clip_factor"] = array(NaN);
  assert.match(sentence("clip", null, lost), /RNN tanh has no finite gradient/);
});

test("clipping by value cuts components: it multiplies nothing, and the gradient turns", () => {
  const { recipe } = run();
  const now = run({
    lanes: [
      { index: 0, label: "clipped" },
      { index: 1, label: "not clipped" },
    ],
    recipe: {
      ...recipe,
      base: { ...recipe.base, clip: "value", optimizer: "sgd" },
      lanes: [{}, { clip: "none" }],
    },
  });
  const text =
    "Clip by value, each component at ±1.0: “clipped”'s gradient 3.2 → 1.0, and it turned; off: “not clipped”'s gradient 0.40 stays as it is.";
  assert.equal(sentence("clip", null, now), text);
  // Components are cut by different factors, which Adam does not even out.
  now.recipe.base.optimizer = "adam";
  assert.equal(sentence("clip", null, now), text);
  assert.deepEqual(evenedNote(now), []);
});

test("a lane's name that would be read as words of the sentence stands in quotes", () => {
  const now = run({ lanes: [{ index: 1, label: "forget bias 1" }] });
  assert.match(sentence("loss", null, now), /0\.17 in “forget bias 1”/);
  assert.match(restHeadline(now), /“forget bias 1”\u00a0×0\.025$/);
  now.frame.text["1/diverged"] = "the loss overflows";
  assert.match(restHeadline(now), /“forget bias 1” has diverged/);
});

test("a lane that diverged is left out of what is told, and is said to have no number", () => {
  const lost = run();
  for (const name of ["loss", "grad_norm", "clip_factor", "update_norm"])
    lost.frame.arrays[`0/${name}`] = array(NaN);
  for (const name of ["dh_norm", "h"]) lost.frame.arrays[`0/${name}`].data.fill(NaN);
  lost.frame.text["0/diverged"] = "the loss overflows";
  const told = ["forward", "loss", "backward", "clip", "update"].map((phase) => {
    return sentence(phase, phase === "backward" ? 0 : 4, lost);
  });
  told.forEach((text) => assert.doesNotMatch(text, /–|NaN|∞/));
  assert.match(told[0], /5\.0 in LSTM, 5\.0 in GRU; RNN tanh has no finite state\.$/);
  assert.match(told[1], /^Loss: 0\.17 in LSTM, .*; RNN tanh has no finite loss; all gradients/);
  assert.match(
    told[2],
    /0\.010 reached t = 0 in LSTM, 0\.40 in GRU; RNN tanh has no finite gradient\.$/,
  );
  assert.match(
    told[3],
    /LSTM's gradient 0\.40 and GRU's 0\.20 were not clipped \(below 1\.0\); RNN tanh has no finite gradient/,
  );
  assert.match(
    told[4],
    /moved LSTM's weights by 0\.030, GRU's by 0\.025; RNN tanh has no finite update\.$/,
  );
  const alone = { ...lost, lanes: [LANES[0]] };
  assert.deepEqual(
    ["loss", "backward", "clip", "update"].map((phase) => sentence(phase, 0, alone)),
    [
      "Loss: RNN tanh has no finite loss.",
      "Backward: RNN tanh has no finite gradient.",
      "Clip: RNN tanh has no finite gradient.",
      "Update: RNN tanh has no finite update.",
    ],
  );
  assert.equal(
    restHeadline(lost),
    "reach from t = 4 to 1: RNN tanh has diverged; LSTM\u00a0×0.025; GRU\u00a0×0.50",
  );
  assert.equal(restHeadline(alone), "iteration 8 · RNN tanh has diverged");
});

test("the headline keeps the lanes' order, and says times above 1 and exact zeros too", () => {
  const now = run();
  now.frame.arrays["1/dh_norm"] = array(Math.log10(4.3), 0, 0, 0, 0);
  now.frame.arrays["2/dh_norm"] = array(-Infinity, -Infinity, -1, -1, 0);
  now.frame.arrays["1/reach"] = array(Math.log10(4.3));
  now.frame.arrays["2/reach"] = array(-Infinity);
  assert.equal(
    restHeadline(now),
    "reach from t = 4 to 1: RNN tanh\u00a0×7.9·10⁻⁷; LSTM\u00a0×4.3; GRU\u00a0exactly 0",
  );
  assert.match(
    sentence("backward", 0, now),
    /1\.0·10⁻⁸ reached t = 0 in RNN tanh, 4\.3 times as much in LSTM, 0 in GRU/,
  );
});

test("a truncated lane has nothing at t = 0, and the headline says from where it has", () => {
  const now = run({
    lanes: LANES.map(({ index }) => ({
      index,
      label: `GRU · ${["truncated 1", "truncated 2", "whole"][index]}`,
    })),
  });
  now.frame.arrays["0/dh_norm"].data.fill(NaN, 0, 3);
  now.frame.arrays["1/dh_norm"].data.fill(NaN, 0, 2);
  assert.equal(
    restHeadline(now),
    "reach from t = 4 to 1: “truncated 1” covers t = 3–4; “truncated 2” covers t = 2–4; “whole”\u00a0×0.50",
  );
  assert.match(
    networkDescription(now, null),
    /GRU · truncated 2: at timestep 2, 0\.10 times the gradient at timestep 4, not computed before/,
  );
  for (const { index } of LANES) now.frame.arrays[`${index}/dh_norm`].data.fill(NaN, 0, 3);
  assert.match(
    restHeadline(now),
    /from t = 4 to 3: “truncated 1”\u00a0×0\.010; .* \(not computed before\)$/,
  );
});

test("knobs are those in force at the iteration that is shown", () => {
  const { recipe } = run();
  const tweaks = [
    { iteration: 8, changes: { learning_rate: 0.01 } },
    { iteration: 9, changes: { learning_rate: 0.5 } },
  ];
  assert.match(
    sentence("update", null, run({ recipe: { ...recipe, tweaks } })),
    /Adam at learning rate 0\.01 moved/,
  );
});

test("an update tells how far the weights moved, and the next loss only where it is known", () => {
  assert.equal(
    sentence("update", null, run()),
    "Update: Adam at learning rate 0.003 moved RNN tanh's weights by 0.042, LSTM's by 0.030, GRU's by 0.025. With Adam, clipping hardly changes this update.",
  );
  const earlier = run();
  earlier.frame.iteration = 7;
  assert.match(
    sentence("update", null, earlier),
    /; the next loss is 0\.16 in RNN tanh, 0\.15 in LSTM, 0\.14 in GRU\. With Adam/,
  );
  assert.equal(updating(earlier, 1).next, 0.15);
  assert.ok(Number.isNaN(updating(run(), 1).next));
});

test("lanes that are hidden are in no sentence", () => {
  for (const phase of ["forward", "loss", "backward", "clip", "update"]) {
    assert.doesNotMatch(sentence(phase, 2, run({ lanes: [LANES[0], LANES[2]] })), /LSTM/);
  }
});

test("a local factor is the quotient of two norms, and nothing where one is missing", () => {
  const logs = [-Infinity, -3, -1, NaN, 0];
  assert.ok(Math.abs(localFactor(logs, 2) - 0.01) < 1e-12);
  assert.equal(localFactor(logs, 1), 0);
  assert.ok([0, 3, 4, 5].every((t) => Number.isNaN(localFactor(logs, t))));
  assert.ok(Math.abs(meanFactor([-4, 9, 9, 9, 0], 0, 4) - 0.1) < 1e-12);
  assert.ok(Number.isNaN(localFactor(null, 1)));
});

test("the table has a row for each timestep of each lane that is shown", () => {
  const { columns, rows } = networkTable(run({ lanes: [LANES[0], LANES[2]] }));
  assert.ok(rows.every((row) => row.length === columns.length));
  assert.deepEqual(rows[0], ["RNN tanh", 0, -8, null, null, null]);
  assert.deepEqual(rows.map(([lane, t]) => `${lane} ${t}`).at(-1), "GRU 4");
  assert.ok(Math.abs(rows[1][4] - 0.01) < 1e-12);
});
