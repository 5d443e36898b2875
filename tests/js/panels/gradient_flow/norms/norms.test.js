import "../../../catalogue.js";

import assert from "node:assert/strict";
import { test } from "node:test";

import { hatch, wordingFor } from "../../../../../static/js/canvas/hatching.js";
import { withScales } from "../../../../../static/js/chart/subplots.js";
import { Extremes } from "../../../../../static/js/panels/gradient_flow/norms/extremes.js";
import { layOut } from "../../../../../static/js/panels/gradient_flow/norms/flags.js";
import {
  flagsOf,
  gapsOf,
  missing,
} from "../../../../../static/js/panels/gradient_flow/norms/lines.js";
import {
  afterClipping,
  fromZero,
  OPTIONS,
  quantityOf,
} from "../../../../../static/js/panels/gradient_flow/norms/quantities.js";
import { normsTable } from "../../../../../static/js/panels/gradient_flow/norms/table.js";
import {
  arrangeMatrix,
  LOWEST,
  sourceCellText,
  topDecade,
} from "../../../../../static/js/panels/gradient_flow/source/matrix.js";
import { sourceTable } from "../../../../../static/js/panels/gradient_flow/source/table.js";
import {
  allowedRadius,
  arrangePlane,
  planeTicks,
  radiusPath,
  reachFor,
} from "../../../../../static/js/panels/gradient_flow/spectrum/plane.js";
import { spectrumTable } from "../../../../../static/js/panels/gradient_flow/spectrum/table.js";

const array = (...data) => ({ data: Float32Array.from(data) });
const near = (a, b, tolerance = 1e-6) => assert.ok(Math.abs(a - b) < tolerance, `${a} is not ${b}`);

test("a quantity of a link that is none is the usual one", () => {
  assert.equal(quantityOf("jacobian_gain"), "jacobian_gain");
  for (const name of ["loss", "constructor", "", undefined])
    assert.equal(quantityOf(name), "dh_norm");
  assert.deepEqual(Object.keys(OPTIONS), ["dh_norm", "dc_norm", "dW_hh_norm", "jacobian_gain"]);
});

test("numbers that begin with timestep 1 leave timestep 0 empty", () => {
  const padded = fromZero(Float32Array.from([-1, -2]), 1);
  assert.deepEqual([...padded], [NaN, -1, -2]);
  assert.deepEqual(missing(padded, 1), [], "timestep 0 is no gap of it");
  assert.equal(fromZero(null, 1), null);
});

test("clipping moves a line down by the log of its factor, and nothing else has a second line", () => {
  const line = Float32Array.from([-3, 0, NaN, -Infinity]);
  const clipped = afterClipping(line, 0.01);
  near(clipped[0], -5);
  near(clipped[1], -2);
  assert.ok(Number.isNaN(clipped[2]));
  assert.equal(clipped[3], -Infinity);
  for (const factor of [1, NaN, 0, 2]) assert.equal(afterClipping(line, factor), null);
  assert.equal(afterClipping(null, 0.5), null);
});

test("what no lane computes is told apart from what one lane leaves out", () => {
  const lanes = [
    { index: 0, label: "a", gaps: [[0, 6]] },
    { index: 2, label: "b", gaps: [[0, 3]] },
  ];
  assert.deepEqual(gapsOf(lanes), {
    shared: [[0, 3]],
    own: [{ index: 0, label: "a", stretches: [[4, 6]] }],
  });
  assert.deepEqual(gapsOf([lanes[0], { ...lanes[1], gaps: [] }]).shared, []);
  assert.deepEqual(gapsOf([]), { shared: [], own: [] });
});

