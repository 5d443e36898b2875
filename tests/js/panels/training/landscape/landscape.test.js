import "../../../catalogue.js";

import assert from "node:assert/strict";
import { test } from "node:test";

import {
  age,
  axisTitles,
  caption,
  description,
  headingOf,
  roleOf,
  whyNone,
} from "../../../../../static/js/panels/training/landscape/captions.js";
import { isoline, levelsOf } from "../../../../../static/js/panels/training/landscape/contours.js";
import { extentOf } from "../../../../../static/js/panels/training/landscape/controls.js";
import { arrowTraces, rowsOf } from "../../../../../static/js/panels/training/landscape/figure.js";
import {
  entryOf,
  isToAsk,
  requestOf,
} from "../../../../../static/js/panels/training/landscape/request.js";
import {
  isInside,
  sceneOf,
  valueAt,
  visiblePart,
} from "../../../../../static/js/panels/training/landscape/scene.js";
import { turned } from "../../../../../static/js/panels/training/landscape/surface.js";
import { gridTable, stepRows } from "../../../../../static/js/panels/training/landscape/table.js";
import { USUAL, viewOf } from "../../../../../static/js/state/view_settings.js";

const array = (...data) => ({ shape: [data.length], data: Float32Array.from(data) });
const TEXT = {
  lane: "1",
  along: "parameters",
  first: "weight_hh_l0[3, 5]",
  second: "readout.bias[0]",
  optimizer: "sgd",
  learning_rate: "0.1",
  clip: "norm",
  clip_threshold: "1.0",
};

/** Findings on a grid of 3 × 2, loss = 1 + k; the unclipped step leaves the picture. */
function study(text = {}, arrays = {}) {
  const surface = [1, 2, 3, 4, 5, 6];
  return {
    request: null,
    found: null,
    status: "there",
    done: 1,
    error: null,
    iteration: 12,
    text: { ...TEXT, ...text },
    arrays: {
      alpha: array(-1, 0, 1),
      beta: array(-2, 2),
      surface: array(...surface),
      log10_surface: array(...surface.map(Math.log10)),
      at: array(0, 0),
      steps: array(4, 2, 0.5, 0.25),
      within: array(0.5, 0.25),
      log10_length: array(2, 0),
      loss: array(3.5),
      loss_after: array(9, 3),
      clip_factor: array(0.01),
      ...arrays,
    },
  };
}

test("the scene reads both steps, from where they begin", () => {
  const scene = sceneOf(study({}, { at: array(0.25, 1) }));
  assert.deepEqual(
    scene.steps.map(({ key, to }) => [key, to]),
    [
      ["unclipped", [4.25, 3]],
      ["clipped", [0.75, 1.25]],
    ],
  );
  assert.equal(scene.lane, 1);
  assert.equal(sceneOf(undefined), null);
  assert.equal(sceneOf({ ...study(), arrays: {} }), null);
});

test("what clipping left as it was is one step", () => {
  assert.equal(sceneOf(study({}, { clip_factor: array(1) })).steps.length, 1);
  assert.equal(sceneOf(study({ clip: "none" })).steps[0].key, "clipped");
});

test("a loss over more than a few powers of two is drawn by its logarithm, but not the cliff", () => {
  assert.equal(sceneOf(study()).log, false);
  const steep = [1e-3, 1, 10, 1e30, Infinity, NaN];
  const arrays = { surface: array(...steep), log10_surface: array(...steep.map(Math.log10)) };
  const scene = sceneOf(study({}, arrays));
  assert.equal(scene.log, true);
  assert.deepEqual(scene.range, [-3, 5]); // no more decades than colours tell apart
  assert.equal(sceneOf(study({ along: "cliff" }, arrays)).log, false);
});

test("a step that leaves the picture ends at its edge", () => {
  const scene = sceneOf(study());
  const [unclipped, clipped] = scene.steps;
  assert.deepEqual(visiblePart(scene, unclipped), [
    [0, 0],
    [1, 0.5],
  ]);
  assert.deepEqual(visiblePart(scene, clipped)[1], clipped.to);
  assert.equal(visiblePart(scene, { to: [NaN, 0] }), null);
  assert.ok(isInside(scene, clipped.to) && !isInside(scene, unclipped.to));
});

test("between the points of the grid the value is bilinear", () => {
  const scene = sceneOf(study());
  assert.equal(valueAt(scene, [0, -2]), 3);
  assert.equal(valueAt(scene, [0.5, 0]), 4.5);
  assert.equal(valueAt(scene, [1, 2]), 6);
});

test("a contour line crosses where the value is", () => {
  const grid = { x: [0, 1, 2], y: [0, 1], z: [0, 0, 2, 2, 4, 4] };
  assert.deepEqual(isoline(grid, 1), [[0.5, 0, 0.5, 1]]);
  assert.deepEqual(isoline({ ...grid, z: [0, 0, 2, NaN, 4, 4] }, 1), []);
  assert.deepEqual(levelsOf([0, 4]).slice(0, 3), [0, 0.5, 1]);
});

