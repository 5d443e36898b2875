import assert from "node:assert/strict";
import { test } from "node:test";

import { chosen } from "../../../static/js/page/projector.js";

test("a chosen panel joins the one that was chosen last", () => {
  assert.deepEqual(chosen(["training"], "prediction"), ["training", "prediction"]);
  assert.deepEqual(chosen(["training", "prediction"], "inside-cell"), [
    "prediction",
    "inside-cell",
  ]);
});

test("chosen again it goes, unless it is the last", () => {
  assert.deepEqual(chosen(["training", "prediction"], "training"), ["prediction"]);
  assert.deepEqual(chosen(["training"], "training"), ["training"]);
});
