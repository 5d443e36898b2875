// Gradient flow: ‖∂ℓ/∂h_t‖ by timestep on a log axis, a line and a quantile band per lane.

import { LEGEND_LINE, legendGrid } from "../axes.js";
import { cursorLine, emptyMessage, font, shortened, textWidth } from "../canvas.js";
import { createChart } from "../chart.js";
import { palette } from "../colors.js";
import { count, logNumber } from "../format.js";
import { lastLoss, lossesSpread, scalar, values, watching } from "../frames.js";
import * as canvas from "../pictures/gradient_canvas.js";
import { gradientFigure } from "../pictures/gradient_figure.js";
import { extent } from "../pictures/gradient_lines.js";
import { SteadyRange } from "../scales.js";
import { subtitle } from "../section.js";

const BEFORE_DATA = { timesteps: 50, decades: [-12, 1] };
const MOST_NAME = 165; // px of the legend
const LEAST_SPAN = 2; // decades
const NOTHING_YET = ["No gradients yet", "They appear with the first iteration."];
const LOST = ["No connection", "They come back with the server."];
const SPREAD = "a loss enters at every timestep: what the later ones send back";
const SPREAD_WHOLE = "a loss enters at every timestep, and this is what all later losses together send back";
const X_TITLES = [
  "timestep t  (0 = initial state)  ·  band: 10–90 % of the batch",
  "timestep t  ·  band: 10–90 % of the batch",
  "timestep t",
];
const PARTS = ["view", "frame", "first", "lanes", "task", "watch", "theme", "run", "cursor", "connection"];