test("Plotly gets rows by y", () => {
  assert.deepEqual(rowsOf(sceneOf(study())), [
    [1, 3, 5],
    [2, 4, 6],
  ]);
});

test("an arrow has no head that is longer than itself, and a step below a pixel has none", () => {
  const palette = { ink: "black", alert: "red", panel: "white", soft: "grey", small: 11 };
  const linear = (value) => 100 * value;
  const panel = { x: linear, y: linear };
  const heads = (steps) =>
    arrowTraces(panel, sceneOf(study({}, { steps: array(...steps) })), palette).flatMap(
      ({ marker }) => (marker?.symbol === undefined ? [] : [marker.size[1]]),
    );
  assert.deepEqual(heads([0.5, 0, 0.0625, 0]), [11, 6.25]);
  assert.deepEqual(heads([0.5, 0, 0.001, 0]), [11]);
});

test("the caption says what clipping did, and where the steps lead", () => {
  const text = caption(sceneOf(study()), "not clipped");
  assert.match(text, /^Loss of “not clipped” at iteration 12 as two weights change\./);
  assert.match(text, /Clipping shortens the step from 100 to 1\.00\./);
  assert.match(
    text,
    /the clipped step stays on the slope; the unclipped one leaves the picture\.$/,
  );
});

test("with Adam it says that clipping hardly changes the step", () => {
  const text = caption(
    sceneOf(study({ optimizer: "adam" }, { log10_length: array(0.02, 0) })),
    "LSTM",
  );
  assert.match(text, /multiplied the gradient by 0\.010, but Adam divides by its size/);
});

test("clipping by value cuts components, and turns the step", () => {
  const by = { clip: "value", clip_threshold: "0.5" };
  const said = (text, arrays) => caption(sceneOf(study({ ...by, ...text }, arrays)), "LSTM");
  const turned = array(74.2);
  assert.match(
    said({}, { turned }),
    /cut each component of the gradient at ±0\.5: the step turned by 74° and shrank from 100 to 1\.00\./,
  );
  const alike = { log10_length: array(0.02, 0) };
  assert.match(said({}, { ...alike, turned }), /at ±0\.5: the step turned by 74°\./);
  const adam = said({ optimizer: "adam" }, { ...alike, turned: array(0.01) });
  assert.match(adam, /at ±0\.5, but Adam divides by its size: the step hardly changes\./);
  for (const text of [said({}, { turned }), adam]) assert.doesNotMatch(text, /multiplied/);
});

test("the picture of another network has a heading that says so", () => {
  assert.match(headingOf(sceneOf(study({ along: "cliff" }))), /^Not these lanes: .* Pascanu/);
  assert.equal(headingOf(sceneOf(study())), "");
  assert.equal(headingOf(null), "");
});

test("a weight is told by its gate and its units", () => {
  const lstm = { gate_names: ["i", "f", "g", "o"], hidden_size: 32 };
  const rnn = { gate_names: [], hidden_size: 32 };
  assert.equal(roleOf("weight_hh_l0[102, 28]", lstm), "o of unit 6 ← unit 28");
  assert.equal(roleOf("weight_ih_l0[33, 1]", lstm), "f of unit 1 ← input 1");
  assert.equal(roleOf("weight_ih_l1[0, 1]", lstm), "i of unit 0 ← unit 1 below");
  assert.equal(roleOf("bias_hh_l0[64]", lstm), "g of unit 0");
  assert.equal(roleOf("weight_hh_l0[9, 18]", rnn), "unit 9 ← unit 18");
  assert.equal(roleOf("readout.weight[0, 2]", rnn), "output 0 ← unit 2");
  assert.equal(roleOf("something", rnn), "");
  assert.equal(roleOf("weight_hh_l0_reverse[102, 28]", lstm), "o of backward unit 6 ← unit 28");
  assert.equal(roleOf("weight_ih_l1[0, 33]", lstm), "i of unit 0 ← backward unit 1 below");
  assert.equal(roleOf("readout.weight[0, 34]", lstm), "output 0 ← backward unit 2");
});

test("a lane that does not clip, and a gradient below the threshold, are said to be so", () => {
  assert.match(caption(sceneOf(study({ clip: "none" })), "RNN"), /This lane does not clip/);
  const small = sceneOf(study({}, { clip_factor: array(1) }));
  assert.match(caption(small, "RNN"), /nothing is clipped/);
});

test("a step too short to see says what to choose", () => {
  const arrays = { steps: array(1e-3, 0, 1e-4, 0) };
  assert.match(caption(sceneOf(study({}, arrays)), "RNN"), /choose the range “the step”/);
  const scene = sceneOf(study({}, arrays));
  assert.equal(extentOf("step", scene), 0.00025);
  assert.equal(extentOf("usual", scene), null);
  assert.equal(extentOf("0.1", scene), 0.1);
  assert.equal(extentOf("step", null), null);
});

