import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";

import { createStudies } from "../../../static/js/run/studies.js";
import { createStore } from "../../../static/js/state/store.js";

const STUDY = { kind: "landscape", lane: 1 };

/** @param {Partial<State>} [state] */
function made(state = {}) {
  const frame = /** @type {any} */ ({ iteration: 7, arrays: {}, text: {} });
  const store = createStore({ frame, run: "paused", studies: {}, ...state });
  const sent = [];
  const requests = [];
  const socket = /** @type {any} */ ({
    study(study, iteration) {
      sent.push([study.kind, iteration]);
      requests.push({ type: "study", study, id: requests.length + 1 });
      return requests.at(-1);
    },
    endStudy: (kind) => sent.push([kind, "end"]),
  });
  const studies = createStudies({ store, socket });
  return { store, sent, requests, studies, of: (kind) => store.state.studies[kind] };
}

/** @param {number} id */
const findings = (id) =>
  /** @type {any} */ ({
    iteration: 7,
    arrays: { loss: { shape: [1], dtype: "F32", data: [0.5] } },
    text: { study: "landscape", id: String(id), request: '{"lane":2}', plane: "random" },
  });

test("a study is of the iteration that is shown, or of the last one of a run that plays", () => {
  for (const [state, iteration] of /** @type {[Partial<State>, number | null][]} */ ([
    [{}, 7],
    [{ run: "playing" }, null],
    [{ run: "playing", past: 7 }, 7],
  ])) {
    const { studies, sent } = made(state);
    studies.ask(STUDY);
    deepEqual(sent, [["landscape", iteration]]);
  }
});

test("it tells its progress, and what it found", () => {
  const { studies, of } = made();
  studies.ask(STUDY);
  equal(of("landscape").status, "computing");
  studies.told({ kind: "landscape", done: 0.4 });
  equal(of("landscape").done, 0.4);
  studies.found(findings(1));
  const { status, iteration, text, found } = of("landscape");
  deepEqual(
    { status, iteration, text },
    { status: "there", iteration: 7, text: { plane: "random" } },
  );
  equal(found, STUDY);
});

test("findings of a study that another has taken the place of are left", () => {
  const { studies, of } = made();
  studies.ask(STUDY);
  studies.ask({ ...STUDY, lane: 0 });
  studies.found(findings(1));
  equal(of("landscape").status, "computing");
  studies.found(findings(2));
  equal(of("landscape").status, "there");
});

test("a refusal says why, and leaves what was found before", () => {
  const { studies, of, requests } = made();
  studies.ask(STUDY);
  studies.found(findings(1));
  studies.ask(STUDY);
  const refusal = /** @type {any} */ ({ message: "no such parameter" });
  studies.refused(refusal, requests[0]);
  equal(of("landscape").status, "computing", "the first one is over");
  studies.refused(refusal, requests[1]);
  const { status, error, iteration } = of("landscape");
  deepEqual(
    { status, error, iteration },
    { status: "failed", error: refusal.message, iteration: 7 },
  );
});

test("one that is cancelled leaves what was found before, or nothing", () => {
  const { studies, of, sent } = made();
  studies.ask(STUDY);
  studies.end("landscape");
  equal(of("landscape"), undefined);
  studies.ask(STUDY);
  studies.found(findings(2));
  studies.ask(STUDY);
  studies.end("landscape");
  equal(of("landscape").status, "there");
  studies.end("landscape");
  equal(sent.filter(([, what]) => what === "end").length, 2);
});

test("what was not answered is asked for again when the run is back", () => {
  const { studies, sent } = made();
  studies.ask(STUDY);
  studies.shown();
  deepEqual(sent, [
    ["landscape", 7],
    ["landscape", 7],
  ]);
});

test("another run forgets it", () => {
  const { studies, sent, store } = made();
  studies.ask(STUDY);
  store.set({ studies: {} });
  studies.shown();
  studies.told({ kind: "landscape", done: 0.5 });
  deepEqual(store.state.studies, {});
  equal(sent.length, 1);
});

test("findings that others asked for say what that was", () => {
  const { studies, of } = made();
  studies.found(findings(9));
  deepEqual(of("landscape").request, { lane: 2 });
  deepEqual(of("landscape").text, { plane: "random" });
});
