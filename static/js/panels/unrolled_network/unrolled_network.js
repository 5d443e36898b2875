// Unrolled network: a row of cells per lane over time, and beneath it the gradient that comes back.
// At rest an iteration can be gone through phase by phase: forward, loss, backward, clip, update.

import { Layer } from "../../canvas/cached_layer.js";
import { emptyMessage } from "../../canvas/marks.js";
import { palette } from "../../canvas/palette.js";
import { createSurface } from "../../canvas/surface.js";
import { values } from "../../frames/frame.js";
import { frameOf, halvesOf } from "../../state/halves.js";
import { lastLoss, shownLanes, watching } from "../../state/selectors.js";
import { logNumber } from "../../text/format.js";
import { letters } from "../../text/lane_names.js";
import { subtitle, toolbar } from "../../ui/panel_head.js";
import { Beads } from "./beads.js";
import { networkDescription, restHeadline } from "./captions.js";
import { createFitting } from "./fitting.js";
import { createInteraction } from "./interaction.js";
import { hasNormAxis } from "./paint_background.js";
import { sentence } from "./phase_captions.js";
import { networkRows, networkStill, paintNetwork } from "./picture.js";
import { createPictureTerms } from "./picture_terms.js";
import { front, isAlong, timestep } from "./sweep.js";
import { createSweeper } from "./sweep_clock.js";
import { createSweepControls } from "./sweep_controls.js";
import { networkTable } from "./table.js";

const NOTHING_YET = ["Unrolling the networks …", "A row of cells for each, one cell a timestep."];
const LOST = ["No connection", "The page reconnects by itself, and resumes where it was."];
const ALL_HIDDEN = ["All lanes are hidden", "Show one of them again, in the controls."];
/** @type {(keyof State)[]} */
const PARTS = [
  "frame",
  "lanes",
  "task",
  "theme",
  "run",
  "cursor",
  "selection",
  "watch",
  "connection",
  "view",
  "past",
];
const EXPORT_RATIO = 2;

/**
 * @param {HTMLElement} element
 * @param {Pick<Actions, "cursor" | "select" | "pause" | "inspect" | "view">} actions
 */
