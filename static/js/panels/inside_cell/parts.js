// What can be seen inside a cell: which arrays of a frame, under which names and colours.

import { diverging, sequential } from "../../canvas/color_maps.js";
import { at, inForce } from "../../recipe/in_force.js";
import { cellFacts, quantity } from "../../state/catalogue.js";

const NAMES = {
  i: "input",
  f: "forget",
  g: "candidate",
  o: "output",
  r: "reset",
  z: "update",
  n: "candidate",
  c: "cell state",
  h: "hidden state",
};
const LIMITS = { h: 1, c: 2 };
const RELU_LIMIT = 2;

/**
 * The heatmaps of a lane: [{symbol, name, title, array, first, skip, map(), value, logistic,
 *   ends}],
 * where `first` is the timestep of the first row that is shown, `skip` how many rows of the array
 * come before it, and `value`, unless it is null, turns what the array holds into what is shown;
 * `ends` says whether the ends of the domain mean that a unit is saturated.
 *
 * @param {Recipe} recipe
 */
export function anatomyOf(lane, recipe) {
  const gates = lane.gate_names.map((symbol) => gate(symbol, cellFacts(lane.cell).sigmoids));
  // Of the plain RNN alone there is one to choose.
  const relu = lane.cell === "rnn" && at(inForce(recipe, lane.index, "nonlinearity"), 0) === "relu";
  const states = lane.state_names.toReversed().map((symbol) => ({
    symbol,
    name: NAMES[symbol] ?? symbol,
    title: NAMES[symbol] ?? symbol,
    array: symbol,
    first: quantity(symbol).first_timestep,
    skip: 0,
    map: () => diverging(relu ? RELU_LIMIT : (LIMITS[symbol] ?? 1)),
    value: null,
    logistic: false,
    ends: symbol === "h" && !relu,
  }));
  return gates.length > 0 ? [...gates, ...states] : [...states, slope(relu)];
}

/** A gate that is not a sigmoid is a candidate, between -1 and 1. */
function gate(symbol, sigmoids) {
  const logistic = sigmoids.includes(symbol);
  const name = NAMES[symbol] ?? symbol;
  return {
    symbol,
    name,
    title: logistic ? `${name} gate` : name,
    array: `gate.${symbol}`,
    first: quantity(`gate.${symbol}`).first_timestep,
    skip: 0,
    map: () => (logistic ? sequential() : diverging(1)),
    value: null,
    logistic,
    ends: true,
  };
}

/** A cell without gates shows the slope of its units, the local factor on their gradient. */
function slope(relu) {
  return {
    symbol: relu ? "ReLU′" : "tanh′",
    name: relu ? "slope, 1 where h > 0" : "slope, 1 − h²",
    title: `slope of ${relu ? "ReLU" : "tanh"}`,
    array: "h",
    first: 1, // the initial state has no slope
    skip: 1,
    map: () => sequential(),
    value: relu ? (h) => (h > 0 ? 1 : h === h ? 0 : NaN) : (h) => 1 - h * h,
    logistic: false,
    ends: true,
  };
}

/** Index of the first number of an array that is an activation, not the initial state. */
export function activationsFrom({ first, skip }, units) {
  return (skip + (first === 0 ? 1 : 0)) * units;
}

/** What a heatmap shows at a timestep and unit, undefined where it shows nothing. */
export function shownAt({ first, skip, value }, data, units, t, unit) {
  if (t < first) return undefined;
  const raw = data[(t - first + skip) * units + unit];
  return value === null ? raw : value(raw);
}
