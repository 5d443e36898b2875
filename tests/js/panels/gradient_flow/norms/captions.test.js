import "../../../catalogue.js";

import assert from "node:assert/strict";
import { test } from "node:test";

import {
  normsDescription,
  normsHeadline,
  whyNoNorms,
} from "../../../../../static/js/panels/gradient_flow/norms/captions.js";
import { placeGradients } from "../../../../../static/js/panels/gradient_flow/norms/layout.js";
import { GradientLegend } from "../../../../../static/js/panels/gradient_flow/norms/legend.js";
import { factsOf } from "../../../../../static/js/panels/gradient_flow/norms/quantities.js";
import {
  decadesOf,
  GradientRange,
} from "../../../../../static/js/panels/gradient_flow/norms/range.js";
import {
  gradientScene,
  kindsOfLines,
  someClipped,
} from "../../../../../static/js/panels/gradient_flow/norms/scene.js";

// Every sign is as wide as half of the text's size.
globalThis.OffscreenCanvas = class {
  getContext = () => ({
    measureText(text) {
      return { width: text.length * 0.5 * Number(/(\d+)px/.exec(this.font)[1]) };
    },
  });
};

const array = (...data) => ({ data: Float32Array.from(data) });
const NONE = new Set();
const palette = { small: 10, font: "sans-serif", soft: "grey", lanes: ["red", "blue", "green"] };

const first = { iteration: 0, watch: { layer: 0 }, arrays: { "0/dh_norm": array(-9, -8, -7) } };
const frame = {
  iteration: 1200,
  watch: { layer: 0 },
  text: {},
  arrays: {
    "0/dh_norm": array(NaN, -2, -1),
    "0/dh_norm.q10": array(NaN, -3, -2),
    "0/dh_norm.q90": array(NaN, -1, 0),
    "0/clip_factor": array(0.1),
    "0/horizon": array(1),
    "1/dh_norm": array(-5, -4, -3),
    "1/dc_norm": array(-6, -4.5, -3),
    "1/clip_factor": array(1),
  },
};
const state = {
  theme: "light",
  run: "paused",
  connection: "open",
  frame,
  first,
  pinned: null,
  past: null,
  lanes: [
    { index: 0, label: "RNN tanh", num_layers: 1, state_names: ["h"] },
    { index: 1, label: "LSTM", num_layers: 2, state_names: ["h", "c"] },
  ],
  task: { timesteps: 2, loss_timesteps: [1] },
  recipe: { base: { truncate: null }, lanes: [{ truncate: 1 }, {}], tweaks: [] },
  watch: { lane: 0, layer: 0, example: 3 },
  view: { quantity: "dh_norm", hidden: [] },
};
const looking = (view, more = {}) => ({ ...state, ...more, view: { ...state.view, ...view } });

test("a scene has a line of every lane that is shown, and says where truncation leaves a gap", () => {
  const { lanes, lastLoss } = gradientScene(state, NONE);
  assert.equal(lastLoss, 2);
  assert.deepEqual(
    lanes.map(({ label }) => label),
    ["RNN tanh", "LSTM"],
  );
  assert.deepEqual(
    lanes.map(({ gaps }) => gaps),
    [[[0, 0]], []],
  );
  assert.deepEqual([...lanes[0].low].slice(1), [-3, -2]);
  assert.deepEqual([...lanes[0].clipped].slice(1).map(Math.round), [-3, -2]);
  assert.equal(lanes[1].clipped, null);
  assert.deepEqual([...lanes[0].ghost], [-9, -8, -7]);
  assert.equal(lanes[1].ghost, null);
  assert.equal(lanes[0].horizon, 1);
  assert.deepEqual(
    gradientScene(looking({ hidden: [0] }), NONE).lanes.map(({ index }) => index),
    [1],
  );
  assert.deepEqual(gradientScene({ ...state, frame: null }, NONE), { lanes: [], lastLoss: 0 });
});

