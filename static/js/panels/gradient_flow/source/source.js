// The source matrix of the watched lane: which loss teaches which timestep, and how much.

import { Layer } from "../../../canvas/cached_layer.js";
import { cursorLine, emptyMessage } from "../../../canvas/marks.js";
import { palette } from "../../../canvas/palette.js";
import { createStage } from "../../../canvas/surface_with_tip.js";
import { brokenLines, font } from "../../../canvas/text.js";
import { values } from "../../../frames/frame.js";
import { nameOf, ofHalf } from "../../../state/halves.js";
import { endsApart, lengthOf, lossesOf, watching } from "../../../state/selectors.js";
import { beforeAnyFrame, notInFrame } from "../../../state/why_missing.js";
import { count, logNumber } from "../../../text/format.js";
import {
  arrangeMatrix,
  paintMatrixFrame,
  singleLoss,
  sourceCellText,
  sourceMap,
  SourcePicture,
  topDecade,
} from "./matrix.js";
import { sourceTable } from "./table.js";

const NOTHING_YET = ["No source matrix yet", "It comes with the first iteration."];
/** @type {(keyof State)[]} */
const PARTS = [
  "frame",
  "past",
  "lanes",
  "task",
  "watch",
  "view",
  "theme",
  "run",
  "cursor",
  "connection",
];

/** @param {HTMLElement} element @param {Actions} actions */
export function create(element, actions) {
  const changed = watching(...PARTS);
  const stage = createStage(element, { onResize: draw });
  const { body, surface } = stage;
  const still = new Layer();
  const picture = new SourcePicture();
  /** @type {State} */
  let state = null;
  let top = -Infinity;
  let scaled = null; // the frame that the colour scale has taken in
  let run = null;
  let place = null;
  let pointer = null; // {t, row, x, y}

  body.addEventListener("pointermove", pointed);
  body.addEventListener("pointerdown", pointed);
  body.addEventListener("pointerleave", () => {
    pointer = null;
    showTip();
    actions.cursor(null);
  });
  body.addEventListener("click", () => pointer !== null && actions.select({ t: pointer.t }));

  /** @param {State} next */
  function render(next) {
    if (!changed(next)) return;
    state = { ...next, frame: ofHalf(next) };
    rescale();
    draw();
    surface.describe(next.run === "playing", description);
    if (pointer !== null) showTip();
  }

  const whyNone = () =>
    state.frame === null ? beforeAnyFrame(state, NOTHING_YET, "It comes") : notInFrame(state);
  const lane = () => state.lanes[state.watch.lane];
  const named = () => nameOf(lane(), state.view.half);
  const dataOf = (index) => {
    const data = values(state.frame, index, "source");
    // Up to the end of the example's own sequence, where its one loss is.
    return data !== null && endsApart(state.task) ? data.subarray(0, lengthOf(state)) : data;
  };
  const losses = () => lossesOf(state);

  /** The colour scale holds for a run, and for all of its lanes. */
  function rescale() {
    const { lanes, frame } = state;
    if (lanes !== run) [run, top, scaled] = [lanes, -Infinity, null];
    if (frame === scaled || frame === null) return;
    scaled = frame;
    const arrays = lanes.map(({ index }) => dataOf(index)).filter((data) => data !== null);
    if (arrays.length > 0) top = topDecade(arrays, top);
  }

  function draw() {
    if (state === null) return;
    const live = state.run === "playing";
    const context = surface.begin(live);
    if (context === null) return;
    paint(context, surface, (key, own) => still.draw(context, surface, key, own));
  }

  /** Everything, on any context; `keep(key, paint)` paints what seldom changes. */
  function paint(context, { width, height }, keep) {
    const colors = palette();
    const data = lane() && dataOf(lane().index);
    if (!data) {
      place = null;
      return emptyMessage(context, { width, height }, colors, ...whyNone());
    }
    const { small } = colors;
    const last = data.length / losses().length;
    place = arrangeMatrix({ width, height, small, losses: losses(), last });
    const gaps = data.some(Number.isNaN);
    const map = sourceMap(top, colors);
    keep([state.theme, top, last, gaps, losses().join()].join("|"), (own) => {
      paintMatrixFrame(own, place, map, gaps, colors);
    });
    picture.paint(context, place, data, map, gaps, colors);
    if (place.single) {
      context.font = font(colors.font, small + 1);
      context.fillStyle = colors.ink;
      context.textAlign = "center";
      context.textBaseline = "top";
      const y = place.top + place.height + small * 4;
      brokenLines(singleLoss(losses()[0]), context.font, place.width).forEach((line, k) => {
        context.fillText(line, place.left + place.width / 2, y + k * small * 1.6);
      });
    }
    const { t } = state.cursor;
    if (t !== null && t >= 1 && t <= last) {
      cursorLine(context, place.x(t), place.top, place.top + place.height, cursorColor(colors));
    }
    return undefined;
  }

  // Seen on the dark end of the colours as on the bright one of the ground.
  const cursorColor = ({ dark, ink, accent }) => (dark ? ink : accent);

  function pointed(event) {
    const box = body.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    const cell = place?.at(x, y) ?? null;
    pointer = cell === null ? null : { ...cell, x, y };
    showTip();
    actions.cursor(cell?.t ?? null);
  }

  function showTip() {
    const data = pointer === null || place === null ? null : dataOf(lane().index);
    if (data === null) return stage.tell(null);
    const { t, row, x, y } = pointer;
    const text = sourceCellText(data[row * place.last + t - 1], losses()[row], t);
    const beside = x > surface.width / 2 ? `${x - 12}px - 100%` : `${x + 12}px`;
    const above = y > surface.height / 2;
    const low = above ? `calc(${y - 10}px - 100%)` : `${y + 14}px`;
    return stage.tell(text, `translate(max(0px, calc(${beside})), ${low})`);
  }

  function headline() {
    if (state.frame === null || !lane()) return [""];
    const when = `example ${state.watch.example} · iteration ${count(state.frame.iteration)}`;
    return [
      `‖∂ℓ(s)/∂h_t‖ of ${named()} · ${when} · summed over s: ∂ℓ/∂h_t`,
      `source[s, t] = ‖∂ℓ(s)/∂h_t‖ of ${named()}: how much the loss at s teaches timestep t. ` +
        `Summed over s as vectors, it is ∂ℓ/∂h_t. ${when}`,
    ];
  }

  function description() {
    const data = lane() && dataOf(lane().index);
    if (!data) return "Source matrix: not computed yet.";
    const all = lossesOf(state);
    const last = data.length / all.length;
    const s = all.at(-1);
    const of = (t) => logNumber(data[(all.length - 1) * last + t - 1]);
    const { iteration } = state.frame;
    const losses = all.length === 1 ? "1 loss" : `${all.length} losses`;
    const what = `Source matrix of ${named()}, iteration ${iteration}, ${losses}`;
    const taught = `timestep 1 with ${of(1)} and timestep ${s} with ${of(s)}`;
    return `${what}: the loss at timestep ${s} teaches ${taught}.`;
  }

  function exports() {
    return {
      name: "source-matrix",
      picture: () => ({
        width: surface.width,
        height: surface.height,
        paint: (context) => paint(context, surface, (_, own) => own(context)),
      }),
      table: () => sourceTable(state.frame, { ...lane(), label: named() }, losses()),
    };
  }

  return { render, headline, exports };
}
