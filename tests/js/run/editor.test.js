import assert from "node:assert/strict";
import { test } from "node:test";

import { folded } from "../../../static/js/recipe/in_force.js";
import { withValues } from "../../../static/js/recipe/recipe.js";
import { createEditor } from "../../../static/js/run/editor.js";
import { createClock } from "../clock.js";

const RECIPE = {
  seed: 0,
  task: { name: "adding", seq_len: 50 },
  batch_size: 32,
  base: { cell: "lstm", hidden_size: 32, learning_rate: 0.003, clip: "norm", truncate: null },
  lanes: [{ cell: "rnn" }, { cell: "lstm", hidden_size: 8 }],
  tweaks: [],
};

function setUp(recipe = RECIPE) {
  const clock = createClock();
  const run = { recipe: structuredClone(recipe), reached: 10 };
  const sent = [];
  const edits = [];
  const taken = [];
  const shown = { drafts: new Map(), errors: new Map() };
  const starts = []; // requests that are not answered yet
  let request = null; // the last tweak or new name
  let heard = true;
  const editor = createEditor({
    live: ["learning_rate", "clip", "truncate"],
    run: () => run,
    start: (next, { edit, ...options }) => {
      sent.push({ start: next, ...options });
      starts.push({ type: "start", edit });
    },
    starts: () => starts,
    tweak: (lane, changes) => {
      if (heard) sent.push({ tweak: changes, lane });
      request = { type: "tweak", lane, changes };
      return heard;
    },
    rename: (lane, name) => {
      if (heard) sent.push({ rename: name, lane });
      request = { type: "rename", lane, name };
      return heard;
    },
    onEdit: (what, form, how) => edits.push({ what, form, ...how }),
    onChange: (patch) => Object.assign(shown, patch),
    onTaken: (along) => taken.push(along),
    clock,
  });
  return {
    editor,
    clock,
    run,
    sent,
    edits,
    taken,
    shown,
    form: () => withValues(folded(run.recipe, run.reached), shown.drafts),
    deafen: () => (heard = false),
    hear: () => (heard = true),
    /** The server announces the run of the first start under way. */
    ready: (announced) => editor.ready(announced, starts.shift()?.edit),
    /** The server refuses the last tweak or name. */
    refuseTweak: (problems) => editor.refuse(problems, request),
    /** The server refuses the first start under way. */
    refuseStart: (problems) => editor.refuse(problems, starts.shift()),
    /** A new connection: of the starts under way, the last alone is sent again. */
    reconnect: () => starts.splice(0, starts.length - 1),
    /** The server takes the last start. */
    accept() {
      run.recipe = sent.at(-1).start;
      editor.ready(run.recipe, starts.shift()?.edit);
    },
    /** The server takes a tweak. */
    take(lane, changes) {
      const tweak = { iteration: run.reached, lane, changes };
      run.recipe = { ...run.recipe, tweaks: [...run.recipe.tweaks, tweak] };
      editor.settled();
    },
  };
}

const problem = (field, message = `${field} is bad`) => ({ field, message });

test("a live field is tweaked at once, without a start", () => {
  const { editor, clock, sent } = setUp();
  editor.change("base.learning_rate", 0.01);
  assert.deepEqual(sent, [{ tweak: { learning_rate: 0.01 }, lane: null }]);
  clock.pass(1000);
  assert.equal(sent.length, 1);
});

test("a lane's live field is tweaked in that lane alone", () => {
  const { editor, sent } = setUp();
  editor.change("lanes.1.clip", "none");
  assert.deepEqual(sent, [{ tweak: { clip: "none" }, lane: 1 }]);
});

test("while a slider moves, one tweak goes every 50 ms, and the last value is not lost", () => {
  const { editor, clock, sent } = setUp();
  for (let step = 1; step <= 20; step += 1) {
    editor.change("base.learning_rate", step);
    clock.pass(10);
  }
  clock.pass(100);
  const values = sent.map(({ tweak }) => tweak.learning_rate);
  assert.equal(values[0], 1);
  assert.equal(values.at(-1), 20);
  assert.ok(values.length <= 5, `${values}`);
});

test("what is typed waits until the typing stops", () => {
  const { editor, clock, sent } = setUp();
  for (const value of [1, 0.1, 0.01]) {
    editor.change("base.learning_rate", value, { typing: true });
    clock.pass(200);
  }
  assert.deepEqual(sent, []);
  clock.pass(400);
  assert.deepEqual(sent, [{ tweak: { learning_rate: 0.01 }, lane: null }]);
});

