// A row of cells: each a rounded square that shows a few of its hidden units, one stripe a unit.

import { Heatmap } from "../../canvas/heatmap.js";

const STRIPE = 3; // px: least height of a stripe
const MOST_STRIPES = 12;
const LEAST_PITCH = 6; // px: least distance between cells; with less, timesteps share a cell
const MOST_CELLS = 44;

/**
 * Which timesteps get a cell: all from 0 to `last`, or every k-th counted back from the last. A
 * cell then stands for k timesteps, and shows the last of them.
 */
export function cellsShown(last, width) {
  const every = Math.max(
    1,
    Math.ceil(LEAST_PITCH / (width / last)),
    Math.ceil((last + 1) / MOST_CELLS),
  );
  const timesteps = [];
  for (let t = last; t >= 0; t -= every) timesteps.unshift(t);
  return { every, timesteps };
}

/** Which hidden units a cell of that height shows: evenly spread, the first among them. */
export function unitsShown(units, height) {
  const stripes = Math.max(1, Math.min(units, MOST_STRIPES, Math.floor(height / STRIPE)));
  return Array.from({ length: stripes }, (_, stripe) => Math.floor((stripe * units) / stripes));
}

const SEEN = 0.02; // a state below is white in the colours of -1 to 1

/**
 * The same for a network of which `data[t * units + unit]` is known: where a unit would be white in
 * every cell, the most active of those that it stands for is shown instead.
 */
export function activeUnits(units, height, data) {
  const starts = unitsShown(units, height);
  const peaks = new Float64Array(units);
  for (let at = 0; at < data.length; at += 1) {
    const size = Math.abs(data[at]);
    if (size > peaks[at % units]) peaks[at % units] = size;
  }
  return starts.map((start, stripe) => {
    if (peaks[start] >= SEEN) return start;
    let most = start;
    for (let unit = start + 1; unit < (starts[stripe + 1] ?? units); unit += 1)
      if (peaks[unit] > peaks[most]) most = unit;
    return most;
  });
}

/** Draws rows of cells; the shape of the cells is cut once and kept. */
export class Beads {
  #heatmap = new Heatmap();
  #mask = null;
  #maskKey = null;
  #chosen = new WeakMap(); // the units of each lane, and of what they were chosen

  /** The units that a lane's cells show: while live those of its first states, at rest of these. */
  unitsOf(lane, data, units, height, live) {
    const stripes = unitsShown(units, height);
    const before = this.#chosen.get(lane);
    const fits = before?.units === units && before.shown.length === stripes.length;
    if (fits && (live || before.data === data)) return before.shown;
    if (data === null) return stripes;
    const shown = activeUnits(units, height, data);
    this.#chosen.set(lane, { data, units, shown });
    return shown;
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {{data: ArrayLike<number> | null, size: number, map: any, timesteps: number[],
   *   units: number[]}} states `data[t * size + unit]`
   * @param {{first: number, pitch: number, top: number, width: number, height: number,
   *   ratio: number, from?: number, filled?: number, shown?: number}} place `first` is the first
   *   cell's middle; the first `from` cells are empty, and those after `filled` many; those after
   *   `shown` many are not there
   * @param {{panel: string, line: string}} colors
   */
  draw(context, states, place, colors) {
    const { data, size, map, timesteps, units } = states;
    const { first, pitch, top, height, ratio, from = 0 } = place;
    const { filled = timesteps.length, shown = timesteps.length } = place;
    this.#cut(timesteps.length, place, colors);
    const across = this.#mask.width / ratio;
    // The mask is copied pixel by pixel, so it has to begin on one, and what lies under it too.
    const left = whole(first - pitch / 2, ratio);
    // Before the first cell and after the last, what is drawn already stays.
    const spare = whole(Math.max(0, (pitch - place.width) / 2 - 2), ratio);
    context.save();
    context.beginPath();
    context.rect(
      left + spare,
      whole(top - 1, ratio),
      (across * shown) / timesteps.length - 2 * spare,
      this.#mask.height / ratio,
    );
    context.clip();
    if (data !== null) {
      this.#heatmap.fill(timesteps.length, units.length, map, (column, stripe) => {
        return data[timesteps[column] * size + units[stripe]];
      });
      this.#heatmap.draw(context, left, top, across, height);
    }
    context.fillStyle = colors.panel;
    if (from > 0) context.fillRect(left, top - 1, pitch * from, height + 2);
    if (filled < timesteps.length) {
      context.fillRect(left + pitch * filled, top - 1, across - pitch * filled, height + 2);
    }
    context.imageSmoothingEnabled = false;
    context.drawImage(this.#mask, left, whole(top - 1, ratio), across, this.#mask.height / ratio);
    context.restore();
  }

  // Everything between the cells, in the panel's colour, and the thread that joins them.
  #cut(count, { pitch, width, height, ratio }, { panel, line }) {
    const key = [count, pitch, width, height, ratio, panel, line].join("|");
    if (key === this.#maskKey) return;
    this.#maskKey = key;
    const pixels = (length) => Math.round(length * ratio);
    this.#mask = new OffscreenCanvas(pixels(pitch * count), pixels(height + 2));
    const context = this.#mask.getContext("2d");
    context.scale(ratio, ratio);
    context.fillStyle = panel;
    context.fillRect(0, 0, pitch * count, height + 2);
    context.fillStyle = line;
    context.fillRect(pitch / 2, height / 2 + 0.5, pitch * (count - 1), 1);
    const outline = new Path2D();
    for (let cell = 0; cell < count; cell += 1) {
      outline.roundRect(pitch * (cell + 0.5) - width / 2, 1, width, height, Math.min(4, width / 4));
    }
    context.globalCompositeOperation = "destination-out";
    context.fill(outline);
    context.globalCompositeOperation = "source-over";
    context.strokeStyle = line;
    context.lineWidth = 1;
    context.stroke(outline);
  }
}

function whole(place, ratio) {
  return Math.round(place * ratio) / ratio;
}