test("extremes only ever widen within a run, and are forgotten with it", () => {
  const first = { iteration: 0, watch: { layer: 0 }, arrays: { "0/dh_norm": array(-5, -1) } };
  const lanes = [{ index: 0 }];
  const extremes = new Extremes();
  extremes.see({ frame: first, first, lanes });
  const later = {
    iteration: 1,
    watch: { layer: 0 },
    arrays: { "0/dh_norm": array(-3, 2), "0/dh_norm.q10": array(-9, NaN) },
  };
  extremes.see({ frame: later, first, lanes });
  assert.deepEqual(extremes.of(0, 0, "dh_norm"), [-9, 2]);
  const calm = { iteration: 2, watch: { layer: 0 }, arrays: { "0/dh_norm": array(-1, -Infinity) } };
  extremes.see({ frame: calm, first, lanes });
  assert.deepEqual(extremes.of(0, 0, "dh_norm"), [-9, 2]);
  assert.equal(extremes.of(1, 0, "dh_norm"), null);
  extremes.see({ frame: calm, first, lanes: [{ index: 0 }] });
  assert.deepEqual(extremes.of(0, 0, "dh_norm"), [-9, 2], "a run that is resumed goes on");
  const other = { ...calm, iteration: 0 };
  extremes.see({ frame: other, first: other, lanes });
  assert.deepEqual(extremes.of(0, 0, "dh_norm"), [-1, -1]);
});

test("the matrix has a cell for every loss and timestep, and says which is under a point", () => {
  const losses = [31, 33, 35];
  const place = arrangeMatrix({ width: 500, height: 240, small: 11, losses, last: 40 });
  for (const [row, t] of [
    [0, 1],
    [2, 40],
    [1, 17],
  ]) {
    assert.deepEqual(place.at(place.x(t), place.y(row)), { row, t });
  }
  assert.equal(place.at(place.left - 1, place.y(0)), null);
  assert.ok(place.bar.left > place.left + place.width);
  const single = arrangeMatrix({ width: 500, height: 240, small: 11, losses: [40], last: 40 });
  assert.ok(single.single && single.height <= 64);
});

test("the colour scale ends at the decade above the greatest number, and never falls", () => {
  assert.equal(topDecade([Float32Array.from([-3.2, NaN, -Infinity])]), -3);
  assert.equal(topDecade([[-3], [-0.4]]), 0);
  assert.equal(topDecade([[-7]], -3), -3);
  assert.equal(topDecade([[-Infinity]]), LOWEST + 4);
  assert.equal(topDecade([[Infinity, -2]]), -2);
});

test("a cell is told in words: a number, a later timestep, or nothing computed", () => {
  assert.equal(
    sourceCellText(Math.log10(3.1e-5), 31, 12),
    "the loss at s = 31 teaches t = 12 with 3.1·10⁻⁵",
  );
  assert.match(sourceCellText(-Infinity, 31, 40), /comes after .* exactly 0/);
  assert.match(sourceCellText(NaN, 31, 4), /not computed/);
});

for (const [width, height] of [
  [506, 216],
  [760, 320],
  [366, 370],
  [200, 120],
]) {
  test(`the plane is square and its circle round at ${width} × ${height}`, () => {
    const place = arrangePlane({ width, height, small: 11, reach: 1.4 });
    near(place.x(1) - place.x(0), place.y(0) - place.y(1));
    near(place.x(1) - place.x(0), place.scale);
    assert.ok(place.left + place.side <= width);
    const { x, y } = place.handle(0.7);
    near(place.radiusAt(x, y), 0.7);
    near(place.distance(0.7, place.center.x, place.y(-0.7) - 3), 3);
    assert.equal(place.distance(0.7, place.left - 1, y), Infinity);
    assert.equal(place.handle(3).x, place.x(1.4));
  });
}

for (const reach of [1.2, 1.6, 2, 3.5, 10]) {
  test(`the unit circle has its ticks in a plane that reaches ${reach}`, () => {
    for (const [width, height] of [
      [506, 216],
      [760, 320],
    ]) {
      const place = arrangePlane({ width, height, small: 11, reach });
      const ticks = planeTicks(place, 11);
      assert.ok(
        ticks.some(({ at, text }) => at === 1 && Number(text) === 1),
        "1",
      );
      if (reach < 10)
        assert.ok(
          ticks.some(({ at }) => at === -1),
          "−1",
        );
      ticks
        .slice(1)
        .forEach(({ at }, k) => assert.ok((at - ticks[k].at) * place.scale >= 22, `${at}`));
    }
  });
}

test("the plane reaches beyond the unit circle and every eigenvalue, and holds still", () => {
  near(reachFor(0.5), 1.2);
  assert.ok(reachFor(1.3) >= 1.3 && reachFor(9) >= 9);
  assert.equal(reachFor(1.2, 1.6), 1.6);
  near(reachFor(0.5, 3), 1.2);
});

