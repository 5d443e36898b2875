// Unrolled network: a row of cells per lane over time, and beneath it the gradient that comes back.

import { createSurface, emptyMessage, font, textWidth } from "../canvas.js";
import { palette } from "../colors.js";
import { count, logNumber, nameParts } from "../format.js";
import { lastLoss, lossesSpread, shape, values, watching } from "../frames.js";
import { Beads } from "../pictures/beads.js";
import { Layer } from "../pictures/layer.js";
import { paintNetworkFrame } from "../pictures/network_frame.js";
import { paintNetworkCursor, paintNetworkLane } from "../pictures/network_lane.js";
import { arrangeRows } from "../pictures/network_rows.js";
import { subtitle } from "../section.js";

const NOTHING_YET = ["Unrolling the networks …", "A row of cells for each, one cell a timestep."];
const LOST = ["No connection", "The page reconnects by itself, and resumes where it was."];
const PARTS = ["frame", "lanes", "task", "theme", "run", "cursor", "watch", "connection"];

/** @param {Element} element @param {{cursor: function(?number): void}} actions */
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
  let state = null;
  let rows = null;

  body.addEventListener("pointermove", pointed);
  body.addEventListener("pointerdown", pointed);
  body.addEventListener("pointerleave", () => actions.cursor(null));
  scrub.addEventListener("focus", scrubbed);
  scrub.addEventListener("input", scrubbed);
  scrub.addEventListener("blur", () => actions.cursor(null));

  function render(next) {
    if (!changed(next)) return;
    state = next;
    draw();
    const live = next.run === "playing";
    write(live, shown() ? headline() : "");
    surface.describe(live, inWords);
  }

  const shown = () => state !== null && state.frame !== null && state.lanes.length > 0;

  function draw() {
    if (state === null) return;
    const context = surface.begin(state.run === "playing");
    if (context === null) return;
    const colors = palette();
    if (!shown()) return drawNothing(context, colors);
    rows = arrange(colors);
    if (scrub.max !== String(rows.last)) scrub.max = String(rows.last);
    const facts = {
      lanes: state.lanes,
      losses: state.task.loss_timesteps.map((k) => k + 1),
      units: unitsOf(state.lanes[0]),
      example: state.watch.example,
    };
    const names = state.lanes.map(({ label }) => label);
    const { losses, units, example } = facts;
    const key = [state.theme, rows.last, losses, units, example, ...names].join("|");
    still.draw(context, surface, key, (own) => paintNetworkFrame(own, rows, facts, colors));
    const scenes = state.lanes.map(sceneOf);
    const cursor = state.cursor.t !== null && state.cursor.t <= rows.last ? state.cursor.t : null;
    const how = { beads, ratio: surface.canvas.width / surface.width, cursor, palette: colors };
    scenes.forEach((scene, k) => paintNetworkLane(context, rows, rows.lanes[k], scene, how));
    if (cursor !== null) paintNetworkCursor(context, rows, scenes, cursor, colors);
    return undefined;
  }

  function drawNothing(context, colors) {
    rows = null;
    const [title, hint] = state.connection === "lost" ? LOST : NOTHING_YET;
    emptyMessage(context, surface, colors, title, hint);
  }

  function arrange({ font: family, small }) {
    const [bold, plain] = [font(family, small + 1, 700), font(family, small)];
    const widest = ({ label }) => {
      const [head, rest] = nameParts(label);
      return Math.max(textWidth(head, bold), rest === null ? 0 : textWidth(rest, plain));
    };
    return arrangeRows({
      width: surface.width,
      height: surface.height,
      small,
      labels: state.lanes.map(widest),
      withCell: state.lanes.map(({ state_names: names }) => names.includes("c")),
      last: state.task.timesteps,
    });
  }

  function sceneOf(lane) {
    const { frame } = state;
    return {
      lane,
      h: values(frame, lane.index, "h"),
      units: unitsOf(lane),
      dh: values(frame, lane.index, "dh_norm"),
      dc: values(frame, lane.index, "dc_norm"),
      diverged: frame.text[`${lane.index}/diverged`] !== undefined,
    };
  }

  const unitsOf = (lane) => shape(state.frame, lane.index, "h")?.[1] ?? lane.hidden_size;

  function pointed(event) {
    if (rows === null) return;
    const t = Math.round(rows.x.invert(event.clientX - body.getBoundingClientRect().left));
    actions.cursor(t < 0 || t > rows.last ? null : t);
  }

  function scrubbed() {
    if (!shown()) return;
    const t = Number(scrub.value);
    const each = state.lanes.map(({ index, label }) => {
      return `${label} ${logNumber(values(state.frame, index, "dh_norm")?.[t] ?? NaN)}`;
    });
    scrub.setAttribute("aria-valuetext", `timestep ${t}: ${each.join(", ")}`);
    actions.cursor(t);
  }

  /** How much of each lane's gradient reaches the first timestep that gets any, smallest first. */
  function ratios() {
    const last = lastLoss(state.task);
    const each = state.lanes.flatMap(({ index, label }) => {
      const dh = values(state.frame, index, "dh_norm");
      const from = dh?.findIndex((log) => !Number.isNaN(log)) ?? -1;
      return from < 0 || from >= last ? [] : [{ label, from, log: dh[from] - dh[last] }];
    });
    return each.filter(({ log }) => !Number.isNaN(log)).sort((a, b) => a.log - b.log);
  }

  function headline() {
    if (lossesSpread(state.task)) {
      const what = "a loss enters at every timestep (dots): a ribbon is what it and all later losses send back";
      return `${what} · iteration ${count(state.frame.iteration)}`;
    }
    const [first, ...others] = ratios();
    if (first === undefined) return `iteration ${count(state.frame.iteration)}`;
    const share = `${logNumber(first.log)} of its value at t = ${lastLoss(state.task)}`;
    const told = first.log === -Infinity ? "exactly 0" : share;
    const rest = others.map(({ label, log }) => `; ${label}: ${logNumber(log)}`).join("");
    return `‖∂ℓ/∂h‖ at t = ${first.from} is ${told} (${first.label})${rest}`;
  }

  function inWords() {
    if (!shown()) return "The networks unrolled over time: no iteration yet.";
    const last = lastLoss(state.task);
    const told = lossesSpread(state.task) ? [] : ratios();
    const each = told.map(({ label, from, log }) => {
      return `${label}: at timestep ${from}, ${logNumber(log)} of the gradient at timestep ${last}`;
    });
    const diverged = state.lanes
      .filter(({ index }) => state.frame.text[`${index}/diverged`] !== undefined)
      .map(({ label }) => `${label} diverged`);
    const what = `Networks unrolled over ${state.task.timesteps} timesteps`;
    return `${what}, iteration ${state.frame.iteration}. ${[...each, ...diverged].join("; ")}.`;
  }

  function destroy() {
    surface.destroy();
    body.remove();
  }

  return { render, destroy };
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
