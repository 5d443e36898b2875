import assert from "node:assert/strict";
import { test } from "node:test";

import { folded } from "../../../static/js/recipe/in_force.js";
import {
  differingFields,
  laneValues,
  matters,
  overriddenFields,
  withCopy,
  withLane,
  withoutLane,
} from "../../../static/js/recipe/lanes.js";
import { difference, fromFragment, toFragment } from "../../../static/js/recipe/link.js";
import { forkedAt, sameUpTo, valueAt, withValues } from "../../../static/js/recipe/recipe.js";
import { same } from "../../../static/js/text/json.js";

const defaults = {
  recipe: {
    seed: 0,
    task: { name: "adding", seq_len: 50 },
    batch_size: 32,
    base: { cell: "lstm", hidden_size: 32, learning_rate: 0.003, truncate: null },
    lanes: [{ cell: "rnn" }, { cell: "lstm" }],
    tweaks: [],
  },
  tasks: {
    adding: { name: "adding", seq_len: 50 },
    next_char: { name: "next_char", seq_len: 40, text: null },
  },
};

const recipeWith = (changes) => ({ ...structuredClone(defaults.recipe), ...changes });

test("a link carries only what differs from the defaults", () => {
  assert.deepEqual(difference(defaults.recipe, defaults), {});
  const recipe = recipeWith({
    seed: 7,
    base: { ...defaults.recipe.base, learning_rate: 0.01 },
  });
  assert.deepEqual(difference(recipe, defaults), { seed: 7, base: { learning_rate: 0.01 } });
});

test("a task is compared with its own defaults and named if it is not the usual one", () => {
  const other = recipeWith({ task: { name: "next_char", seq_len: 40, text: null } });
  assert.deepEqual(difference(other, defaults), { task: { name: "next_char" } });
  const longer = recipeWith({ task: { name: "adding", seq_len: 80 } });
  assert.deepEqual(difference(longer, defaults), { task: { seq_len: 80 } });
});

test("the defaults of a task do not hide values that equal another task's", () => {
  const recipe = recipeWith({ task: { name: "next_char", seq_len: 50, text: null } });
  assert.deepEqual(difference(recipe, defaults), { task: { name: "next_char", seq_len: 50 } });
});

test("tweaks travel with their iterations, and with a lane only if they have one", () => {
  const tweaks = [
    { iteration: 120, lane: null, changes: { learning_rate: 0.01 } },
    { iteration: 130, lane: 0, changes: { truncate: 5 } },
  ];
  assert.deepEqual(difference(recipeWith({ tweaks }), defaults).tweaks, [
    { iteration: 120, changes: { learning_rate: 0.01 } },
    { iteration: 130, lane: 0, changes: { truncate: 5 } },
  ]);
});

test("what is written to a fragment is read from it again", () => {
  const recipe = recipeWith({
    seed: 3,
    task: { name: "next_char", seq_len: 40, text: 'Ein "Öl"-Fluß & 100 % #größer\n{}=' },
    lanes: [{ cell: "rnn", name: "ρ = 3" }],
  });
  const fragment = toFragment(recipe, defaults);
  const expected = { recipe: difference(recipe, defaults), place: {}, problem: null };
  assert.deepEqual(fromFragment(fragment), expected);
});

test("a link holds what is looked at beside the recipe, and leaves out what is not known", () => {
  const recipe = recipeWith({ seed: 3, lanes: [{ cell: "rnn", name: "R&D" }] });
  const place = { at: 120, cursor: { t: 7 }, watch: null, view: { flow: "source", hidden: [1] } };
  const fragment = toFragment(recipe, defaults, place);
  const { watch: _, ...written } = place;
  assert.deepEqual(fromFragment(fragment).place, written);
  assert.deepEqual(fromFragment(fragment).recipe, difference(recipe, defaults));
  const damaged = fromFragment('#recipe={"lanes":[{"name":"R&D"}]}&at=%7B&view={}');
  assert.deepEqual(damaged.place, { view: {} });
  const odd = "&at=1.5&pinned=[3]&cursor=null&watch=[1]&view=3";
  assert.deepEqual(fromFragment(`#recipe={}${odd}`), { recipe: {}, place: {}, problem: null });
  assert.deepEqual(fromFragment("#recipe={}&pinned=3&at=9").place, { pinned: 3, at: 9 });
});

