import assert from "node:assert/strict";
import { test } from "node:test";

import { withScales } from "../../../../static/js/chart/subplots.js";
import { timeFigure } from "../../../../static/js/panels/training/time_figure.js";

const palette = { ink: "ink", soft: "soft", panel: "panel", font: "sans", small: 11 };
const ranges = { x: [0, 100], y: [-2, 0] };
const beside = { top: 20, width: 400, height: 150, log: true, whole: true };
const panels = [60, 520].map((left) => withScales({ ...beside, left }, ranges));
const looks = panels.map(() => ({ past: false, grip: true, badges: true }));
const marks = [
  { iteration: 25, text: "compared 25", shown: false },
  { iteration: 60, text: "now 60", shown: true },
];
const widthOf = (text) => 6 * text.length;

/** Pixels of the rectangle round both panels, of a share of it. */
const pixel = ({ x, y }) => ({ x: 60 + x * 860, y: 170 - y * 150 });

test("each panel of the saved picture has both lines, where its axis has their iterations", () => {
  const { shapes } = timeFigure(panels, marks, looks, widthOf, palette);
  const lines = shapes.filter(({ type }) => type === "line");
  assert.deepEqual(
    lines.map(({ line }) => line.color),
    ["soft", "ink", "soft", "ink"],
  );
  lines.forEach(({ x0, x1, y0, y1 }, k) => {
    const [panel, mark] = [panels[Math.floor(k / 2)], marks[k % 2]];
    assert.equal(x0, x1);
    assert.ok(Math.abs(pixel({ x: x0, y: y0 }).x - panel.x(mark.iteration)) <= 1);
    assert.ok(Math.abs(pixel({ x: x0, y: y0 }).y - 20) < 1e-9);
    assert.ok(Math.abs(pixel({ x: x0, y: y1 }).y - 170) < 1e-9);
  });
});

test("their badges say which iterations they are, under the axis and clear of its numbers", () => {
  const { shapes, annotations } = timeFigure(panels, marks, looks, widthOf, palette);
  assert.deepEqual(
    annotations.map(({ text }) => text),
    ["compared 25", "now 60", "compared 25", "now 60"],
  );
  assert.ok(annotations.every((each) => pixel(each).y > 170));
  const badges = shapes.filter(({ type, line }) => type === "rect" && line.width === 1);
  assert.equal(badges.length, 4);
  const covers = shapes.filter(
    ({ type, fillcolor, line }) => type === "rect" && fillcolor === "panel" && line.width === 0,
  );
  assert.ok(covers.length > 0, "a number of the axis lies under a badge");
  assert.ok(shapes.indexOf(covers[0]) < shapes.indexOf(badges[0]), "and the badge over its cover");
});

test("what lies beyond a zoomed axis is left out, and so is what a panel has no place for", () => {
  const zoomed = panels.map((panel) => withScales(panel, { ...ranges, x: [50, 100] }));
  const bare = [
    { past: false, grip: false, badges: false },
    { past: false, grip: true, badges: true },
  ];
  const { shapes, annotations } = timeFigure(zoomed, marks, bare, widthOf, palette);
  assert.equal(shapes.filter(({ type }) => type === "line").length, 2);
  assert.equal(shapes.filter(({ type }) => type === "circle").length, 1);
  assert.deepEqual(
    annotations.map(({ text }) => text),
    ["now 60"],
  );
});
