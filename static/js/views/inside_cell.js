// Inside the cell: heatmaps unit × timestep of every gate and state of the watched lane.

import { createSurface, cursorLine, emptyMessage } from "../canvas.js";
import { palette } from "../colors.js";
import { number } from "../format.js";
import { shape, values, watching } from "../frames.js";
import { anatomyOf, shownAt } from "../pictures/anatomy.js";
import { Heatmap } from "../pictures/heatmap.js";
import { Layer } from "../pictures/layer.js";
import { arrangeTiles, outlineUnit, paintTileFrame } from "../pictures/tiles.js";
import { subtitle, toolbar } from "../section.js";
import { createWatchControls } from "../watch_controls.js";

const NOTHING_YET = ["No states yet", "They appear with the first iteration."];
const LOST = ["No connection", "They come back with the server."];
const PARTS = ["frame", "lanes", "recipe", "watch", "theme", "run", "cursor", "connection"];

/**
 * @param {Element} element
 * @param {{watch: function(object): void, cursor: function(?number): void}} actions
 */
export function create(element, actions) {
  const changed = watching(...PARTS);
  const controls = createWatchControls(toolbar(element), actions.watch);
  const write = subtitle(element);
  const body = document.createElement("div");
  const tip = document.createElement("div");
  body.className = "view-canvas";
  tip.className = "view-tip";
  tip.hidden = true;
  element.append(body);
  const surface = createSurface(body, { onResize: draw });
  body.append(tip);
  const still = new Layer();
  const heatmaps = [];
  let state = null;
  let tiles = [];
  let pointer = null; // {tile, t, unit, x, y}

  body.addEventListener("pointermove", pointed);
  body.addEventListener("pointerdown", pointed);
  body.addEventListener("pointerleave", () => {
    pointer = null;
    showTip();
    actions.cursor(null);
  });

  function render(next) {
    if (!changed(next)) return;
    state = next;
    controls.render(next);
    draw();
    const live = next.run === "playing";
    write(live, tiles.length > 0 ? "unit × timestep" : "");
    surface.describe(live, inWords);
    if (pointer !== null) showTip();
  }

  const lane = () => state.lanes[state.watch.lane];

  function draw() {
    if (state === null) return;
    const context = surface.begin(state.run === "playing");
    if (context === null) return;
    const colors = palette();
    const size = lane() && shape(state.frame, lane().index, "h");
    if (!size) return drawNothing(context, colors);
    const [last, units] = [size[0] - 1, size[1]];
    const parts = anatomyOf(lane(), state.recipe);
    const { width, height } = surface;
    tiles = arrangeTiles(parts, { width, height, small: colors.small, last, units });
    const names = parts.map(({ symbol, name }) => symbol + name);
    still.draw(context, surface, [state.theme, last, units, ...names].join("|"), (own) => {
      for (const tile of tiles) paintTileFrame(own, tile, colors);
    });
    for (const tile of tiles) paint(context, tile, colors);
    return undefined;
  }

  function drawNothing(context, colors) {
    tiles = [];
    const [title, hint] = state.connection === "lost" ? LOST : NOTHING_YET;
    emptyMessage(context, surface, colors, title, hint);
  }

  function paint(context, tile, colors) {
    const { part, index, left, top, width, height, last, units } = tile;
    const data = values(state.frame, lane().index, part.array);
    if (data !== null) {
      const rows = part.skip === 0 ? data : data.subarray(part.skip * units);
      const heatmap = (heatmaps[index] ??= new Heatmap());
      heatmap.fillColumns(last + 1, units, part.map(), rows, part.first, part.value);
      heatmap.draw(context, left, top, width, height);
    }
    const { t } = state.cursor;
    if (t !== null && t <= last) cursorLine(context, tile.x(t + 0.5), top, top + height, colors.ink);
    if (pointer?.tile === index) outlineUnit(context, tile, pointer, colors);
  }

  function pointed(event) {
    const box = body.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    const tile = tiles.find(({ left, top, width, height }) => {
      return x >= left && x < left + width && y >= top && y < top + height;
    });
    const before = pointer;
    const place = (scale, pixel) => Math.floor(scale.invert(pixel));
    pointer = tile ? { tile: tile.index, t: place(tile.x, x), unit: place(tile.y, y), x, y } : null;
    showTip();
    actions.cursor(pointer?.t ?? null);
    if (pointer?.tile !== before?.tile || pointer?.unit !== before?.unit) draw();
  }

  function showTip() {
    const tile = pointer === null ? undefined : tiles[pointer.tile];
    const data = tile && values(state.frame, lane().index, tile.part.array);
    const value = data ? shownAt(tile.part, data, tile.units, pointer.t, pointer.unit) : undefined;
    tip.hidden = value === undefined;
    if (value === undefined) return;
    const { t, unit, x, y } = pointer;
    const left = x > surface.width / 2;
    tip.textContent = `${tile.part.symbol}[unit ${unit}, t ${t}] = ${number(value, 2)}`;
    const beside = left ? `${x - 12}px - 100%` : `${x + 12}px`;
    tip.style.transform = `translate(calc(${beside}), ${y + 14}px)`;
  }

  function inWords() {
    if (tiles.length === 0) return "Heatmaps of gates and states: no iteration yet.";
    const each = tiles.map(({ part }) => {
      const data = values(state.frame, lane().index, part.array) ?? [];
      let sum = 0;
      for (const raw of data) sum += Math.abs(part.value?.(raw) ?? raw);
      return `${part.symbol} (${part.name}) ${number(sum / data.length, 2)}`;
    });
    const where = `Inside ${lane().label}, iteration ${state.frame.iteration}`;
    const what = `example ${state.watch.example}: mean size of ${each.join(", ")}`;
    return `${where}, ${what}.`;
  }

  function destroy() {
    surface.destroy();
    controls.destroy();
    body.remove();
  }

  return { render, destroy };
}
