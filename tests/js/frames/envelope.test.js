import assert from "node:assert/strict";
import { test } from "node:test";

import { Envelope } from "../../../static/js/frames/envelope.js";

function envelopeOf(values, capacity) {
  const envelope = new Envelope(capacity);
  for (const value of values) envelope.push(value);
  return envelope;
}

const buckets = (envelope) =>
  Array.from({ length: envelope.buckets }, (_, b) => [envelope.low(b), envelope.high(b)]);

test("few values are kept one by one", () => {
  const envelope = envelopeOf([3, 1, 2], 4);
  assert.deepEqual(buckets(envelope), [
    [3, 3],
    [1, 1],
    [2, 2],
  ]);
  assert.equal(envelope.stride, 1);
});

test("many values share buckets that hold their least and greatest", () => {
  const envelope = envelopeOf([5, 1, 2, 8, 3], 4);
  assert.equal(envelope.stride, 2);
  assert.deepEqual(buckets(envelope), [
    [1, 5],
    [2, 8],
    [3, 3],
  ]);
  assert.equal(envelope.start(2), 4);
});

test("a long history loses no peak, and never exceeds its capacity", () => {
  const values = Float64Array.from(
    { length: 100_003 },
    (_, k) => Math.sin(k / 977) + ((k * 7919) % 13) / 50,
  );
  values[61_234] = 99;
  values[77_001] = -99;
  const envelope = new Envelope(512);
  for (const value of values) {
    envelope.push(value);
    assert.ok(envelope.buckets <= 512);
  }
  assert.equal(envelope.length, values.length);
  for (let b = 0; b < envelope.buckets; b += 1) {
    const part = values.subarray(envelope.start(b), envelope.start(b) + envelope.stride);
    assert.equal(envelope.low(b), Math.min(...part));
    assert.equal(envelope.high(b), Math.max(...part));
  }
  assert.deepEqual(envelope.extent(), [-99, 99]);
});

test("NaN and infinities are places without a value, and hide none beside them", () => {
  assert.deepEqual(buckets(envelopeOf([NaN, 2, Infinity, 4], 4)), [
    [NaN, NaN],
    [2, 2],
    [NaN, NaN],
    [4, 4],
  ]);
  assert.deepEqual(buckets(envelopeOf([NaN, 2, -Infinity, NaN, 6, NaN], 4)), [
    [2, 2],
    [NaN, NaN],
    [6, 6],
  ]);
});

test("an envelope of nothing spans nothing", () => {
  assert.deepEqual(new Envelope(2).extent(), [Infinity, -Infinity]);
  assert.deepEqual(envelopeOf([NaN], 2).extent(), [Infinity, -Infinity]);
});

test("a cleared envelope begins anew", () => {
  const envelope = envelopeOf([1, 2, 3, 4, 5], 2);
  envelope.clear();
  envelope.push(7);
  assert.deepEqual([envelope.length, envelope.stride, buckets(envelope)], [1, 1, [[7, 7]]]);
});