/** @param {Element} element @param {{cursor: function(?number): void}} actions */
export function create(element, actions) {
  const changed = watching(...PARTS);
  const decades = new SteadyRange({ step: (span) => (span > 12 ? 3 : span > 4 ? 1 : 0.5) });
  const write = subtitle(element);
  const hidden = new Set(); // keys of the legend
  let state = null;
  let scene = { lanes: [], lastLoss: 0 };
  let legend = { key: null, entries: [] };
  let x = [0, 0];

  const chart = createChart(element, {
    name: "gradient-flow",
    place,
    paint: (context, panel, _, look) => canvas.paintGradients(context, panel, scene, look),
    overlay,
    figure: ([panel]) => gradientFigure(panel, scene, palette()),
    onLegend: toggle,
    onPoint: (_, t) => actions.cursor(t === null ? null : nearest(t)),
  });

  function render(next) {
    if (!changed(next)) return;
    if (state?.task !== next.task || state?.lanes !== next.lanes) decades.reset();
    const read = state?.frame !== next.frame || state.lanes !== next.lanes || state.view !== next.view;
    state = next;
    if (read) scene = sceneOf();
    refresh();
    const live = next.run === "playing";
    write(live, ...headline());
    chart.surface.describe(live, inWords);
  }

  function refresh() {
    chart.update({
      theme: state.theme,
      live: state.run === "playing",
      legend: entries(),
      ranges: [{ x: timesteps(), y: range() }],
      version: scene,
    });
  }

  function sceneOf() {
    const { frame, first, lanes, task } = state;
    if (frame === null) return { lanes: [], lastLoss: 0 };
    const seen = (key, data) => (hidden.has(key) ? null : data);
    const read = ({ index, label }) => ({
      index,
      label,
      dh: values(frame, index, "dh_norm"),
      low: values(frame, index, "dh_norm.q10"),
      high: values(frame, index, "dh_norm.q90"),
      dc: seen("dc", values(frame, index, "dc_norm")),
      ghost: seen("ghost", frame.iteration === 0 ? null : values(first, index, "dh_norm")),
      horizon: lossesSpread(task) ? NaN : scalar(frame, index, "horizon"),
      says: frame.text[`${index}/diverged`] ?? null,
    });
    return {
      lanes: lanes
        .filter(({ index }) => !hidden.has(index) && !state.view.hidden.includes(index))
        .map(read),
      lastLoss: lastLoss(task),
    };
  }

  const lastTimestep = () => state?.task?.timesteps ?? BEFORE_DATA.timesteps;
  const nearest = (t) => Math.min(lastTimestep(), Math.max(0, Math.round(t)));

  function timesteps() {
    if (x[1] !== lastTimestep()) x = [0, lastTimestep()];
    return x;
  }

  function range() {
    let [low, high] = [Infinity, -Infinity];
    for (const { dh, dc, low: q10, high: q90, ghost } of scene.lanes) {
      for (const data of [dh, dc, q10, q90, ghost]) [low, high] = extent(data, low, high);
    }
    const least = low <= high ? Math.min(low, high - LEAST_SPAN) : NaN;
    return decades.fit(least, high, performance.now()) ?? BEFORE_DATA.decades;
  }

  function entries() {
    const { theme, lanes } = state;
    const key = [theme, ...lanes.map(({ label }) => label), "hidden", ...hidden].join("|");
    if (key === legend.key) return legend.entries;
    const { lanes: colors, soft, font: family, small } = palette();
    const named = (label) => shortened(label, font(family, small), MOST_NAME);
    const entry = ({ index, label }) => ({ key: index, name: named(label), color: colors[index] });
    const each = lanes.map(entry);
    if (lanes.some(({ state_names: names }) => names.includes("c"))) {
      each.push({ key: "dc", name: "‖∂ℓ/∂c_t‖", color: soft, dash: canvas.CELL_DASH });
    }
    if (lanes.length > 0) {
      each.push({ key: "ghost", name: "iteration 0", color: soft, dash: canvas.GHOST_DASH });
    }
    legend = { key, entries: each.map((entry) => ({ ...entry, hidden: hidden.has(entry.key) })) };
    return legend.entries;
  }

  function toggle(key) {
    if (!hidden.delete(key)) hidden.add(key);
    scene = sceneOf();
    refresh();
  }

  function place(width, height) {
    const { font: lettering, small } = palette();
    const [left, right, bottom] = [small * 5.2, 14, small * 3.1];
    const across = width - left - right;
    const top = small * (0.9 + LEGEND_LINE * legendGrid(entries(), across, palette()).rows);
    const high = height - top - bottom;
    const panel = { left, top, width: across, height: high, log: true, whole: true };
    const yTitle = { text: "‖∂ℓ/∂h_t‖ (batch mean)", x: small * 0.7, y: top + high / 2 };
    const fits = (text) => textWidth(text, font(lettering, small)) < across;
    const xTitle = { text: X_TITLES.find(fits) ?? X_TITLES.at(-1), x: left + across / 2 };
    return {
      panels: [{ ...panel, hoverTitle: "timestep %{x}" }],
      titles: [
        { ...yTitle, align: "center", upright: false },
        { ...xTitle, y: height - small * 0.7, align: "center" },
      ],
      legend: { shown: true, x: width - right, y: 0, width: across },
    };
  }

  function overlay(context, [panel], look) {
    if (state.frame === null) {
      const [title, hint] = state.connection === "lost" ? LOST : NOTHING_YET;
      emptyMessage(context, chart.surface, look.palette, title, hint);
      return;
    }
    const { t } = state.cursor;
    if (t === null || t < panel.xRange[0] || t > panel.xRange[1]) return;
    cursorLine(context, panel.x(t), panel.top, panel.top + panel.height, look.palette.soft);
    // At rest, Plotly's own hover says it where the pointer is.
    if (look.settled && chart.pointed) return;
    canvas.paintReadout(context, panel, scene, t, look.palette);
  }

  function headline() {
    if (state.frame === null) return [""];
    const layered = state.lanes.some(({ num_layers: layers }) => layers > 1);
    const layer = layered ? ` of layer ${state.watch.layer}` : "";
    const when = `iteration ${count(state.frame.iteration)}`;
    if (lossesSpread(state.task)) {
      return [SPREAD, `‖∂ℓ/∂h_t‖${layer} by timestep: ${SPREAD_WHOLE} · ${when}`];
    }
    return [`‖∂ℓ/∂h_t‖${layer} by timestep, log scale · ${when}`];
  }

  function inWords() {
    if (state.frame === null) return "Gradient norms by timestep: no iteration yet.";
    const each = scene.lanes.map(({ label, dh, says }) => {
      if (says !== null) return `${label} diverged: ${says}`;
      const [start, end] = [0, scene.lastLoss].map((t) => logNumber(dh?.[t] ?? NaN));
      return `${label} ${start} at timestep 0 and ${end} at timestep ${scene.lastLoss}`;
    });
    const what = "Norm of the loss gradient with respect to the hidden state, by timestep";
    return `${what}, iteration ${state.frame.iteration}: ${each.join("; ")}.`;
  }

  return { render, destroy: chart.destroy };
}
