// Norms by timestep on a log axis: a line, a quantile band and a ghost per lane.

import { LEGEND_LINE, legendGrid } from "../axes.js";
import { cursorLine, emptyMessage, font, shortened, textWidth } from "../canvas.js";
import { createChart } from "../chart.js";
import { palette } from "../colors.js";
import { at, inForce } from "../effective.js";
import { apart, count, logNumber } from "../format.js";
import { lastLoss, lossesSpread, scalar, values, watching } from "../frames.js";
import * as canvas from "../pictures/gradient_canvas.js";
import { gradientFigure } from "../pictures/gradient_figure.js";
import { extent, missing } from "../pictures/gradient_lines.js";
import { afterClipping, fromZero, QUANTITIES, quantityOf } from "../pictures/gradient_quantities.js";
import { normsTable } from "../pictures/gradient_table.js";
import { SteadyRange } from "../scales.js";

const BEFORE_DATA = { timesteps: 50, decades: [-12, 1] };
const MOST_NAME = 165; // px of the legend
const KEPT = 100; // frames that "after clipping" stays in the legend of a run that plays
const LEAST_SPAN = 2; // decades
const NOTHING_YET = ["No gradients yet", "They appear with the first iteration."];
const LOST = ["No connection", "They come back with the server."];
const COMING = ["Not computed yet", "It comes with the next frame."];
const SPREAD = "every timestep has a loss: what the later ones send back";
const SLOWS = "computed every frame: slows the run";
const BANDED = "  ·  band: 10–90 % of the batch";
const EXACT_SIZE = 128; // of the joint state: beyond it the engine probes
const PARTS = ["frame", "first", "pinned", "past", "lanes", "task", "recipe", "watch", "view"];
const LOOKS = ["theme", "run", "cursor", "connection"];

const stepOf = (span) => (span > 12 ? 3 : span > 4 ? 1 : 0.5);

/**
 * @param {Element} element
 * @param {object} actions
 * @param {{extremes: import("../pictures/gradient_quantities.js").Extremes}} shared
 */
