// One sentence for each phase of a sweep: what just happened, with this iteration's numbers.

import { scalar, values } from "../../frames/frame.js";
import { valueLabel } from "../../state/catalogue.js";
import { endsApart, lastLoss, lossesSpread } from "../../state/selectors.js";
import { count, logNumber, number } from "../../text/format.js";
import { quoted } from "../../text/lane_names.js";
import {
  clipping,
  firstReached,
  lastThere,
  localFactor,
  shareLeft,
  stateNorm,
  updating,
} from "./phase_numbers.js";

/**
 * @param {string} phase
 * @param {number | null} t the timestep that forward or backward has reached
 * @param {{lanes: Lane[], frame: Frame, task: TaskFacts, recipe: Recipe, history: RunHistory,
 *   watch: any}} run `lanes` are those that are shown
 */
export function sentence(phase, t, run) {
  const lanes = run.lanes.map((lane) => ({ ...lane, label: quoted(lane.label) }));
  return SENTENCES[phase]({ ...run, lanes }, t);
}

const SENTENCES = {
  /** @param {Pick<State, "lanes" | "frame" | "task" | "watch">} state */
  forward({ lanes, frame, task, watch }, t) {
    const { timesteps: last } = task;
    const whose =
      lanes.length === 1 ? "the states of one network" : `the states of ${lanes.length} networks`;
    const begun = t < last ? `t = ${t} of ${last}` : `${count(last)} timesteps, ${whose}`;
    const sent = lanes.filter(({ index }) => values(frame, index, "h") !== null);
    const { finite, without } = sorted(sent, ({ index }) => stateNorm(frame, index, t));
    const norms =
      finite.length > 0 ? [`‖h_${t}‖ of example ${watch.example} is ${inEach(finite)}`] : [];
    return `Forward: ${[begun, ...norms, ...without("state")].join("; ")}.`;
  },

  /** @param {Pick<State, "lanes" | "frame" | "task">} state */
  loss({ lanes, frame, task }) {
    const { finite, without } = sorted(lanes, ({ index }) => scalar(frame, index, "loss"));
    const nonFinite = without("loss");
    if (finite.length === 0) return `Loss: ${nonFinite.join("")}.`;
    if (lossesSpread(task)) {
      const { length } = task.loss_timesteps;
      const what = `one at each of ${count(length)} timesteps, on average ${inEach(finite)}`;
      return `Loss: ${[what, ...nonFinite, "a gradient sets out from each"].join("; ")}.`;
    }
    const what = `${inEach(finite)}, from ${lossPlace(task)}`;
    return `Loss: ${[what, ...nonFinite, "all gradients set out from here"].join("; ")}.`;
  },

  /** @param {Pick<State, "lanes" | "frame" | "task">} state */
  backward({ lanes, frame, task }, t) {
    const apart = endsApart(task);
    const last = apart
      ? Math.max(...lanes.map(({ index }) => longest(frame, index, lastLoss(task))))
      : lastLoss(task);
    const reaching = lanes.flatMap(({ index, label }) => {
      const dh = values(frame, index, "dh_norm");
      if (dh === null) return [];
      const first = firstReached(dh);
      const from = Math.max(t, first);
      const log = first < 0 || first > last ? NaN : shareLeft(dh, Math.min(from, last), last);
      return [{ dh, from, label, log: dh[last] === Infinity ? NaN : log }];
    });
    const each = reaching.filter(({ log }) => !Number.isNaN(log));
    const nonFinite = without(
      reaching.filter(({ log }) => Number.isNaN(log)),
      "gradient",
    );
    if (each.length === 0) return `Backward: ${nonFinite.join("")}.`;
    const end = nonFinite.map((text) => `; ${text}`).join("");
    if (t >= last || each.every(({ from }) => from >= last)) {
      const begun = each.map(({ dh, label }) => [logNumber(dh[last]), label]);
      const where = apart ? "where the longest sequence ends" : "where the last loss enters";
      return `Backward: ‖∂ℓ/∂h_${last}‖ is ${inEach(begun)} ${where}${end}.`;
    }
    const shared = each.every(({ from }) => from === each[0].from);
    const place = (from) => (shared ? "" : ` (t = ${from})`);
    const alone = !apart && task.loss_timesteps.length === 1;
    const parts = each.map(({ log, from, label }) => {
      return [
        `${logNumber(log)}${alone && log > 0 ? " times as much" : ""}`,
        `${label}${place(from)}`,
      ];
    });
    const reached = shared ? ` reached t = ${each[0].from}` : " came through";
    const hop = t > 0 ? hops(each, t) : "";
    if (alone) {
      const [[first, label], ...others] = parts;
      const rest = others.map(([share, other]) => `, ${share} in ${other}`).join("");
      const came = `${first}${reached} in ${label}${rest}`;
      return `Backward: of what left the loss at t = ${last}, ${came}${hop}${end}.`;
    }
    const where = shared ? `at t = ${each[0].from}` : "where it ends";
    const whose = apart
      ? "each a mean over the sequences that are so long"
      : "of all later losses together";
    const what = `‖∂ℓ/∂h‖ ${where} ÷ that at t = ${last}, ${whose}`;
    return `Backward: ${what}: ${inEach(parts)}${hop}${end}.`;
  },

  /** @param {State} run */
  clip(run) {
    const all = run.lanes.map((lane) => ({ label: lane.label, ...clipping(run, lane.index) }));
    const [finite, nonFinite] = [all.filter(isClipped), all.filter((each) => !isClipped(each))];
    const groups = grouped(finite, ({ mode, threshold }) =>
      mode === "none" ? "none" : `${mode} ${threshold}`,
    );
    const parts = groups.map((group) => {
      const { mode, threshold } = group[0];
      const rule =
        mode === "norm"
          ? `by norm at ${number(threshold)}`
          : `by value, each component at ±${number(threshold)}`;
      if (mode === "none") {
        const same = group.length > 1 ? "they are" : "it is";
        return `off: ${possessed(group, true)} ${stays(group)} as ${same}`;
      }
      return `${rule}: ${clipped(group)}`;
    });
    const text = [...parts, ...without(nonFinite, "gradient")].join("; ");
    return `Clip${parts.length > 0 ? " " : ": "}${text}.${evenedSentence(finite)}`;
  },

  /** @param {State} run */
  update(run) {
    const everyone = run.lanes.map((lane) => ({ label: lane.label, ...updating(run, lane.index) }));
    const finite = everyone.filter(({ moved }) => Number.isFinite(moved));
    const nonFinite = without(
      everyone.filter(({ moved }) => !Number.isFinite(moved)),
      "update",
    );
    const groups = grouped(
      finite,
      ({ optimizer, rate, schedule }) => `${optimizer} ${rate} ${schedule}`,
    );
    const all = groups.map((group) => {
      const { optimizer, rate, schedule } = group[0];
      const [first, ...others] = group;
      const rest = others.map(({ label, moved }) => `, ${label}'s by ${number(moved)}`).join("");
      const scheduled = schedule === "constant" ? "" : ` (${schedule} schedule)`;
      const name = valueLabel("optimizer", optimizer);
      const by = `${name} at learning rate ${plain(rate)}${scheduled}`;
      return `${by} moved ${first.label}'s weights by ${number(first.moved)}${rest}`;
    });
    const known = finite.filter(({ next }) => Number.isFinite(next));
    const then = known.map(({ label, next }) => [number(next), label]);
    const next = known.length > 0 ? [`the next loss is ${inEach(then)}`] : [];
    const evened = evenedSentence(run.lanes.map(({ index }) => clipping(run, index)));
    return `Update: ${[...all, ...next, ...nonFinite].join("; ")}.${evened}`;
  },
};

