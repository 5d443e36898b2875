import assert from "node:assert/strict";
import { test } from "node:test";

import { askWhy, watchAdmission } from "../../../static/js/run/admission.js";

function storeOf(state) {
  const listeners = [];
  const store = {
    state,
    set(patch) {
      store.state = { ...store.state, ...patch };
      for (const listener of listeners) listener(store.state);
    },
    subscribe(listener) {
      listeners.push(listener);
      return () => {};
    },
  };
  return store;
}

const turn = () => new Promise((done) => setTimeout(done, 0));

test("a lost page says why it is not let in, until it is", async () => {
  const store = storeOf({ connection: "open", refusal: null });
  let why = "Open the link.";
  let asked = 0;
  watchAdmission({
    store,
    async ask() {
      asked += 1;
      return why;
    },
  });
  store.set({ connection: "lost" });
  await turn();
  assert.equal(store.state.refusal, "Open the link.");
  store.set({ connection: "connecting" });
  assert.equal(store.state.refusal, "Open the link.");
  why = null; // the link was opened in another tab
  store.set({ connection: "lost" });
  await turn();
  assert.equal(store.state.refusal, null);
  assert.equal(asked, 2);
});

test("an answer that comes when the page is connected again is late", async () => {
  const store = storeOf({ connection: "open", refusal: null });
  watchAdmission({ store, ask: async () => "Open the link." });
  store.set({ connection: "lost" });
  store.set({ connection: "open" });
  await turn();
  assert.equal(store.state.refusal, null);
});

test("only a refusal is one", async () => {
  const answer = (status, body) => async () => ({ status, json: async () => body });
  const detail = [{ message: "Open the link." }];
  assert.equal(await askWhy(answer(401, { detail })), "Open the link.");
  assert.equal(await askWhy(answer(200, { runs: 1 })), null);
  assert.equal(await askWhy(answer(502, "")), null);
  assert.equal(await askWhy(answer(404, "not ours")), null);
  assert.equal(
    await askWhy(async () => {
      throw new TypeError("no network");
    }),
    null,
  );
});
