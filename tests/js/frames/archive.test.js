import assert from "node:assert/strict";
import { test } from "node:test";

import { Archive } from "../../../static/js/frames/archive.js";

const filled = (count, options, bytes = 10) => {
  const archive = new Archive(options);
  for (let iteration = 0; iteration < count; iteration += 1) archive.add({ iteration, bytes });
  return archive;
};

test("every frame is kept as long as there is room", () => {
  const archive = filled(50);
  assert.deepEqual(archive.iterations, [...Array(50).keys()]);
  assert.equal(archive.bytes, 500);
});

test("a long run keeps its first frame and its latest, thinner the older, within the bound", () => {
  const archive = filled(5000, { mostFrames: 200 });
  const { iterations } = archive;
  assert.equal(archive.length, 200);
  assert.equal(archive.bytes, 2000);
  assert.equal(iterations[0], 0);
  assert.deepEqual(
    iterations.slice(-60),
    Array.from({ length: 60 }, (_, k) => 4940 + k),
  );
  const gaps = iterations.slice(1).map((each, k) => each - iterations[k]);
  assert.ok(gaps.every((gap) => gap > 0));
  assert.ok(Math.max(...gaps) < 250, `a gap of ${Math.max(...gaps)} iterations`);
  const early = gaps.slice(0, 20).reduce((sum, gap) => sum + gap, 0);
  const late = gaps.slice(-20).reduce((sum, gap) => sum + gap, 0);
  assert.ok(early > late);
});

test("bytes are bounded as well", () => {
  const archive = filled(100, { mostBytes: 1000 }, 100);
  assert.equal(archive.length, 10);
  assert.equal(archive.bytes, 1000);
});

test("the nearest kept frame is found, and its neighbours", () => {
  const archive = new Archive();
  assert.equal(archive.nearest(3), null);
  assert.equal(archive.beside(3, 1), null);
  for (const iteration of [0, 10, 20]) archive.add({ iteration });
  const nearest = [-5, 4, 5, 6, 14, 99].map((iteration) => archive.nearest(iteration).iteration);
  assert.deepEqual(nearest, [0, 0, 10, 10, 10, 20]);
  assert.equal(archive.beside(10, -1).iteration, 0);
  assert.equal(archive.beside(10, 5).iteration, 20);
  assert.equal(archive.beside(0, -1).iteration, 0);
});

test("an iteration that comes again takes the place of what was there and after it", () => {
  const archive = filled(10);
  const again = { iteration: 4, bytes: 30 };
  archive.add(again);
  assert.deepEqual(archive.iterations, [0, 1, 2, 3, 4]);
  assert.equal(archive.nearest(4), again);
  assert.equal(archive.bytes, 70);
  archive.cut(-1);
  assert.deepEqual([archive.length, archive.bytes], [0, 0]);
});

test("what is let go is let go for good, and no frame holds another's numbers", () => {
  // A frame as wire.js reads it: arrays that are views on the one message they came in.
  const messages = Array.from({ length: 40 }, () => new ArrayBuffer(1000));
  const archive = new Archive({ mostBytes: 20_000 });
  messages.forEach((buffer, iteration) => {
    const arrays = { "0/h": { data: new Float32Array(buffer, 8, 100) } };
    archive.add({ iteration, bytes: buffer.byteLength, arrays });
  });
  const kept = archive.iterations.map((iteration) => archive.nearest(iteration));
  const held = new Set(
    kept.flatMap(({ arrays }) => Object.values(arrays).map(({ data }) => data.buffer)),
  );
  assert.equal(held.size, archive.length);
  assert.equal(
    [...held].reduce((sum, { byteLength }) => sum + byteLength, 0),
    archive.bytes,
  );
  assert.ok(archive.bytes <= 20_000);
  archive.clear();
  assert.deepEqual([archive.length, archive.bytes, archive.nearest(3)], [0, 0, null]);
});

test("with room for hardly anything, the first frame and the latest are kept", () => {
  assert.deepEqual(filled(300, { mostFrames: 1 }).iterations, [0, 299]);
  assert.deepEqual(filled(300, { mostBytes: 25 }, 10).iterations, [0, 299]);
  const { iterations } = filled(2000, { mostFrames: 30 });
  assert.equal(iterations[0], 0);
  assert.equal(iterations.at(-1), 1999);
});

test("a fork in the middle of a thinned run goes on being thinned", () => {
  const archive = filled(3000, { mostFrames: 100 });
  archive.cut(1500);
  const before = archive.length;
  assert.ok(archive.iterations.at(-1) <= 1500 && before < 100);
  for (let iteration = 1501; iteration < 4000; iteration += 1)
    archive.add({ iteration, bytes: 10 });
  assert.equal(archive.length, 100);
  assert.equal(archive.bytes, 1000);
  const { iterations } = archive;
  assert.ok(iterations.every((iteration, k) => k === 0 || iteration > iterations[k - 1]));
});

const numbers = (...data) => ({
  shape: [data.length],
  dtype: "F32",
  data: Float32Array.from(data),
});

test("a kept frame is completed with what it lacked, and the bytes are counted", () => {
  const archive = new Archive();
  archive.add({ iteration: 3, bytes: 10, arrays: { "0/h": numbers(1) }, text: {} });
  assert.equal(archive.complete(2, {}), null);
  const frame = archive.complete(3, { "0/h": numbers(2), "0/source": numbers(5, 6) });
  assert.deepEqual([...frame.arrays["0/h"].data], [1], "what it had stays");
  assert.deepEqual([...frame.arrays["0/source"].data], [5, 6]);
  assert.equal(frame.bytes, 18);
  assert.equal(archive.bytes, 18);
  assert.equal(archive.nearest(3), frame);
});

test("a frame that came with fewer timesteps gets all of them", () => {
  const archive = new Archive();
  archive.add({ iteration: 0, bytes: 0, coarse: 2, arrays: { "0/h": numbers(1, 1) }, text: {} });
  const frame = archive.complete(0, { "0/h": numbers(1, 2) });
  assert.deepEqual([...frame.arrays["0/h"].data], [1, 2]);
  assert.equal("coarse" in frame, false);
});

test("the last frame before an iteration of which something is true", () => {
  const archive = new Archive();
  for (const iteration of [0, 1, 2, 3]) {
    archive.add({ iteration, bytes: 0, arrays: {}, text: iteration > 1 ? { bad: "" } : {} });
  }
  const good = ({ text }) => text.bad === undefined;
  assert.equal(archive.lastBefore(3, good).iteration, 1);
  assert.equal(archive.lastBefore(1, good).iteration, 0);
  assert.equal(archive.lastBefore(0, good), null);
});

test("a kept frame takes what was computed again, text too, and keeps its own", () => {
  const archive = new Archive();
  archive.add({ iteration: 1, bytes: 0, arrays: {}, text: { "0/diverged": "mine" } });
  const text = { "0/diverged": "another", "0/diagnosis": "[]" };
  const completed = archive.complete(1, {}, text);
  assert.deepEqual(completed.text, { "0/diverged": "mine", "0/diagnosis": "[]" });
  assert.equal(archive.nearest(1), completed);
});
