// Two small charts against T: what is kept, and how long forward and backward take.

import { font, haloText } from "../../../canvas/text.js";
import { drawAxes, LEGEND_LINE } from "../../../chart/axes.js";
import { inside, withScales } from "../../../chart/subplots.js";

const TRUNCATED = [6, 4];
const BETWEEN = 0.06; // of the width
const HEADROOM = 1.12;

/**
 * Where the charts lie.
 *
 * @param {{width: number, height: number}} size
 * @param {any} scene
 * @param {Palette} palette
 */
export function arrange({ width, height }, scene, { small, soft, lanes }) {
  const { timesteps, whole, truncated, window } = scene;
  const [left, right, bottom] = [small * 4.4, small, small * 3.2];
  const top = small * (2.2 + 2 * LEGEND_LINE);
  const across = (width - 2 * left - right - BETWEEN * width) / 2;
  const x = [0, timesteps.at(-1) * 1.02];
  const place = { top, width: across, height: height - top - bottom, whole: true };
  const most = (...columns) => HEADROOM * Math.max(...columns.flat(), 1e-9);
  const megabytes = [0, most(whole.kept, truncated.kept) / 1e6];
  const times = [whole.forward, whole.backward, truncated.forward, truncated.backward];
  const milliseconds = [0, 1000 * most(...times)];
  const lefts = [left, left + across + BETWEEN * width + left];
  const panels = [megabytes, milliseconds].map((y, k) =>
    withScales({ ...place, left: lefts[k] }, { x, y }),
  );
  const middle = top + place.height / 2;
  return {
    panels,
    titles: [
      ...["memory kept, MB", "time, ms"].map((text, k) => ({
        text,
        x: lefts[k] - left + small * 0.8,
        y: middle,
        align: "center",
        upright: false,
      })),
      ...lefts.map((at) => ({
        text: "timesteps T",
        x: at + across / 2,
        y: height - small * 0.8,
        align: "center",
      })),
    ],
    legend: { shown: false, x: 0, y: 0, width: 0, entries: [] },
    colors: { forward: soft, backward: lanes[scene.lane], kept: lanes[scene.lane] },
    window,
  };
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {ReturnType<typeof arrange>} placed
 * @param {any} scene
 * @param {Palette} palette
 */
export function paintCost(context, placed, { timesteps, whole, truncated, own }, palette) {
  const { panels, colors, window } = placed;
  drawAxes(context, placed, placed.legend, palette);
  const lines = [
    [{ name: "kept", scale: 1e-6, color: colors.kept }],
    [
      { name: "forward", scale: 1e3, color: colors.forward },
      { name: "backward", scale: 1e3, color: colors.backward },
    ],
  ];
  panels.forEach((panel, k) => {
    inside(context, panel, () => {
      paintOwn(context, panel, own, palette);
      for (const { name, scale, color } of lines[k]) {
        context.strokeStyle = context.fillStyle = color;
        stroke(context, panel, timesteps, truncated[name], scale, TRUNCATED);
        stroke(context, panel, timesteps, whole[name], scale, []);
      }
    });
  });
  const [memory, time] = panels;
  key(context, memory, 0, "whole sequence", colors.kept, [], palette);
  key(context, memory, 1, `windows of ${window}`, colors.kept, TRUNCATED, palette);
  key(context, time, 0, "backward", colors.backward, [], palette);
  key(context, time, 1, "forward", colors.forward, [], palette);
}

function stroke(context, { x, y }, timesteps, values, scale, dash) {
  context.lineWidth = 2;
  context.setLineDash(dash);
  context.beginPath();
  timesteps.forEach((T, k) => context.lineTo(x(T), y(values[k] * scale)));
  context.stroke();
  context.setLineDash([]);
  if (dash.length > 0) return;
  timesteps.forEach((T, k) => {
    context.beginPath();
    context.arc(x(T), y(values[k] * scale), 2.5, 0, 2 * Math.PI);
    context.fill();
  });
}

/** The recipe's own T. */
function paintOwn(context, panel, own, palette) {
  const x = Math.round(panel.x(own)) + 0.5;
  context.strokeStyle = palette.soft;
  context.lineWidth = 1;
  context.setLineDash([2, 3]);
  context.beginPath();
  context.moveTo(x, panel.top);
  context.lineTo(x, panel.top + panel.height);
  context.stroke();
  context.setLineDash([]);
  context.font = font(palette.font, palette.small);
  context.textAlign = "right";
  context.textBaseline = "top";
  context.fillStyle = palette.soft;
  haloText(context, `T = ${own}`, x - 4, panel.top + 2, palette.panel);
}

function key(context, panel, row, text, color, dash, palette) {
  const y = palette.small * (0.9 + row * LEGEND_LINE);
  context.strokeStyle = color;
  context.lineWidth = 2;
  context.setLineDash(dash);
  context.beginPath();
  context.moveTo(panel.left, y);
  context.lineTo(panel.left + 22, y);
  context.stroke();
  context.setLineDash([]);
  context.font = font(palette.font, palette.small);
  context.textAlign = "left";
  context.textBaseline = "middle";
  context.fillStyle = palette.ink;
  context.fillText(text, panel.left + 28, y);
}
