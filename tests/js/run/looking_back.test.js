import "../catalogue.js";

import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";

import { createLookingBack } from "../../../static/js/run/looking_back.js";
import { createStudies } from "../../../static/js/run/studies.js";
import { createStore } from "../../../static/js/state/store.js";
import { viewOf } from "../../../static/js/state/view_settings.js";

const array = (...data) => ({ shape: [data.length], dtype: "F32", data: Float32Array.from(data) });
const held = ["h", "prediction", "dh_norm", "gate.f"];
const frameOf = (iteration) => ({
  iteration,
  bytes: 0,
  text: {},
  arrays: Object.fromEntries(held.map((name) => [`0/${name}`, array(1)])),
});
const LANE = { index: 0, label: "LSTM", gate_names: ["f"], state_names: ["h", "c"] };
const RECIPE = { base: {}, lanes: [{}], task: { name: "adding" }, tweaks: [] };

/** A page that looks at a run of four iterations; Gradient flow shows the source matrix. */
function made() {
  const store = createStore(
    /** @type {any} */ ({
      recipe: RECIPE,
      lanes: [LANE],
      run: "paused",
      view: viewOf({ flow: "source" }),
    }),
  );
  const { archive } = store.state;
  for (let iteration = 0; iteration < 4; iteration += 1) {
    const watch = { lane: 0, layer: 0, example: 0 };
    archive.add(/** @type {any} */ ({ ...frameOf(iteration), watch, example: null }));
  }
  const latest = archive.nearest(3);
  store.set({ latest, frame: latest });
  /** @type {[number, number][]} */
  const sent = []; // iteration and id
  let ended = 0;
  const socket = /** @type {any} */ ({
    hasRun: true,
    study(study, iteration) {
      sent.push([iteration, sent.length + 1]);
      return { type: "study", study, id: sent.length };
    },
    endStudy() {
      ended += 1;
    },
  });
  const timers = [];
  const clock = {
    setTimeout: (callback) => timers.push(callback),
    clearTimeout: (timer) => (timers[timer - 1] = () => {}),
  };
  const studies = createStudies({ store, socket });
  createLookingBack({ store, studies, socket, clock });
  const settle = () => {
    for (const callback of timers.splice(0, timers.length, ...timers.map(() => () => {}))) {
      callback();
    }
  };
  return {
    store,
    sent,
    ended: () => ended,
    lookAt(iteration) {
      store.lookAt(iteration);
      settle();
    },
    settle,
    answer(iteration, arrays, said = {}) {
      const [, id] = sent.at(-1);
      const text = { study: "frame", id: String(id), request: "{}", ...said };
      studies.found(/** @type {any} */ ({ iteration, text, arrays }));
      settle();
    },
  };
}

test("what an earlier frame lacks is asked for, and kept", () => {
  const { lookAt, answer, sent, store } = made();
  lookAt(1);
  deepEqual(sent, [[1, 1]]);
  answer(1, { "0/source": array(7) });
  equal(store.state.frame.arrays["0/source"].data[0], 7);
  lookAt(2);
  lookAt(1);
  equal(sent.filter(([iteration]) => iteration === 1).length, 1, "it is there now");
});

test("another layer or example of an earlier frame is computed again, and stays", () => {
  const { lookAt, answer, settle, sent, store } = made();
  lookAt(1);
  answer(1, { "0/source": array(7) });
  store.lookAgain({ lane: 0, layer: 0, example: 3 });
  equal(store.state.frame.arrays["0/h"], undefined, "that was of another example");
  equal(store.state.past, 1);
  settle();
  const { watch } = store.state.studies.frame.request;
  deepEqual([watch.example, watch.views], [3, ["states", "prediction", "gates", "source"]]);
  const found = Object.fromEntries([...held, "source"].map((name) => [`0/${name}`, array(9)]));
  answer(1, found, { example: JSON.stringify({ kind: "numbers" }) });
  equal(store.state.frame.arrays["0/h"].data[0], 9);
  deepEqual(store.state.example, { kind: "numbers" });
  const asked = sent.length;
  lookAt(2);
  equal(store.state.watch.example, 0, "that was recorded with the first");
  lookAt(1);
  equal(store.state.watch.example, 3);
  equal(sent.filter(([iteration]) => iteration === 1).length, asked, "it is there now");
});

test("one that was left before it came is asked for again", () => {
  const { lookAt, sent, ended, store } = made();
  lookAt(1);
  lookAt(null);
  equal(ended(), 1);
  equal(store.state.studies.frame, undefined);
  lookAt(1);
  deepEqual(
    sent.map(([iteration]) => iteration),
    [1, 1],
  );
});

test("another iteration takes its place, and coming back asks once more", () => {
  const { lookAt, sent } = made();
  lookAt(1);
  lookAt(2);
  lookAt(1);
  deepEqual(
    sent.map(([iteration]) => iteration),
    [1, 2, 1],
  );
});

test("what the engine does not have is asked for once", () => {
  const { lookAt, answer, sent } = made();
  lookAt(1);
  answer(1, {});
  lookAt(2);
  answer(2, {});
  lookAt(1);
  equal(sent.length, 2);
});

test("another run forgets what was answered", () => {
  const { lookAt, answer, sent, store } = made();
  lookAt(1);
  answer(1, {});
  lookAt(null);
  store.set({ recipe: /** @type {any} */ ({ ...RECIPE, seed: 4 }), studies: {} });
  lookAt(1);
  equal(sent.length, 2);
});
