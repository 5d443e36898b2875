// The whole picture of Inside the cell: heatmaps side by side, or one of them enlarged.

import { Heatmap } from "../../canvas/heatmap.js";
import { emptyMessage } from "../../canvas/marks.js";
import { palette } from "../../canvas/palette.js";
import { shape } from "../../frames/frame.js";
import { lengthOf } from "../../state/selectors.js";
import { enlargedTile, paintEnlargedFrame, paintEnlargedText } from "./enlarged.js";
import { paintHistogram } from "./histogram.js";
import { dataOf, histogramOf, saturationTexts } from "./scene.js";
import { arrangeTiles, paintCursor, paintMissing, paintSorted, paintTileFrame } from "./tiles.js";

const [FINE, COARSE] = [
  { caption: undefined, bar: 26 },
  { caption: 36, bar: 40 },
];

/**
 * The tiles of a scene, none while there is nothing to show.
 *
 * @param {State} state @param {any} scene as cell_scene.js has it
 * @param {{width: number, height: number, coarse: boolean}} room how large, and whether for fingers
 * @param {import("./viewport.js").SeenPart} seen of the enlarged heatmap
 */
export function arrangeCell(state, scene, { width, height, coarse }, seen) {
  if (state.frame === null || scene.lane === null) return [];
  const steps = shape(state.frame, scene.lane.index, "h")?.[0] ?? state.task.timesteps + 1;
  const { caption, bar } = coarse ? COARSE : FINE;
  const room = {
    width,
    height,
    small: palette().small,
    last: steps - 1,
    sorted: state.view.sort === "memory",
  };
  if (scene.zoom === null) return arrangeTiles(scene.items, { ...room, caption });
  return [enlargedTile(scene.zoom, { ...room, bar, window: seen.fit(scene.zoom, steps) })];
}

export class CellPicture {
  #heatmaps = [];

  /**
   * Paint all, on any context.
   *
   * @param {any} context
   * @param {{state: State, scene: any, tiles: any[], memories: any[], message: string[]}} what
   *   `memories` are those of the tiles, null where units are not sorted; `message` is said
   *   where there are no tiles
   * @param {{width: number, height: number, room: number}} size `room` is left beside the tools
   * @param {(key: string, paint: (context: any) => void) => void} keep paints what stays the same
   *   while the key does
   */
  paint(context, what, size, keep) {
    const { state, scene, tiles, memories, message } = what;
    const colors = palette();
    if (tiles.length === 0) return emptyMessage(context, size, colors, ...message);
    keep(keyOf(what, colors), (own) => paintFrames(own, what, colors));
    tiles.forEach((tile, k) => this.#paintTile(context, tile, state, memories[k], colors));
    if (scene.zoom === null) return undefined;
    const captions = saturationTexts(state.frame, tiles[0]);
    return paintEnlargedText(context, tiles[0], { palette: colors, room: size.room, captions });
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {any} tile
   * @param {State} state
   */
  #paintTile(context, tile, state, memory, colors) {
    const { frame, cursor } = state;
    const { part, index, left, top, width, height, last, units, window, histogram } = tile;
    const data = dataOf(frame, tile);
    if (data === null) return paintMissing(context, tile, colors);
    const rows = part.skip === 0 ? data : data.subarray(part.skip * units);
    const heatmap = (this.#heatmaps[index] ??= new Heatmap());
    heatmap.fillColumns(
      last + 1,
      units,
      part.map(),
      rows,
      part.first,
      part.value,
      memory?.ranks ?? null,
    );
    if (window === undefined) heatmap.draw(context, left, top, width, height);
    else heatmap.drawPart(context, window, left, top, width, height);
    paintAbsent(context, tile, lengthOf(state), colors);
    if (histogram !== null) {
      paintHistogram(context, histogram, histogramOf(data, tile), {
        ends: part.ends,
        palette: colors,
      });
    }
    const { t, unit } = cursor;
    const row = unit === null || unit >= units ? null : (memory?.ranks[unit] ?? unit);
    return paintCursor(context, tile, { t, row }, colors);
  }
}

/** Beyond the end of its sequence a state is absent, not a lost number. */
function paintAbsent(context, { left, top, width, height, x, last }, length, { panel }) {
  if (length >= last) return;
  const from = Math.min(left + width, Math.max(left, x(length + 1)));
  context.fillStyle = panel;
  context.fillRect(from, top, left + width - from, height);
}

/** All that the frames of the heatmaps depend on. */
function keyOf({ state, scene, tiles, memories }, { small }) {
  const facts = tiles.map(({ lane, part, units, window }, k) => [
    lane.label,
    lane.index,
    part.symbol,
    part.name,
    units,
    window,
    scene.zoom && memories[k]?.version,
  ]);
  const [{ last, top, left }] = tiles;
  return JSON.stringify([state.theme, small, last, top, left, state.view.sort, scene.every, facts]);
}

function paintFrames(context, { state, scene, tiles, memories }, colors) {
  const sorted = state.view.sort === "memory";
  const labels = scene.items.map(({ lane }) => lane.label);
  const look = { palette: colors, sorted, every: scene.every, labels };
  for (const [k, tile] of tiles.entries()) {
    const { order = null, memory = null } = memories[k] ?? {};
    if (tile.window === undefined) paintTileFrame(context, tile, look);
    else paintEnlargedFrame(context, tile, { ...look, order, memory });
  }
  if (sorted && scene.zoom === null) paintSorted(context, tiles, colors);
}