test("Enter sends what is typed at once, and once", () => {
  const { editor, clock, sent } = setUp();
  editor.change("base.learning_rate", 0.01, { typing: true });
  editor.change("base.learning_rate", 0.01);
  clock.pass(1000);
  assert.equal(sent.length, 1);
});

test("a select tells of its choice twice, and it is sent once", () => {
  const { editor, clock, sent } = setUp();
  editor.change("base.clip", "none");
  editor.change("base.clip", "none");
  clock.pass(1000);
  assert.deepEqual(sent, [{ tweak: { clip: "none" }, lane: null }]);
});

test("any other field starts anew when it has come to rest", () => {
  const { editor, clock, sent } = setUp();
  editor.change("base.hidden_size", 40);
  clock.pass(100);
  editor.change("base.hidden_size", 64);
  clock.pass(249);
  assert.deepEqual(sent, []);
  clock.pass(1);
  assert.equal(sent.length, 1);
  assert.equal(sent[0].start.base.hidden_size, 64);
});

test("a start has the values in force, and no tweaks", () => {
  const { editor, clock, sent, run } = setUp();
  run.recipe.tweaks = [
    { iteration: 4, lane: null, changes: { learning_rate: 0.5 } },
    { iteration: 900, lane: null, changes: { learning_rate: 7 } },
  ];
  editor.change("seed", 3);
  clock.pass(250);
  assert.equal(sent[0].start.base.learning_rate, 0.5);
  assert.deepEqual(sent[0].start.tweaks, []);
  assert.equal(sent[0].start.seed, 3);
});

test("a value that is in force already changes nothing", () => {
  const { editor, clock, sent, shown } = setUp();
  editor.change("base.learning_rate", 0.003);
  editor.change("lanes.1.hidden_size", 8);
  clock.pass(1000);
  assert.deepEqual(sent, []);
  assert.equal(shown.drafts.size, 0);
});

test("a draft is shown until the server has taken it", () => {
  const { editor, shown, take } = setUp();
  editor.change("base.learning_rate", 0.01);
  assert.equal(shown.drafts.get("base.learning_rate"), 0.01);
  take(null, { learning_rate: 0.01 });
  assert.equal(shown.drafts.size, 0);
});

test("an answer to an earlier value of a moving slider leaves the draft", () => {
  const { editor, clock, shown, take } = setUp();
  editor.change("base.learning_rate", 0.01);
  clock.pass(60);
  editor.change("base.learning_rate", 0.02);
  take(null, { learning_rate: 0.01 });
  assert.equal(shown.drafts.get("base.learning_rate"), 0.02);
});

test("a refused tweak is said beside its field, and stays to be put right", () => {
  const { editor, shown, take, refuseTweak } = setUp();
  editor.change("base.learning_rate", -1);
  assert.ok(refuseTweak([problem("changes.learning_rate")]));
  assert.equal(shown.errors.get("base.learning_rate").message, "changes.learning_rate is bad");
  assert.equal(shown.drafts.get("base.learning_rate"), -1);
  editor.change("base.learning_rate", 0.01);
  take(null, { learning_rate: 0.01 });
  assert.equal(shown.errors.size, 0);
});

test("a refused tweak of a lane is said beside that lane's field", () => {
  const { editor, shown, refuseTweak } = setUp();
  editor.change("lanes.1.learning_rate", -1);
  refuseTweak([problem("changes.learning_rate")]);
  assert.deepEqual([...shown.errors.keys()], ["lanes.1.learning_rate"]);
});

test("going back to the value in force clears the complaint without a word to the server", () => {
  const { editor, clock, shown, sent, refuseStart } = setUp();
  editor.change("base.hidden_size", 9999);
  clock.pass(250);
  refuseStart([problem("base.hidden_size")]);
  assert.equal(shown.errors.size, 1);
  editor.change("base.hidden_size", 32);
  clock.pass(1000);
  assert.equal(shown.errors.size, 0);
  assert.equal(shown.drafts.size, 0);
  assert.equal(sent.length, 1);
});

