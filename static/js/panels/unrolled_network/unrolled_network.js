// Unrolled network: a row of cells per lane over time, and beneath it the gradient that comes back.
// At rest an iteration can be gone through phase by phase: forward, loss, backward, clip, update.

import { Layer } from "../../canvas/cached_layer.js";
import { emptyMessage } from "../../canvas/marks.js";
import { palette } from "../../canvas/palette.js";
import { createSurface } from "../../canvas/surface.js";
import { values } from "../../frames/frame.js";
import { lastLoss, watching } from "../../state/selectors.js";
import { logNumber } from "../../text/format.js";
import { subtitle, toolbar } from "../../ui/panel_head.js";
import { Beads } from "./beads.js";
import { networkInWords, restHeadline } from "./captions.js";
import { createNetworkHands } from "./interaction.js";
import { sentence } from "./phase_captions.js";
import { networkRows, networkStill, paintNetwork } from "./picture.js";
import { front, isAlong, timestep } from "./sweep.js";
import { createSweeper } from "./sweep_clock.js";
import { createSweepControls } from "./sweep_controls.js";
import { networkTable } from "./table.js";

const NOTHING_YET = ["Unrolling the networks …", "A row of cells for each, one cell a timestep."];
const LOST = ["No connection", "The page reconnects by itself, and resumes where it was."];
const ALL_HIDDEN = ["All lanes are hidden", "Show one of them again, in the controls."];
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
 * @param {Element} element
 * @param {{cursor: function(?number): void, select: function({t: number}): void, pause: Function,
 *   inspect?: function({lane: number, t: number}): void}} actions
 */
export function create(element, actions) {
  const changed = watching(...PARTS);
  const write = subtitle(element);
  const body = document.createElement("div");
  body.className = "view-canvas";
  element.append(body);
  const surface = createSurface(body, { onResize: draw });
  const hands = createNetworkHands(body, {
    rows: () => rows,
    swept: () => (shown() && isAlong(sweeper.now) ? swept() : null),
    cursor: () => state.cursor.t,
    watched: () => (lanes().find(({ index }) => index === state.watch.lane) ?? lanes()[0]).index,
    lane: (row) => lanes()[row].index,
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
  let state = null;
  let rows = null;

  function render(next) {
    if (!changed(next)) return;
    state = next;
    sweeper.follow(next);
    drawn({ byHand: false });
  }

  /** Draw, and say what is drawn; `byHand`: somebody has asked for it, and has it read out. */
  function drawn({ byHand }) {
    draw();
    if (state === null) return;
    const { phase, playing } = sweeper.now;
    const live = state.run === "playing";
    write(live, shown() ? headline() : "");
    surface.describe(live, inWords);
    if (byHand && !playing && shown()) controls.say(phase === null ? "" : headline());
  }

  const shown = () => state !== null && state.frame !== null && lanes().length > 0;
  const lanes = () => state.lanes.filter(({ index }) => !state.view.hidden?.includes(index));
  const run = () => ({ ...state, lanes: lanes() });

  /** Where the sweep is, in timesteps of this run. */
  function swept() {
    const { now } = sweeper;
    const last = now.phase === "backward" ? lastLoss(state.task) : state.task.timesteps;
    return { ...now, last, front: front(now, last), t: timestep(now, last) };
  }

  function draw() {
    if (state === null) return;
    const sweep = shown() ? swept() : { ...sweeper.now, t: null };
    controls.render(sweep);
    tell("phase", sweep.phase ?? "rest");
    tell("t", sweep.t ?? "");
    tell("playing", sweep.playing);
    const context = surface.begin(state.run === "playing");
    if (context === null) return;
    const colors = palette();
    if (!shown()) return drawNothing(context, colors);
    const now = run();
    rows = networkRows(now, surface, colors);
    hands.reach(rows.last);
    const { key, paint } = networkStill(rows, now, sweep, state.theme, colors);
    still.draw(context, surface, key, paint);
    const ratio = surface.canvas.width / surface.width;
    paintNetwork(context, rows, now, sweep, { beads, ratio, ...look(), palette: colors });
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

  /** Timestep 0 is the initial state: no cell has made it. */
  function inspect(lane, t) {
    if (t > 0) actions.inspect?.({ lane, t });
  }

  function valueText(t) {
    const each = lanes().map(({ index, label }) => {
      return `${label} ${logNumber(values(state.frame, index, "dh_norm")?.[t] ?? NaN)}`;
    });
    return `timestep ${t}: ${each.join(", ")}`;
  }

  /** While a phase moves, what holds for the whole of it: timesteps go by faster than is read. */
  function headline() {
    const { phase, t, last, playing } = swept();
    if (phase === null) return restHeadline(run());
    return sentence(phase, playing ? timestep({ phase, progress: 1 }, last) : t, run());
  }

  /** Of what moves by itself, the iteration as a whole: it does not change under who reads it. */
  function inWords() {
    if (!shown()) return "The networks unrolled over time: no iteration yet.";
    const { phase, playing } = sweeper.now;
    return networkInWords(run(), phase === null || playing ? null : headline());
  }

  function exports() {
    if (!shown()) return null;
    const [now, sweep, { width, height }, how] = [run(), swept(), surface, look()];
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
            ...how,
            live: false,
            palette: colors,
          };
          paintNetwork(context, places, now, sweep, own);
        },
      }),
      table: () => networkTable(now),
    };
  }

  return { render, exports };
}
