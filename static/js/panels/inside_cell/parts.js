// What can be seen inside a cell: which arrays of a frame, under which names and colours.

import { diverging, sequential } from "../../canvas/color_maps.js";
import { cellFacts, nonlinearityFacts, quantity } from "../../state/catalogue.js";
import { nonlinearitiesOf } from "../../state/nonlinearities.js";

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
/** The slopes of hidden states, by their values. */
const SLOPES = {
  tanh: { of: "tanh", name: "slope, 1 − h²", value: (h) => 1 - h * h },
  relu: { of: "ReLU", name: "slope, 1 where h > 0", value: (h) => (h > 0 ? 1 : h === h ? 0 : NaN) },
  softsign: {
    of: "softsign",
    name: "slope, (1 − |h|)²",
    value: (h) => (1 - Math.abs(h)) ** 2,
  },
};

/**
 * The heatmaps of a lane: [{symbol, name, title, array, first, skip, map(), value, saturated,
 *   ends}],
 * where `first` is the timestep of the first row that is shown, `skip` how many rows of the array
 * come before it, and `value`, unless it is null, turns what the array holds into what is shown;
 * `saturated` is where a gate is, and null for what is none: {low, high, exactly}, beyond these
 * two or at them; `ends` says whether the ends of the domain mean that a unit is saturated.
 *
 * @param {Recipe} recipe
 */
export function anatomyOf(lane, recipe) {
  const phi = nonlinearitiesOf(recipe, lane);
  const gates = lane.gate_names.map((symbol) =>
    cellFacts(lane.cell).sigmoids.includes(symbol)
      ? gate(symbol, nonlinearityFacts(phi.gate))
      : candidate(symbol),
  );
  const relu = phi.state === "relu";
  const states = lane.state_names.toReversed().map((symbol) => ({
    symbol,
    name: NAMES[symbol] ?? symbol,
    title: NAMES[symbol] ?? symbol,
    array: symbol,
    first: quantity(symbol).first_timestep,
    skip: 0,
    map: () => diverging(relu ? RELU_LIMIT : (LIMITS[symbol] ?? 1)),
    value: null,
    saturated: null,
    ends: symbol === "h" && !relu,
  }));
  return gates.length > 0 ? [...gates, ...states] : [...states, slope(SLOPES[phi.state])];
}

/** A candidate is what gates let through, between -1 and 1. */
function candidate(symbol) {
  const name = NAMES[symbol] ?? symbol;
  return {
    symbol,
    name,
    title: name,
    array: `gate.${symbol}`,
    first: quantity(`gate.${symbol}`).first_timestep,
    skip: 0,
    map: () => diverging(1),
    value: null,
    saturated: null,
    ends: true,
  };
}

/** @param {NonlinearityFacts} facts of its nonlinearity */
function gate(symbol, facts) {
  const { signed, saturated, at_ends_alone: exactly } = facts;
  const [low, high] = saturated;
  const plain = candidate(symbol);
  return {
    ...plain,
    title: `${plain.name} gate`,
    map: () => (signed ? diverging(1) : sequential()),
    saturated: { low, high, exactly },
  };
}

/** A cell without gates shows the slope of its units, the local factor on their gradient. */
function slope({ of, name, value }) {
  return {
    symbol: `${of}′`,
    name,
    title: `slope of ${of}`,
    array: "h",
    first: 1, // the initial state has no slope
    skip: 1,
    map: () => sequential(),
    value,
    saturated: null,
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
