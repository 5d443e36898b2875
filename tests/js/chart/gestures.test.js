import assert from "node:assert/strict";
import { test } from "node:test";

globalThis.addEventListener ??= () => {};
const { listenToGestures } = await import("../../../static/js/chart/gestures.js");

/** An element that keeps its listeners, and a list of what they made of a pointer. */
function chart({ shift = false } = {}) {
  const listeners = {};
  const element = {
    addEventListener: (name, listener) => (listeners[name] = listener),
    getBoundingClientRect: () => ({ left: 10, top: 10 }),
    setPointerCapture() {},
  };
  const told = [];
  const tell =
    (name) =>
    (...given) =>
      told.push([name, ...given]);
  const names = ["scrub", "drop", "box", "zoom", "click", "twice", "cancel"];
  listenToGestures(/** @type {any} */ (element), {
    ...Object.fromEntries(names.map((name) => [name, tell(name)])),
    panelAt: ([x]) => (x < 0 ? -1 : 0),
    zooms: () => shift,
  });
  const send = (name, x, y, more = {}) =>
    listeners[name]({
      button: 0,
      isPrimary: true,
      pointerId: 1,
      clientX: x + 10,
      clientY: y + 10,
      timeStamp: 1000,
      ...more,
    });
  return { send, told };
}

test("a drag scrubs from the first move that is no slip, and is let go where it ends", () => {
  const { send, told } = chart();
  send("pointerdown", 50, 50);
  send("pointermove", 52, 51);
  send("pointermove", 70, 90);
  send("pointerup", 80, 90);
  assert.deepEqual(told, [
    ["scrub", 0, [70, 90]],
    ["scrub", 0, [80, 90]],
    ["drop", 0, [80, 90]],
  ]);
});

test("a drag that zooms draws a box and scrubs nothing", () => {
  const { send, told } = chart({ shift: true });
  send("pointerdown", 50, 50);
  send("pointermove", 70, 90);
  send("pointerup", 80, 90);
  assert.deepEqual(told, [
    ["box", 0, [50, 50], [70, 90]],
    ["zoom", 0, [50, 50], [80, 90]],
  ]);
});

test("what the browser takes for a scroll ends the drag, and what follows is none", () => {
  const { send, told } = chart();
  send("pointerdown", 50, 50);
  send("pointercancel", 50, 58);
  send("pointermove", 90, 58);
  assert.deepEqual(told, []);
  send("pointerdown", 50, 50);
  send("pointermove", 60, 50);
  send("pointercancel", 60, 50);
  assert.deepEqual(told.at(-1), ["cancel", false]);
});

test("a finger that goes up or down scrubs nothing before the browser scrolls", () => {
  const { send, told } = chart();
  send("pointerdown", 50, 50, { pointerType: "touch" });
  send("pointermove", 52, 70, { pointerType: "touch" });
  send("pointermove", 90, 70, { pointerType: "touch" });
  send("pointercancel", 90, 70, { pointerType: "touch" });
  assert.deepEqual(told, []);
});

test("a second click soon after the first is a double one, and a later one is not", () => {
  const { send, told } = chart();
  const click = (timeStamp) => {
    send("pointerdown", 50, 50, { timeStamp });
    send("pointerup", 51, 50, { timeStamp });
  };
  for (const time of [1000, 1200, 1300, 2000]) click(time);
  assert.deepEqual(
    told.map(([name]) => name),
    ["click", "twice", "click", "click"],
  );
});

test("nothing begins outside of the panels or by another button", () => {
  const { send, told } = chart();
  send("pointerdown", -5, 50);
  send("pointerup", -5, 50);
  send("pointerdown", 50, 50, { button: 2 });
  send("pointerup", 50, 50, { button: 2 });
  assert.deepEqual(told, []);
});
