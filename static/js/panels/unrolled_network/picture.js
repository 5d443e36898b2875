// The whole picture of the unrolled network, at rest or in a phase of a sweep.

import { font, textWidth } from "../../canvas/text.js";
import { scalar, shape, values } from "../../frames/frame.js";
import { nameParts } from "../../text/lane_names.js";
import { arrangeRows } from "./layout.js";
import { hasGradients, LEGENDS, paintBackground } from "./paint_background.js";
import { paintNetworkCursor, paintNetworkFront, paintNetworkSelection } from "./paint_cursor.js";
import { paintNetworkLane } from "./paint_lane.js";
import { longest, paintClipPhase, paintLossPhase, paintUpdatePhase } from "./paint_phases.js";
import { clipping, updating } from "./phase_numbers.js";

const PHASES = { loss: paintLossPhase, clip: paintClipPhase, update: paintUpdatePhase };

/**
 * The layout for a panel of that size.
 *
 * @param {Pick<State, "lanes" | "task">} state
 */
export function networkRows({ lanes, task }, { width, height }, { font: family, small }) {
  const [bold, plain] = [font(family, small + 1, 700), font(family, small)];
  /** @param {Pick<Lane, "label">} lane */
  const widest = ({ label }) => {
    const [head, rest] = nameParts(label);
    return Math.max(textWidth(head, bold), rest === null ? 0 : textWidth(rest, plain));
  };
  return arrangeRows({
    width,
    height,
    small,
    labels: lanes.map(widest),
    withCell: lanes.map(({ state_names: names }) => names.includes("c")),
    last: task.timesteps,
  });
}

/**
 * The background: {key, paint(context)}. The same key means the same picture, so that it can be
 * cached.
 *
 * @param {State} run
 */
export function networkStill(rows, run, { phase }, theme, palette) {
  const { lanes, task, watch } = run;
  const facts = {
    lanes,
    losses: lossesOf(task),
    units: unitsOf(run, lanes[0]),
    example: watch.example,
    phase,
  };
  const names = lanes.map(({ index, label }) => `${index} ${label}`);
  const key = [
    theme,
    rows.last,
    facts.losses,
    facts.units,
    facts.example,
    LEGENDS[phase] ?? "ribbons",
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
  const scenes = run.lanes.map((lane) => sceneOf(run, lane, sweep.phase));
  const most =
    sweep.phase === "clip"
      ? longestClipped(scenes)
      : longest(scenes.map(({ update }) => update?.moved));
  const within = (t) => t !== null && t <= rows.last;
  const all = { ...look, ...sweep, cursor: within(cursor) ? cursor : null };
  if (sweep.front !== null) paintNetworkFront(context, rows, sweep, palette);
  scenes.forEach((scene, k) => {
    paintNetworkLane(context, rows, rows.lanes[k], scene, all);
    PHASES[sweep.phase]?.(context, rows, rows.lanes[k], { ...scene, most }, all);
  });
  if (within(selected) && selected !== cursor)
    paintNetworkSelection(context, rows, selected, palette);
  if (within(cursor) && cursor !== sweep.t) {
    paintNetworkCursor(context, rows, scenes, cursor, palette, hasGradients(sweep.phase));
  }
}

function longestClipped(scenes) {
  const clips = scenes.map(({ clip }) => clip);
  const byNorm = clips.filter(({ mode }) => mode === "norm");
  return longest(
    clips.map(({ before }) => before),
    byNorm.map(({ threshold }) => threshold),
  );
}

/** @param {TaskFacts} task */
const lossesOf = (task) => task.loss_timesteps.map((k) => k + 1);
/** @param {Pick<State, "frame">} state */
const unitsOf = ({ frame }, lane) => shape(frame, lane.index, "h")?.[1] ?? lane.hidden_size;

/** @param {State} run */
function sceneOf(run, lane, phase) {
  const { frame, task } = run;
  const { index } = lane;
  return {
    lane,
    h: values(frame, index, "h"),
    units: unitsOf(run, lane),
    dh: values(frame, index, "dh_norm"),
    dc: values(frame, index, "dc_norm"),
    diverged: frame.text[`${index}/diverged`] !== undefined,
    losses: lossesOf(task),
    loss: scalar(frame, index, "loss"),
    clip: phase === "clip" ? clipping(run, index) : null,
    update: phase === "update" ? updating(run, index) : null,
  };
}
