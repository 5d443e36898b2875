// Training: loss with the task's baseline, and the gradient norm with the clip threshold; both on
// an axis of iterations on which one can go back.

import { cursorLine, emptyMessage } from "../../canvas/marks.js";
import { palette } from "../../canvas/palette.js";
import { textWidth } from "../../canvas/text.js";
import { createChart } from "../../chart/chart.js";
import { roomFor } from "../../chart/scales.js";
import { SteadyRange } from "../../chart/steady_range.js";
import { createChartTools } from "../../chart/tools.js";
import { Histories } from "../../frames/envelopes.js";
import { scalar } from "../../frames/frame.js";
import { normThresholds } from "../../recipe/in_force.js";
import { lastLoss, shownLanes, watching } from "../../state/selectors.js";
import { USUAL } from "../../state/view_settings.js";
import { count, logNumber, number } from "../../text/format.js";
import { subtitle, toolbar } from "../../ui/panel_head.js";
import { menu, segmented } from "../../ui/tabs.js";
import { inTime } from "../../ui/text_clock.js";
import { createGhostList, extentsOf, lastOf } from "./ghosts.js";
import { CURVES, PANELS, panelsOf, placeTraining } from "./layout.js";
import { baselineOf, thresholdsOf } from "./marks.js";
import { paintTraining, trainingFigure } from "./paint.js";
import { paintReadout } from "./readout.js";
import { historyTable } from "./table.js";
import { timeFigure } from "./time_figure.js";
import { createHandle } from "./time_handle.js";
import { marksOf, paintMarks } from "./time_marks.js";
import { arrive, travel } from "./time_travel.js";
import { tweaksOf } from "./tweaks.js";
import { updateTable } from "./update_table.js";

const BEFORE_DATA = [-2, 0]; // powers of ten
const KNOB = 8; // px of the line's handle above a panel
const LIVE_EVERY = 80; // ms: a history moves slowly
/** @type {(keyof State)[]} */
const SETTINGS = ["lanes", "task", "recipe", "theme", "run", "connection", "view", "earlier"];
/** @type {(keyof State)[]} */
const PLACES = ["past", "pinned"]; // in time
const FACES = [
  { value: "curves", text: "Curves" },
  { value: "lanes", text: "Lanes" },
  { value: "updates", text: "Updates", title: "How far an update moves each parameter" },
  { value: "landscape", text: "Landscape", title: "The loss round the present weights" },
];
/** @returns {[least: number, greatest: number]} */
const around = (extents) => [
  Math.min(...extents.map(([least]) => least)),
  Math.max(...extents.map(([, greatest]) => greatest)),
];
const PLOTS = Object.fromEntries(CURVES.map(({ value: curve }) => [curve, panelsOf({ curve })]));
/** @param {Pick<ViewSettings, "curve">} view */
const plotsOf = ({ curve }) => PLOTS[curve];
const seriesOf = (plots) => plots.map(({ series }) => series);
const DECADES = (span) => (span > 12 ? 3 : span > 4 ? 1 : span > 1.5 ? 0.25 : 0.1);

/**
 * @param {HTMLElement} element
 * @param {Pick<Actions, "view" | "lookAt" | "dismissEarlier">} actions
 * @param {{saved: () => Exports}} [landscape] its face of the panel
 */