test("a refused value does not hold up a good one that is changed later", () => {
  const { editor, clock, shown, sent, accept, refuseStart } = setUp();
  editor.change("base.hidden_size", 9999);
  clock.pass(250);
  refuseStart([problem("base.hidden_size")]);
  editor.change("batch_size", 8);
  clock.pass(250);
  assert.equal(sent.at(-1).start.base.hidden_size, 9999);
  refuseStart([problem("base.hidden_size")]);
  assert.equal(sent.at(-1).start.base.hidden_size, 32);
  assert.equal(sent.at(-1).start.batch_size, 8);
  accept();
  assert.deepEqual([...shown.drafts], [["base.hidden_size", 9999]]);
  assert.ok(shown.errors.has("base.hidden_size"));
});

test("two values that are too much together can be put right by either", () => {
  const { editor, clock, shown, sent, accept, refuseStart } = setUp();
  editor.change("batch_size", 512);
  clock.pass(250);
  refuseStart([problem("base.hidden_size")]);
  assert.equal(sent.length, 1);
  editor.change("base.hidden_size", 8);
  clock.pass(250);
  assert.equal(sent.at(-1).start.batch_size, 512);
  assert.equal(sent.at(-1).start.base.hidden_size, 8);
  accept();
  assert.equal(shown.drafts.size, 0);
  assert.equal(shown.errors.size, 0);
});

test("while a start is on its way, a live change joins the next one", () => {
  const { editor, clock, sent, accept, shown } = setUp();
  editor.change("seed", 3);
  clock.pass(250);
  editor.change("base.learning_rate", 0.01);
  accept();
  clock.pass(250);
  assert.equal(sent.at(-1).start.base.learning_rate, 0.01);
  assert.equal(sent.at(-1).start.seed, 3);
  accept();
  assert.equal(shown.drafts.size, 0);
});

test("back to the shared value takes the lane's own away, in a new start", () => {
  const { editor, clock, sent } = setUp();
  editor.change("lanes.1.hidden_size", undefined);
  clock.pass(250);
  assert.deepEqual(sent.at(-1).start.lanes, [{ cell: "rnn" }, { cell: "lstm" }]);
});

test("another task replaces the whole task, and what was typed for the old one", () => {
  const { editor, clock, sent } = setUp();
  editor.change("task.seq_len", 9999);
  editor.replace("task", { name: "copy", seq_len: 30 });
  assert.deepEqual(sent.at(-1).start.task, { name: "copy", seq_len: 30 });
  clock.pass(1000);
  assert.equal(sent.length, 1);
});

test("another task is read with no state to carry; undoing it carries on", () => {
  const { editor, sent, edits, accept, form } = setUp({ ...RECIPE, stateful: true });
  editor.replace("task", { name: "copy", seq_len: 30 });
  assert.equal(sent.at(-1).start.stateful, false);
  accept();
  editor.restore(edits[0].form);
  accept();
  assert.equal(form().stateful, true);
});

test("lanes are replaced at once", () => {
  const { editor, sent } = setUp();
  editor.replace("lanes", [{ cell: "gru" }]);
  assert.deepEqual(sent[0].start.lanes, [{ cell: "gru" }]);
});

test("reset starts the values of the forms from iteration 0, paused", () => {
  const { editor, sent, run, refuseTweak } = setUp();
  run.recipe.tweaks = [{ iteration: 4, lane: 0, changes: { learning_rate: 0.5 } }];
  editor.change("base.learning_rate", -1);
  refuseTweak([problem("changes.learning_rate")]);
  editor.reset();
  assert.equal(sent.at(-1).play, false);
  assert.deepEqual(sent.at(-1).start.lanes[0], { cell: "rnn", learning_rate: 0.5 });
  assert.equal(sent.at(-1).start.base.learning_rate, 0.003);
  assert.deepEqual(sent.at(-1).start.tweaks, []);
});

test("reset forgets what was refused, and the form returns to the value in force", () => {
  const { editor, clock, sent, shown, refuseStart } = setUp();
  editor.change("base.hidden_size", 9999);
  clock.pass(250);
  refuseStart([problem("base.hidden_size")]);
  editor.reset();
  assert.equal(shown.drafts.size + shown.errors.size, 0);
  assert.equal(sent.at(-1).start.base.hidden_size, 32);
});

