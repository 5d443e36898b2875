// The visible part of an enlarged heatmap; another heatmap starts with all of it.

import * as zoom from "./zoom_window.js";

export class SeenPart {
  #of = null; // the heatmap
  #limits = null;
  #window = null;

  /** It is looked at in that item {lane, part, units}; returns the part in whole cells. */
  fit({ lane, part, units }, steps) {
    const of = [lane.index, part.symbol, steps, units].join();
    if (this.#of !== of) {
      this.#of = of;
      this.#limits = this.#window = zoom.whole(steps, units);
    }
    return zoom.snapped(this.#window, this.#limits);
  }

  /** Whether only a part is visible. */
  get partial() {
    return this.#window !== null && !zoom.isWhole(this.#window, this.#limits);
  }

  showAll() {
    this.#window = this.#limits;
  }

  /** `factor` times as much (below 1: closer), with the cell `held` staying where it is. */
  zoom(factor, held = this.#middle) {
    this.#to((window) => zoom.zoomed(window, factor, held, this.#limits));
  }

  /** Move by that many cells. */
  pan(by) {
    this.#to((window) => zoom.panned(window, by, this.#limits));
  }

  /** Move by quarters of the visible part. */
  panQuarters({ t = 0, rows = 0 }) {
    this.#to((window) => {
      const quarter = ([from, to]) => Math.max(1, Math.round((to - from) / 4));
      return zoom.panned(
        window,
        { t: t * quarter(window.t), rows: rows * quarter(window.rows) },
        this.#limits,
      );
    });
  }

  /** Move just as far as needed to see a cell. */
  show(cell) {
    this.#to((window) => zoom.showing(window, cell, this.#limits));
  }

  get #middle() {
    const middle = ([from, to]) => (from + to) / 2;
    return this.#window && { t: middle(this.#window.t), rows: middle(this.#window.rows) };
  }

  // Before it was fitted there is nothing to move.
  #to(change) {
    if (this.#window !== null) this.#window = change(this.#window);
  }
}
