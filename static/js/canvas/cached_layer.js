// What seldom changes in a picture that is drawn anew every frame, painted once and kept.

export class Layer {
  #canvas = null;
  #key = null;

  /**
   * Draw the layer on a context whose unit is one CSS pixel; `paint(context)` is called only when
   * `key` or the surface's size or resolution is another than last time.
   *
   * @param {CanvasRenderingContext2D} context
   * @param {{width: number, height: number, canvas: HTMLCanvasElement}} surface
   * @param {string} key @param {(value: OffscreenCanvasRenderingContext2D) => void} paint
   */
  draw(context, { width, height, canvas }, key, paint) {
    const full = `${key}|${width}|${height}|${canvas.width}`;
    if (full !== this.#key) {
      this.#key = full;
      this.#canvas = new OffscreenCanvas(canvas.width, canvas.height);
      const own = this.#canvas.getContext("2d");
      own.scale(canvas.width / width, canvas.height / height);
      paint(own);
    }
    context.imageSmoothingEnabled = false;
    context.drawImage(this.#canvas, 0, 0, width, height);
  }
}
