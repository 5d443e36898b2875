import assert from "node:assert/strict";
import { test } from "node:test";

import { decode, WireError } from "../../../static/js/frames/wire.js";

/** A frame written by hand: header length, header, data, as the format says. */
function written(header, data = [], { announced } = {}) {
  const json = new TextEncoder().encode(
    typeof header === "string" ? header : JSON.stringify(header),
  );
  const buffer = new ArrayBuffer(8 + json.length + data.length);
  new DataView(buffer).setBigUint64(0, BigInt(announced ?? json.length), true);
  new Uint8Array(buffer).set(json, 8);
  new Uint8Array(buffer).set(data, 8 + json.length);
  return buffer;
}

const bytesOf = (typed) => [...new Uint8Array(typed.buffer)];
const entry = (dtype, shape, begin, end) => ({ dtype, shape, data_offsets: [begin, end] });
const METADATA = { iteration: "7" };
const withArray = (array, data) => written({ __metadata__: METADATA, a: array }, data);

// Written by safetensors.numpy.save (0.8) from: 0/loss = inf (), 0/dh_norm = [-80, -inf, nan] F32,
// 0/h = [[0.5, -0.5], [1, 0]] F32, 0/target = [3, 2**40] I64, history/iteration = [118, 119, 120]
// I32, 0/flag = [True, False], 0/byte = [255] U8, and two texts.
const FROM_PYTHON = Buffer.from(
  "GAIAAAAAAAB7Il9fbWV0YWRhdGFfXyI6eyJpdGVyYXRpb24iOiIxMjAiLCIxL2RpdmVyZ2VkIjoiZm9yd2FyZCBwYXNz" +
    "OiBoIGlzIG5vdCBmaW5pdGUgZnJvbSB0ID0gMTIgb24ifSwiMC90YXJnZXQiOnsiZHR5cGUiOiJJNjQiLCJzaGFwZSI6" +
    "WzJdLCJkYXRhX29mZnNldHMiOlswLDE2XX0sIjAvbG9zcyI6eyJkdHlwZSI6IkY2NCIsInNoYXBlIjpbXSwiZGF0YV9v" +
    "ZmZzZXRzIjpbMTYsMjRdfSwiMC9kaF9ub3JtIjp7ImR0eXBlIjoiRjMyIiwic2hhcGUiOlszXSwiZGF0YV9vZmZzZXRz" +
    "IjpbMjQsMzZdfSwiMC9oIjp7ImR0eXBlIjoiRjMyIiwic2hhcGUiOlsyLDJdLCJkYXRhX29mZnNldHMiOlszNiw1Ml19" +
    "LCJoaXN0b3J5L2l0ZXJhdGlvbiI6eyJkdHlwZSI6IkkzMiIsInNoYXBlIjpbM10sImRhdGFfb2Zmc2V0cyI6WzUyLDY0" +
    "XX0sIjAvYnl0ZSI6eyJkdHlwZSI6IlU4Iiwic2hhcGUiOlsxXSwiZGF0YV9vZmZzZXRzIjpbNjQsNjVdfSwiMC9mbGFn" +
    "Ijp7ImR0eXBlIjoiQk9PTCIsInNoYXBlIjpbMl0sImRhdGFfb2Zmc2V0cyI6WzY1LDY3XX19ICAgICAgIAMAAAAAAAAA" +
    "AAAAAAABAAAAAAAAAADwfwAAoMIAAID/AADAfwAAAD8AAAC/AACAPwAAAAB2AAAAdwAAAHgAAAD/AQA=",
  "base64",
);

test("a frame written by the Python package reads as it was written", () => {
  const { iteration, text, arrays } = decode(Uint8Array.from(FROM_PYTHON).buffer);
  assert.equal(iteration, 120);
  assert.deepEqual(text, { "1/diverged": "forward pass: h is not finite from t = 12 on" });
  assert.deepEqual(arrays["0/loss"].shape, []);
  assert.deepEqual([...arrays["0/loss"].data], [Infinity]);
  assert.deepEqual([...arrays["0/dh_norm"].data], [-80, -Infinity, NaN]);
  assert.deepEqual(arrays["0/h"].shape, [2, 2]);
  assert.deepEqual([...arrays["0/h"].data], [0.5, -0.5, 1, 0]);
  assert.deepEqual([...arrays["0/target"].data], [3, 2 ** 40]);
  assert.deepEqual([...arrays["history/iteration"].data], [118, 119, 120]);
  assert.deepEqual([...arrays["0/flag"].data], [1, 0]);
  assert.deepEqual([...arrays["0/byte"].data], [255]);
  assert.equal(Object.keys(arrays).length, 7);
});

