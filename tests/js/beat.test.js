import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { inTime } from "../../static/js/beat.js";

const FRAME = 16; // ms

/** The screen, whose frames come when they are told to. */
const screen = { time: 0, callbacks: [] };

globalThis.document = { timeline: { get currentTime() { return screen.time; } } };
globalThis.requestAnimationFrame = (callback) => screen.callbacks.push(callback);

function frame(after = FRAME) {
  screen.time += after;
  for (const callback of screen.callbacks.splice(0)) callback();
}

/** A text, and the times at which it was written. */
function noted() {
  const times = [];
  return { times, ...inTime(() => times.push(screen.time)) };
}

beforeEach(() => {
  while (screen.callbacks.length > 0) frame(1000);
  screen.time = 1000;
});

test("a text is written at once, and then once in a beat however often it is asked for", () => {
  const text = noted();
  text.ask(false);
  assert.deepEqual(text.times, [1000]);
  while (screen.time < 2000) {
    frame();
    text.ask(false);
  }
  assert.equal(text.times.length, 5);
  const beats = text.times.map((time) => Math.floor(time / 250));
  assert.deepEqual(beats, [4, 5, 6, 7, 8]);
});

test("what waits is written in the first frame of the next beat, together", () => {
  const texts = [noted(), noted()];
  for (const text of texts) text.ask(false);
  frame();
  texts[0].ask(false);
  frame();
  texts[1].ask(false);
  for (let i = 0; i < 20; i += 1) frame();
  for (const { times } of texts) assert.deepEqual(times, [1000, 1256]);
});

test("a frame that comes late, with the time of the beat before, writes nothing twice", () => {
  const text = noted();
  text.ask(false);
  text.ask(false);
  screen.time = 1249;
  frame(0);
  assert.deepEqual(text.times, [1000]);
  frame(2);
  text.ask(false);
  assert.deepEqual(text.times, [1000, 1251]);
});

test("what is urgent is written in any beat, and does not wait any longer", () => {
  const text = noted();
  text.ask(false);
  frame();
  text.ask(false);
  text.ask(true);
  assert.deepEqual(text.times, [1000, 1016]);
  for (let i = 0; i < 40; i += 1) frame();
  assert.deepEqual(text.times, [1000, 1016]);
  text.now();
  assert.equal(text.times.at(-1), screen.time);
});

test("a text that has stopped is not written any more, and the screen is left alone", () => {
  const text = noted();
  text.ask(false);
  text.ask(false);
  text.stop();
  for (let i = 0; i < 40; i += 1) frame();
  assert.deepEqual(text.times, [1000]);
  assert.equal(screen.callbacks.length, 0);
});
