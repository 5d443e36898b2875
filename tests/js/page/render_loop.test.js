import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { createScreen } from "../../../static/js/page/render_loop.js";
import { createStore } from "../../../static/js/state/store.js";

let requested = [];
let reported = [];

beforeEach(() => {
  [requested, reported] = [[], []];
  globalThis.requestAnimationFrame = (draw) => requested.push(draw);
  globalThis.reportError = (error) => reported.push(error.message);
});

afterEach(() => {
  delete globalThis.requestAnimationFrame;
  delete globalThis.reportError;
});

function setUp(...more) {
  const store = createStore();
  const themes = [];
  const drawn = [];
  const view = { render: ({ theme }) => themes.push(theme) };
  const onDrawn = (iteration) => drawn.push([iteration, themes.length]);
  return { store, themes, drawn, screen: createScreen({ store, views: [...more, view], onDrawn }) };
}

const drawAll = () => requested.splice(0).forEach((draw) => draw());

test("many changes are drawn in one frame, as the last of them left the state", () => {
  const { store, themes } = setUp();
  for (const theme of ["dark", "light", "dark"]) store.set({ theme });
  assert.equal(requested.length, 1);
  drawAll();
  assert.deepEqual(themes, ["dark"]);
  store.set({ theme: "light" });
  drawAll();
  assert.deepEqual(themes, ["dark", "light"]);
});

test("frames are told of once each, after the views have drawn", () => {
  const { store, drawn, screen } = setUp();
  screen.awaits(3);
  screen.awaits(4);
  store.set({ theme: "dark" });
  assert.deepEqual(drawn, []);
  drawAll();
  store.set({ theme: "light" });
  drawAll();
  assert.deepEqual(drawn, [
    [3, 1],
    [4, 1],
  ]);
});

test("a view that fails takes no other with it, and is reported once", () => {
  const broken = {
    render: () => {
      throw new Error("broken");
    },
  };
  const { store, themes, drawn, screen } = setUp(broken);
  for (const theme of ["dark", "light"]) {
    screen.awaits(1);
    store.set({ theme });
    drawAll();
  }
  assert.deepEqual(themes, ["dark", "light"]);
  assert.equal(drawn.length, 2);
  assert.deepEqual(reported, ["broken"]);
});