test("the cliff is said not to be the run's", () => {
  const scene = sceneOf(study({ along: "cliff", first: "w", second: "b" }));
  assert.match(caption(scene, "RNN"), /^x_t = w σ\(x_t−1\) \+ b for 50 timesteps/);
  assert.deepEqual(axisTitles(scene), ["w", "b"]);
  assert.equal(age({ frame: { iteration: 40 } }, scene), "");
});

test("of another iteration than the shown one it says so", () => {
  const scene = sceneOf(study());
  assert.equal(age({ frame: { iteration: 1240 } }, scene), "of iteration 12, not 1,240");
  assert.equal(age({ frame: { iteration: 12 } }, scene), "");
});

test("points that overflow are counted for a screen reader", () => {
  const surface = array(1, 2, Infinity, NaN, 5, 6);
  const scene = sceneOf(study({}, { surface, log10_surface: surface }));
  assert.match(description(scene, "RNN"), /At 2 of 6 points it overflows/);
  assert.match(description(scene, "RNN"), /The clipped step leads to \(0\.500, 0\.250\)\./);
  assert.equal(description(null, ""), "Loss landscape: not computed yet.");
});

test("what is missing is said", () => {
  const open = { connection: "open" };
  assert.equal(whyNone({ ...open, frame: null }, undefined)[0], "No loss yet");
  assert.match(whyNone({ ...open, frame: {} }, { status: "computing" })[0], /^Computing/);
  assert.equal(whyNone({ ...open, frame: {} }, undefined)[1], "Press “Compute”.");
});

test("the tables hold the steps and every point", () => {
  const scene = sceneOf(study());
  assert.deepEqual(stepRows(scene), [
    ["here", "3.50", "", ""],
    ["unclipped step", "9.00", "100", "50 %"],
    ["clipped step", "3.00", "1.00", "25 %"],
  ]);
  const alike = sceneOf(study({}, { loss: array(0.18034), loss_after: array(0.18031, 0.17989) }));
  assert.deepEqual(
    stepRows(alike).map(([, loss]) => loss),
    ["0.18034", "0.18031", "0.17989"],
    "as many digits as tell them apart",
  );
  const { columns, rows } = gridTable(scene);
  assert.deepEqual(columns, ["weight_hh_l0[3, 5]", "readout.bias[0]", "loss"]);
  assert.deepEqual(rows[3], [0, 2, 4]);
  assert.equal(rows.length, 6);
});

test("only what belongs to the plane is asked for", () => {
  const chosen = { ...USUAL, first: "readout.bias[0]", draw: 3, extent: 0.1 };
  const asked = (plane) => requestOf({ view: { ...chosen, plane }, watch: { lane: 2 } });
  const random = { kind: "landscape", lane: 2, along: "random", extent: 0.1, seed: 3 };
  assert.deepEqual(asked("random"), random);
  const cliff = { kind: "landscape", lane: 0, along: "cliff", resolution: 41 };
  assert.deepEqual(asked("cliff"), cliff);
});

test("it asks by itself once: for another choice or another run, and not because time goes on", () => {
  const lanes = [];
  const wanted = { kind: "landscape", lane: 0, along: "random" };
  const state = { frame: { iteration: 3 }, studies: {}, lanes };
  assert.ok(isToAsk(state, wanted, null));
  assert.ok(!isToAsk({ ...state, frame: null }, wanted, null));
  assert.ok(!isToAsk(state, wanted, { request: { ...wanted }, lanes })); // cancelled
  assert.ok(isToAsk(state, wanted, { request: { ...wanted, seed: 1 }, lanes }));
  assert.ok(isToAsk(state, wanted, { request: wanted, lanes: [{}] })); // another run
  const found = { ...state, studies: { landscape: { request: wanted } } };
  assert.ok(!isToAsk(found, wanted, { request: wanted, lanes: [{}] })); // renamed
  assert.ok(!isToAsk(found, wanted, null));
});

test("a weight is read as people write it", () => {
  assert.equal(entryOf(" weight_hh_l0 [3,5] "), "weight_hh_l0[3, 5]");
  assert.equal(entryOf("readout.bias[0]"), "readout.bias[0]");
  for (const wrong of ["weight_hh_l0", "weight_hh_l0[3, 5", "w[a]", "w[1, 2, 3]", "w[-1]"]) {
    assert.equal(entryOf(wrong), null);
  }
});

test("keys turn the surface about its upright axis, and never upside down", () => {
  const eye = { x: 1, y: 0, z: 0 };
  const across = turned(eye, 24, 0);
  assert.ok(Math.abs(across.x + 1) < 1e-12 && Math.abs(across.y) < 1e-12);
  assert.equal(turned(eye, 0, -1).z, 0);
  const high = turned(eye, 0, 100);
  assert.ok(high.z < 1 && Math.hypot(high.x, high.y) > 0.1);
});

test("the plane and the look belong to a link", () => {
  const view = viewOf({ story: "landscape", plane: "cliff", relief: "surface" });
  assert.deepEqual([view.story, view.plane, view.relief], ["landscape", "cliff", "surface"]);
  assert.equal(viewOf({ plane: "hill" }).plane, "parameters");
});
