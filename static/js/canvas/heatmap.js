// Numbers as pixels: one pixel a number, scaled up without smoothing.

/** An image of `columns` × `rows` numbers that is refilled frame after frame. */
export class Heatmap {
  #canvas = new OffscreenCanvas(1, 1);
  #context = this.#canvas.getContext("2d");
  #image = null;
  #pixels = null;
  #starts = null;

  /**
   * @param {number} columns @param {number} rows
   * @param {{pixels: Uint32Array, step: (value: number) => number}} map
   * @param {(value: number, value2: number) => number} read value of a column and row
   */
  fill(columns, rows, map, read) {
    this.#size(columns, rows);
    const pixels = this.#pixels;
    for (let row = 0, at = 0; row < rows; row += 1) {
      for (let column = 0; column < columns; column += 1, at += 1) {
        pixels[at] = map.pixels[map.step(read(column, row))];
      }
    }
    this.#context.putImageData(this.#image, 0, 0);
  }

  /**
   * The same for data that lie column after column, `rows` numbers each, the first of them being
   * column `first`; what lies before it is left clear. `ranks`, unless it is null, says in which
   * row each of a column's numbers is shown. The loop of every frame: nothing is called in it but
   * `value`, if there is one.
   */
  fillColumns(columns, rows, map, data, first, value = null, ranks = null) {
    this.#size(columns, rows);
    const pixels = this.#pixels;
    const starts = this.#starts; // of rows among the pixels
    for (let row = 0; row < rows; row += 1)
      starts[row] = (ranks === null ? row : ranks[row]) * columns;
    const { pixels: colors, domain } = map;
    const last = colors.length - 2;
    const factor = last / (domain[1] - domain[0]);
    for (let column = 0; column < first; column += 1) {
      for (let row = 0; row < rows; row += 1) pixels[row * columns + column] = 0;
    }
    for (let column = first, at = 0; column < columns; column += 1) {
      for (let row = 0; row < rows; row += 1, at += 1) {
        const number = value === null ? data[at] : value(data[at]);
        const step = (number - domain[0]) * factor + 0.5;
        const color = number !== number ? last + 1 : step <= 0 ? 0 : step >= last ? last : step | 0;
        pixels[starts[row] + column] = colors[color];
      }
    }
    this.#context.putImageData(this.#image, 0, 0);
  }

  /** Draw it over a rectangle. */
  draw(context, left, top, width, height) {
    context.imageSmoothingEnabled = false;
    context.drawImage(this.#canvas, left, top, width, height);
  }

  /** Draw so much of it over a rectangle: `window` {t: [from, to], rows: [from, to]}, in cells. */
  drawPart(context, window, left, top, width, height) {
    const across = width / (window.t[1] - window.t[0]);
    const down = height / (window.rows[1] - window.rows[0]);
    context.save();
    context.beginPath();
    context.rect(left, top, width, height);
    context.clip();
    const { width: columns, height: rows } = this.#canvas;
    this.draw(
      context,
      left - window.t[0] * across,
      top - window.rows[0] * down,
      columns * across,
      rows * down,
    );
    context.restore();
  }

  #size(columns, rows) {
    if (this.#image?.width === columns && this.#image.height === rows) return;
    this.#canvas.width = columns;
    this.#canvas.height = rows;
    this.#image = this.#context.createImageData(columns, rows);
    this.#pixels = new Uint32Array(this.#image.data.buffer);
    this.#starts = new Int32Array(rows);
  }
}

const bars = new WeakMap();

/** The colours of a map in a row, one pixel each. */
function barOf(map, width) {
  if (!bars.has(map)) bars.set(map, new Map());
  const kept = bars.get(map);
  if (kept.has(width)) return kept.get(width);
  const made = new OffscreenCanvas(width, 1);
  const context = made.getContext("2d");
  const step = (map.domain[1] - map.domain[0]) / width;
  for (let pixel = 0; pixel < width; pixel += 1) {
    context.fillStyle = map.color(map.domain[0] + step * (pixel + 0.5));
    context.fillRect(pixel, 0, 1, 1);
  }
  kept.set(width, made);
  return made;
}

/** The colours of a map as a strip, its lowest at the bottom. */
export function colorStrip(context, map, { left, top, width, height }) {
  context.save();
  context.translate(left, top + height);
  context.rotate(-Math.PI / 2);
  context.imageSmoothingEnabled = false;
  context.drawImage(barOf(map, 64), 0, 0, height, width);
  context.restore();
}

const BAR_GAP = 3; // px between a colour bar and the numbers at its ends

const endsOf = ({ domain }) => domain.map((end) => String(end).replace("-", "−"));

/** How wide a small colour bar is with the ends of its domain, in the context's font. */
export function colorBarWidth(context, map, width) {
  const ends = endsOf(map).map((text) => context.measureText(text).width + BAR_GAP);
  return width + ends[0] + ends[1];
}

/** A small colour bar with the ends of its domain; `right` is where it ends. Returns its left. */
export function colorBar(context, map, right, middle, width, height) {
  const [low, high] = endsOf(map);
  context.textAlign = "right";
  context.textBaseline = "middle";
  context.fillText(high, right, middle);
  const end = Math.round(right - context.measureText(high).width - BAR_GAP);
  context.imageSmoothingEnabled = false;
  const top = Math.round(middle - height / 2);
  context.drawImage(barOf(map, width), end - width, top, width, height);
  context.fillText(low, end - width - BAR_GAP, middle);
  return end - width - BAR_GAP - context.measureText(low).width;
}
