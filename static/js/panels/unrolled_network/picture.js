// The whole picture of the unrolled network, at rest or in a phase of a sweep.

import { font, textWidth } from "../../canvas/text.js";
import { scalar, shape, values } from "../../frames/frame.js";
import { frameOf, halvesOf } from "../../state/halves.js";
import { lastFinite, lengthOf, lossesOf } from "../../state/selectors.js";
import { nameParts } from "../../text/lane_names.js";
import { arrangeRows } from "./layout.js";
import { gradientAxis, updateAxis } from "./norm_axis.js";
import {
  hasGradients,
  hasNormAxis,
  LEGENDS,
  paintBackground,
  startOf,
} from "./paint_background.js";
import { paintNetworkCursor, paintNetworkFront, paintNetworkSelection } from "./paint_cursor.js";
import { paintNetworkLane } from "./paint_lane.js";
import { paintClipPhase, paintLossPhase, paintNormAxis, paintUpdatePhase } from "./paint_phases.js";
import { evenedNote } from "./phase_captions.js";
import { clipping, updating } from "./phase_numbers.js";

const PHASES = { loss: paintLossPhase, clip: paintClipPhase, update: paintUpdatePhase };

/**
 * The layout for a panel of that size.
 *
 * @param {Pick<State, "lanes" | "task" | "frame">} state
 */
export function networkRows({ lanes, task, frame }, { width, height }, { font: family, small }) {
  const [bold, plain] = [font(family, small + 1, 700), font(family, small)];
  /** @param {Pick<Lane, "label">} lane */
  const widest = ({ label }) => {
    const [head, rest] = nameParts(label);
    return Math.max(textWidth(head, bold), rest === null ? 0 : textWidth(rest, plain));
  };
  const parts = halvesOf(lanes);
  const rows = arrangeRows({
    width,
    height,
    small,
    labels: parts.map(widest),
    withCell: parts.map(({ state_names: names }) => names.includes("c")),
    both: parts.length > lanes.length,
    last: task.timesteps,
  });
  return { ...rows, start: startOf(frame) };
}

/**
 * The background: {key, paint(context)}. The same key means the same picture, so that it can be
 * cached.
 *
 * @param {State} run
 */
export function networkStill(rows, run, { phase }, theme, palette) {
  const { lanes, watch } = run;
  const facts = {
    lanes: halvesOf(lanes),
    losses: lossesOf(run),
    units: unitsOf(run, lanes[0]),
    example: watch.example,
    phase,
    note: hasNormAxis(phase) && run.frame !== null ? evenedNote(run) : [],
  };
  const names = facts.lanes.map(({ index, label }) => `${index} ${label}`);
  const key = [
    theme,
    rows.last,
    rows.start,
    facts.losses,
    facts.units,
    facts.example,
    LEGENDS[phase] ?? "ribbons",
    facts.note.length > 0,
    ...names,
  ];
  return {
    key: key.join("|"),
    paint: (context) => paintBackground(context, rows, facts, palette),
  };
}

/**
 * Paint everything in front of the background.
 *
 * @param {State} run
 * @param {{phase: string | null, progress: number, front: number | null, t: number | null}} sweep
 * @param {{beads: any, ratio: number, cursor: number | null, selected: number | null, live:
 *   boolean, palette: Palette}} look
 */
export function paintNetwork(context, rows, run, sweep, look) {
  const { palette, cursor, selected } = look;
  const scenes = halvesOf(run.lanes).map((lane) => sceneOf(run, lane, sweep.phase));
  const axis = axisOf(rows, scenes, sweep.phase);
  const within = (t) => t !== null && t <= rows.last;
  const all = { ...look, ...sweep, cursor: within(cursor) ? cursor : null };
  if (axis !== null)
    paintNormAxis(context, rows, axis, namesOf(scenes, sweep.phase, palette), palette);
  if (sweep.front !== null) paintNetworkFront(context, rows, sweep, palette);
  scenes.forEach((scene, k) => {
    paintNetworkLane(context, rows, rows.lanes[k], scene, all);
    // Loss, gradient and update are of the whole lane.
    if (!scene.lane.reverse)
      PHASES[sweep.phase]?.(context, rows, rows.lanes[k], { ...scene, axis }, all);
  });
  if (within(selected) && selected !== cursor)
    paintNetworkSelection(context, rows, selected, palette);
  if (within(cursor) && cursor !== sweep.t) {
    paintNetworkCursor(context, rows, scenes, cursor, palette, hasGradients(sweep.phase));
  }
}

/** The axis of norms, in the phases that have one. */
function axisOf(rows, scenes, phase) {
  if (phase === "clip")
    return gradientAxis(
      rows,
      scenes.map(({ clip }) => clip),
    );
  if (phase === "update")
    return updateAxis(
      rows,
      scenes.map(({ update }) => update),
    );
  return null;
}

/** What the axis measures, and each threshold once: in its lane's colour if there are several. */
function namesOf(scenes, phase, { ink, lanes }) {
  if (phase === "update") return { title: "‖Δθ‖, log scale", thresholds: [] };
  const byNorm = scenes.filter(({ clip }) => clip.mode === "norm");
  const values = byNorm.map(({ clip }) => clip.threshold);
  const several = values.some((value) => value !== values[0]);
  const thresholds = byNorm
    .filter((_, k) => values.indexOf(values[k]) === k)
    .map(({ lane, clip }) => {
      return { log: Math.log10(clip.threshold), color: several ? lanes[lane.index] : ink };
    });
  return { title: "‖∂L/∂θ‖, log scale", thresholds };
}

/** @param {Pick<State, "frame">} state */
const unitsOf = ({ frame }, lane) => shape(frame, lane.index, "h")?.[1] ?? lane.hidden_size;

/**
 * The ribbons of a lane that were finite last, where those of the shown frame hold no number.
 *
 * @param {State} run
 * @param {Half} half
 * @param {Frame} frame as that half is read
 */
function remainsOf(run, half, frame) {
  const { index } = half;
  const dh = values(frame, index, "dh_norm");
  if (frame.text[`${index}/diverged`] === undefined || dh?.some(Number.isFinite)) return null;
  const finite = lastFinite(run, index);
  if (finite === null) return null;
  const last = frameOf(finite, half);
  const [h, c] = [values(last, index, "dh_norm"), values(last, index, "dc_norm")];
  return h === null ? null : { iteration: last.iteration, dh: h, dc: c };
}

/** @param {State} run @param {Half} lane */
function sceneOf(run, lane, phase) {
  const { index } = lane;
  const frame = frameOf(run.frame, lane);
  return {
    lane,
    h: values(frame, index, "h"),
    units: unitsOf(run, lane),
    dh: values(frame, index, "dh_norm"),
    dc: values(frame, index, "dc_norm"),
    diverged: frame.text[`${index}/diverged`] !== undefined,
    remains: remainsOf(run, lane, frame),
    losses: lossesOf(run),
    length: lengthOf(run),
    loss: scalar(frame, index, "loss"),
    clip: phase === "clip" ? clipping(run, index) : null,
    update: phase === "update" ? updating(run, index) : null,
  };
}
