import assert from "node:assert/strict";
import { test } from "node:test";

import {
  atEnd,
  createDrawing,
  filled,
  placesAlong,
} from "../../../../static/js/room/questions/drawing.js";

const draw = (timesteps = 10) => createDrawing(timesteps, [-20, 5]);

for (const [way, from, to] of [
  ["left to right", { t: 2, y: -8 }, { t: 6, y: 0 }],
  ["right to left", { t: 6, y: 0 }, { t: 2, y: -8 }],
]) {
  test(`a line ${way} is straight in log10 at every timestep that it passes`, () => {
    const drawing = draw();
    drawing.line(from, to);
    const none = null;
    assert.deepEqual(drawing.curve, [none, none, -8, -6, -4, -2, 0, none, none, none, none]);
  });
}

test("a line between two timesteps counts for the one that the pointer is nearest to", () => {
  const drawing = draw(4);
  drawing.line({ t: 1.6, y: -3 }, { t: 1.9, y: -4 });
  assert.deepEqual(drawing.curve, [null, null, -4, null, null]);
});

test("what is drawn over again is replaced there, and nowhere else", () => {
  const drawing = draw(6);
  drawing.line({ t: 0, y: -6 }, { t: 6, y: 0 });
  drawing.line({ t: 4, y: 3 }, { t: 2, y: 3 });
  assert.deepEqual(drawing.curve, [-6, -5, 3, 3, 3, -1, 0]);
});

test("a curve stays within its axes", () => {
  const drawing = draw(2);
  drawing.line({ t: -3, y: 40 }, { t: 9, y: 40 });
  assert.deepEqual(drawing.curve, [5, 5, 5]);
  drawing.point({ t: 99, y: -99 });
  assert.deepEqual(drawing.curve, [5, 5, -20]);
});

test("gaps are interpolated in log10, and what lies outside of all that is drawn is not", () => {
  assert.deepEqual(filled([null, -9, null, null, -3, null]), [null, -9, -7, -5, -3, null]);
  assert.deepEqual(filled([null, null]), [null, null]);
});

test("a value is never −0, which would come back from the server as another one", () => {
  const drawing = draw(1);
  drawing.line({ t: 0, y: -0.001 }, { t: 1, y: -0.004 });
  assert.ok(drawing.curve.every((value) => Object.is(value, 0)));
});

test("a key moves one place, and the curve bends to its neighbours", () => {
  const drawing = draw(8);
  const places = placesAlong(8, 5);
  assert.deepEqual(places, [0, 2, 4, 6, 8]);
  drawing.bend(places, 2, -4);
  assert.deepEqual(
    drawing.curve.flatMap((value, t) => (value === null ? [] : [t])),
    [4],
  );
  drawing.line({ t: 0, y: 0 }, { t: 8, y: 0 });
  drawing.bend(places, 1, -2);
  assert.deepEqual(drawing.curve, [0, -1, -2, -1, 0, 0, 0, 0, 0]);
});

test("two places that are moved by keys have a straight line between them, whatever is pressed", () => {
  const drawing = draw(8);
  const places = placesAlong(8, 5);
  drawing.bend(places, 0, -8);
  for (const y of [-8, -7, -4, 0]) drawing.bend(places, 4, y);
  assert.deepEqual(drawing.curve, [-8, -7, -6, -5, -4, -3, -2, -1, 0]);
});

test("a curve can be cleared, and taken up again", () => {
  const drawing = draw(2);
  drawing.load([null, -1, -2]);
  assert.deepEqual(drawing.curve, [null, -1, -2]);
  assert.equal(drawing.empty, false);
  drawing.clear();
  assert.equal(drawing.empty, true);
});

test("places lie evenly from end to end, each once, however short the sequence is", () => {
  assert.deepEqual(placesAlong(50), [0, 8, 17, 25, 33, 42, 50]);
  assert.deepEqual(placesAlong(1), [0, 1]);
  assert.deepEqual(placesAlong(3), [0, 1, 2, 3]);
});

test("a hand that is near an end of the axis means the end", () => {
  const ends = [50, 350];
  assert.deepEqual(
    [40, 60, 61, 339, 340, 372].map((pixel) => atEnd(pixel, ends, 10)),
    [50, 50, 61, 339, 350, 372],
  );
});
