// What a pointer and the keyboard do on the heatmaps of a cell: they point at one of its numbers,
// choose it, and go closer in a heatmap that is enlarged.

import { createPointing } from "../../ui/pointer.js";

const CLOSER = 0.7; // factor of one press of a key or button
const PER_PIXEL = 0.0016; // of the wheel, in powers of e

/**
 * @param {Element} body the picture
 * @param {Element} section the panel, whose keys these are while a heatmap is enlarged
 * @param {import("./viewport.js").SeenPart} seen of the enlarged heatmap
 * @param {object} does `tiles()`: where heatmaps lie; `enlarged()`: whether one is; `partial()`:
 *   whether only a part of it is seen; `unit(tile, row)`; and what is done: `draw()`, `back()`,
 *   `point(?{tile, t, unit, x, y})`, `choose({tile, t, unit})`
 */
export function createCellHands(body, section, seen, does) {
  let pointer = null; // {tile, t, unit, x, y}

  createPointing(body, {
    hover: point,
    leave,
    click(x, y) {
      const at = cellAt(x, y);
      if (at !== null) does.choose(at);
    },
    drags: () => does.tiles()[0]?.window !== undefined && does.partial(),
    drag(right, down) {
      const [{ x, y }] = does.tiles();
      leave();
      look(() =>
        seen.pan({ t: x.invert(0) - x.invert(right), rows: y.invert(0) - y.invert(down) }),
      );
    },
    twice: whole,
    wheel(pixels, x, y) {
      const [tile] = does.tiles();
      if (!does.enlarged() || tile === undefined) return false;
      if (pixels > 0 && !does.partial()) return false;
      const held = { t: tile.x.invert(x), rows: tile.y.invert(y) };
      look(() => seen.zoom(Math.exp(PER_PIXEL * pixels), held));
      point(x, y);
      return true;
    },
  });
  document.addEventListener("keydown", pressed);

  function cellAt(x, y) {
    const tile = does.tiles().find(({ left, top, width, height }) => {
      return x >= left && x < left + width && y >= top && y < top + height;
    });
    if (tile === undefined) return null;
    const unit = does.unit(tile, Math.floor(tile.y.invert(y)));
    return { tile, t: Math.floor(tile.x.invert(x)), unit, x, y };
  }

  function point(x, y) {
    pointer = cellAt(x, y);
    does.point(pointer);
  }

  function leave() {
    if (pointer === null) return;
    pointer = null;
    does.point(null);
  }

  /** Change the part that is seen, where there is something to see. */
  function look(change) {
    if (does.tiles().length === 0) return;
    change();
    does.draw();
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
    if (!does.enlarged() || defaultPrevented || ctrlKey || metaKey || altKey) return;
    if (target !== document.body && !section.contains(target)) return;
    const pan = (by) => () => look(() => seen.panQuarters(by));
    const keys = {
      Escape: does.back,
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

    /** Where the pointer is, null: elsewhere. */
    get pointer() {
      return pointer;
    },
  };
}