test("a value that is refused only after the reset does not hold it up", () => {
  const { editor, sent, shown, refuseTweak, refuseStart } = setUp();
  editor.change("base.learning_rate", -1);
  editor.reset();
  assert.equal(sent.at(-1).start.base.learning_rate, -1);
  refuseTweak([problem("changes.learning_rate")]);
  refuseStart([problem("base.learning_rate")]);
  assert.equal(sent.at(-1).start.base.learning_rate, 0.003);
  assert.equal(sent.at(-1).play, false);
  assert.equal(shown.drafts.size + shown.errors.size, 0);
});

test("a tweak that nobody heard is said again to the server that comes back", () => {
  const { editor, clock, sent, run, deafen, hear, ready } = setUp();
  deafen();
  editor.change("base.learning_rate", 0.01);
  clock.pass(1000);
  assert.deepEqual(sent, []);
  hear();
  ready(run.recipe);
  assert.deepEqual(sent, [{ tweak: { learning_rate: 0.01 }, lane: null }]);
});

test("starts are answered in turn", () => {
  const { editor, clock, sent, shown, run, refuseStart, ready } = setUp();
  editor.change("seed", 1);
  clock.pass(250);
  editor.change("batch_size", 0);
  clock.pass(250);
  assert.equal(sent.length, 2);
  run.recipe = sent[0].start;
  ready(run.recipe);
  assert.deepEqual([...shown.drafts], [["batch_size", 0]]);
  assert.ok(refuseStart([problem("batch_size")]));
  assert.deepEqual([...shown.errors.keys()], ["batch_size"]);
});

test("of several starts that a lost connection left open, one is answered", () => {
  const { editor, clock, sent, shown, run, ready, reconnect } = setUp();
  editor.change("seed", 1);
  clock.pass(250);
  editor.change("seed", 2);
  clock.pass(250);
  reconnect();
  run.recipe = sent.at(-1).start;
  ready(run.recipe);
  assert.equal(shown.drafts.size, 0);
  editor.change("base.learning_rate", 0.5);
  assert.deepEqual(sent.at(-1), { tweak: { learning_rate: 0.5 }, lane: null });
});

test("when another link is opened, nothing is left of what was changed", () => {
  const { editor, clock, sent, shown, run, refuseTweak, ready } = setUp();
  editor.change("base.learning_rate", -1);
  refuseTweak([problem("changes.learning_rate")]);
  editor.change("base.clip", "none", { typing: true });
  editor.change("seed", 4);
  const before = sent.length;
  editor.forget();
  clock.pass(1000);
  ready(run.recipe);
  assert.equal(sent.length, before);
  assert.equal(shown.drafts.size + shown.errors.size, 0);
});

test("a complaint that is about nothing of ours is handed back", () => {
  const { editor } = setUp();
  assert.equal(editor.refuse([problem("viewers")], null), false);
});

test("before there is a run, nothing is sent", () => {
  const { editor, clock, sent, run } = setUp();
  run.recipe = null;
  editor.change("base.hidden_size", 4);
  editor.replace("lanes", []);
  editor.reset();
  clock.pass(1000);
  assert.deepEqual(sent, []);
});

test("a lane's name is told to the run, which goes on", () => {
  const { editor, clock, run, sent, shown } = setUp();
  editor.change("lanes.1.name", "mine");
  clock.pass(1000);
  assert.deepEqual(sent, [{ rename: "mine", lane: 1 }]);
  run.recipe = withValues(run.recipe, [["lanes.1.name", "mine"]]);
  editor.settled();
  assert.equal(shown.drafts.size, 0);
  editor.change("lanes.1.name", null);
  clock.pass(1000);
  assert.deepEqual(sent.at(-1), { rename: null, lane: 1 });
  run.recipe = withValues(run.recipe, [["lanes.1.name", undefined]]);
  editor.settled();
  assert.equal(shown.drafts.size, 0);
});

test("a name that is typed while a start is due goes with it", () => {
  const { editor, clock, sent } = setUp();
  editor.change("seed", 3);
  editor.change("lanes.0.name", "mine");
  clock.pass(1000);
  assert.equal(sent.length, 1);
  assert.equal(sent[0].start.lanes[0].name, "mine");
});

test("a name that is refused is told beside the name", () => {
  const { editor, shown, refuseTweak } = setUp();
  editor.change("lanes.1.name", "x".repeat(50));
  assert.ok(refuseTweak([problem("name")]));
  assert.ok(shown.errors.has("lanes.1.name"));
});

