import assert from "node:assert/strict";
import { test } from "node:test";

import { keepSight } from "../../../static/js/page/sight.js";
import { createStore } from "../../../static/js/state/store.js";

function setUp() {
  const store = createStore();
  const panels = new Map(["network", "cell"].map((id) => [{ id }, id]));
  let report;
  let options;
  const observed = [];
  class Observer {
    constructor(listener, given) {
      report = listener;
      options = given;
    }
    observe(element) {
      observed.push(element);
    }
  }
  keepSight({ store, panels, Observer });
  const [network, cell] = panels.keys();
  const scroll = (target, isIntersecting) => report([{ target, isIntersecting }]);
  return { store, network, cell, scroll, observed, options };
}

test("every panel is observed, with a screen to spare", () => {
  const { observed, network, cell, options } = setUp();
  assert.deepEqual(observed, [network, cell]);
  assert.equal(options.rootMargin, "100% 0px");
});

test("a panel is away while it is far off the screen", () => {
  const { store, network, cell, scroll } = setUp();
  scroll(network, true);
  scroll(cell, false);
  assert.deepEqual(store.state.away, ["cell"]);
  scroll(network, false);
  assert.deepEqual(store.state.away, ["network", "cell"]);
  scroll(cell, true);
  assert.deepEqual(store.state.away, ["network"]);
});