test("a kind of line that is hidden is not in the scene, and is still known", () => {
  const hidden = new Set(["dc", "ghost", "clipped"]);
  for (const { dc, ghost, clipped } of gradientScene(state, hidden).lanes) {
    assert.deepEqual([dc, ghost, clipped], [null, null, null]);
  }
  assert.deepEqual(kindsOfLines(state, true), {
    dc: true,
    reverse: false,
    ghost: true,
    clips: true,
  });
  assert.deepEqual(kindsOfLines(looking({ hidden: [0, 1] }), true), {
    dc: false,
    reverse: false,
    ghost: false,
    clips: true,
  });
  const gain = looking({ quantity: "jacobian_gain" });
  assert.deepEqual(kindsOfLines(gain, true), {
    dc: false,
    reverse: false,
    ghost: false,
    clips: false,
  });
  assert.ok(someClipped(state) && !someClipped(looking({ hidden: [0] })));
});

test("a ghost is of the same layer, which of a lane with one layer any is", () => {
  const pinned = {
    iteration: 7,
    watch: { layer: 1 },
    arrays: { "0/dh_norm": array(-1, -1, -1), "1/dh_norm": array(0, 0, 0) },
  };
  const [one, two] = gradientScene({ ...state, pinned }, NONE).lanes;
  assert.deepEqual([...one.ghost], [-1, -1, -1]);
  assert.equal(two.ghost, null);
  assert.equal(gradientScene({ ...state, pinned: frame }, NONE).lanes[0].ghost, null);
});

test("the axis has room for all that is drawn, for two decades, and for what it is to keep", () => {
  const { lanes } = gradientScene(state, new Set(["ghost"]));
  assert.deepEqual(decadesOf(lanes), [-6, 0]);
  assert.deepEqual(decadesOf(lanes, [[-11, 3], null]), [-11, 3]);
  assert.deepEqual(decadesOf([{ line: Float32Array.of(-1, -1) }]), [-3, -1]);
  const range = new GradientRange();
  assert.deepEqual(range.recent([], 0), [-12, 1]);
  const seen = (lane, name) => (lane === 1 && name === "dc_norm" ? [-20, -6] : null);
  const [low, high] = range.allTime(lanes, "dh_norm", seen, 0);
  assert.ok(low <= -20 && high >= 0);
});

test("the legend is the same array until something in it is another", () => {
  const legend = new GradientLegend();
  const read = (of, kinds) =>
    legend.entries(of, "dh_norm", kinds, new Set(["dc"]), palette, { width: 900, height: 300 });
  const kinds = { dc: true, ghost: true, clips: false };
  const entries = read(state, kinds);
  assert.deepEqual(
    entries.map(({ name }) => name),
    ["RNN tanh", "LSTM", "‖∂ℓ/∂c_t‖", "iteration 0"],
  );
  assert.deepEqual(
    entries.map(({ hidden }) => hidden),
    [false, false, true, false],
  );
  assert.equal(read({ ...state, frame: first }, { ...kinds }), entries);
  const other = read(looking({ hidden: [1] }), { ...kinds, clips: true });
  assert.deepEqual(
    other.filter(({ hidden }) => hidden).map(({ key }) => key),
    [1, "dc"],
  );
  assert.equal(other.at(-1).name, "after clipping");
});

test("a low chart has short names in its legend, and none where they would leave it no height", () => {
  const kinds = { dc: true, ghost: true, clips: true };
  const at = (height) => {
    const size = { width: 280, height };
    const entries = new GradientLegend().entries(state, "dh_norm", kinds, NONE, palette, size);
    const { panels, legend } = placeGradients(size, factsOf("dh_norm"), entries, palette);
    return { names: entries.map(({ name }) => name), shown: legend.shown, high: panels[0].height };
  };
  const [high, low, least] = [at(300), at(140), at(80)];
  assert.deepEqual(high.names.slice(0, 2), ["RNN tanh", "LSTM"]);
  assert.deepEqual(low.names, ["R", "L", "∂c", "iteration 0", "clipped"]);
  assert.deepEqual([high.shown, low.shown, least.shown], [true, true, false]);
  assert.ok(least.high > 3 * palette.small, `${least.high} px`);
});