test("a radius is set where the lane has it, in hundredths, within bounds", () => {
  const recipe = {
    base: { spectral_radius: 0.9 },
    lanes: [{ cell: "rnn" }, { spectral_radius: null }],
  };
  assert.equal(radiusPath(recipe, 0), "base.spectral_radius");
  assert.equal(radiusPath(recipe, 1), "lanes.1.spectral_radius");
  assert.deepEqual([0.1234, -1, 99].map(allowedRadius), [0.12, 0.01, 10]);
});

test("hatching is diagonal, cut to its rectangle, and none where there is no room", () => {
  const calls = [];
  const context = new Proxy(
    {},
    {
      get:
        (_, name) =>
        (...given) =>
          calls.push([name, ...given]),
      set: () => true,
    },
  );
  hatch(context, 10, 20, 30, 40, "grey", 10);
  assert.deepEqual(
    calls.find(([name]) => name === "rect"),
    ["rect", 10, 20, 30, 40],
  );
  const starts = calls.filter(([name]) => name === "moveTo").map(([, x, y]) => x + y);
  assert.deepEqual(starts, [30, 40, 50, 60, 70, 80, 90]);
  calls.length = 0;
  hatch(context, 10, 20, 0, 40, "grey");
  assert.equal(calls.length, 0);
  assert.equal(
    wordingFor(20, ({ length }) => length),
    "not computed",
  );
  assert.equal(
    wordingFor(5, ({ length }) => length),
    null,
  );
});

test("flags crowded at the bottom of a panel go above the line, and stay inside", () => {
  const panel = withScales(
    { left: 0, top: 40, width: 400, height: 100, log: true, whole: true },
    { x: [0, 50], y: [-10, 0] },
  );
  const flags = [0, 1, 2].map((lane) => ({ lane, text: "horizon 6", t: 44, log: -8 }));
  const placed = layOut(flags, panel, 11);
  for (const { textY } of placed) assert.ok(textY > 40 && textY < 140, String(textY));
  assert.equal(new Set(placed.map(({ textY }) => Math.round(textY))).size, 3);
});

test("why a lane diverged is said in as many words as the panel has room for", () => {
  const reason = "forward pass: the states are finite, but the loss overflows";
  const lane = { index: 0, label: "not clipped", line: null, horizon: NaN, diverged: reason };
  const textAt = (width) => {
    const panel = withScales(
      { left: 0, top: 0, width, height: 100, log: true, whole: true },
      { x: [0, 50], y: [-10, 0] },
    );
    return layOut(flagsOf([lane], 50), panel, 11)[0].text;
  };
  assert.equal(textAt(600), `not clipped: ${reason}`);
  assert.equal(textAt(280), "not clipped diverged");
  assert.equal(textAt(60), "diverged");
});

test("tables hold every number by lane and timestep, with gaps where a lane has none", () => {
  const frame = {
    iteration: 7,
    arrays: {
      "0/dh_norm": array(-3, -2, -1),
      "0/dW_hh_norm": array(-5, -4),
      "0/clip_factor": array(0.5),
      "1/dh_norm": array(-6, -6, -6),
      "1/source": array(-1, -Infinity, -2, -3),
      "1/spectrum.h": array(0.6, 0.8, 0.6, -0.8),
    },
  };
  const lanes = [
    { index: 0, label: "RNN" },
    { index: 1, label: "GRU" },
  ];
  const { columns, rows } = normsTable(frame, lanes);
  assert.deepEqual(columns, [
    "iteration",
    "lane",
    "t",
    "log10 dh_norm",
    "log10 dW_hh_norm",
    "clip_factor",
  ]);
  assert.deepEqual(rows[0], [7, "RNN", 0, -3, null, 0.5]);
  assert.deepEqual(rows[2], [7, "RNN", 2, -1, -4, 0.5]);
  assert.deepEqual(rows[5].slice(0, 5), [7, "GRU", 2, -6, null]);
  const source = sourceTable(frame, lanes[1], [1, 2]);
  assert.deepEqual(source.columns, ["lane", "s", "log10 source t=1", "log10 source t=2"]);
  assert.deepEqual(source.rows, [
    ["GRU", 1, -1, -Infinity],
    ["GRU", 2, -2, -3],
  ]);
  const spectrum = spectrumTable(frame, lanes[1], ["h"]);
  assert.equal(spectrum.rows.length, 2);
  near(spectrum.rows[1][5], 1);
});