export function create(element, actions, { extremes }) {
  const changed = watching(...PARTS, ...LOOKS);
  const anew = watching(...PARTS);
  const ranges = {
    recent: new SteadyRange({ step: stepOf }),
    all: new SteadyRange({ step: stepOf, patience: Infinity }),
  };
  const hidden = new Set(); // keys of the legend that are no lanes
  let state = null;
  let shown = null; // what the range was chosen for
  let scene = { lanes: [], lastLoss: 0 };
  let unclipped = Infinity; // frames since a lane was clipped
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

  const name = () => quantityOf(state.view.quantity);
  const quantity = () => QUANTITIES[name()];
  const ghostFrame = () => state.pinned ?? state.first;

  function render(next) {
    if (!changed(next)) return;
    const another = state?.task !== next.task || state?.lanes !== next.lanes;
    const anotherFrame = state?.frame !== next.frame;
    state = next;
    if (another) unclipped = Infinity;
    if (anotherFrame || another) unclipped = someClipped() ? 0 : unclipped + 1;
    if (anew(next)) scene = sceneOf();
    const key = [name(), state.watch.layer, state.view.hidden.join()].join("|");
    if (another || key !== shown) {
      if (shown !== null && key !== shown) chart.showAll();
      shown = key;
      for (const each of Object.values(ranges)) each.reset();
    }
    refresh();
    chart.surface.describe(next.run === "playing", inWords);
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

  const unseen = (key) => hidden.has(key);
  const shownLanes = () => state.lanes.filter(({ index }) => !state.view.hidden.includes(index));

  function sceneOf() {
    if (state.frame === null) return { lanes: [], lastLoss: 0 };
    return { lanes: shownLanes().map(read), lastLoss: lastLoss(state.task) };
  }

  function read({ index, label }) {
    const { frame, task } = state;
    const { first, clipped, banded } = quantity();
    const dh = name() === "dh_norm";
    const line = fromZero(values(frame, index, name()), first);
    const says = frame.text[`${index}/diverged`] ?? null;
    return {
      index,
      label,
      line,
      low: banded ? values(frame, index, `${name()}.q10`) : null,
      high: banded ? values(frame, index, `${name()}.q90`) : null,
      dc: dh && !unseen("dc") ? values(frame, index, "dc_norm") : null,
      ghost: unseen("ghost") ? null : ghostOf(index, first),
      clipped: clipped && !unseen("clipped")
        ? afterClipping(line, scalar(frame, index, "clip_factor"))
        : null,
      gaps: says === null && inForceNow(index, "truncate") ? missing(line, first) : [],
      horizon: !dh || lossesSpread(task) ? NaN : scalar(frame, index, "horizon"),
      says,
    };
  }

  /** The line to compare with, if it is of the same layer. */
  function ghostOf(index, first) {
    const { frame } = state;
    const other = ghostFrame();
    if (other === null || other.iteration === frame.iteration) return null;
    // Of a lane with fewer layers both are of its topmost.
    const top = state.lanes[index].num_layers - 1;
    const layerOf = ({ layer }) => Math.min(layer, top);
    if (other.watch !== undefined && layerOf(other.watch) !== layerOf(frame.watch)) return null;
    return fromZero(values(other, index, name()), first);
  }

  const someClipped = () => state.frame !== null && shownLanes().some(({ index }) => {
    const factor = scalar(state.frame, index, "clip_factor");
    return factor > 0 && factor < 1;
  });

  /** Which kinds of lines there are besides the lanes' own, whether or not they are hidden. */
  function kinds() {
    if (state.frame === null) return {};
    const lanes = shownLanes();
    const { first, clipped } = quantity();
    return {
      dc: name() === "dh_norm" && lanes.some(({ index }) => values(state.frame, index, "dc_norm") !== null),
      ghost: lanes.some(({ index }) => ghostOf(index, first) !== null),
      clips: clipped && (unclipped === 0 || (state.run === "playing" && unclipped < KEPT)),
    };
  }

  const inForceNow = (index, field) => at(inForce(state.recipe, index, field), state.frame.iteration);

  const lastTimestep = () => state?.task?.timesteps ?? BEFORE_DATA.timesteps;
  const nearest = (t) => Math.min(lastTimestep(), Math.max(0, Math.round(t)));

  function timesteps() {
    if (x[1] !== lastTimestep()) x = [0, lastTimestep()];
    return x;
  }

  function range() {
    let [low, high] = [Infinity, -Infinity];
    const all = state.view.range === "all";
    const seen = (index, of) => (all ? extremes.of(state.watch.layer, index, of) : null);
    for (const lane of scene.lanes) {
      const { index, line, dc, low: q10, high: q90, ghost, clipped } = lane;
      const kept = [seen(index, name()), dc === null ? null : seen(index, "dc_norm")];
      for (const data of [line, dc, q10, q90, ghost, clipped, ...kept]) {
        [low, high] = extent(data, low, high);
      }
    }
    const least = low <= high ? Math.min(low, high - LEAST_SPAN) : NaN;
    return ranges[all ? "all" : "recent"].fit(least, high, performance.now()) ?? BEFORE_DATA.decades;
  }

  /** Entries of the legend; another array whenever anything of the chart's frame is another. */
  function entries() {
    const { theme, lanes, view } = state;
    const ghost = `iteration ${count(ghostFrame()?.iteration ?? 0)}`;
    const drawn = kinds();
    const labels = apart(lanes.map(({ label }) => label));
    const key = [theme, ...labels, "hidden", ...hidden, ...view.hidden, name(), ghost, JSON.stringify(drawn)].join("|");
    if (key === legend.key) return legend.entries;
    const { lanes: colors, soft, font: family, small } = palette();
    const named = (label) => shortened(label, font(family, small), MOST_NAME);
    const each = lanes.map(({ index }, k) => {
      return { key: index, name: named(labels[k]), color: colors[index], hidden: view.hidden.includes(index) };
    });
    const add = (of, text, dash) => each.push({ key: of, name: text, color: soft, dash, hidden: unseen(of) });
    if (drawn.dc) add("dc", "‖∂ℓ/∂c_t‖", canvas.CELL_DASH);
    if (drawn.ghost) add("ghost", ghost, canvas.GHOST_DASH);
    if (drawn.clips) add("clipped", "after clipping", canvas.CLIPPED_DASH);
    legend = { key, entries: each };
    return each;
  }

  function toggle(key) {
    if (typeof key === "number") {
      const { hidden: out } = state.view;
      actions.view({ hidden: out.includes(key) ? out.filter((each) => each !== key) : [...out, key] });
      return;
    }
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
    const { symbol, first, banded } = quantity();
    const fitting = (texts, room) => {
      return texts.find((text) => textWidth(text.replaceAll("_", ""), font(lettering, small)) < room) ?? texts.at(-1);
    };
    const band = banded ? BANDED : "";
    const start = first === 0 ? "  (0 = initial state)" : "";
    const xTitles = [`timestep t${start}${band}`, `timestep t${band}`, "timestep t"];
    return {
      panels: [{ ...panel, hoverTitle: "timestep %{x}" }],
      titles: [
        {
          text: fitting([`${symbol}, log scale`, `${symbol}, log`, symbol], height),
          x: small * 0.7,
          y: Math.max(height / 2, Math.min(top + high / 2, height)),
          align: "center",
          upright: false,
        },
        { text: fitting(xTitles, across), x: left + across / 2, y: height - small * 0.7, align: "center" },
      ],
      legend: { shown: true, x: width - right, y: 0, width: across },
    };
  }

  function overlay(context, [panel], look) {
    const message = missingMessage();
    if (message !== null) return emptyMessage(context, chart.surface, look.palette, ...message);
    const { t } = state.cursor;
    if (t === null || t < panel.xRange[0] || t > panel.xRange[1]) return undefined;
    cursorLine(context, panel.x(t), panel.top, panel.top + panel.height, look.palette.soft);
    // At rest, Plotly's own hover says it where the pointer is.
    if (look.settled && chart.pointed) return undefined;
    const titled = quantity().option;
    canvas.paintReadout(context, panel, scene, t, titled, look.palette);
    return undefined;
  }

  /** What there is to say where no line can be drawn, or null. */
  function missingMessage() {
    const { frame, past, connection } = state;
    if (frame === null) return connection === "lost" ? LOST : NOTHING_YET;
    if (scene.lanes.length === 0) return ["No lane is shown", "Click a lane in the legend."];
    if (scene.lanes.some(({ line }) => line !== null)) return null;
    if (name() === "dc_norm") return ["No cell state", "Only an LSTM lane has one."];
    if (past === null) return COMING;
    return [`Not recorded at iteration ${count(frame.iteration)}`, "It is computed from now on, once the run goes on."];
  }

  function headline() {
    const { frame, watch, task } = state;
    if (frame === null) return [""];
    const { meaning } = quantity();
    const when = `iteration ${count(frame.iteration)}`;
    if (name() === "jacobian_gain") {
      const parts = [...bounds(), SLOWS].join(" · ");
      const whole = `${meaning} · example ${watch.example} · ${parts} · ${when}`;
      return [`${QUANTITIES.jacobian_gain.symbol} · ${parts} · example ${watch.example} · ${when}`, whole];
    }
    const whole = `${meaning} by timestep, log scale · ${when}`;
    if (name() === "dh_norm" && lossesSpread(task)) return [`${SPREAD} · ${when}`, `${whole} · ${SPREAD}`];
    return [whole];
  }

  /** Which lanes' Jacobians are too large to be exact. */
  function bounds() {
    const { frame } = state;
    const probed = shownLanes().filter(({ index }) => scalar(frame, index, "jacobian_exact") === 0);
    return probed.map(({ label, state_names: names }) => {
      return `${label}: lower bound (H > ${EXACT_SIZE / names.length})`;
    });
  }

  function inWords() {
    if (state.frame === null) return "Gradient norms by timestep: no iteration yet.";
    const { first, spoken } = quantity();
    const end = name() === "jacobian_gain" ? lastTimestep() : scene.lastLoss;
    const each = scene.lanes.map(({ label, line, says, gaps }) => {
      if (says !== null) return `${label} diverged: ${says}`;
      const said = (t) => logNumber(line?.[t] ?? NaN);
      const from = gaps.some(([start, stop]) => first >= start && first <= stop) ? gaps[0][1] + 1 : first;
      const gap = from === first ? "" : `not computed before timestep ${from}, `;
      return `${label} ${gap}${said(from)} at timestep ${from} and ${said(end)} at timestep ${end}`;
    });
    return `${spoken}, by timestep, iteration ${state.frame.iteration}: ${each.join("; ")}.`;
  }

  function exports() {
    return {
      name: "gradient-flow",
      chart,
      picture: () => null,
      table: () => normsTable(state.frame, shownLanes()),
    };
  }

  /** Whether the axes say all that there is to say. */
  const plain = () => name() !== "jacobian_gain" && !(state.frame !== null && lossesSpread(state.task));

  return { render, headline, plain, exports, destroy: chart.destroy };
}
