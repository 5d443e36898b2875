import assert from "node:assert/strict";
import { test } from "node:test";

import {
  spectrumDescription,
  spectrumHeadline,
  whatDraggingDoes,
  whyNoSpectrum,
} from "../../../../../static/js/panels/gradient_flow/spectrum/captions.js";
import { WishedRadius } from "../../../../../static/js/panels/gradient_flow/spectrum/requested_radius.js";
import {
  farthest,
  spectrumScene,
} from "../../../../../static/js/panels/gradient_flow/spectrum/scene.js";

const array = (...data) => ({ data: Float32Array.from(data) });
const first = { iteration: 0, watch: { layer: 0 }, arrays: { "1/spectrum.f": array(0, -2) } };
const frame = {
  iteration: 40,
  watch: { layer: 0 },
  arrays: {
    "0/spectrum.h": array(0.5, 0),
    "0/spectral_radius.h": array(0.5),
    "1/spectrum.i": array(0.25, 0, 0.25, 0),
    "1/spectrum.f": array(0, 1.5, 0.5, 0),
    "1/spectral_radius.f": array(1.5),
    "1/singular_value.f": array(1.75),
  },
};
const state = {
  frame,
  first,
  pinned: null,
  past: null,
  connection: "open",
  errors: new Map(),
  lanes: [
    { index: 0, label: "RNN", gate_names: [] },
    { index: 1, label: "LSTM", gate_names: ["i", "f", "g", "o"] },
  ],
  recipe: { base: { spectral_radius: null }, lanes: [{}, { spectral_radius: 1 }] },
  watch: { lane: 1, layer: 0, example: 0 },
  view: { gate: "f" },
};
const of = (lane) => ({ ...state, watch: { ...state.watch, lane } });

test("a scene has the gates of which there is a spectrum, and the first of them for one without", () => {
  const { gates, gate, data, radius, norm } = spectrumScene(state);
  assert.deepEqual(
    [gates, gate, [...data], radius, norm],
    [["i", "f"], "f", [0, 1.5, 0.5, 0], 1.5, 1.75],
  );
  assert.equal(spectrumScene({ ...state, view: { gate: "z" } }).gate, "i");
  assert.deepEqual(spectrumScene(of(0)).gates, ["h"]);
  const none = spectrumScene(of(7));
  assert.deepEqual([none.lane, none.gates, none.data, none.radius], [undefined, [], null, NaN]);
});

test("a spectrum is compared with that of the same gate and layer, at another iteration", () => {
  const { ghost, ghostIteration } = spectrumScene(state);
  assert.deepEqual([[...ghost], ghostIteration], [[0, -2], 0]);
  assert.equal(farthest(1.5, ghost), 2);
  assert.equal(farthest(1.5, null), 1.5);
  assert.equal(spectrumScene({ ...state, pinned: frame }).ghost, null);
  assert.equal(spectrumScene({ ...state, first: { ...first, watch: { layer: 1 } } }).ghost, null);
  assert.equal(spectrumScene({ ...state, view: { gate: "i" } }).ghostIteration, null);
});

test("who listens is told how many directions grow", () => {
  assert.equal(
    spectrumDescription(state, spectrumScene(state)),
    "Eigenvalues of W_hh of LSTM, gate f, iteration 40: spectral radius 1.50, 1 of 2 outside the unit circle.",
  );
  assert.match(spectrumDescription(state, spectrumScene(of(7))), /not computed yet/);
});

test("the headline names the gate where there are several", () => {
  assert.match(spectrumHeadline(state, spectrumScene(state))[0], /W_hh, LSTM, gate f ·/);
  assert.match(spectrumHeadline(of(0), spectrumScene(of(0)))[0], /W_hh, RNN ·/);
  assert.deepEqual(spectrumHeadline({ ...state, frame: null }, spectrumScene(of(7))), [""]);
});

test("it is said who begins anew: the lane with a radius of its own, or all that share one", () => {
  assert.match(whatDraggingDoes(state, spectrumScene(state)), /Drag it and LSTM begins anew/);
  assert.match(whatDraggingDoes(of(0), spectrumScene(of(0))), /Drag it and every lane begins anew/);
  const alone = { ...of(0), lanes: state.lanes.slice(0, 1) };
  assert.match(whatDraggingDoes(alone, spectrumScene(alone)), /Drag it and RNN begins anew/);
});

test("what is not there, not kept, or not finite is told apart", () => {
  const why = (now) => whyNoSpectrum(now, spectrumScene(now));
  assert.equal(why({ ...state, frame: null })[0], "No weights yet");
  assert.deepEqual(why({ ...state, frame: null, connection: "lost" }), [
    "No connection",
    "It comes back with the server.",
  ]);
  assert.equal(why(of(7))[0], "Not computed yet");
  assert.equal(why({ ...of(7), past: 40, studies: {} })[0], "Computing iteration 40 again");
  assert.equal(why(state)[0], "Not finite");
});

test("a radius is asked for in hundredths, and forgotten with the lane that is watched", () => {
  const wish = new WishedRadius();
  wish.ask(0.8765);
  wish.follow(state, null);
  assert.equal(wish.value, 0.88);
  wish.follow(of(0), state);
  assert.equal(wish.value, null);
});

test("a radius that was sent is shown until its run is there, or until it is refused", () => {
  const sent = () => {
    const wish = new WishedRadius();
    wish.ask(2);
    wish.sent(state.lanes);
    return wish;
  };
  const waiting = sent();
  waiting.follow(of(0), state);
  assert.ok(waiting.value === 2 && waiting.isSent, "also while another lane is watched");
  waiting.follow({ ...state, lanes: [...state.lanes] }, state);
  assert.ok(waiting.value === null && !waiting.isSent);
  const refused = sent();
  refused.follow({ ...state, errors: new Map([["lanes.1.spectral_radius", "too much"]]) }, state);
  assert.equal(refused.value, null);
  const held = sent();
  held.held();
  held.follow({ ...state, lanes: [...state.lanes] }, state);
  assert.equal(held.value, 2);
});
