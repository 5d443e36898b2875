// Inside the cell: heatmaps unit × timestep of every gate and state of the watched lane.

import { createSurface, emptyMessage, font, textWidth } from "../canvas.js";
import { palette } from "../colors.js";
import { number } from "../format.js";
import { shape, watching } from "../frames.js";
import * as cell from "../pictures/cell_scene.js";
import * as enlarged from "../pictures/enlarged.js";
import { Heatmap } from "../pictures/heatmap.js";
import { paintHistogram } from "../pictures/histogram.js";
import { Layer } from "../pictures/layer.js";
import { MemoryOrder } from "../pictures/memory_order.js";
import * as tiling from "../pictures/tiles.js";
import * as zoom from "../pictures/zoom_window.js";
import { createPointing } from "../pointing.js";
import { layerMark, subtitle, toolbar } from "../section.js";
import { createTileButtons } from "../tile_buttons.js";
import { createSortButton, createWatchControls } from "../watch_controls.js";

const NOTHING_YET = ["No states yet", "They appear with the first iteration."];
const LOST = ["No connection", "They come back with the server."];
const ALL_HIDDEN = ["All lanes are hidden", "Show one to look inside its cell."];
const PARTS = ["frame", "lanes", "recipe", "task", "watch", "view", "theme", "run", "cursor", "connection"];
const [FINE, COARSE] = [{ caption: undefined, bar: 26 }, { caption: 36, bar: 40 }];
const CLOSER = 0.7; // factor of one press of a key or button
const PER_PIXEL = 0.0016; // of the wheel, in powers of e
const NARROW_HEAD = "(min-width: 860px) and (max-width: 1599px)";

// A place of its own: on a narrow page it stays beside the title when the tools take a line.
function beforeTools(element) {
  const own = document.createElement("div");
  own.className = "sorting";
  element.closest("section").querySelector("[data-tools]").before(own);
  return own;
}

/**
 * @param {Element} element
 * @param {{watch: Function, view: Function, cursor: Function, select: Function}} actions
 */
