import assert from "node:assert/strict";
import { test } from "node:test";

// Letters are measured and colours taken apart on canvases that are nowhere seen.
globalThis.OffscreenCanvas = class {
  getContext() {
    return new Proxy(
      {},
      {
        get(target, name) {
          if (name === "measureText") return (text) => ({ width: text.length * 6 });
          if (name === "getImageData") return () => ({ data: new Uint8Array(4) });
          return target[name] ?? (() => {});
        },
      },
    );
  }
};

const { description, paint, table } =
  await import("../../../../static/js/panels/prediction/bits.js");

const example = {
  title: "3 pulses, at the end −1 +1",
  pulses: [
    [1, 1],
    [0, 0],
    [-1, 0],
  ],
  target: [
    [1, 1],
    [1, 1],
    [-1, 1],
  ],
};

function scene(data) {
  const lanes = [{ index: 0, label: "GRU", short: "GRU" }];
  const arrays = data === null ? {} : { "0/prediction": { shape: [3, 2], data } };
  return { lanes, frame: { arrays }, example };
}

test("an answer is right when it is on the target's side of 0", () => {
  const said = description(scene([0.9, 0.1, -0.2, 1.2, -0.8, 0.7]));
  assert.match(said, /GRU is on the right side 83 % of the time, at the end −0\.80 0\.70\./);
});

test("a lane without answers is said not to be shown", () => {
  assert.match(description(scene(null)), /GRU is not shown\./);
});

test("the table has a row for each timestep and bit", () => {
  const { rows } = table(scene([0.9, 0.1, -0.2, 1.2, -0.8, 0.7]));
  assert.equal(rows.length, 6);
  assert.deepEqual(rows[4], ["GRU", 3, 1, -1, -1, -0.8]);
  assert.deepEqual(rows[3], ["GRU", 2, 2, 0, 1, 1.2]);
});

test("the key names every lane with its share of right answers", () => {
  const written = [];
  const context = new globalThis.OffscreenCanvas(1, 1).getContext("2d");
  context.fillText = (text) => written.push(text);
  const palette = { font: "sans", mono: "mono", small: 10, soft: "#888888", lanes: ["red"] };
  const shown = { ...scene([0.9, 0.1, -0.2, 1.2, -0.8, 0.7]), palette, cursor: { t: 2 } };
  paint(context, { width: 300, height: 120 }, { ...shown, names: () => ["GRU"] });
  assert.deepEqual(written, ["bit 1", "bit 2", "GRU 83 % right"]);
});
