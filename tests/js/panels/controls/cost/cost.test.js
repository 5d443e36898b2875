import assert from "node:assert/strict";
import { test } from "node:test";

import {
  bytes,
  costDescription,
  keepsSentence,
  milliseconds,
  neededBytes,
  timeSentence,
} from "../../../../../static/js/panels/controls/cost/captions.js";
import { costRows, costScene } from "../../../../../static/js/panels/controls/cost/scene.js";

const array = (...data) => ({ data: Float32Array.from(data) });
const study = {
  found: { kind: "cost", lane: 1 },
  status: "there",
  done: 1,
  arrays: {
    timesteps: array(10, 20, 40),
    own: array(20),
    window: array(5),
    kept: array(1e6, 2e6, 4e6),
    scratch: array(1e5, 1e5, 1e5),
    forward: array(0.001, 0.002, 0.004),
    backward: array(0.002, 0.004, 0.008),
    "kept.truncated": array(5e5, 5e5, 5e5),
    "scratch.truncated": array(1e5, 1e5, 1e5),
    "forward.truncated": array(0.001, 0.002, 0.004),
    "backward.truncated": array(0.003, 0.005, 0.009),
  },
};

test("bytes and times are read as people write them", () => {
  assert.deepEqual(
    [12, 930_400, 3_757_824, 1.24e9].map((each) => bytes(each)),
    ["1 kB", "930 kB", "3.8 MB", "1.2 GB"],
  );
  assert.equal(milliseconds(0.0059), "5.9 ms");
});

test("a lane says what it keeps before anything is measured", () => {
  const lane = {
    label: "LSTM",
    kept_bytes: 3_757_824,
    kept_bytes_a_timestep: 75_000,
    scratch_bytes: 1_331_712,
  };
  const whole =
    "“LSTM” keeps 3.76 MB for the backward pass over T = 50 timesteps, 75 kB for each, and " +
    "1.33 MB of working memory beside it.";
  assert.equal(keepsSentence(lane, 50, null), whole);
  assert.equal(keepsSentence(lane, 50, 50), whole, "nothing is cut");
  assert.equal(
    keepsSentence(lane, 50, 5),
    "Truncated after 5 timesteps, BPTT of “LSTM” needs 383 kB, however long the sequence is; of " +
      "all T = 50 timesteps it would be 3.76 MB. (This page keeps all of them, to show them.)",
  );
  assert.deepEqual(
    [null, 5, 20, 80].map((truncate) => neededBytes(lane, 50, truncate)),
    [3_757_824, 382_824, 1_507_824, 3_757_824],
  );
});

test("times are those at the recipe's own length, with what a window would keep", () => {
  const text = timeSentence(study, costScene(study, 1), null);
  assert.match(text, /forward 2\.0 ms, backward 4\.0 ms at T = 20/);
  assert.match(text, /for example to windows of 5 timesteps \(a quarter of T\), .* keep 500 kB/);
  assert.match(timeSentence(study, costScene(study, 1), 5), /T = 20\. The time grows with T, tru/);
});

test("what was measured of one lane is not another's", () => {
  assert.equal(costScene(study, 0), null);
  assert.equal(costScene(undefined, 0), null);
  assert.equal(
    timeSentence({ ...study, status: "computing", done: 0.25 }, null, null),
    "Measuring times … 25 %",
  );
  assert.equal(timeSentence({ status: "failed", error: "gone" }, null, null), "Not measured: gone");
});

test("every length is a row, whole and by windows", () => {
  const rows = costRows(costScene(study, 1)).map((row) =>
    row.map((value) => Number(value.toFixed(4))),
  );
  assert.deepEqual(rows[2], [40, 4e6, 0.004, 0.008, 5e5, 0.004, 0.009]);
  assert.match(
    costDescription(costScene(study, 1), "LSTM"),
    /1\.0 MB.* at T = 10; 4\.0 MB.*T = 40\.$/,
  );
});