test("titles are as long as there is room for, and the panel begins beneath the legend", () => {
  const entries = [{ name: "RNN" }, { name: "LSTM" }];
  const [wide, narrow, low] = [
    [900, 300],
    [180, 120],
    [180, 90],
  ].map(([width, height]) => {
    return placeGradients({ width, height }, factsOf("dh_norm"), entries, palette);
  });
  const titlesOf = ({ titles }) => titles.map(({ text }) => text);
  assert.deepEqual(titlesOf(wide), [
    "‖∂ℓ/∂h_t‖, log scale",
    "timestep t  (0 = initial state)  ·  band: 10–90 % of the batch",
  ]);
  assert.deepEqual(titlesOf(narrow), ["‖∂ℓ/∂h_t‖, log scale", "timestep t"]);
  assert.deepEqual(titlesOf(low), ["‖∂ℓ/∂h_t‖, log", "timestep t"]);
  assert.ok(wide.panels[0].top < narrow.panels[0].top, "the narrow legend has two rows");
  const { left, width } = wide.panels[0];
  assert.equal(left + width, 900 - 14);
});

test("who listens is told both ends of every line, and from where it is computed", () => {
  assert.equal(
    normsDescription(state, gradientScene(state, NONE)),
    "Norm of the loss gradient with respect to the hidden state, by timestep, iteration 1200: " +
      "RNN tanh not computed before timestep 1, 0.010 at timestep 1 and 0.10 at timestep 2; " +
      "LSTM 1.0·10⁻⁵ at timestep 0 and 0.0010 at timestep 2.",
  );
  const lost = { ...state, frame: { ...frame, text: { "1/diverged": "loss is nan" } } };
  assert.match(
    normsDescription(lost, gradientScene(lost, NONE)),
    /; LSTM diverged: loss is nan\.$/,
  );
});

test("the headline says what is drawn, and of the Jacobian for which lanes it is but a bound", () => {
  assert.deepEqual(normsHeadline(state), [
    "‖∂ℓ/∂h_t‖, batch mean by timestep, log scale · iteration 1,200",
  ]);
  const spread = { ...state, task: { timesteps: 2, loss_timesteps: [0, 2] } };
  assert.match(
    normsHeadline(spread)[0],
    /^a loss at every timestep: the gradient of all later ones together · iteration 1,200$/,
  );
  const probed = {
    ...frame,
    arrays: { ...frame.arrays, "0/jacobian_exact": array(1), "1/jacobian_exact": array(0) },
  };
  const [short, whole] = normsHeadline(looking({ quantity: "jacobian_gain" }, { frame: probed }));
  assert.equal(
    short,
    "σ₁(∂s_T/∂s_t) · LSTM: lower bound (H > 64) · computed every frame: slows the run · example 3 · iteration 1,200",
  );
  assert.match(whole, /^σ₁\(∂s_T\/∂s_t\), free of any loss · example 3 · LSTM: lower bound/);
});

test("where no line can be drawn it is said why, and what will bring one", () => {
  const why = (of) => whyNoNorms(of, gradientScene(of, NONE))?.[0] ?? null;
  assert.equal(why(state), null);
  assert.equal(why({ ...state, frame: null }), "No gradients yet");
  assert.deepEqual(whyNoNorms({ ...state, frame: null, connection: "lost" }, { lanes: [] }), [
    "No connection",
    "They come back with the server.",
  ]);
  assert.equal(why(looking({ hidden: [0, 1] })), "No lane is shown");
  assert.equal(why(looking({ quantity: "dc_norm", hidden: [1] })), "No cell state");
  assert.equal(why(looking({ quantity: "jacobian_gain" })), "Not computed yet");
  assert.equal(
    why(looking({ quantity: "jacobian_gain" }, { past: 1200, studies: {} })),
    "Computing iteration 1,200 again",
  );
  const frame = { status: "failed", error: "at is too far." };
  assert.equal(
    why(looking({ quantity: "jacobian_gain" }, { past: 1200, studies: { frame } })),
    "Not recorded at iteration 1,200",
  );
});
