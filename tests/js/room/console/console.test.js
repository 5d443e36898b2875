import assert from "node:assert/strict";
import { test } from "node:test";

import { waitingText } from "../../../../static/js/room/console/console.js";
import { questionOf } from "../../../../static/js/room/console/form_check.js";
import { fullestFirst, placeText } from "../../../../static/js/room/console/places.js";
import { READY_MADE } from "../../../../static/js/room/console/ready_made.js";
import { curveTruth, laneAskedOf } from "../../../../static/js/room/console/truth.js";
import { answeredText } from "../../../../static/js/room/console/vote.js";

const FORM = {
  kind: "choice",
  text: "Which?",
  options: "a\nb",
  unit: "",
  low: "−20",
  high: "5",
  label: "RNN",
};
const RUN = { timesteps: 50 };
const check = (change, run = RUN) => questionOf({ ...FORM, ...change }, run);

test("a choice has an option a line, blank lines left out", () => {
  const { question } = check({ text: " Which? ", options: "\n a \n\nb c\n" });
  assert.deepEqual(question, { kind: "choice", text: "Which?", options: ["a", "b c"] });
});

test("the form says which field is wrong, what stands there, and what may", () => {
  const cases = [
    [{ text: " " }, "text", "Write the question."],
    [{ text: "x".repeat(501) }, "text", "A question has 500 characters at most, this one 501."],
    [{ options: "a" }, "options", "Give 2 to 8 options, one a line; there is 1."],
    [
      { options: "abcdefghi".split("").join("\n") },
      "options",
      "Give 2 to 8 options, one a line; there are 9.",
    ],
    [{ options: "a\nb\na" }, "options", "“a” stands there twice."],
    [
      { kind: "curve", low: "many" },
      "low",
      "The lower end is a whole power of ten from −400 to 400, not “many”.",
    ],
    [
      { kind: "curve", high: "0,5" },
      "high",
      "The upper end is a whole power of ten from −400 to 400, not “0.5”.",
    ],
    [
      { kind: "curve", low: "5" },
      "high",
      "The upper end has to be above the lower one: 10^5 is not above 10^5.",
    ],
  ];
  for (const [change, field, problem] of cases) assert.deepEqual(check(change), { field, problem });
  assert.equal(check({ options: `a\n${"x".repeat(201)}` }).field, "options");
  assert.equal(check({ kind: "number", unit: "x".repeat(41) }).field, "unit");
});

test("a curve is asked of the run that is there", () => {
  const { question } = check({ kind: "curve" });
  assert.deepEqual(question, {
    kind: "curve",
    text: "Which?",
    timesteps: 50,
    low: -20,
    high: 5,
    label: "RNN",
  });
  assert.equal(check({ kind: "curve" }, { timesteps: null }).field, "label");
  assert.equal(check({ kind: "curve" }, { timesteps: 2001 }).field, "label");
});

test("the ready-made questions pass the form's own check, and their answers are among the options", () => {
  assert.ok(READY_MADE.length >= 5);
  for (const { kind, text, options = [], unit = "", truth } of READY_MADE) {
    const found = check({ kind, text, options: options.join("\n"), unit });
    assert.equal(found.problem, undefined, text);
    if (kind === "choice") assert.ok(options[truth] !== undefined);
    if (kind === "number") assert.ok(Number.isFinite(truth));
  }
  const factor = READY_MADE.find(({ kind }) => kind === "number");
  assert.ok(Math.abs(factor.truth - 100 * Math.log10(0.9)) < 0.01);
});

const state = (data, change = {}) => ({
  lanes: [
    { index: 0, label: "RNN" },
    { index: 1, label: "LSTM" },
  ],
  watch: { lane: 1 },
  task: { timesteps: 2 },
  frame: data && { iteration: 7, arrays: { "0/dh_norm": { data: Float64Array.from(data) } } },
  ...change,
});

test("the truth of a curve is what was computed: nothing for NaN, the end for zero", () => {
  const { truth } = curveTruth(state([NaN, -Infinity, -1.5]), { timesteps: 2 }, 0);
  assert.deepEqual(truth, [null, -400, -1.5]);
});

test("it is said why there is no truth", () => {
  assert.match(curveTruth(state(null), { timesteps: 2 }, 0).problem, /no run yet/);
  const missing = curveTruth(state([0, 0, 0]), { timesteps: 2 }, 1).problem;
  assert.match(missing, /At iteration 7 .* not recorded: open Gradient flow/);
  const other = curveTruth(state([0, 0, 0]), { timesteps: 50 }, 0).problem;
  assert.equal(other, "The question is about 50 timesteps, the run has 2 now: ask again.");
});

test("the lane that was asked of is found by its name, or else it is the watched one", () => {
  assert.equal(laneAskedOf(state([]), "RNN"), 0);
  assert.equal(laneAskedOf(state([]), "GRU"), 1);
});

test("the lecturer reads how many have answered, of how many", () => {
  assert.equal(answeredText({ round: 1 }, 12, 38), "12 of 38 have answered");
  assert.equal(answeredText({ round: 2 }, 1, 0), "1 has answered again");
  // Who has answered and left is not among those who are there.
  assert.equal(answeredText({ round: 1 }, 5, 3), "5 have answered");
});

test("what comes from the class is counted, the fullest step first", () => {
  const places = [
    { lesson: "gates", step: 1, count: 2 },
    { lesson: "gates", step: 3, count: 9 },
    { lesson: "gates", step: null, count: 1 },
  ];
  assert.deepEqual(fullestFirst(places).map(placeText), [
    "gates, step 3",
    "gates, step 1",
    "gates",
  ]);
  const of = (hands, offers, where) => waitingText({ hands, offers, places: where });
  assert.equal(of([{}, {}], [{}], places), "3 from the class");
  assert.equal(of([], [], places), "Who is where");
  assert.equal(of([], [], []), "");
});