test("every edit is told with the form before it, and what changes nothing is not", () => {
  const { editor, edits } = setUp();
  editor.change("base.learning_rate", 0.003);
  editor.change("base.learning_rate", 0.01);
  editor.change("base.learning_rate", 0.01);
  editor.change("batch_size", 8);
  editor.replace("lanes", [{ cell: "gru" }]);
  assert.deepEqual(
    edits.map(({ what }) => what),
    ["base.learning_rate", "batch_size", "lanes"],
  );
  assert.deepEqual(edits[0].form, RECIPE);
  assert.equal(edits[1].form.base.learning_rate, 0.01);
  assert.equal(edits[2].form.batch_size, 8);
  assert.deepEqual(
    edits.map(({ whole }) => whole),
    [false, false, true],
  );
});

test("a live edit is taken back by a tweak, also before the server has taken it", () => {
  const { editor, clock, sent, edits, form, take } = setUp();
  editor.change("base.learning_rate", 0.01);
  editor.restore(edits[0].form);
  clock.pass(100);
  assert.deepEqual(
    sent.map(({ tweak }) => tweak),
    [{ learning_rate: 0.01 }, { learning_rate: 0.003 }],
  );
  take(null, { learning_rate: 0.01 });
  take(null, { learning_rate: 0.003 });
  assert.deepEqual(form(), RECIPE);
  assert.equal(edits.length, 1);
});

test("any other edit is taken back by a start with the form as it stood", () => {
  const { editor, clock, sent, edits, form, accept } = setUp();
  editor.change("base.hidden_size", 64);
  clock.pass(300);
  accept();
  editor.replace("task", { name: "copy", seq_len: 30 });
  accept();
  editor.replace("lanes", [{ cell: "gru" }]);
  accept();
  for (const { form: before } of edits.toReversed()) {
    editor.restore(before);
    accept();
    assert.deepEqual(form(), before);
  }
  assert.deepEqual(form(), RECIPE);
  assert.equal(sent.length, 6);
});

test("a value that a lane has got of its own is taken from it again", () => {
  const { editor, edits, form, take, accept } = setUp();
  editor.change("lanes.0.learning_rate", 0.5);
  take(0, { learning_rate: 0.5 });
  editor.restore(edits[0].form);
  accept();
  assert.deepEqual(form().lanes, RECIPE.lanes);
  assert.deepEqual(form(), RECIPE);
});

test("what was changed but not begun yet is taken back without a start", () => {
  const { editor, clock, sent, edits, form } = setUp();
  editor.change("base.hidden_size", 64);
  editor.restore(edits[0].form);
  clock.pass(1000);
  assert.deepEqual(sent, []);
  assert.deepEqual(form(), RECIPE);
});

test("a refused value is taken back with its complaint, and nothing is sent for it", () => {
  const { editor, clock, sent, edits, shown, refuseTweak } = setUp();
  editor.change("base.learning_rate", -1);
  refuseTweak([problem("changes.learning_rate")]);
  editor.restore(edits[0].form);
  clock.pass(1000);
  assert.equal(sent.length, 1);
  assert.equal(shown.errors.size + shown.drafts.size, 0);
});

test("what goes along with lanes is told once the run has them, and shown until then", () => {
  const { editor, clock, taken, shown, accept } = setUp();
  editor.replace("lanes", [{ cell: "lstm" }], "one");
  assert.equal(shown.along, "one");
  editor.change("batch_size", 4);
  clock.pass(1000);
  assert.deepEqual(taken, []);
  accept();
  assert.deepEqual(taken, ["one"]);
  assert.equal(shown.along, null);
  accept();
  assert.deepEqual(taken, ["one"], "the second start had nothing new to tell");
});

test("of lanes that changed twice each run has what went along with its own", () => {
  const { editor, run, sent, taken, shown, ready } = setUp();
  editor.replace("lanes", [{ cell: "lstm" }], "one");
  editor.replace("lanes", [{ cell: "lstm" }, { cell: "gru" }], "two");
  for (const { start } of [...sent]) {
    run.recipe = start;
    ready(start);
    assert.equal(taken.length, start.lanes.length);
    assert.equal(shown.along, start.lanes.length === 1 ? "two" : null);
  }
  assert.deepEqual(taken, ["one", "two"]);
});

