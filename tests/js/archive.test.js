import assert from "node:assert/strict";
import { test } from "node:test";

import { Archive } from "../../static/js/archive.js";

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
  assert.deepEqual(iterations.slice(-60), Array.from({ length: 60 }, (_, k) => 4940 + k));
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