test("timesteps that a slow link left out look like the one before", () => {
  const said = JSON.stringify({ every: 2, timesteps: { a: 3 } });
  const array = entry("F32", [2, 2], 0, 16);
  const bytes = bytesOf(new Float32Array([1, 2, 5, 6]));
  const { arrays, coarse, text } = decode(
    written({ __metadata__: { ...METADATA, coarse: said }, a: array }, bytes),
  );
  assert.equal(coarse, 2);
  assert.deepEqual(text, {});
  assert.deepEqual([...arrays.a.data], [1, 2, 1, 2, 5, 6]);
  assert.deepEqual(arrays.a.shape, [3, 2]);
  const wrong = JSON.stringify({ every: 2, timesteps: { a: 9 } });
  const other = written({ __metadata__: { ...METADATA, coarse: wrong }, a: array }, bytes);
  assert.throws(() => decode(other), WireError);
});

test("arrays that lie on a multiple of their size are views, the others are copies", () => {
  const numbers = new Float32Array([1.5, -2]);
  const header = {
    __metadata__: METADATA,
    a: entry("F32", [2], 0, 8),
    b: entry("F32", [2], 9, 17),
  };
  const json = JSON.stringify(header);
  const padded = json + " ".repeat((8 - (json.length % 8)) % 8);
  const buffer = written(padded, [...bytesOf(numbers), 0, ...bytesOf(numbers)]);
  const { a, b } = decode(buffer).arrays;
  assert.deepEqual([...a.data], [1.5, -2]);
  assert.deepEqual([...b.data], [1.5, -2]);
  assert.equal(a.data.buffer, buffer);
  assert.notEqual(b.data.buffer, buffer);
});

test("a frame without arrays is a frame", () => {
  const buffer = written({ __metadata__: METADATA });
  assert.deepEqual(decode(buffer), {
    iteration: 7,
    bytes: buffer.byteLength,
    text: {},
    arrays: {},
  });
});

const BROKEN = [
  ["fewer than eight bytes", new ArrayBuffer(5), /begins with 8 bytes; only 5 came/],
  [
    "a header longer than the message",
    written("{}", [], { announced: 90 }),
    /90 bytes was announced; 2 bytes came/,
  ],
  [
    "a length that no message can have",
    written("{}", [], { announced: 2 ** 60 }),
    /1152921504606846976 bytes was announced/,
  ],
  ["a header that is not JSON", written("{nonsense"), /header is not JSON/],
  ["a header that is a list", written("[1]"), /not a JSON object: \[1\]/],
  ["no metadata", written({ a: entry("U8", [1], 0, 1) }, [1]), /this one says nothing/],
  ["an iteration in words", written({ __metadata__: { iteration: "seven" } }), /says "seven"/],
  ["an unknown type", withArray(entry("F8", [1], 0, 1), [1]), /a: dtype "F8" is none of F64/],
  ["a negative size", withArray(entry("U8", [-1], 0, 1), [1]), /a: \[-1\] is no shape/],
  ["no offsets", withArray({ dtype: "U8", shape: [1] }, [1]), /a: nothing are no offsets/],
  [
    "a shape that does not fit the data",
    withArray(entry("F32", [3], 0, 8), Array(8).fill(0)),
    /a: F32 of shape \[3\] is 12 bytes; its data lie at 0 to 8/,
  ],
  [
    "data that were cut short",
    withArray(entry("F32", [3], 0, 12), Array(7).fill(0)),
    /a: its data ends at byte 12; 7 bytes of data came/,
  ],
];

for (const [what, buffer, message] of BROKEN) {
  test(`${what}: the error says so`, () => {
    assert.throws(
      () => decode(buffer),
      (error) => {
        return error instanceof WireError && message.test(error.message);
      },
    );
  });
}
