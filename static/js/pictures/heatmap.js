// Numbers as pixels: one pixel a number, scaled up without smoothing.

/** An image of `columns` × `rows` numbers that is refilled frame after frame. */
export class Heatmap {
  #canvas = new OffscreenCanvas(1, 1);
  #context = this.#canvas.getContext("2d");
  #image = null;
  #pixels = null;

  /**
   * @param {number} columns @param {number} rows
   * @param {{pixels: Uint32Array, step: function(number): number}} map
   * @param {function(number, number): number} read value of a column and row
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
   * column `first`; what lies before it is left clear. The loop of every frame: nothing is called
   * in it but `value`, if there is one.
   */
  fillColumns(columns, rows, map, data, first, value = null) {
    this.#size(columns, rows);
    const pixels = this.#pixels;
    const { pixels: colors, domain } = map;
    const last = colors.length - 2;
    const factor = last / (domain[1] - domain[0]);
    for (let column = 0; column < first; column += 1) {
      for (let row = 0; row < rows; row += 1) pixels[row * columns + column] = 0;
    }
    for (let column = first, at = 0; column < columns; column += 1) {
      for (let row = 0, pixel = column; row < rows; row += 1, at += 1, pixel += columns) {
        const number = value === null ? data[at] : value(data[at]);
        const step = (number - domain[0]) * factor + 0.5;
        const color = number !== number ? last + 1 : step <= 0 ? 0 : step >= last ? last : step | 0;
        pixels[pixel] = colors[color];
      }
    }
    this.#context.putImageData(this.#image, 0, 0);
  }

  /** Draw it over a rectangle. */
  draw(context, left, top, width, height) {
    context.imageSmoothingEnabled = false;
    context.drawImage(this.#canvas, left, top, width, height);
  }

  #size(columns, rows) {
    if (this.#image?.width === columns && this.#image.height === rows) return;
    this.#canvas.width = columns;
    this.#canvas.height = rows;
    this.#image = this.#context.createImageData(columns, rows);
    this.#pixels = new Uint32Array(this.#image.data.buffer);
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

/** A small colour bar with the ends of its domain; `right` is where it ends. Returns its left. */
export function colorBar(context, map, right, middle, width, height) {
  const [low, high] = map.domain.map((end) => String(end).replace("-", "−"));
  context.textAlign = "right";
  context.textBaseline = "middle";
  context.fillText(high, right, middle);
  const end = Math.round(right - context.measureText(high).width - 3);
  context.imageSmoothingEnabled = false;
  const top = Math.round(middle - height / 2);
  context.drawImage(barOf(map, width), end - width, top, width, height);
  context.fillText(low, end - width - 3, middle);
  return end - width - 3 - context.measureText(low).width;
}
