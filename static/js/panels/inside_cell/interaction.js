// Pointer and keyboard on the heatmaps: point at a number, select it, and zoom in an enlarged
// heatmap.

import { createPointing } from "../../ui/pointer.js";

const CLOSER = 0.7; // factor of one press of a key or button
const PER_PIXEL = 0.0016; // of the wheel, in powers of e

/**
 * @param {HTMLElement} body the picture
 * @param {HTMLElement} section the panel, whose keys these are while a heatmap is enlarged
 * @param {import("./viewport.js").SeenPart} seen of the enlarged heatmap
 * @param {any} handlers `tiles()`: where heatmaps lie; `enlarged()`: whether one is; `partial()`:
 *   whether only a part of it is seen; `unit(tile, row)`; and what is done: `draw()`, `back()`,
 *   `point(?{tile, t, unit, x, y})`, `choose({tile, t, unit})`
 */
export function createInteraction(body, section, seen, handlers) {
  let pointer = null; // {tile, t, unit, x, y}

  createPointing(body, {
    hover: point,
    leave,
    click(x, y) {
      const at = cellAt(x, y);
      if (at !== null) handlers.choose(at);
    },
    drags: () => handlers.tiles()[0]?.window !== undefined && handlers.partial(),
    drag(right, down) {
      const [{ x, y }] = handlers.tiles();
      leave();
      look(() =>
        seen.pan({ t: x.invert(0) - x.invert(right), rows: y.invert(0) - y.invert(down) }),
      );
    },
    twice: whole,
    wheel(pixels, x, y) {
      const [tile] = handlers.tiles();
      if (!handlers.enlarged() || tile === undefined) return false;
      if (pixels > 0 && !handlers.partial()) return false;
      const held = { t: tile.x.invert(x), rows: tile.y.invert(y) };
      look(() => seen.zoom(Math.exp(PER_PIXEL * pixels), held));
      point(x, y);
      return true;
    },
  });
  document.addEventListener("keydown", pressed);

  function cellAt(x, y) {
    const tile = handlers.tiles().find(({ left, top, width, height }) => {
      return x >= left && x < left + width && y >= top && y < top + height;
    });
    if (tile === undefined) return null;
    const unit = handlers.unit(tile, Math.floor(tile.y.invert(y)));
    return { tile, t: Math.floor(tile.x.invert(x)), unit, x, y };
  }

  function point(x, y) {
    pointer = cellAt(x, y);
    handlers.point(pointer);
  }

  function leave() {
    if (pointer === null) return;
    pointer = null;
    handlers.point(null);
  }

  /** Change the visible part, if anything is shown. */
  function look(change) {
    if (handlers.tiles().length === 0) return;
    change();
    handlers.draw();
  }

  function whole() {
    look(() => seen.showAll());
  }

  function closer() {
    look(() => seen.zoom(CLOSER));
  }

  function farther() {
    look(() => seen.zoom(1 / CLOSER));
  }

  function pressed(event) {
    const { key, target, ctrlKey, metaKey, altKey, defaultPrevented } = event;
    if (!handlers.enlarged() || defaultPrevented || ctrlKey || metaKey || altKey) return;
    if (target !== document.body && !section.contains(target)) return;
    const pan = (by) => () => look(() => seen.panQuarters(by));
    const keys = {
      Escape: handlers.back,
      "+": closer,
      "=": closer,
      "-": farther,
      0: whole,
      ...(event.shiftKey && {
        ArrowLeft: pan({ t: -1 }),
        ArrowRight: pan({ t: 1 }),
        ArrowUp: pan({ rows: -1 }),
        ArrowDown: pan({ rows: 1 }),
      }),
    };
    if (!Object.hasOwn(keys, key)) return;
    event.preventDefault();
    event.stopPropagation();
    keys[key]();
  }

  return {
    closer,
    farther,
    whole,

    /** The number that the pointer is at, null outside of heatmaps. */
    get pointer() {
      return pointer;
    },
  };
}
