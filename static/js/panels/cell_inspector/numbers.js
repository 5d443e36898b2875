// All numbers of one unit of one cell at one timestep, forward and backward, from the arrays of a
// frame. Names: "x.i" is W_i x_t + b_i, "s.i" W_h h_{t−1} + b_h, "a.i" what the gate's σ or tanh
// takes; "_" behind a state is t − 1; "d.i" is ∂ℓ/∂i_t of the example's own loss, "i'" a slope.

import { shape, values } from "../../frames/frame.js";

const sigmoid = (a) => 1 / (1 + Math.exp(-a));

// From the sum rather than from the gate: of a gate near 1 the wire's 24 bits leave little of
// 1 − i.
function sigmoidSlope(a, gate) {
  if (Number.isNaN(a)) return gate * (1 - gate);
  const e = Math.exp(-Math.abs(a));
  return e / (1 + e) ** 2;
}

function tanhSlope(a, gate) {
  if (Number.isNaN(a)) return 1 - gate * gate;
  const e = Math.exp(-2 * Math.abs(a));
  return (4 * e) / (1 + e) ** 2;
}

const reluSlope = (_, h) => (h > 0 ? 1 : h === h ? 0 : NaN);
const SLOPES = { tanh: tanhSlope, relu: reluSlope };

function lstm(read) {
  const v = { ...read.state("h"), ...read.state("c") };
  for (const gate of ["i", "f", "g", "o"]) Object.assign(v, read.gate(gate));
  for (const gate of ["i", "f", "o"]) v[`${gate}'`] = sigmoidSlope(v[`a.${gate}`], v[gate]);
  v["g'"] = tanhSlope(v["a.g"], v.g);
  v.fc = v.f * v.c_;
  v.ig = v.i * v.g;
  v.tanh_c = Math.tanh(v.c);
  v["c'"] = tanhSlope(v.c);
  v["h/c"] = v.o * v["c'"];
  v["d.fc"] = v["d.ig"] = v["d.c"];
  v["d.o"] = v["d.h"] * v.tanh_c;
  v["d.tanh_c"] = v["d.h"] * v.o;
  v["d.byh"] = v["d.h"] * v["h/c"];
  v["d.carry"] = v["d.c"] * v.f;
  v["d.f"] = v["d.c"] * v.c_;
  v["d.i"] = v["d.c"] * v.g;
  v["d.g"] = v["d.c"] * v.i;
  for (const gate of ["i", "f", "g", "o"]) v[`d.a.${gate}`] = v[`d.${gate}`] * v[`${gate}'`];
  return v;
}

function gru(read) {
  const v = read.state("h");
  for (const gate of ["r", "z", "n"]) Object.assign(v, read.gate(gate));
  v["r*s.n"] = v.r * v["s.n"];
  v["a.n"] = v["x.n"] + v["r*s.n"];
  for (const gate of ["r", "z"]) v[`${gate}'`] = sigmoidSlope(v[`a.${gate}`], v[gate]);
  v["n'"] = tanhSlope(v["a.n"], v.n);
  v["1-z"] = Number.isNaN(v["a.z"]) ? 1 - v.z : sigmoid(-v["a.z"]);
  v.zh = v.z * v.h_;
  v.zn = v["1-z"] * v.n;
  v["h/z"] = v.h_ - v.n;
  v["d.zh"] = v["d.zn"] = v["d.h"];
  v["d.carry"] = v["d.h"] * v.z;
  v["d.n"] = v["d.h"] * v["1-z"];
  v["d.z"] = v["d.h"] * v["h/z"];
  v["d.1-z"] = v["d.h"] * v.n;
  v["d.a.n"] = v["d.n"] * v["n'"];
  v["d.a.z"] = v["d.z"] * v["z'"];
  v["d.r"] = v["d.a.n"] * v["s.n"];
  v["d.s.n"] = v["d.a.n"] * v.r;
  v["d.a.r"] = v["d.r"] * v["r'"];
  return v;
}

