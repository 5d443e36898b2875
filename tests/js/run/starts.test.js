import assert from "node:assert/strict";
import { test } from "node:test";

import { toFragment } from "../../../static/js/recipe/link.js";
import { createPage, frameOf, ready, RECIPE } from "../page.js";

const DEFAULTS = { recipe: RECIPE, tasks: {} };
const addressOf = (recipe, place) => `http://lab.test/${toFragment(recipe, DEFAULTS, place)}`;
const starts = (page) => page.heard("start").map(([, recipe, options]) => [recipe.seed, options]);
const refusal = {
  type: "error",
  field: "seed",
  message: "No.",
  detail: [{ field: "seed", message: "No." }],
};

test("a plain visit plays by itself, a link does not", () => {
  const page = createPage();
  page.starts.visit("http://lab.test/", { autoplay: true });
  assert.deepEqual(page.heard("start"), [["start", {}, { play: true, at: 0 }]]);
  assert.equal(page.store.state.wanted, true);
  page.starts.visit(addressOf({ ...RECIPE, seed: 4 }), { autoplay: true });
  assert.deepEqual(starts(page), [[4, { play: false, at: 0 }]]);
  assert.equal(page.store.state.wanted, false);
});

test("a link brings its view, selection and watched lane, and goes on to its iteration", () => {
  const page = createPage();
  const place = { at: 30, cursor: { t: 3, unit: 1 }, watch: { lane: 0 }, view: { flow: "source" } };
  const recipe = { ...RECIPE, seed: 4 };
  page.starts.visit(addressOf(recipe, place), { autoplay: true });
  assert.equal(page.store.state.view.flow, "source");
  assert.deepEqual(page.store.state.selection, { t: 3, unit: 1 });
  page.inbox.message(ready(recipe));
  page.inbox.frame(frameOf(0));
  assert.deepEqual(starts(page), [
    [4, { play: false, at: 0 }],
    [4, { play: false, at: 30 }],
  ]);
  assert.equal(page.store.state.frame, null);
  page.inbox.message(ready(recipe, 30));
  page.inbox.frame(frameOf(30));
  assert.equal(page.store.state.frame.iteration, 30);
  assert.equal(page.store.state.first.iteration, 0);
  assert.equal(page.store.state.watch.lane, 0);
});

test("a place that makes no sense is left out", () => {
  const page = createPage();
  const place = { at: -2, cursor: { t: "x", unit: 1.5 } };
  page.starts.visit(addressOf({ ...RECIPE, seed: 4 }, place), { autoplay: false });
  assert.deepEqual(page.store.state.selection, { t: null, unit: null });
  assert.deepEqual(starts(page), [[4, { play: false, at: 0 }]]);
});

test("a preset begins with the usual landscape: another network has other weights", () => {
  const page = createPage();
  const view = { ...page.store.state.view, extent: 1e-5, first: "readout.bias[0]", draw: 2 };
  page.store.set({ view });
  page.starts.open(RECIPE, { view: { story: "landscape" } });
  assert.equal(page.store.state.view.extent, 1e-5, "no preset");
  page.starts.open({ ...RECIPE, seed: 4 }, { preset: "echo", view: { story: "landscape" } });
  const { extent, first, draw } = page.store.state.view;
  assert.deepEqual([extent, first, draw], [null, null, 0]);
});

