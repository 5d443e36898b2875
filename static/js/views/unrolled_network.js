// Unrolled network: a row of cells per lane over time, and beneath it the gradient that comes back.
// At rest an iteration can be gone through phase by phase: forward, loss, backward, clip, update.

import { createSurface, emptyMessage } from "../canvas.js";
import { palette } from "../colors.js";
import { count, logNumber } from "../format.js";
import { lastLoss, lossesSpread, values, watching } from "../frames.js";
import { Beads } from "../pictures/beads.js";
import { Layer } from "../pictures/layer.js";
import { networkRows, networkStill, paintNetwork } from "../pictures/network.js";
import { networkTable } from "../pictures/network_table.js";
import { placeAt } from "../pictures/network_rows.js";
import { subtitle, toolbar } from "../section.js";
import { front, isAlong, timestep } from "../sweep.js";
import { createSweepControls } from "../sweep_controls.js";
import { sentence } from "../sweep_words.js";
import { createSweeper } from "../sweeper.js";

const NOTHING_YET = ["Unrolling the networks …", "A row of cells for each, one cell a timestep."];
const LOST = ["No connection", "The page reconnects by itself, and resumes where it was."];
const ALL_HIDDEN = ["All lanes are hidden", "Show one of them again, in the controls."];
const PARTS = ["frame", "lanes", "task", "theme", "run", "cursor", "selection", "watch", "connection", "view", "past"];
const DRAG_FROM = 4; // px that a pressed pointer has moved: it scrubs, and does not click
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
  const scrub = createScrub(body);
  const beads = new Beads();
  const still = new Layer();
  const sweeper = createSweeper({ pause: actions.pause, drawn });
  const controls = createSweepControls(toolbar(element), sweeper);
  let state = null;
  let rows = null;
  let pressed = null; // where the pointer went down, and whether it has been dragged since
  let told = null; // the phase that was last written

  body.addEventListener("pointermove", pointed);
  body.addEventListener("pointerdown", (event) => {
    pressed = { x: event.clientX, dragged: false };
    pointed(event);
  });
  body.addEventListener("pointerleave", () => actions.cursor(null));
  body.addEventListener("click", clicked);
  scrub.addEventListener("focus", focused);
  scrub.addEventListener("input", scrubbed);
  scrub.addEventListener("keydown", entered);
  scrub.addEventListener("blur", () => actions.cursor(null));

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
    const live = state.run === "playing" || (playing && phase === told);
    told = phase;
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
    if (scrub.max !== String(rows.last)) scrub.max = String(rows.last);
    const { key, paint } = networkStill(rows, now, sweep, state.theme, colors);
    still.draw(context, surface, key, paint);
    const ratio = surface.canvas.width / surface.width;
    paintNetwork(context, rows, now, sweep, { beads, ratio, ...look(), palette: colors });
    return undefined;
  }

  const look = () => ({ cursor: state.cursor.t, selected: state.selection.t, live: state.run === "playing" });

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

  function place(event) {
    const { left, top } = body.getBoundingClientRect();
    return placeAt(rows, event.clientX - left, event.clientY - top);
  }

  function pointed(event) {
    if (rows === null) return;
    const { t } = place(event);
    if (pressed !== null && event.buttons > 0 && Math.abs(event.clientX - pressed.x) > DRAG_FROM) {
      pressed.dragged = true;
    }
    if (pressed?.dragged && event.buttons > 0 && isAlong(sweeper.now)) {
      const { left } = body.getBoundingClientRect();
      sweeper.scrub(Math.round(rows.x.invert(event.clientX - left)), swept().last);
    }
    actions.cursor(t);
  }

  function clicked(event) {
    if (rows === null || pressed?.dragged) return;
    const { row, t } = place(event);
    if (t === null) return;
    actions.select({ t });
    if (row >= 0) inspect(lanes()[row].index, t);
  }

  /** Timestep 0 is the initial state: no cell has made it. */
  function inspect(lane, t) {
    if (t > 0) actions.inspect?.({ lane, t });
  }

  function focused() {
    if (!shown()) return;
    scrub.value = String(swept().t ?? state.cursor.t ?? scrub.value);
    looked();
  }

  function scrubbed() {
    if (!shown()) return;
    if (isAlong(sweeper.now)) sweeper.scrub(Number(scrub.value), swept().last);
    looked();
  }

  function looked() {
    const t = Number(scrub.value);
    const each = lanes().map(({ index, label }) => {
      return `${label} ${logNumber(values(state.frame, index, "dh_norm")?.[t] ?? NaN)}`;
    });
    scrub.setAttribute("aria-valuetext", `timestep ${t}: ${each.join(", ")}`);
    actions.cursor(t);
  }

  function entered(event) {
    if (event.key !== "Enter" || !shown()) return;
    event.preventDefault();
    const t = Number(scrub.value);
    actions.select({ t });
    const all = lanes();
    inspect((all.find(({ index }) => index === state.watch.lane) ?? all[0]).index, t);
  }

  /** How much of each lane's gradient reaches the first timestep that gets any, smallest first. */
  function ratios() {
    const last = lastLoss(state.task);
    const each = lanes().flatMap(({ index, label }) => {
      const dh = values(state.frame, index, "dh_norm");
      const from = dh?.findIndex((log) => !Number.isNaN(log)) ?? -1;
      return from < 0 || from >= last ? [] : [{ label, from, log: dh[from] - dh[last] }];
    });
    return each.filter(({ log }) => !Number.isNaN(log)).sort((a, b) => a.log - b.log);
  }

  function headline() {
    const { phase, t } = swept();
    if (phase !== null) return sentence(phase, t, run());
    if (lossesSpread(state.task)) {
      const what = "a loss enters at every timestep (dots): a ribbon is what it and all later losses send back";
      return `${what} · iteration ${count(state.frame.iteration)}`;
    }
    const [first, ...others] = ratios();
    if (first === undefined) return `iteration ${count(state.frame.iteration)}`;
    const share = `${logNumber(first.log)} of its value at t = ${lastLoss(state.task)}`;
    const what = first.log === -Infinity ? "exactly 0" : share;
    const rest = others.map(({ label, log }) => `; ${label}: ${logNumber(log)}`).join("");
    return `‖∂ℓ/∂h‖ at t = ${first.from} is ${what} (${first.label})${rest}`;
  }

  function inWords() {
    if (!shown()) return "The networks unrolled over time: no iteration yet.";
    const { phase } = sweeper.now;
    const last = lastLoss(state.task);
    const each = (lossesSpread(state.task) ? [] : ratios()).map(({ label, from, log }) => {
      return `${label}: at timestep ${from}, ${logNumber(log)} of the gradient at timestep ${last}`;
    });
    const diverged = lanes()
      .filter(({ index }) => state.frame.text[`${index}/diverged`] !== undefined)
      .map(({ label }) => `${label} diverged`);
    const what = `Networks unrolled over ${state.task.timesteps} timesteps`;
    const facts = phase === null ? each.join("; ") : headline().replace(/\.$/, "");
    return `${what}, iteration ${state.frame.iteration}. ${[facts, ...diverged].filter(Boolean).join("; ")}.`;
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
          const own = { beads: new Beads(), ratio: EXPORT_RATIO, ...how, live: false, palette: colors };
          paintNetwork(context, places, now, sweep, own);
        },
      }),
      table: () => networkTable(now),
    };
  }

  function destroy() {
    sweeper.destroy();
    controls.destroy();
    surface.destroy();
    body.remove();
  }

  return { render, destroy, exports };
}

/** The cursor for the keyboard: a slider that is not seen, since the picture shows where it is. */
function createScrub(body) {
  const scrub = document.createElement("input");
  scrub.type = "range";
  scrub.className = "view-scrub";
  scrub.min = scrub.value = "0";
  scrub.setAttribute("aria-label", "Timestep to look at");
  body.append(scrub);
  return scrub;
}