function rnn(read, nonlinearity) {
  const v = { ...read.gate("h"), ...read.state("h") };
  v["h'"] = SLOPES[nonlinearity](v["a.h"], v.h);
  v["d.a.h"] = v["d.h"] * v["h'"];
  return v;
}

/**
 * What sets the cells apart, by their gates: how the numbers come about; of which state a passage
 * is told (`carrier`), and by which ways or factors (`paths`, as the engine names them).
 */
const KINDS = {
  ifgo: { kind: "lstm", numbers: lstm, carrier: "c", paths: ["cell", "gates"] },
  rzn: { kind: "gru", numbers: gru, carrier: "h", paths: ["carry", "candidate"] },
  "": { kind: "rnn", numbers: rnn, carrier: "h", paths: ["nonlinearity", "weight"] },
};

/**
 * @param {Frame} frame
 * @param {{index: number, gate_names: string[], hidden_size: number}} lane
 * @param {{t: number, unit: number}} place t from 1 to T
 * @param {"tanh"|"relu"} nonlinearity of a cell without gates
 * @returns {any} null without the lane's states; else {kind, values: {name: number},
 *   missing:
 *   names of the views that the frame does not hold, passage: how the gradient got from t to t − 1}
 */
export function cellNumbers(frame, lane, { t, unit }, nonlinearity) {
  const size = shape(frame, lane.index, "h");
  if (size === null || t >= size[0] || unit >= size[1]) return null;
  const units = size[1];
  const row = (name, index) => values(frame, lane.index, name)?.[index * units + unit] ?? NaN;
  const read = {
    state: (name) => ({
      [name]: row(name, t),
      [`${name}_`]: row(name, t - 1),
      [`d.${name}`]: row(`example.d${name}`, t),
      [`d.${name}_`]: row(`example.d${name}`, t - 1),
    }),
    gate(name) {
      const [x, s] = [row(`input.${name}`, t - 1), row(`recurrent.${name}`, t - 1)];
      return {
        [name]: row(`gate.${name}`, t - 1),
        [`x.${name}`]: x,
        [`s.${name}`]: s,
        [`a.${name}`]: x + s,
      };
    },
  };
  const { kind, numbers, carrier, paths } = KINDS[lane.gate_names.join("")];
  const chunk = lane.gate_names[0] ?? "h";
  const has = (name) => values(frame, lane.index, name) !== null;
  const missing = [
    ...(has(`input.${chunk}`) ? [] : ["preactivations"]),
    ...(has("example.dh") ? [] : ["paths"]),
  ];
  const passage = missing.includes("paths")
    ? null
    : passageOf(frame, lane.index, carrier, paths, t, units);
  return { kind, values: numbers(read, nonlinearity), missing, passage };
}

/**
 * From t to t − 1: `before` is log10 of ‖∂ℓ/∂state_t‖ over all units, `parts` log10 of what the
 * engine tells of the ways or factors, by name.
 *
 * @param {Frame} frame
 */
function passageOf(frame, lane, carrier, names, t, units) {
  const whole = values(frame, lane, `example.d${carrier}`).subarray(t * units, (t + 1) * units);
  const before = logNorm(whole);
  const parts = Object.fromEntries(
    names.map((name) => [name, values(frame, lane, `paths.${name}`)[t - 1]]),
  );
  const closed = Object.values(parts).every(Number.isNaN);
  const reached = !Number.isNaN(before);
  let state = "open";
  if (before === -Infinity) state = "zero";
  else if (closed) state = reached ? "cut" : "unreached";
  return { t, carrier, before, parts, state };
}

/** log10 ‖vector‖₂, though the squares may be smaller than what a double holds. */
export function logNorm(vector) {
  let largest = 0;
  for (const value of vector) {
    if (Number.isNaN(value)) return NaN;
    largest = Math.max(largest, Math.abs(value));
  }
  if (largest === 0 || largest === Infinity) return Math.log10(largest);
  let sum = 0;
  for (const value of vector) sum += (value / largest) ** 2;
  return Math.log10(largest) + Math.log10(sum) / 2;
}
