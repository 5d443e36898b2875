// What Inside the cell shows: of which lanes, which parts, in which order of units.

import { shape, values } from "../../frames/frame.js";
import { nameOf } from "../../state/halves.js";
import { shownLanes } from "../../state/selectors.js";
import { count, number } from "../../text/format.js";
import { countsOf, saturationOf } from "./histogram.js";
import { activationsFrom, anatomyOf, shownAt } from "./parts.js";

/**
 * {lanes: that have tabs, lane: the watched one of them, every: whether all are shown, items:
 * [{lane, part, units}], zoom: the item that fills the panel, or null}.
 *
 * @param {Pick<State, "lanes" | "recipe" | "watch" | "view" | "frame">} state
 */
export function shownIn({ lanes, recipe, watch, view, frame }) {
  const seen = shownLanes({ lanes, view });
  const lane = seen.find(({ index }) => index === watch.lane) ?? seen[0] ?? null;
  if (lane === null || recipe === null)
    return { lanes: seen, lane: null, every: false, items: [], zoom: null };
  const item = (of) => (part) => ({ lane: of, part, units: unitsOf(frame, of) });
  const parts = anatomyOf(lane, recipe).map(item(lane));
  const zoom = parts.find(({ part }) => part.symbol === view.zoom) ?? null;
  const every = view.cells === "all" && seen.length > 1;
  const hidden = (of) => item(of)(anatomyOf(of, recipe).find(({ array }) => array === "h"));
  return { lanes: seen, lane, every, items: every ? seen.map(hidden) : parts, zoom };
}

/** @param {Frame} frame */
function unitsOf(frame, lane) {
  return shape(frame, lane.index, "h")?.[1] ?? lane.hidden_size;
}

/**
 * What an item's heatmap is made of, null if it is not recorded.
 *
 * @param {Frame} frame
 */
export function dataOf(frame, { lane, part }) {
  return values(frame, lane.index, part.array);
}

/**
 * The value of a cell, undefined where nothing is shown.
 *
 * @param {Frame} frame
 */
export function valueAt(frame, item, t, unit) {
  const data = dataOf(frame, item);
  return data === null ? undefined : shownAt(item.part, data, item.units, t, unit);
}

/** The histogram of the activations of an item. */
export function histogramOf(data, { part, units }) {
  return countsOf(data, activationsFrom(part, units), part.map().domain, part.value);
}

/**
 * Texts on how saturated an item is, the longest first: over the batch, or else the example.
 *
 * @param {Frame} frame
 */
export function saturationTexts(frame, { lane, part, units }) {
  const array = (name) => values(frame, lane.index, name);
  if (part.saturated !== null) {
    const [low, high] = ["low", "high"].map((end) => array(`${part.array}.${end}`));
    const data = array(part.array);
    const batch = low !== null && high !== null;
    if (!batch && data === null) return [];
    const found = batch ? { low: mean(low), high: mean(high) } : saturationOf(data, part.saturated);
    const { low: least, high: most, exactly } = part.saturated;
    const shares = [
      `${exactly ? "=" : "<"} ${plain(least)}: ${percent(found.low)}`,
      `${exactly ? "=" : ">"} ${plain(most)}: ${percent(found.high)}`,
    ].join(" · ");
    return [
      `${shares} of the ${batch ? "batch" : "example"}`,
      `${shares} (${batch ? "batch" : "example"})`,
      shares,
    ];
  }
  const dead = array("dead");
  if (dead === null || part.array !== "h") return [];
  const many = dead.reduce((sum, each) => sum + each, 0);
  const text = `dead: ${many} of ${count(units)} units`;
  return [`${text}, at 0 all through the batch`, text];
}

function mean(numbers) {
  const finite = numbers.filter((each) => !Number.isNaN(each));
  return finite.reduce((sum, each) => sum + each, 0) / finite.length;
}

const plain = (bound) => String(bound).replace("-", "−");

function percent(share) {
  if (Number.isNaN(share)) return "–";
  if (share > 0 && share < 0.005) return "< 1 %";
  return `${Math.round(100 * share)} %`;
}

/**
 * The description of all items.
 *
 * @param {Frame} frame
 */
export function itemsDescription(frame, items) {
  const each = items.map((item) => {
    const data = dataOf(frame, item) ?? [];
    let sum = 0;
    for (const raw of data) sum += Math.abs(item.part.value?.(raw) ?? raw);
    return `${item.part.symbol} (${item.part.name}) ${number(sum / data.length, 2)}`;
  });
  return `mean size of ${each.join(", ")}`;
}

/**
 * The numbers of tiles, cell by cell; `orderOf(lane)` is the order of units, or null.
 *
 * @param {Frame} frame
 */
export function tableOf(frame, tiles, orderOf, half = "forward") {
  const columns = ["lane", "array", "timestep", "unit", "value"];
  const rows = tiles.flatMap((tile) => {
    const { lane, part, units, last, window } = tile;
    const order = orderOf(lane);
    const {
      t: [from, to],
      rows: [top, bottom],
    } = window ?? { t: [0, last + 1], rows: [0, units] };
    const made = [];
    for (let t = from; t < to; t += 1) {
      for (let row = top; row < bottom; row += 1) {
        const unit = order === null ? row : order[row];
        const value = valueAt(frame, tile, t, unit);
        if (value !== undefined) made.push([nameOf(lane, half), part.symbol, t, unit, value]);
      }
    }
    return made;
  });
  return { columns, rows };
}