export function create(element, actions) {
  const changed = watching(...PARTS);
  const write = subtitle(element);
  const fitting = createFitting(element);
  const body = document.createElement("div");
  body.className = "view-canvas";
  element.append(body);
  const surface = createSurface(body, { onResize: draw });
  const terms = createPictureTerms(body);
  const interaction = createInteraction(body, {
    rows: () => rows,
    swept: () => (shown() && isAlong(sweeper.now) ? swept() : null),
    cursor: () => state.cursor.t,
    watched,
    lane: (row) => halvesOf(lanes())[row],
    valueText,
    scrub: (t) => sweeper.scrub(t, swept().last),
    point: (t) => actions.cursor(t),
    select: (t) => actions.select({ t }),
    inspect,
  });
  const beads = new Beads();
  const still = new Layer();
  const sweeper = createSweeper({ pause: actions.pause, drawn });
  const controls = createSweepControls(toolbar(element), sweeper);
  /** @type {State} */
  let state = null;
  let rows = null;

  /** @param {State} next */
  function render(next) {
    if (!changed(next)) return;
    const chosen = state === null || state.selection === next.selection ? null : next.selection.t;
    state = next;
    sweeper.follow(next);
    // A phase along the timesteps goes to the one that was chosen, here or in another panel.
    if (chosen !== null && shown() && isAlong(sweeper.now) && !sweeper.now.playing)
      sweeper.scrub(chosen, swept().last);
    drawn({ byHand: false });
  }

  /** Draw and describe; with `byHand` the user moved the sweep, and its caption is announced. */
  function drawn({ byHand }) {
    draw();
    if (state === null) return;
    const { phase, playing } = sweeper.now;
    const live = state.run === "playing";
    if (shown()) write(live, fitting([headline, shortHeadline], palette()), headline());
    else write(live, "");
    surface.describe(live, description);
    // What was said of a phase goes with it: a reader would come upon it among other numbers.
    if (phase === null) controls.say("");
    else if (byHand && !playing && shown()) controls.say(headline());
  }

  const shown = () => state !== null && state.frame !== null && lanes().length > 0;
  const lanes = () => shownLanes(state);
  /** The half of the watched lane that is looked at. */
  function watched() {
    const lane = lanes().find(({ index }) => index === state.watch.lane) ?? lanes()[0];
    const [forward, reverse] = halvesOf([lane]);
    return state.view.half === "reverse" ? (reverse ?? forward) : forward;
  }

  const run = () => ({ ...state, lanes: lanes() });

  /** Where the sweep is, in timesteps of this run. */
  function swept() {
    const { now } = sweeper;
    const last = now.phase === "backward" ? lastLoss(state.task) : state.task.timesteps;
    return { ...now, last, front: front(now, last), t: timestep(now, last) };
  }

  function draw() {
    if (state === null) return;
    const sweep = shown() ? swept() : { ...sweeper.now, front: null, t: null };
    controls.render(sweep);
    tell("phase", sweep.phase ?? "rest");
    tell("t", sweep.t ?? "");
    tell("playing", sweep.playing);
    const context = surface.begin(state.run === "playing");
    if (context === null) return;
    const colors = palette();
    const factors = sweep.phase === null && state.run !== "playing";
    if (!shown()) {
      terms.place(null, { factors, dh: null, axis: false }, colors);
      return drawNothing(context, colors);
    }
    const now = run();
    rows = networkRows(now, surface, colors);
    interaction.reach(rows.last);
    const { key, paint } = networkStill(rows, now, sweep, state.theme, colors);
    still.draw(context, surface, key, paint);
    const ratio = surface.canvas.width / surface.width;
    paintNetwork(context, rows, now, sweep, { beads, ratio, ...look(), palette: colors });
    const dh = values(state.frame, now.lanes[0].index, "dh_norm");
    terms.place(rows, { factors, dh, axis: !hasNormAxis(sweep.phase) }, colors);
    return undefined;
  }

  const look = () => ({
    cursor: state.cursor.t,
    selected: state.selection.t,
    live: state.run === "playing",
  });

  /** For tests and style sheets: what is drawn. */
  function tell(name, value) {
    if (body.dataset[name] !== String(value)) body.dataset[name] = value;
  }

  function drawNothing(context, colors) {
    rows = null;
    const hidden = state.frame !== null && state.lanes.length > 0;
    const [title, hint] = state.connection === "lost" ? LOST : hidden ? ALL_HIDDEN : NOTHING_YET;
    emptyMessage(context, surface, colors, title, hint);
  }

  /**
   * Timestep 0 is the initial state, which has no cell to inspect. Of a lane that reads in both
   * directions, the half of the row is shown from now on.
   */
  function inspect({ index, bidirectional, reverse }, t) {
    if (t === 0) return;
    if (bidirectional) actions.view({ half: reverse ? "reverse" : "forward" });
    actions.inspect?.({ lane: index, t });
  }

  function valueText(t) {
    const each = halvesOf(lanes()).map((half) => {
      const norms = values(frameOf(state.frame, half), half.index, "dh_norm");
      return `${half.label} ${logNumber(norms?.[t] ?? NaN)}`;
    });
    return `timestep ${t}: ${each.join(", ")}`;
  }

  /** While a phase plays, the caption of its end: timesteps pass faster than one can read. */
  function headline(now = run()) {
    const { phase, t, last, playing } = swept();
    if (phase === null) return restHeadline(now);
    return sentence(phase, playing ? timestep({ phase, progress: 1 }, last) : t, now);
  }

  /** The same with the lanes' letters, as in the page's head. */
  function shortHeadline() {
    const short = letters(state.lanes.map(({ label }) => label));
    return headline({
      ...state,
      lanes: lanes().map((lane) => ({ ...lane, label: short[lane.index] })),
    });
  }

  /** While a sweep plays, the description of the iteration at rest, so that it does not change. */
  function description() {
    if (!shown()) return "The networks unrolled over time: no iteration yet.";
    const { phase, playing } = sweeper.now;
    return networkDescription(run(), phase === null || playing ? null : headline());
  }

  function exports() {
    if (!shown()) return null;
    const [now, sweep, { width, height }, style] = [run(), swept(), surface, look()];
    return {
      name: "unrolled-network",
      picture: () => ({
        width,
        height,
        paint(context) {
          const colors = palette();
          const places = networkRows(now, { width, height }, colors);
          context.fillStyle = colors.panel;
          context.fillRect(0, 0, width, height);
          networkStill(places, now, sweep, state.theme, colors).paint(context);
          const own = {
            beads: new Beads(),
            ratio: EXPORT_RATIO,
            ...style,
            live: false,
            palette: colors,
          };
          paintNetwork(context, places, now, sweep, own);
        },
      }),
      table: () => networkTable(now),
    };
  }

  return {
    render,
    exports,
    phase: () => (sweeper.now.alone ? sweeper.now.phase : null) ?? "rest",
    sweep: sweeper.choose,
  };
}