test("where the server refuses a link's recipe, the default one begins, once", () => {
  const page = createPage();
  page.starts.visit(addressOf({ ...RECIPE, seed: 4 }), { autoplay: true });
  page.heard();
  page.inbox.message(refusal);
  assert.deepEqual(page.heard("start"), [["start", {}, { play: false, at: 0 }]]);
  assert.match(page.store.state.notice, /^This link's recipe was refused\. No\./);
  page.inbox.message(refusal);
  assert.deepEqual(page.heard("start"), []);
  assert.equal(page.store.state.notice, "No.");
});

test("what is refused after the server took the link is no matter of the link", () => {
  const page = createPage();
  page.starts.visit(addressOf({ ...RECIPE, seed: 4 }), { autoplay: true });
  page.inbox.message(ready({ ...RECIPE, seed: 4 }));
  page.heard();
  page.inbox.message(refusal);
  assert.deepEqual(page.heard("start"), []);
});

test("a fork begins at the iteration that is shown, and compares with nothing after it", () => {
  const page = createPage();
  const tweaks = [1, 3].map((iteration) => ({ iteration, changes: { learning_rate: iteration } }));
  page.run({ ...RECIPE, tweaks }, 1, 2, 3, 4);
  page.store.pin(2);
  page.playback.lookAt(2);
  page.starts.fork();
  const [[, recipe, options]] = page.heard("start");
  assert.deepEqual(recipe.tweaks, tweaks.slice(0, 1));
  assert.deepEqual(options, { play: false, at: 2 });
  assert.equal(page.store.state.pinned, null);
  assert.deepEqual(page.said, [
    "Forked at iteration 2: a new run goes on from here, without one later change of the run " +
      "before; that run stays in Training, dashed.",
  ]);
});

test("a fork of the latest iteration keeps what was changed there and acts from the next on", () => {
  const page = createPage();
  const tweaks = [{ iteration: 3, lane: 0, changes: { truncate: 10 } }];
  page.run({ ...RECIPE, tweaks }, 1, 2);
  page.starts.fork();
  const [[, recipe]] = page.heard("start");
  assert.deepEqual(recipe.tweaks, tweaks);
  assert.match(page.said[0], /^Forked at iteration 2: .* with all changes so far\.$/);
});

test("what is compared with stays where it lies before the fork", () => {
  const page = createPage();
  page.run(RECIPE, 1, 2);
  page.store.pin(1);
  page.starts.fork();
  assert.equal(page.store.state.pinned.iteration, 1);
});

test("another recipe has its view at once, and shows all its lanes once they are there", () => {
  const page = createPage();
  page.run();
  page.watched.view({ hidden: [0], colors: [1, 2] });
  const recipe = { ...RECIPE, seed: 7 };
  page.starts.open(recipe, { preset: "echo", view: { flow: "spectrum" }, play: true });
  const { view, preset, undoable, wanted } = page.store.state;
  assert.deepEqual([view.flow, preset, wanted], ["spectrum", "echo", true]);
  assert.equal(undoable.undo, "recipe");
  assert.deepEqual(starts(page), [[7, { play: true, at: 0 }]]);
  assert.deepEqual([view.hidden, view.colors], [[0], [1, 2]]);
  page.run(recipe);
  const { hidden, colors } = page.store.state.view;
  assert.deepEqual([hidden, colors], [[], []]);
});

test("the lane that a link watches is no matter of the run after it", () => {
  const page = createPage();
  const recipe = { ...RECIPE, seed: 4 };
  page.starts.visit(addressOf(recipe, { watch: { lane: 0 } }), { autoplay: false });
  page.run(recipe);
  assert.equal(page.store.state.watch.lane, 0);
  page.watched.watch({ lane: 1 });
  page.run({ ...recipe, seed: 5 });
  assert.equal(page.store.state.watch.lane, 1);
});

const problemOf = (field, message = "No.") => ({
  type: "error",
  field,
  message,
  detail: [{ field, message }],
});

for (const field of ["seed", "at", "recipe", "lanes.0.cell", "tweaks.0.lane", "lane", "message"]) {
  test(`whatever of a link is refused, a run begins, as for ${field}`, () => {
    const page = createPage();
    page.starts.visit(addressOf({ ...RECIPE, seed: 4 }, { at: 30 }), { autoplay: true });
    page.heard();
    page.inbox.message(problemOf(field));
    assert.deepEqual(page.heard("start"), [["start", {}, { play: false, at: 0 }]]);
    assert.equal(
      page.store.state.notice,
      "This link's recipe was refused. No. Here is the default recipe.",
    );
    page.inbox.message(ready());
    page.inbox.frame(frameOf(0));
    assert.equal(page.store.state.frame.iteration, 0);
  });
}

test("a refused link in a page that has a run leaves the run and how it is looked at", () => {
  const page = createPage();
  page.run(RECIPE, 1);
  page.watched.view({ flow: "source", hidden: [1] });
  page.cursor.select({ t: 3, unit: 2 });
  const place = { cursor: { t: 7, unit: 0 }, view: { flow: "spectrum", hidden: [0] } };
  page.starts.visit(addressOf({ ...RECIPE, seed: 4 }, place), { autoplay: false });
  page.heard();
  page.inbox.message(problemOf("seed"));
  const { view, selection, frame, notice, heading } = page.store.state;
  assert.deepEqual([view.flow, view.hidden, frame.iteration], ["source", [1], 1]);
  assert.deepEqual(selection, { t: 3, unit: 2 });
  assert.equal(notice, "This link's recipe was refused. No. The run before it goes on.");
  assert.equal(heading, null);
  assert.deepEqual(page.heard("start"), []);
});

test("a run that cannot be brought to where its link leads is shown at its beginning", () => {
  const page = createPage();
  page.starts.visit(addressOf(RECIPE, { at: 30 }), { autoplay: false });
  page.inbox.message(ready());
  page.inbox.frame(frameOf(0));
  assert.equal(page.store.state.frame, null);
  page.inbox.message(problemOf("at"));
  const { frame, first, recipe, notice, heading } = page.store.state;
  assert.deepEqual([frame.iteration, first.iteration, recipe.seed], [0, 0, 0]);
  assert.deepEqual([notice, heading], ["No.", null]);
  page.heard();
  page.editor.reset();
  assert.deepEqual(page.heard("start"), [["start", RECIPE, { play: false, at: 0 }]]);
});

test("a run that cannot be brought back gives way to the default one, and that to nothing", () => {
  const page = createPage();
  page.run(RECIPE, 1);
  page.socket.hasRun = false;
  page.inbox.connection({ state: "open", replayTo: 1 });
  page.inbox.message(problemOf("at"), { type: "start", recipe: RECIPE, at: 1 });
  assert.deepEqual(page.heard("start"), [["start", {}, { play: false, at: 0 }]]);
  assert.equal(
    page.store.state.notice,
    "The run could not be brought back. No. Here is the default recipe.",
  );
  page.inbox.message(problemOf("message", "Not that either."));
  assert.deepEqual(page.heard("start"), []);
  assert.equal(page.store.state.notice, "Not that either.");
});

test("a connection for which nothing is left to ask begins with the default recipe", () => {
  const page = createPage();
  page.inbox.connection({ state: "open", replayTo: null, idle: true });
  assert.deepEqual(page.heard("start"), [["start", {}, { play: false, at: 0 }]]);
});

test("a refused start of the forms says so at the field alone, and the run plays on", () => {
  const page = createPage();
  page.run(RECIPE, 1);
  page.editor.change("batch_size", 0);
  page.clock.pass(1000);
  page.heard();
  page.inbox.message(problemOf("batch_size"));
  const { notice, errors, heading } = page.store.state;
  assert.deepEqual([notice, [...errors.keys()], heading], [null, ["batch_size"], null]);
  assert.deepEqual(page.heard("start"), []);
});

test("a link that leads beyond what a run can have begins at its beginning, and says so", () => {
  const page = createPage();
  page.starts.visit(addressOf(RECIPE, { at: 1_000_001 }), { autoplay: false });
  assert.deepEqual(page.heard("start").at(-1)[2], { play: false, at: 0 });
  assert.equal(
    page.store.state.notice,
    "This link leads to iteration 1,000,001; the last that a run can have is 1,000,000. " +
      "Here is its beginning.",
  );
  page.inbox.message(ready());
  page.inbox.frame(frameOf(0));
  assert.equal(page.store.state.frame.iteration, 0);
  page.starts.visit(addressOf(RECIPE, { at: 1_000_000 }), { autoplay: false });
  assert.equal(page.store.state.notice, null);
});

test("what a link asks for is where the page is heading until it is shown", () => {
  const page = createPage();
  const heading = () => {
    const { at, pinned, watch } = page.store.state.heading ?? {};
    return [at, pinned, watch];
  };
  const place = { at: 30, pinned: 10, watch: { lane: 0 } };
  page.starts.visit(addressOf(RECIPE, place), { autoplay: false });
  assert.deepEqual(heading(), [30, 10, { lane: 0 }]);
  page.inbox.message(ready());
  page.inbox.frame(frameOf(0));
  page.inbox.message(ready(RECIPE, 10));
  page.clock.pass(150);
  assert.deepEqual(heading(), [30, 10, null]);
  assert.equal(page.store.state.watch.lane, 0);
  page.inbox.frame(frameOf(10));
  page.inbox.message(ready(RECIPE, 30));
  page.clock.pass(150);
  assert.deepEqual(heading(), [30, 10, null]);
  page.inbox.frame(frameOf(30));
  assert.equal(page.store.state.heading, null);
});

test("frames of the run before are not where a link leads", () => {
  const page = createPage();
  page.run(RECIPE, 1);
  page.starts.visit(addressOf({ ...RECIPE, seed: 4 }, { at: 30 }), { autoplay: false });
  page.inbox.frame(frameOf(50));
  assert.equal(page.store.state.heading.at, 30);
});

test("a fork, and a run that is brought back, head for their iteration", () => {
  const page = createPage();
  page.run(RECIPE, 1, 2, 3);
  page.store.pin(1);
  page.starts.fork();
  assert.deepEqual([page.store.state.heading.at, page.store.state.heading.pinned], [3, 1]);
  page.inbox.message(ready(RECIPE, 3));
  page.inbox.frame(frameOf(3));
  assert.equal(page.store.state.heading, null);
  page.inbox.connection({ state: "open", replayTo: 3 });
  assert.deepEqual([page.store.state.heading.at, page.store.state.heading.pinned], [3, 1]);
});

test("a preset that is refused leaves the run, its view and its note", () => {
  const page = createPage();
  page.run(RECIPE, 1);
  page.watched.view({ flow: "source" });
  page.starts.open({ ...RECIPE, seed: -9 }, { preset: "echo", view: { flow: "spectrum" } });
  assert.equal(page.store.state.preset, "echo");
  page.inbox.message(problemOf("seed"));
  const { view, preset, notice } = page.store.state;
  assert.deepEqual([view.flow, preset, notice], ["source", null, "No."]);
});
