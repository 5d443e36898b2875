// Norms by timestep on a log axis: a line, a quantile band and a ghost per lane.

import { cursorLine, emptyMessage } from "../../../canvas/marks.js";
import { palette } from "../../../canvas/palette.js";
import { createChart } from "../../../chart/chart.js";
import { createChartTools } from "../../../chart/tools.js";
import { lossesSpread, shownLanes, toggled, watching } from "../../../state/selectors.js";
import { normsDescription, normsHeadline, whyNoNorms } from "./captions.js";
import { gradientFigure } from "./figure.js";
import { placeGradients } from "./layout.js";
import { GradientLegend } from "./legend.js";
import { paintGradients } from "./paint.js";
import { factsOf, quantityOf } from "./quantities.js";
import { GradientRange } from "./range.js";
import { paintReadout } from "./readout.js";
import { gradientScene, kindsOfLines, someClipped } from "./scene.js";
import { normsTable } from "./table.js";

const TIMESTEPS = 50; // end of the axis while there is no run
const KEPT = 100; // frames that "after clipping" stays in the legend of a run that plays
/** @type {(keyof State)[]} */
const PARTS = ["frame", "first", "pinned", "past", "lanes", "task", "recipe", "watch", "view"];
/** @type {(keyof State)[]} */
const LOOKS = ["theme", "run", "cursor", "connection"];

/**
 * @param {HTMLElement} element
 * @param {Actions} actions
 * @param {{extremes: import("./extremes.js").Extremes}} shared
 */
export function create(element, actions, { extremes }) {
  const changed = watching(...PARTS, ...LOOKS);
  const anew = watching(...PARTS);
  const range = new GradientRange();
  const legend = new GradientLegend();
  const hidden = new Set(); // hidden entries of the legend that are not lanes
  /** @type {State} */
  let state = null;
  let shown = null; // what the range was chosen for
  /** @type {ReturnType<typeof gradientScene>} */
  let scene = { lanes: [], lastLoss: 0 };
  let unclipped = Infinity; // frames since a lane was clipped
  let x = [0, 0];

  const chart = createChart(element, {
    name: "gradient-flow",
    place(width, height) {
      const size = { width, height };
      return placeGradients(size, quantity(), entries(size), palette());
    },
    paint: (context, panel, _, look) => paintGradients(context, panel, scene, look),
    overlay,
    figure: ([panel]) => gradientFigure(panel, scene, palette()),
    onLegend: toggle,
    onPoint: (_, t) => actions.cursor(t === null ? null : nearest(t)),
    onScrub: select,
    onClick: select,
    onZoom: () => tools.render(someHidden()),
  });
  const tools = createChartTools(chart, showAll);

  const name = () => quantityOf(state.view.quantity);
  const quantity = () => factsOf(name());

  /** @param {State} next */
  function render(next) {
    if (!changed(next)) return;
    const another = state?.task !== next.task || state?.lanes !== next.lanes;
    const anotherFrame = state?.frame !== next.frame;
    state = next;
    if (another) unclipped = Infinity;
    if (anotherFrame || another) unclipped = someClipped(state) ? 0 : unclipped + 1;
    if (anew(next)) scene = gradientScene(state, hidden);
    const key = [name(), state.watch.layer, state.view.hidden.join()].join("|");
    if (another || key !== shown) {
      if (shown !== null && key !== shown) chart.showAll();
      shown = key;
      range.reset();
    }
    refresh();
    chart.surface.describe(next.run === "playing", () => normsDescription(state, scene));
  }

  function refresh() {
    tools.render(someHidden());
    chart.update({
      theme: state.theme,
      live: state.run === "playing",
      legend: entries(chart.surface),
      ranges: [{ x: timesteps(), y: decades() }],
      version: scene,
    });
  }

  /** The timestep stays marked in every view, and the inspector follows. */
  function select(t) {
    const at = nearest(t);
    actions.cursor(at);
    if (state.selection.t !== at) actions.select({ t: at });
  }

  const someHidden = () => chart.zoomed || hidden.size > 0 || state.view.hidden.length > 0;

  function showAll() {
    hidden.clear();
    chart.showAll();
    scene = gradientScene(state, hidden);
    if (state.view.hidden.length > 0) actions.view({ hidden: [] });
    else refresh();
  }

  const lastTimestep = () => state?.task?.timesteps ?? TIMESTEPS;
  const nearest = (t) => Math.min(lastTimestep(), Math.max(0, Math.round(t)));

  function timesteps() {
    if (x[1] !== lastTimestep()) x = [0, lastTimestep()];
    return x;
  }

  function decades() {
    const now = performance.now();
    if (state.view.range !== "all") return range.recent(scene.lanes, now);
    return range.allTime(
      scene.lanes,
      name(),
      (index, of) => extremes.of(state.watch.layer, index, of),
      now,
    );
  }

  /** The legend's, for a chart of that size. */
  function entries(size) {
    const clips = unclipped === 0 || (state.run === "playing" && unclipped < KEPT);
    return legend.entries(state, name(), kindsOfLines(state, clips), hidden, palette(), size);
  }

  function toggle(key) {
    if (typeof key === "number") {
      const all = toggled(state.view.hidden, key);
      // A second click may come before the first is drawn.
      state = { ...state, view: { ...state.view, hidden: all } };
      actions.view({ hidden: all });
      return;
    }
    if (!hidden.delete(key)) hidden.add(key);
    scene = gradientScene(state, hidden);
    refresh();
  }

  function overlay(context, [panel], look) {
    const missing = whyNoNorms(state, scene);
    const { t } = state.cursor;
    const told = missing === null && t !== null && t >= panel.xRange[0] && t <= panel.xRange[1];
    if (missing !== null) emptyMessage(context, chart.surface, look.palette, ...missing);
    if (told)
      cursorLine(context, panel.x(t), panel.top, panel.top + panel.height, look.palette.soft);
    const line = { left: panel.left, width: chart.surface.width, height: chart.surface.height };
    chart.tell(
      told ? [paintReadout(context, line, scene, t, quantity().option, look.palette)] : [],
    );
  }

  function exports() {
    return {
      name: "gradient-flow",
      chart,
      picture: () => null,
      table: () => normsTable(state.frame, shownLanes(state)),
    };
  }

  /** Whether the axes say all that there is to say. */
  const plain = () =>
    name() !== "jacobian_gain" && !(state.frame !== null && lossesSpread(state.task));

  return { render, headline: () => normsHeadline(state), plain, exports, tools: tools.element };
}