test("lanes come back with what went along with them, at once where no run has to begin", () => {
  const { editor, form, taken, shown, accept } = setUp();
  const before = form();
  editor.replace("lanes", [{ cell: "lstm" }], "one");
  accept();
  editor.restore(before, "before");
  assert.equal(shown.along, "before");
  accept();
  assert.deepEqual(taken, ["one", "before"]);
  editor.restore(form(), "here");
  assert.deepEqual(taken, ["one", "before", "here"]);
  assert.equal(shown.along, null);
});

test("another change that is taken back leaves what goes along with lanes under way", () => {
  const { editor, clock, form, taken, shown, accept } = setUp();
  editor.change("batch_size", 4);
  clock.pass(1000);
  accept();
  editor.replace("lanes", [{ cell: "lstm" }], "one");
  editor.restore({ ...form(), batch_size: 32 });
  assert.equal(shown.along, "one");
  accept();
  assert.deepEqual(taken, ["one"]);
});

test("what goes along with lanes that are refused or forgotten is dropped with them", () => {
  const { editor, taken, shown, accept, refuseStart, ready } = setUp();
  editor.replace("lanes", [], "none");
  refuseStart([problem("lanes")]);
  assert.equal(shown.along, "none");
  editor.reset();
  assert.equal(shown.along, null);
  accept();
  editor.replace("lanes", [{ cell: "gru" }], "one");
  editor.forget();
  ready(RECIPE);
  assert.equal(shown.along, null);
  assert.deepEqual(taken, []);
});

test("a refused tweak is said at the field of its own lane, in whatever order answers come", () => {
  const { editor, clock, shown } = setUp();
  editor.change("lanes.1.learning_rate", -1);
  clock.pass(60);
  editor.change("base.learning_rate", 0.01);
  const changes = { learning_rate: -1 };
  editor.refuse([problem("changes.learning_rate")], { type: "tweak", lane: 1, changes });
  assert.deepEqual([...shown.errors.keys()], ["lanes.1.learning_rate"]);
});

test("a tweak that is refused for no field of its own returns to the value in force", () => {
  const { editor, shown, refuseTweak } = setUp();
  editor.change("base.learning_rate", 0.01);
  assert.equal(refuseTweak([problem("tweaks")]), false);
  assert.equal(shown.drafts.size + shown.errors.size, 0);
});

test("a refused watch while a start is under way is no matter of the form", () => {
  const { editor, clock, shown, accept } = setUp();
  editor.change("seed", 3);
  clock.pass(250);
  assert.equal(editor.refuse([problem("example")], { type: "watch" }), false);
  assert.equal(shown.errors.size, 0);
  accept();
  assert.equal(shown.drafts.size, 0);
});

test("a start that was given up is no matter of the form when it is refused", () => {
  const { editor, clock, shown, refuseStart } = setUp();
  editor.change("seed", -1);
  clock.pass(250);
  editor.forget();
  assert.equal(refuseStart([problem("seed")]), false);
  assert.equal(shown.errors.size, 0);
});

test("a refusal that comes after another value is no matter of that value", () => {
  const { editor, clock, shown } = setUp();
  editor.change("base.learning_rate", -1);
  clock.pass(60);
  editor.change("base.learning_rate", 0.01);
  const request = { type: "tweak", lane: null, changes: { learning_rate: -1 } };
  assert.equal(editor.refuse([problem("changes.learning_rate")], request), true);
  assert.equal(shown.errors.size, 0);
  assert.equal(shown.drafts.get("base.learning_rate"), 0.01);
});

test("reset gets by a change whose start is refused at a field that nobody changed", () => {
  const { editor, clock, sent, shown, refuseStart } = setUp();
  editor.change("batch_size", 512);
  clock.pass(250);
  refuseStart([problem("base.hidden_size")]);
  editor.reset();
  assert.equal(sent.at(-1).start.batch_size, 32);
  assert.equal(shown.drafts.size + shown.errors.size, 0);
});

test("a reset that is refused itself goes back to the values in force, and ends there", () => {
  const { editor, sent, refuseStart } = setUp();
  editor.change("batch_size", 512);
  editor.reset();
  assert.equal(sent.at(-1).start.batch_size, 512);
  refuseStart([problem("base.hidden_size")]);
  assert.equal(sent.at(-1).start.batch_size, 32);
  assert.equal(sent.length, 2);
  refuseStart([problem("base.hidden_size")]);
  assert.equal(sent.length, 2);
});