const isClipped = ({ before, factor }) => Number.isFinite(before) && !Number.isNaN(factor);
const stays = (group) => (group.length > 1 ? "stay" : "stays");

const EVENING = new Set(["adam", "adamw", "rmsprop"]);

/**
 * Splits lanes by whether their value is finite: [value, label] of those where it is, and
 * `without(what)`, a part of a sentence that names the others.
 *
 * @param {any[]} lanes
 * @param {(lane: any) => number} valueOf
 */
function sorted(lanes, valueOf) {
  const nonFinite = lanes.filter((lane) => !Number.isFinite(valueOf(lane)));
  const finite = lanes.filter((lane) => !nonFinite.includes(lane));
  return {
    finite: finite.map((lane) => [number(valueOf(lane)), lane.label]),
    without: (what) => without(nonFinite, what),
  };
}

/** ["ReLU has no finite loss"], [] where every lane has one. */
function without(nonFinite, what) {
  if (nonFinite.length === 0) return [];
  const have = nonFinite.length > 1 ? "have" : "has";
  return [`${listed(nonFinite.map(({ label }) => label))} ${have} no finite ${what}`];
}

const listed = (names) =>
  names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;

/** "1.2 in RNN tanh, 0.43 in LSTM" */
function inEach(parts) {
  return parts.map(([value, label]) => `${value} in ${label}`).join(", ");
}