export function create(element, actions, landscape) {
  const changed = watching("history", "frame", ...SETTINGS, ...PLACES);
  const write = subtitle(element);
  const section = element.closest("section");
  const faces = segmented("Show", FACES, (story) => actions.view({ story }));
  const histories = new Histories();
  const ranges = Array.from({ length: PANELS }, () => new SteadyRange({ step: DECADES }));
  const curves = menu("Second chart", CURVES, (curve) => actions.view({ curve }));
  /** @type {State} */
  let state = null;
  let length = 0;
  let drawnAt = -Infinity;
  /** @type {State} */
  let latest = null; // the newest state; `state` is the one that was drawn
  let badgeIteration = 0; // written on the badge, at the same time as in the header
  /** @type {{lanes: Lane[], references: any[][], histories: Histories, tweaks: any[],
   *   ghosts: ReturnType<ReturnType<typeof createGhostList>["of"]>, now: number | null}} */
  let scene = {
    lanes: [],
    references: [[], []],
    histories,
    tweaks: [],
    ghosts: [],
    now: null,
  };
  let legend = { key: null, entries: [] };
  let pointed = null; // iteration
  let x = [0, 0];
  /** @type {Panel[]} */
  let shown = []; // panels, as they were last drawn
  let asked = null; // iteration that the line was dragged to
  let before = null; // `past` before a click
  let plots = plotsOf(USUAL); // what the panels show

  const chart = createChart(element, {
    name: "training",
    place: (width, height) => placeTraining(width, height, plots),
    paint: (context, panel, index, look) => {
      paintTraining(context, panel, plots[index].series, scene, scene.references[index], look);
    },
    overlay,
    figure: (panels) => trainingFigure(panels, seriesOf(plots), scene, palette()),
    saved: (panels) => timeFigure(panels, marks(), panels.map(looksOf), textWidth, palette()),
    onPoint,
    onScrub,
    onDrop,
    onClick,
    onTwice: () => actions.lookAt(before),
    onZoom: () => tools.render(someHidden()),
  });
  const list = createGhostList(actions.dismissEarlier);
  element.closest(".story").before(list.element);
  const tools = createChartTools(chart, showAll);
  // What time_bar.js says of another iteration takes their room.
  for (const each of [tools.element, curves.element]) each.dataset.yields = "";
  toolbar(element).append(tools.element, curves.element, faces.element);
  const handles = ranges.map((_, index) => {
    const onDrag = (at) => onScrub(shown[index].x.invert(at));
    return createHandle(chart.element, { onDrag, onDrop, yields: chart.zooms });
  });

  function onScrub(iteration) {
    if (length === 0) return;
    asked = Math.round(iteration);
    travel(actions, state, asked);
  }

  function onDrop() {
    if (asked !== null) arrive(actions, state, asked);
    asked = null;
  }

  function onClick(iteration) {
    if (length === 0) return;
    before = state.past;
    travel(actions, state, iteration);
    if (state.past !== null) arrive(actions, state, iteration);
  }

  const someHidden = () => chart.zoomed || state.view.hidden.length > 0;

  function showAll() {
    chart.showAll();
    if (state.view.hidden.length > 0) actions.view({ hidden: [] });
  }

  const badgeClock = inTime(() => {
    badgeIteration = latest.frame?.iteration ?? 0;
    draw();
  });

  /** @param {State} next */
  function render(next) {
    if (!changed(next) && next.history.length === length) return;
    const differs = (part) => latest === null || latest[part] !== next[part];
    const waits = next.run === "playing" && ![...SETTINGS, ...PLACES].some(differs);
    latest = next;
    if (!badgeClock.ask(!waits) && performance.now() - drawnAt >= LIVE_EVERY) draw();
  }

  function draw() {
    const settingsChanged = SETTINGS.some((part) => state === null || state[part] !== latest[part]);
    const live = latest.run === "playing";
    drawnAt = performance.now();
    state = latest;
    length = state.history.length;
    const news = histories.follow(state.history);
    if (news === "another") ranges.forEach((range) => range.reset());
    if (plots !== plotsOf(state.view)) {
      plots = plotsOf(state.view);
      ranges[1].reset();
    }
    const now = state.frame?.iteration ?? null;
    if (news !== "same" || settingsChanged) scene = sceneOf();
    // The line of the shown iteration moved: labels make way for it.
    else if (now !== scene.now) scene = { ...scene, now };
    faces.show(state.view.story);
    curves.show(state.view.curve);
    tools.element.hidden = curves.element.hidden = state.view.story !== "curves";
    tools.render(someHidden());
    section.dataset.story = state.view.story;
    // The landscape writes its own.
    if (state.view.story !== "landscape") write(live, ...headline());
    // A hidden face is not drawn.
    if (state.view.story !== "curves") return;
    refresh();
    chart.surface.describe(live, description);
  }

  function refresh() {
    const end = roomFor(Math.max(lastIteration(), lastOf(scene.ghosts)));
    if (x[1] !== end) x = [0, end];
    chart.update({
      theme: state.theme,
      live: state.run === "playing",
      legend: entries(),
      ranges: plots.map(({ series }, index) => ({ x, y: decades(series, index) })),
      version: scene,
    });
  }

  function sceneOf() {
    const { soft, lanes: colors } = palette();
    /** @param {Pick<Lane, "index">} lane */
    const known = ({ index }) => histories.lanes[index] !== undefined;
    const lanes = shownLanes(state).filter(known);
    const clipped =
      state.recipe === null
        ? []
        : lanes.map(({ index }) => ({ index, stretches: normThresholds(state.recipe, index) }));
    const references = [
      baselineOf(state.task, soft),
      state.view.curve === "grad_norm" ? thresholdsOf(clipped, (index) => colors[index], soft) : [],
    ];
    const ghosts = list.of(state);
    const tweaks = tweaksOf(state.recipe);
    return { lanes, references, histories, tweaks, ghosts, now: state.frame?.iteration ?? null };
  }

  const lastIteration = () => (length > 0 ? histories.iteration(length - 1) : 0);

  function decades(series, index) {
    const own = [
      ...scene.lanes.map((lane) => histories.lanes[lane.index].series[series].envelope.extent()),
      ...scene.references[index].map(({ log }) => [log - 0.05, log + 0.05]),
    ];
    const [low, high] = around([...own, ...extentsOf(scene.ghosts, series, around(own))]);
    return ranges[index].fit(low, high, performance.now()) ?? BEFORE_DATA;
  }

  function entries() {
    const lanes = shownLanes(state);
    // Another legend has all laid out anew, the headings too.
    const key = [
      state.theme,
      state.view.curve,
      ...lanes.map(({ index, label }) => index + label),
    ].join("|");
    if (key !== legend.key) {
      const colors = palette().lanes;
      /** @param {Pick<Lane, "index" | "label">} lane */
      const entry = ({ index, label }) => ({ key: index, name: label, color: colors[index] });
      legend = { key, entries: lanes.map(entry) };
    }
    return legend.entries;
  }

  function onPoint(_, at) {
    const last = lastIteration();
    const next = at === null || length === 0 ? null : Math.min(last, Math.max(0, Math.round(at)));
    if (next === pointed) return;
    pointed = next;
    if (state !== null) refresh();
  }

  function overlay(context, panels, look) {
    shown = panels;
    const read = pointed === null || length === 0 ? [] : panels;
    const told = { lanes: scene.lanes, history: state.history, iteration: pointed };
    const covered = read.map((panel, k) =>
      paintReadout(context, panel, plots[k], told, look.palette),
    );
    chart.tell(covered);
    paintTime(context, panels, look.palette);
    if (length === 0) {
      const hint = "Press Play, or Step for a single one.";
      emptyMessage(context, chart.surface, look.palette, "No iterations yet", hint);
    }
    if (pointed === null || length === 0) return;
    panels.forEach((panel) => {
      const at = panel.x(pointed);
      if (at < panel.left || at > panel.left + panel.width) return;
      cursorLine(context, at, panel.top, panel.top + panel.height, look.palette.soft);
    });
  }

  const marks = (written) => (length === 0 ? [] : marksOf(state, written));

  function looksOf(panel, index, panels) {
    // Of panels under each other, the first has the grip of the line and the last the badges.
    const grip = index === 0 || !panels[0].bare;
    return { past: state.past !== null, grip, badges: !panel.bare };
  }

  function paintTime(context, panels, colors) {
    const marked = marks(badgeIteration);
    panels.forEach((panel, index) => {
      paintMarks(context, panel, marked, looksOf(panel, index, panels), colors);
      const at = marked.length === 0 ? NaN : panel.x(marked.at(-1).iteration);
      const within = at >= panel.left - 1 && at <= panel.left + panel.width + 1;
      handles[index].place(within ? at : null, panel.top - KNOB, panel.height + KNOB);
    });
  }

  function headline() {
    if (state.task === null) return ["", ""];
    const { baseline, loss_unit: unit } = state.task;
    const [short] = baseline.says.split(/[:;] /);
    const level = `baseline ${number(baseline.loss, 3)}`;
    return [`${level}, ${short} · ${unit}`, `${unit} · ${level}: ${baseline.says}`];
  }

  function description() {
    const { curve } = state.view;
    const name = curve === "reach" ? "reach" : "gradient norm";
    if (length === 0) return `Loss and ${name} by iteration: no iteration yet.`;
    const each = scene.lanes.map(({ index, label }) => {
      const { divergedAt } = histories.lanes[index];
      if (divergedAt !== null) return `${label} diverged at iteration ${divergedAt}`;
      const loss = number(scalar(state.frame, index, "loss"), 3);
      return `${label} loss ${loss}, ${name} ${logNumber(scalar(state.frame, index, curve))}`;
    });
    const { loss, says } = state.task.baseline;
    const baseline = `The baseline, ${says}, is ${number(loss, 3)}.`;
    const last = count(lastIteration());
    const now = count(state.frame?.iteration ?? lastIteration());
    const when = state.past === null ? `After iteration ${now}` : `At iteration ${now} of ${last}`;
    return `${when}: ${each.join("; ")}. ${baseline}`;
  }

  function exported() {
    if (landscape !== undefined && state.view.story === "landscape") return landscape.saved();
    return {
      name: "training",
      picture: null,
      chart,
      table: () =>
        state.view.story === "updates"
          ? updateTable(state)
          : historyTable(
              state.history,
              shownLanes(state),
              state.task === null ? Infinity : lastLoss(state.task),
            ),
    };
  }

  return { render, exports: exported };
}
