import assert from "node:assert/strict";
import { test } from "node:test";

import { Histories } from "../../../static/js/frames/envelopes.js";

/** A run's history as the store keeps it: columns that grow where they are. */
function history(losses, { first = 0, diverged = [] } = {}) {
  const column = (values) => ({ length: values.length, data: Float64Array.from(values) });
  return {
    length: losses.length,
    iteration: column(losses.map((_, k) => first + k)),
    lanes: [
      {
        loss: column(losses),
        grad_norm: column(losses.map((loss) => Math.log10(loss) + 1)),
        clip_factor: column(losses.map((loss) => (loss > 1 ? 0.5 : 1))),
        horizon: column(losses.map(() => 9)),
        diverged: column(losses.map((_, k) => (diverged.includes(k) ? 1 : 0))),
      },
    ],
  };
}

const lows = ({ envelope }) => Array.from({ length: envelope.buckets }, (_, b) => envelope.low(b));
const near = (actual, wanted) => {
  assert.equal(actual.length, wanted.length);
  actual.forEach((value, k) =>
    assert.ok(Math.abs(value - wanted[k]) < 1e-12, `${actual} is not ${wanted}`),
  );
};

test("losses are kept as powers of ten, and only new ones are taken in", () => {
  const histories = new Histories();
  assert.equal(histories.follow(history([1, 0.1])), "another");
  assert.equal(histories.follow(history([1, 0.1])), "same");
  assert.equal(histories.follow(history([1, 0.1, 0.01])), "grown");
  near(lows(histories.lanes[0].series.loss), [0, -1, -2]);
});

test("another run begins anew, even if it is longer", () => {
  const histories = new Histories();
  histories.follow(history([1, 0.1]));
  assert.equal(histories.follow(history([1, 0.5, 0.1])), "another");
  near(lows(histories.lanes[0].series.loss), [0, Math.log10(0.5), -1]);
  assert.equal(histories.follow(history([])), "another");
  assert.equal(histories.lanes[0].series.loss.envelope.length, 0);
});

test("the smoothed line is the geometric mean, in which the latest iterations count most", () => {
  const histories = new Histories();
  histories.follow(history([1, 1, 1, 1]));
  near(lows(histories.lanes[0].series["loss.mean"]), [0, 0, 0, 0]);
  histories.follow(history([4, 1]));
  const first = Math.log10(4);
  near(lows(histories.lanes[0].series["loss.mean"]), [first, (0.9 * first) / 1.9]);
});

test("the smoothed line forgets an explosion as soon as anything else", () => {
  const histories = new Histories();
  histories.follow(history([1e30, ...Array.from({ length: 60 }, () => 1)]));
  assert.ok(lows(histories.lanes[0].series["loss.mean"]).at(-1) < 0.06);
});

test("a gap makes the smoothed line begin anew", () => {
  const histories = new Histories();
  histories.follow(history([100, NaN, 1]));
  const [, gap, after] = lows(histories.lanes[0].series["loss.mean"]);
  assert.ok(Number.isNaN(gap));
  near([after], [0]);
});

test("a lane that diverged says since when, until it is brought back", () => {
  const histories = new Histories();
  histories.follow(history([1, 1, NaN, NaN], { first: 10, diverged: [2, 3] }));
  assert.equal(histories.lanes[0].divergedAt, 12);
  assert.deepEqual(histories.lanes[0].divergences, [12]);
  histories.follow(history([1, 1, NaN, NaN, 1], { first: 10, diverged: [2, 3] }));
  assert.equal(histories.lanes[0].divergedAt, null);
  assert.deepEqual(histories.lanes[0].divergences, [12], "where it happened is not forgotten");
});

test("a part of a long run is read in full detail, and its smoothed line is the same", () => {
  const losses = Array.from({ length: 5000 }, (_, k) => 1 + (k % 7) / 10);
  const histories = new Histories();
  histories.follow(history(losses));
  assert.ok(histories.lanes[0].series.loss.envelope.stride > 1);
  const close = histories.between(0, "loss", [1000, 1100]);
  assert.equal(close.envelope.stride, 1);
  near(lows(close).slice(0, 3), losses.slice(close.offset, close.offset + 3).map(Math.log10));
  assert.ok(histories.iteration(close.offset) <= 1000);
  const mean = histories.between(0, "loss.mean", [1000, 1100]);
  const expected = losses.slice(0, mean.offset + 1).reduce(
    ({ sum, weight }, loss) => ({
      sum: 0.9 * sum + 0.1 * Math.log10(loss),
      weight: 0.9 * weight + 0.1,
    }),
    { sum: 0, weight: 0 },
  );
  assert.ok(Math.abs(mean.envelope.low(0) - expected.sum / expected.weight) < 1e-4);
  assert.equal(histories.between(0, "loss", [0, 5000]).envelope.stride, 8);
});

test("a close-up grows with the run, and follows it into another", () => {
  const losses = Array.from({ length: 3000 }, (_, k) => 1 + (k % 7) / 10);
  const histories = new Histories();
  histories.follow(history(losses.slice(0, 2000)));
  const range = [1900, 2100];
  histories.between(0, "loss", range);
  histories.follow(history(losses.slice(0, 2050)));
  const { envelope, offset } = histories.between(0, "loss", range);
  near(lows({ envelope }), losses.slice(offset, 2050).map(Math.log10));
  const others = losses.map((loss) => loss * 2);
  histories.follow(history(others));
  const after = histories.between(0, "loss", range);
  near(lows(after).slice(0, 2), others.slice(after.offset, after.offset + 2).map(Math.log10));
});

test("a fork drops what came after it, and a long run does not take more memory", () => {
  const losses = Array.from({ length: 4000 }, (_, k) => 1 + (k % 7) / 10);
  const histories = new Histories();
  histories.follow(history(losses));
  const { envelope } = histories.lanes[0].series.loss;
  assert.ok(envelope.buckets <= envelope.capacity && envelope.capacity <= 1000);
  assert.equal(histories.follow(history(losses.slice(0, 50))), "another");
  assert.equal(histories.lanes[0].series.loss.envelope.length, 50);
  near(lows(histories.lanes[0].series.loss), losses.slice(0, 50).map(Math.log10));
  assert.equal(histories.follow(history([...losses.slice(0, 50), 9])), "grown");
  assert.equal(histories.lanes[0].series.loss.envelope.high(50), Math.log10(9));
});