/** The last timestep of a lane's gradients of which there is a number. */
const longest = (frame, index, last) => lastThere(values(frame, index, "dh_norm"), last);

/** @param {Pick<TaskFacts, "loss_timesteps" | "shortest">} task */
function lossPlace(task) {
  if (endsApart(task)) return "the answer at the end of each sequence";
  const { loss_timesteps: losses } = task;
  const [first, last] = [Math.min(...losses) + 1, Math.max(...losses) + 1];
  return first === last ? `the answer at t = ${last}` : `the answers at t = ${first} to ${last}`;
}

function hops(each, t) {
  const factors = each.map(({ dh }) => localFactor(dh, t));
  return factors.some(Number.isNaN)
    ? ""
    : `; the next hop takes ×${factors.map((factor) => number(factor)).join(", ×")}`;
}

/**
 * Clipping multiplies a gradient; whose optimizer divides by the running root mean square of what
 * it was given divides by that factor too, and wholly so where it is the same each time.
 *
 * Clipping by value cuts components by different factors, so nothing cancels.
 *
 * @param {{mode: string, factor: number, optimizer: string}[]} lanes as `clipping` has them
 */
function evenedOut(lanes) {
  const even = lanes.filter(
    ({ mode, factor, optimizer }) => mode === "norm" && factor < 1 && EVENING.has(optimizer),
  );
  if (even.length === 0) return "";
  const names = [...new Set(even.map(({ optimizer }) => valueLabel("optimizer", optimizer)))];
  return `with ${listed(names)}, clipping hardly changes this update`;
}

/**
 * The same for the picture, where it always has room: in versions, the longest first; [] where it
 * does not hold.
 *
 * @param {Pick<State, "lanes" | "frame" | "recipe">} run
 */
export function evenedNote(run) {
  const note = evenedOut(run.lanes.map(({ index }) => clipping(run, index)));
  if (note === "") return [];
  return [
    `${note}: it divides by the gradient's running size, so a constant factor cancels`,
    `${note}: a constant factor cancels`,
    note,
  ];
}

/** The same as a sentence of its own, with a space before it. */
function evenedSentence(lanes) {
  const note = evenedOut(lanes);
  return note === "" ? "" : ` ${note[0].toUpperCase()}${note.slice(1)}.`;
}

function clipped(group) {
  const shortened = group.filter(({ factor }) => factor < 1);
  const whole = group.filter(({ factor }) => factor >= 1);
  const parts = shortened.map(({ label, before, factor, after, mode }) => {
    return mode === "norm"
      ? `${label}'s gradient ${number(before)} was multiplied by ${number(factor)}`
      : `${label}'s gradient ${number(before)} → ${number(after)}, and it turned`;
  });
  if (whole.length > 0) {
    const { mode, threshold } = whole[0];
    const why =
      mode === "norm" ? `below ${number(threshold)}` : `no component beyond ±${number(threshold)}`;
    const was = whole.length > 1 ? "were" : "was";
    parts.push(`${possessed(whole, shortened.length === 0)} ${was} not clipped (${why})`);
  }
  return parts.join("; ");
}

/** "LSTM's 0.40 and GRU's 0.20"; `named` puts the word gradient before the first number. */
function possessed(group, named) {
  return listed(
    group.map(({ label, before }, k) => {
      return `${label}'s ${named && k === 0 ? "gradient " : ""}${number(before)}`;
    }),
  );
}

function grouped(items, keyOf) {
  const groups = new Map();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return [...groups.values()];
}

/** A number as it was typed if that is short. */
function plain(value) {
  const text = String(value);
  return text.length <= 6 && !text.includes("e") ? text : number(value);
}