export function create(element, actions) {
  const changed = watching(...PARTS);
  const controls = createWatchControls(toolbar(element), actions);
  const sort = createSortButton(beforeTools(element), actions);
  const write = subtitle(element);
  const writeLayer = layerMark(element);
  const body = document.createElement("div");
  const tip = document.createElement("div");
  body.className = "view-canvas";
  tip.className = "view-tip";
  tip.hidden = true;
  element.append(body);
  const surface = createSurface(body, { onResize: draw });
  const buttons = createTileButtons(body, {
    enlarge: ({ lane, part }) => {
      if (lane.index !== state.watch.lane) actions.watch({ lane: lane.index });
      actions.view({ zoom: part.symbol });
    },
    closer: () => zoomBy(CLOSER),
    farther: () => zoomBy(1 / CLOSER),
    whole: () => look(null),
    back: () => actions.view({ zoom: null }),
  });
  body.append(tip);
  const still = new Layer();
  const memory = new MemoryOrder();
  const heatmaps = [];
  const coarse = matchMedia("(pointer: coarse)");
  const narrow = matchMedia(NARROW_HEAD);
  let state = null;
  let scene = null;
  let tiles = [];
  let seen = { of: null, window: null }; // the part of an enlarged heatmap that is looked at
  let selected = null;
  let pointer = null; // {tile, t, unit, x, y}

  const pointing = createPointing(body, {
    hover: pointed,
    leave: () => pointer !== null && unpointed(),
    click: chosen,
    drags: () => tiles[0]?.window !== undefined && partial(),
    drag(right, down) {
      const [{ x, y }] = tiles;
      const by = { t: x.invert(0) - x.invert(right), rows: y.invert(0) - y.invert(down) };
      if (pointer !== null) unpointed();
      look(zoom.panned(seen.window, by, limits()));
    },
    twice: () => look(null),
    wheel(pixels, x, y) {
      if (scene === null || scene.zoom === null || tiles.length === 0) return false;
      if (pixels > 0 && !partial()) return false;
      const [tile] = tiles;
      const held = { t: tile.x.invert(x), rows: tile.y.invert(y) };
      zoomBy(Math.exp(PER_PIXEL * pixels), held);
      pointed(x, y);
      return true;
    },
  });
  document.addEventListener("keydown", pressed);

  function render(next) {
    if (!changed(next)) return;
    state = next;
    scene = cell.shownIn(next);
    controls.render(next, scene);
    sort.render(next, scene);
    follow(next.selection);
    draw();
    const most = Math.max(1, ...scene.items.map(({ lane }) => lane.num_layers));
    writeLayer(most === 1 ? null : Math.min(next.watch.layer, most - 1));
    const live = next.run === "playing";
    write(live, tiles.length > 0 && !narrow.matches ? "unit × timestep" : "");
    surface.describe(live, inWords);
    if (pointer !== null) showTip();
  }

  // --- drawing ----------------------------------------------------------------------------------

  const sorted = () => state.view.sort === "memory";
  const isLive = () => state.run === "playing";

  function memoryOf(lane) {
    return sorted() ? memory.of(lane, state.frame, { live: isLive(), now: performance.now() }) : null;
  }

  const orderOf = (lane) => memoryOf(lane)?.order ?? null;

  function draw() {
    if (state === null) return;
    const context = surface.begin(isLive());
    if (context === null) return;
    arrange();
    const shown = { zoomed: scene.zoom !== null, every: scene.every, partial: partial() };
    buttons.render(tiles, tiles.length === 0 ? { zoomed: false } : shown);
    body.classList.toggle("pannable", shown.zoomed && shown.partial);
    paint(context, (key, frames) => still.draw(context, surface, key, frames));
  }

  function arrange() {
    tiles = [];
    if (state.frame === null || scene.lane === null) return;
    const { width, height } = surface;
    const { small } = palette();
    const steps = shape(state.frame, scene.lane.index, "h")?.[0] ?? state.task.timesteps + 1;
    const room = { width, height, small, last: steps - 1 };
    const { caption, bar } = coarse.matches ? COARSE : FINE;
    if (scene.zoom === null) {
      tiles = tiling.arrangeTiles(scene.items, { ...room, caption, sorted: sorted() });
      return;
    }
    const { lane, part, units } = scene.zoom;
    const of = [lane.index, part.symbol, steps, units].join();
    if (seen.of !== of) seen = { of, window: zoom.whole(steps, units) };
    const window = zoom.snapped(seen.window, zoom.whole(steps, units));
    tiles = [enlarged.enlargedTile(scene.zoom, { ...room, bar, sorted: sorted(), window })];
  }

  /** Paint all; `layer(key, paint)` paints what stays the same while `key` does. */
  function paint(context, layer) {
    const colors = palette();
    if (tiles.length === 0) {
      const lost = state.connection === "lost" ? LOST : NOTHING_YET;
      emptyMessage(context, surface, colors, ...(state.frame !== null && scene.lanes.length === 0 ? ALL_HIDDEN : lost));
      return;
    }
    const kept = tiles.map(({ lane }) => memoryOf(lane));
    const facts = tiles.map(({ lane, part, units, window }, k) => [
      lane.label, lane.index, part.symbol, part.name, units, window, scene.zoom && kept[k]?.version,
    ]);
    const key = JSON.stringify([state.theme, colors.small, tiles[0].last, tiles[0].top, tiles[0].left, sorted(), scene.every, facts]);
    layer(key, (own) => {
      for (const [k, tile] of tiles.entries()) {
        const look = { palette: colors, sorted: sorted(), every: scene.every };
        const { order = null, memory: lengths = null } = kept[k] ?? {};
        if (tile.window === undefined) tiling.paintTileFrame(own, tile, look);
        else enlarged.paintEnlargedFrame(own, tile, { ...look, order, memory: lengths });
      }
      if (sorted() && scene.zoom === null) tiling.paintSorted(own, tiles, colors);
    });
    tiles.forEach((tile, k) => paintTile(context, tile, kept[k], colors));
    if (scene.zoom === null) return;
    const room = surface.width - buttons.width - 8;
    const sayings = cell.saturationInWords(state.frame, tiles[0]);
    enlarged.paintEnlargedText(context, tiles[0], { palette: colors, room, sayings });
  }

  function paintTile(context, tile, kept, colors) {
    const { part, index, left, top, width, height, last, units, window, histogram } = tile;
    const data = cell.dataOf(state.frame, tile);
    if (data === null) return tiling.paintMissing(context, tile, colors);
    const rows = part.skip === 0 ? data : data.subarray(part.skip * units);
    const heatmap = (heatmaps[index] ??= new Heatmap());
    heatmap.fillColumns(last + 1, units, part.map(), rows, part.first, part.value, kept?.ranks ?? null);
    if (window === undefined) heatmap.draw(context, left, top, width, height);
    else heatmap.drawPart(context, window, left, top, width, height);
    if (histogram !== null) {
      const counts = cell.histogramOf(data, tile);
      paintHistogram(context, histogram, counts, { ends: part.ends, palette: colors });
    }
    const { t, unit } = state.cursor;
    const row = unit === null || unit >= units ? null : (kept?.ranks[unit] ?? unit);
    return tiling.paintCursor(context, tile, { t, row }, colors);
  }

  // --- the enlarged heatmap ---------------------------------------------------------------------

  const limits = () => zoom.whole(tiles[0].last + 1, tiles[0].units);
  const partial = () => {
    return scene?.zoom != null && tiles.length > 0 && seen.window !== null && !zoom.isWhole(seen.window, limits());
  };

  function look(window) {
    if (tiles.length === 0) return;
    seen = { ...seen, window: window ?? limits() };
    draw();
  }

  function zoomBy(factor, held = null) {
    if (scene?.zoom == null || tiles.length === 0) return;
    const { t, rows } = seen.window;
    const middle = { t: (t[0] + t[1]) / 2, rows: (rows[0] + rows[1]) / 2 };
    look(zoom.zoomed(seen.window, factor, held ?? middle, limits()));
  }

  // What is selected anew, by a key or elsewhere, is brought into sight.
  function follow(selection) {
    if (selection === selected) return;
    selected = selection;
    if (!partial()) return;
    const { t, unit } = selection;
    const order = orderOf(scene.lane);
    const row = unit === null || order === null ? unit : order.indexOf(unit);
    seen = { ...seen, window: zoom.showing(seen.window, { t, rows: row }, limits()) };
  }

  function pressed(event) {
    const { key, target, ctrlKey, metaKey, altKey, defaultPrevented } = event;
    if (scene?.zoom == null || defaultPrevented || ctrlKey || metaKey || altKey) return;
    const section = element.closest("section") ?? element;
    if (target !== document.body && !section.contains(target)) return;
    const pan = (t, rows) => look(zoom.panned(seen.window, { t, rows }, limits()));
    const across = Math.max(1, Math.round((seen.window.t[1] - seen.window.t[0]) / 4));
    const down = Math.max(1, Math.round((seen.window.rows[1] - seen.window.rows[0]) / 4));
    const does = {
      Escape: () => actions.view({ zoom: null }),
      "+": () => zoomBy(CLOSER),
      "=": () => zoomBy(CLOSER),
      "-": () => zoomBy(1 / CLOSER),
      0: () => look(null),
      ...(event.shiftKey && {
        ArrowLeft: () => pan(-across, 0),
        ArrowRight: () => pan(across, 0),
        ArrowUp: () => pan(0, -down),
        ArrowDown: () => pan(0, down),
      }),
    };
    if (!Object.hasOwn(does, key)) return;
    event.preventDefault();
    event.stopPropagation();
    does[key]();
  }

  // --- the pointer ------------------------------------------------------------------------------

  function cellAt(x, y) {
    const tile = tiles.find(({ left, top, width, height }) => {
      return x >= left && x < left + width && y >= top && y < top + height;
    });
    if (tile === undefined) return null;
    const row = Math.floor(tile.y.invert(y));
    return { tile: tile.index, t: Math.floor(tile.x.invert(x)), unit: orderOf(tile.lane)?.[row] ?? row, x, y };
  }

  function pointed(x, y) {
    pointer = cellAt(x, y);
    showTip();
    actions.cursor(pointer?.t ?? null, pointer?.unit ?? null);
  }

  function unpointed() {
    pointer = null;
    showTip();
    actions.cursor(null, null);
  }

  function chosen(x, y) {
    const at = cellAt(x, y);
    if (at === null) return;
    const { t, unit } = at;
    actions.select({ t, unit });
    actions.inspect?.({ lane: tiles[at.tile].lane.index, t, unit });
  }

  function showTip() {
    const tile = pointer === null ? undefined : tiles[pointer.tile];
    const value = tile && cell.valueAt(state.frame, tile, pointer.t, pointer.unit);
    tip.hidden = value === undefined;
    if (value === undefined) return;
    const { t, unit, x, y } = pointer;
    const remembers = memoryOf(tile.lane)?.memory[unit];
    const added = remembers === undefined ? "" : ` · remembers ≈ ${enlarged.inTimesteps(remembers)} timesteps`;
    const text = `${tile.part.symbol}[unit ${unit}, t ${t}] = ${number(value, 2)}${added}`;
    tip.textContent = text;
    const { mono, small } = palette();
    const low = y > surface.height - 48;
    const most = surface.width - textWidth(text, font(mono, small)) - 16;
    const left = Math.max(0, Math.min(x + 12, most));
    tip.style.transform = `translate(${left}px, ${low ? `calc(${y - 10}px - 100%)` : `${y + 14}px`})`;
  }

  // --- words and files --------------------------------------------------------------------------

  function inWords() {
    if (tiles.length === 0) return "Heatmaps of gates and states: no iteration yet.";
    const inside = scene.every && scene.zoom === null ? "all lanes" : scene.lane.label;
    const where = `Inside ${inside}, iteration ${state.frame.iteration}, example ${state.watch.example}`;
    const order = sorted() ? ", units sorted by memory" : "";
    return `${where}${order}: ${cell.inWords(state.frame, tiles)}.`;
  }

  function exports() {
    const { width, height } = surface;
    const painted = (context) => paint(context, (_, frames) => frames(context));
    return {
      name: "inside-cell",
      picture: () => (width === 0 ? null : { width, height, paint: painted }),
      table: () => cell.tableOf(state?.frame ?? null, tiles, orderOf),
    };
  }

  function destroy() {
    document.removeEventListener("keydown", pressed);
    pointing.destroy();
    buttons.destroy();
    surface.destroy();
    controls.destroy();
    body.remove();
  }

  return { render, destroy, exports };
}
