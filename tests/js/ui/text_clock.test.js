import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { inTime } from "../../../static/js/ui/text_clock.js";

const FRAME = 16; // ms

/** The screen, whose frames come when they are told to. */
const screen = { time: 0, callbacks: [] };

globalThis.document = {
  timeline: {
    get currentTime() {
      return screen.time;
    },
  },
};
globalThis.requestAnimationFrame = (callback) => screen.callbacks.push(callback);

/** A frame: what was asked for in it runs, and `draw` after that. */
async function frame({ after = FRAME, draw = () => {} } = {}) {
  screen.time += after;
  for (const callback of [...screen.callbacks.splice(0), draw]) {
    callback();
    await null;
  }
}

/** A text, and the times at which it was written. */
function noted() {
  const times = [];
  return { times, ...inTime(() => times.push(screen.time)) };
}

/** A text that tells what `page` shows. */
function telling(page) {
  const told = [];
  return { told, ...inTime(() => told.push([screen.time, page.shown])) };
}

const beats = (times) => times.map((time) => Math.floor(time / 250));

beforeEach(async () => {
  while (screen.callbacks.length > 0) await frame({ after: 1000 });
  screen.time += 1000 - (screen.time % 250);
});

test("a text is written in the frame that asks, and then once in a beat", async () => {
  const text = noted();
  const start = screen.time;
  while (screen.time < start + 1000) await frame({ draw: () => text.ask(false) });
  assert.equal(text.times[0], start + FRAME);
  assert.deepEqual(
    beats(text.times),
    [0, 1, 2, 3, 4].map((k) => start / 250 + k),
  );
});

test("what waits is written in the first frame of the next beat, together", async () => {
  const texts = [noted(), noted()];
  const start = screen.time;
  await frame({ draw: () => texts.forEach((text) => text.ask(false)) });
  await frame({ draw: () => texts[0].ask(false) });
  await frame({ draw: () => texts[1].ask(false) });
  for (let i = 0; i < 20; i += 1) await frame();
  for (const { times } of texts) assert.deepEqual(times, [start + 16, start + 256]);
});

test("a frame that comes late, in the beat before, writes nothing twice", async () => {
  const text = noted();
  const start = screen.time;
  await frame({ draw: () => text.ask(false) });
  text.ask(false);
  await frame({ after: 233 });
  assert.deepEqual(text.times, [start + 16]);
  await frame({ after: 2, draw: () => text.ask(false) });
  assert.deepEqual(text.times, [start + 16, start + 251]);
});

test("what is urgent has all that wait written with it, after every view has drawn", async () => {
  const page = { shown: 0 };
  const [header, bar] = [telling(page), telling(page)];
  const start = screen.time;
  const both = (shown, urgent) => () => {
    page.shown = shown;
    header.ask(urgent);
    bar.ask(false);
  };
  await frame({ draw: both(0, false) });
  await frame({ draw: both(1, false) });
  await frame({ draw: both(2, true) });
  for (let i = 0; i < 40; i += 1) await frame();
  for (const { told } of [header, bar])
    assert.deepEqual(told, [
      [start + 16, 0],
      [start + 48, 2],
    ]);
});

test("a text that waited alone does not make the others tell something else", async () => {
  const page = { shown: 0 };
  const [header, bar] = [telling(page), telling(page)];
  await frame({ draw: () => [header, bar].forEach((text) => text.ask(false)) });
  await frame({ draw: () => header.ask(false) });
  await frame({
    after: 240,
    draw: () => {
      page.shown = 1;
      [header, bar].forEach((text) => text.ask(false));
    },
  });
  const last = ({ told }) => told.at(-1)[1];
  assert.equal(last(header), last(bar));
  for (let i = 0; i < 20; i += 1) await frame();
  assert.deepEqual([last(header), last(bar)], [1, 1]);
});

test("who asks is told whether this frame writes the text", async () => {
  const text = noted();
  const told = [];
  const asking = (urgent) => () => told.push(text.ask(urgent));
  await frame({ draw: asking(false) });
  await frame({ draw: asking(false) });
  await frame({ draw: asking(true) });
  await frame({ draw: asking(false) });
  // What waited is written before this frame asks once more.
  await frame({ after: 250, draw: asking(false) });
  await frame({ after: 250 });
  await frame({ after: 250, draw: asking(false) });
  assert.deepEqual(told, [true, false, true, false, false, true]);
});

test("a text that fails is reported, and the others are written", async () => {
  const reported = [];
  globalThis.reportError = (error) => reported.push(error.message);
  const failing = inTime(() => {
    throw new Error("no such element");
  });
  const text = noted();
  await frame({ draw: () => [failing, text].forEach((each) => each.ask(true)) });
  assert.deepEqual(reported, ["no such element"]);
  assert.equal(text.times.length, 1);
});

test("a text that has stopped is not written any more, and the screen is left alone", async () => {
  const text = noted();
  await frame({ draw: () => text.ask(false) });
  text.ask(false);
  text.stop();
  for (let i = 0; i < 40; i += 1) await frame();
  assert.equal(text.times.length, 1);
  assert.equal(screen.callbacks.length, 0);
});
