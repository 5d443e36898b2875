// One sentence for each phase of a sweep: what just happened, with this iteration's numbers.

import { count, logNumber, number } from "./format.js";
import { lastLoss, lossesSpread, scalar, values } from "./frames.js";
import { clipping, firstReached, localFactor, stateNorm, updating } from "./sweep_facts.js";

const OPTIMIZERS = { sgd: "SGD", rmsprop: "RMSprop", adam: "Adam", adamw: "AdamW" };

/**
 * @param {string} phase
 * @param {?number} t the timestep that forward or backward has reached
 * @param {{lanes: object[], frame: object, task: object, recipe: object, history: object,
 *   watch: object}} run `lanes` are those that are shown
 */
export function sentence(phase, t, run) {
  return SENTENCES[phase](run, t);
}

const SENTENCES = {
  forward({ lanes, frame, task, watch }, t) {
    const { timesteps: last } = task;
    const whose = lanes.length === 1 ? "the states of one network" : `the states of ${lanes.length} networks`;
    const begun = t < last ? `t = ${t} of ${last}` : `${count(last)} timesteps, ${whose}`;
    const each = lanes.map((lane) => [number(stateNorm(frame, lane.index, t)), lane.label]);
    return `Forward: ${begun}; ‖h_${t}‖ of example ${watch.example} is ${inEach(each)}.`;
  },

  loss({ lanes, frame, task }) {
    const each = lanes.map(({ index, label }) => [number(scalar(frame, index, "loss")), label]);
    if (lossesSpread(task)) {
      const { length } = task.loss_timesteps;
      return `Loss: one at each of ${count(length)} timesteps, on average ${inEach(each)}; a gradient sets out from each.`;
    }
    return `Loss: ${inEach(each)}, from ${lossPlace(task)}; all gradients set out from here.`;
  },

  backward({ lanes, frame, task }, t) {
    const last = lastLoss(task);
    const each = lanes.flatMap(({ index, label }) => {
      const dh = values(frame, index, "dh_norm");
      const from = Math.max(t, firstReached(dh));
      return dh === null || from > last ? [] : [{ dh, from, label }];
    });
    if (t >= last || each.length === 0) {
      const begun = each.map(({ dh, label }) => [logNumber(dh[last]), label]);
      return `Backward: ‖∂ℓ/∂h_${last}‖ is ${inEach(begun)} where the last loss enters.`;
    }
    const shared = each.every(({ from }) => from === each[0].from);
    const place = (from) => (shared ? "" : ` (t = ${from})`);
    const parts = each.map(({ dh, from, label }) => {
      return [logNumber(dh[from] - dh[last]), `${label}${place(from)}`];
    });
    const reached = shared ? ` reached t = ${each[0].from}` : " came through";
    const hop = t > 0 ? hops(each, t) : "";
    if (task.loss_timesteps.length === 1) {
      const [[first, label], ...others] = parts;
      const rest = others.map(([share, other]) => `, ${share} in ${other}`).join("");
      return `Backward: of what left the loss at t = ${last}, ${first}${reached} in ${label}${rest}${hop}.`;
    }
    const where = shared ? `at t = ${each[0].from}` : "where it ends";
    return `Backward: ‖∂ℓ/∂h‖ ${where}, with all later losses, is ${inEach(parts)} of that at t = ${last}${hop}.`;
  },

  clip(run) {
    const told = run.lanes.map((lane) => ({ label: lane.label, ...clipping(run, lane.index) }));
    const groups = grouped(told, ({ mode, threshold }) => (mode === "none" ? "none" : `${mode} ${threshold}`));
    const all = groups.map((group) => {
      const { mode, threshold } = group[0];
      const how = mode === "norm" ? `by norm at ${number(threshold)}` : `by value at ±${number(threshold)}`;
      return mode === "none" ? `off: ${possessed(group, true)} passed whole` : `${how}: ${clipped(group)}`;
    });
    return `Clip ${all.join("; ")}.`;
  },

  update(run) {
    const told = run.lanes.map((lane) => ({ label: lane.label, ...updating(run, lane.index) }));
    const groups = grouped(told, ({ optimizer, rate, schedule }) => `${optimizer} ${rate} ${schedule}`);
    const all = groups.map((group) => {
      const { optimizer, rate, schedule } = group[0];
      const [first, ...others] = group;
      const rest = others.map(({ label, moved }) => `, ${label}'s by ${number(moved)}`).join("");
      const scheduled = schedule === "constant" ? "" : ` (${schedule} schedule)`;
      return `${OPTIMIZERS[optimizer] ?? optimizer} at learning rate ${plain(rate)}${scheduled} moved ${first.label}'s weights by ${number(first.moved)}${rest}`;
    });
    const known = told.filter(({ next }) => !Number.isNaN(next));
    const then = known.map(({ label, next }) => [number(next), label]);
    return `Update: ${all.join("; ")}${known.length > 0 ? `; the next loss is ${inEach(then)}` : ""}.`;
  },
};

/** "1.2 in RNN tanh, 0.43 in LSTM" */
function inEach(parts) {
  return parts.map(([value, label]) => `${value} in ${label}`).join(", ");
}

function lossPlace({ loss_timesteps: losses }) {
  const [first, last] = [Math.min(...losses) + 1, Math.max(...losses) + 1];
  return first === last ? `the answer at t = ${last}` : `the answers at t = ${first} to ${last}`;
}

function hops(each, t) {
  const told = each.map(({ dh }) => localFactor(dh, t));
  return told.some(Number.isNaN) ? "" : `; the next hop takes ×${told.map((factor) => number(factor)).join(", ×")}`;
}

function clipped(group) {
  const lost = group.filter(({ factor }) => Number.isNaN(factor));
  const shortened = group.filter(({ factor }) => factor < 1);
  const whole = group.filter(({ factor }) => factor >= 1);
  const parts = [
    ...lost.map(({ label }) => `${label}'s gradient is not a number`),
    ...shortened.map(({ label, before, factor }) => `${label}'s gradient ${number(before)} was multiplied by ${number(factor)}`),
    ...(whole.length > 0 ? [`${possessed(whole, shortened.length === 0)} passed whole`] : []),
  ];
  return parts.join("; ");
}

/** "LSTM's 0.40 and GRU's 0.20", of gradients if that is not said yet. */
function possessed(group, named) {
  const each = group.map(({ label, before }, k) => {
    return `${label}'s ${named && k === 0 ? "gradient " : ""}${number(before)}`;
  });
  return each.length < 2 ? each.join("") : `${each.slice(0, -1).join(", ")} and ${each.at(-1)}`;
}

function grouped(items, keyOf) {
  const groups = new Map();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return [...groups.values()];
}

/** As it was typed, where that is short. */
function plain(value) {
  const text = String(value);
  return text.length <= 6 && !text.includes("e") ? text : number(value);
}
