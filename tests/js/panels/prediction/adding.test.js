import assert from "node:assert/strict";
import { test } from "node:test";

import { paint, radiiOf } from "../../../../static/js/panels/prediction/adding.js";
import { reachingTo } from "../../../../static/js/panels/prediction/axis.js";
import { namesWithin } from "../../../../static/js/text/lane_names.js";

const LETTER = 6; // px, whatever is written

const sizeOf = ({ font = "" }) => Number(/([\d.]+)px/.exec(font)?.[1] ?? palette.small);

/** A context that keeps what is written, and where. */
function recorder() {
  const texts = [];
  const context = new Proxy(
    {},
    {
      get(target, name) {
        if (name === "measureText")
          return (text) => ({ width: text.length * LETTER * (sizeOf(target) / palette.small) });
        if (name === "getImageData") return () => ({ data: new Uint8Array(4) });
        if (name === "fillText")
          return (text, x, y) =>
            texts.push({ text, x, y, color: target.fillStyle, size: sizeOf(target) });
        return target[name] ?? (() => {});
      },
    },
  );
  return { context, texts };
}

// Letters are measured and colours taken apart on canvases that are nowhere seen.
globalThis.OffscreenCanvas = class {
  getContext() {
    return recorder().context;
  }
};

const NAMES = ["RNN tanh", "LSTM", "GRU", "orthogonal"];
const palette = {
  mono: "mono",
  font: "sans",
  small: 10,
  line: "line",
  soft: "#888888",
  ink: "ink",
  panel: "#ffffff",
  lanes: ["hue 0", "hue 1", "hue 2", "hue 3"],
};

function said(count, { width, height }, predictions = [0.9, 1.25, 0.75, 1.1]) {
  const lanes = NAMES.slice(0, count).map((label, index) => ({ index, label }));
  const names = (fits) =>
    namesWithin(
      lanes.map(({ label }) => label),
      fits,
    );
  const arrays = Object.fromEntries(
    lanes.map(({ index }) => [`${index}/prediction`, { shape: [1], data: [predictions[index]] }]),
  );
  const example = { values: [0.5, 0.25, 0.6, 0.1], marked: [0, 2], target: 1.1 };
  const { context, texts } = recorder();
  paint(
    context,
    { width, height },
    {
      lanes,
      names,
      frame: { arrays },
      example,
      task: { timesteps: 4 },
      palette,
      cursor: { t: null },
    },
  );
  return texts.filter(({ text, color }) => text === "target 1.10" || color.startsWith("hue"));
}

const rowsOf = (texts) => [...new Set(texts.map(({ y }) => y))].sort((a, b) => a - b);
const overlaps = (texts) =>
  texts.some((one) =>
    texts.some(
      (other) => other.x > one.x && other.y === one.y && other.x < one.x + one.text.length * LETTER,
    ),
  );

test("what few lanes say stands in one row, each in its colour", () => {
  const texts = said(3, { width: 480, height: 160 });
  assert.deepEqual(
    texts.map(({ text }) => text),
    ["target 1.10", "RNN tanh 0.900", "LSTM 1.25", "GRU 0.750"],
  );
  assert.deepEqual(
    texts.map(({ color }) => color),
    ["ink", "hue 0", "hue 1", "hue 2"],
  );
  assert.equal(rowsOf(texts).length, 1);
  assert.equal(overlaps(texts), false);
});

test("what many lanes say takes a second row, where there is height for it", () => {
  const texts = said(4, { width: 260, height: 160 });
  assert.deepEqual(
    texts.map(({ text }) => text.split(" ").at(-1)),
    ["1.10", "0.900", "1.25", "0.750", "1.10"],
  );
  const [first, second] = rowsOf(texts);
  assert.deepEqual(
    texts.map(({ y }) => y),
    [first, first, first, second, second],
  );
  assert.ok(
    second - first >= palette.small && second + palette.small / 2 <= 160,
    "rows stand apart, in the picture",
  );
  assert.equal(overlaps(texts), false);
  assert.equal(rowsOf(said(4, { width: 260, height: 70 })).length, 1);
});

test("rows do not jump with the digits of the moment", () => {
  for (const width of [240, 300, 340, 380, 420, 480]) {
    const rows = [
      [1, 1, 1, 1],
      [-0.001, 12.34, -1.111, 999.9],
    ].map((predictions) => rowsOf(said(4, { width, height: 160 }, predictions)).length);
    assert.equal(rows[0], rows[1], `at a width of ${width}`);
  }
});

test("the axis extends to what is said beyond it, by rounded steps", () => {
  assert.deepEqual(reachingTo([0, 2], [0.9, 1.25]), [0, 2]);
  assert.deepEqual(reachingTo([0, 2], [-0.97, 1.25]), [-1, 2]);
  assert.deepEqual(reachingTo([0, 2], [2.3, 41]), [0, 45]);
  assert.deepEqual(reachingTo([0, 2], [NaN, Infinity, 1]), [0, 2]);
});

test("a dot stands where its lane's number is, and not at the end of the axis", () => {
  const dots = [];
  const { context, texts } = recorder();
  const listening = new Proxy(context, {
    get: (target, name) => (name === "arc" ? (x) => dots.push(x) : target[name]),
  });
  const lanes = [{ index: 0, label: "LSTM" }];
  const frame = { arrays: { "0/prediction": { shape: [1], data: [-0.97] } } };
  const example = { values: [0.5, 0.25], marked: [0, 1], target: 0.75 };
  const task = { timesteps: 2 };
  const scene = {
    lanes,
    names: () => ["LSTM"],
    frame,
    example,
    task,
    palette,
    cursor: { t: null },
  };
  paint(listening, { width: 316, height: 160 }, scene);
  assert.equal(dots.length, 1);
  assert.ok(Math.abs(dots[0] - (8 + (300 * 0.03) / 3)) < 1e-6);
  assert.ok(texts.some(({ text }) => text === "−1.0" || text === "−1"));
});

test("answers in two rows end within the picture", () => {
  for (let width = 190; width < 300; width += 10) {
    const texts = said(4, { width, height: 160 }, [1.25, 0.0655, -0.227, 0.0459]);
    assert.equal(texts.length, 5);
    const size = Math.min(...texts.map(({ size }) => size));
    for (const { text, x } of texts)
      assert.ok(x + text.length * LETTER * (size / 10) <= width + 1, `${width}: ${text} at ${x}`);
  }
});

test("dots that lie on others are smaller, so that none hides another", () => {
  assert.deepEqual(radiiOf([10, 40, 80], 5), [5, 5, 5]);
  const radii = radiiOf([10, 10, 11, 80, 10], 5);
  assert.equal(radii[3], 5);
  const piled = [radii[0], radii[1], radii[2], radii[4]];
  piled.slice(1).forEach((radius, k) => assert.ok(radius < piled[k] && radius > 0));
});