test("a fork has the tweaks up to its iteration, and runs alike until the first other one", () => {
  const tweak = (iteration) => ({ iteration, lane: null, changes: { learning_rate: iteration } });
  const recipe = recipeWith({ tweaks: [tweak(5), tweak(9), tweak(12)] });
  assert.deepEqual(forkedAt(recipe, 9).tweaks, [tweak(5), tweak(9)]);
  assert.ok(sameUpTo(recipe, forkedAt(recipe, 9), 12));
  assert.ok(!sameUpTo(recipe, forkedAt(recipe, 9), 13));
  assert.ok(!sameUpTo(recipe, { ...recipe, seed: 8 }, 0));
});

test("a fragment holds no character that a chat or a mail would cut a link at", () => {
  const lanes = [{ cell: "rnn", name: 'a "b" <c> (d)\'s ~1* !' }];
  const fragment = toFragment(recipeWith({ seed: 1, lanes }), defaults);
  assert.match(fragment, /^#recipe=[\w%:,.-]+$/);
  assert.match(fragment, /%22seed%22:1,/);
  assert.match(fragment, /%28d%29%27s%20%7E1%2A%20%21/);
  assert.deepEqual(fromFragment(fragment).recipe.lanes, lanes);
  // Links that were written before.
  assert.equal(fromFragment("#recipe=%7B%22name%22:%22(a)'~*!%22%7D").recipe.name, "(a)'~*!");
});

test("no fragment is no recipe and no problem", () => {
  assert.deepEqual(fromFragment(""), { recipe: null, place: {}, problem: null });
  assert.deepEqual(fromFragment("#training"), { recipe: null, place: {}, problem: null });
});

for (const garbage of [
  "#recipe=",
  "#recipe=%7Bseed",
  "#recipe=%",
  "#recipe=[1]",
  "#recipe=null",
  "#recipe=3",
]) {
  test(`a damaged fragment is said to be damaged: ${garbage}`, () => {
    const { recipe, problem } = fromFragment(garbage);
    assert.equal(recipe, null);
    assert.match(problem, /damaged/);
  });
}

test("a fragment may have other parts", () => {
  assert.deepEqual(fromFragment("#more=flow&recipe=%7B%22seed%22:4%7D").recipe, { seed: 4 });
});

test("tweaks are folded into the base and into the lanes, in the order of their iterations", () => {
  const recipe = recipeWith({
    tweaks: [
      { iteration: 20, lane: null, changes: { learning_rate: 0.2 } },
      { iteration: 10, lane: null, changes: { learning_rate: 0.1, truncate: 4 } },
      { iteration: 30, lane: 1, changes: { learning_rate: 0.3 } },
    ],
  });
  const whole = folded(recipe);
  assert.equal(whole.base.learning_rate, 0.2);
  assert.equal(whole.base.truncate, 4);
  assert.deepEqual(whole.lanes, [{ cell: "rnn" }, { cell: "lstm", learning_rate: 0.3 }]);
  assert.deepEqual(whole.tweaks, []);
});

test("a tweak is in force from its iteration on", () => {
  const recipe = recipeWith({
    tweaks: [{ iteration: 10, lane: null, changes: { learning_rate: 1 } }],
  });
  assert.equal(folded(recipe, 9).base.learning_rate, 0.003);
  assert.equal(folded(recipe, 10).base.learning_rate, 1);
});

test("folding leaves the recipe as it was", () => {
  const recipe = recipeWith({ tweaks: [{ iteration: 0, lane: 0, changes: { learning_rate: 1 } }] });
  const before = structuredClone(recipe);
  folded(recipe);
  assert.deepEqual(recipe, before);
});

test("values are set at their paths, and undefined takes a lane's own value away", () => {
  const recipe = recipeWith({ lanes: [{ cell: "rnn", hidden_size: 8 }, { cell: "lstm" }] });
  const changed = withValues(recipe, [
    ["base.hidden_size", 64],
    ["task.seq_len", 10],
    ["lanes.0.hidden_size", undefined],
    ["lanes.1.truncate", null],
    ["seed", 5],
    ["lanes.7.cell", "gru"],
  ]);
  assert.equal(changed.base.hidden_size, 64);
  assert.equal(changed.task.seq_len, 10);
  assert.equal(changed.seed, 5);
  assert.deepEqual(changed.lanes, [{ cell: "rnn" }, { cell: "lstm", truncate: null }]);
  assert.equal(recipe.base.hidden_size, 32);
});

test("a value is found at its path, and nothing where nothing is", () => {
  assert.equal(valueAt(defaults.recipe, "lanes.1.cell"), "lstm");
  assert.equal(valueAt(defaults.recipe, "lanes.9.cell"), undefined);
});

test("a lane has the base's values and its own", () => {
  assert.deepEqual(laneValues(defaults.recipe, 0), { ...defaults.recipe.base, cell: "rnn" });
});

test("the fields that differ are found through what lanes inherit", () => {
  const fields = ["cell", "hidden_size", "learning_rate"];
  assert.deepEqual(differingFields(defaults.recipe, fields), ["cell"]);
  const lanes = [{ cell: "lstm" }, { hidden_size: 32 }, { learning_rate: 0.003 }];
  assert.deepEqual(differingFields(recipeWith({ lanes }), fields), []);
});

test("a field is overridden when every lane has its own", () => {
  const lanes = [{ cell: "rnn", truncate: null }, { cell: "gru" }];
  assert.deepEqual(overriddenFields(recipeWith({ lanes }), ["cell", "truncate"]), ["cell"]);
});

test("a field matters as long as one lane has the values that it asks for", () => {
  const when = { cell: ["rnn"], clip: ["norm", "value"] };
  assert.ok(matters(when, { cell: "gru", clip: "norm" }, { cell: "rnn", clip: "value" }));
  assert.ok(!matters(when, { cell: "gru", clip: "norm" }, { cell: "rnn", clip: "none" }));
  assert.ok(matters({}, {}));
});

test("one more lane is a copy of the last one, without its name", () => {
  assert.deepEqual(withLane(defaults.recipe).lanes.at(-1), { cell: "lstm" });
  const lanes = [{ cell: "rnn" }, { cell: "gru", name: "mine", hidden_size: 8 }];
  assert.deepEqual(withLane(recipeWith({ lanes })).lanes.at(-1), { cell: "gru", hidden_size: 8 });
});

test("a copy of a lane stands right after it, without its name", () => {
  const lanes = [{ cell: "rnn", name: "mine", hidden_size: 8 }, { cell: "lstm" }];
  assert.deepEqual(withCopy(recipeWith({ lanes }), 0).lanes, [
    lanes[0],
    { cell: "rnn", hidden_size: 8 },
    lanes[1],
  ]);
});

test("the lane that is taken away is the one that was meant", () => {
  assert.deepEqual(withoutLane(defaults.recipe, 0).lanes, [{ cell: "lstm" }]);
});

test("values are the same by what is in them", () => {
  assert.ok(same({ a: [1, { b: null }] }, { a: [1, { b: null }] }));
  assert.ok(!same({ a: undefined }, { b: undefined }));
  assert.ok(!same([1], { 0: 1 }));
  assert.ok(!same(null, {}));
});

test("an older link opens though a name in it has characters that nobody sees", () => {
  const recipe = { lanes: [{ cell: "rnn", name: "a\u202eb\u200f" }, { cell: "lstm" }, null, 3] };
  const fragment = `#recipe=${encodeURIComponent(JSON.stringify(recipe))}`;
  assert.deepEqual(fromFragment(fragment).recipe, {
    lanes: [{ cell: "rnn", name: "ab" }, { cell: "lstm" }, null, 3],
  });
});
