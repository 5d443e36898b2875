// Words of the picture that need explaining: a place over each, with its tip.

import { font, textWidth } from "../../canvas/text.js";
import { setStyle } from "../../ui/elements.js";
import { meaningOf } from "../../ui/term.js";
import { axisNote } from "./paint_background.js";
import { factorAt } from "./paint_lane.js";

/**
 * @param {HTMLElement} body holds the canvas
 */
export function createPictureTerms(body) {
  const grouping = overlay("Cells stand for several timesteps", meaningOf("every 2nd"));
  const factor = overlay("‹ ×: factor of a timestep", meaningOf("×"));

  function overlay(name, meaning) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "term term-over";
    made.setAttribute("aria-label", name);
    made.dataset.tip = meaning;
    made.hidden = true;
    body.append(made);
    return made;
  }

  function put(element, place) {
    if (element.hidden !== (place === null)) element.hidden = place === null;
    if (place === null) return;
    const { x, y, width, height } = place;
    setStyle(
      element,
      "transform",
      `translate(${Math.round(x)}px, ${Math.round(y - height / 2)}px)`,
    );
    setStyle(element, "width", `${Math.round(width)}px`);
    setStyle(element, "height", `${Math.round(height)}px`);
  }

  return {
    /**
     * @param {any} rows null: nothing is drawn
     * @param {{factors: boolean, dh: any}} what whether factors stand between the numbers of the
     *   first lane
     * @param {Palette} palette
     */
    place(rows, { factors, dh }, palette) {
      const note = rows === null ? null : axisNote(rows);
      const small = font(palette.font, palette.small - 1);
      const height = palette.small * 1.2;
      const before = note === null ? 0 : textWidth("t = 0 · ", small);
      put(
        grouping,
        note === null
          ? null
          : { x: rows.left + before, y: rows.axis, width: textWidth(note, small), height },
      );
      const at = rows === null || !factors ? null : factorAt(rows, rows.lanes[0], dh, palette);
      put(factor, at === null ? null : { ...at, height });
    },
  };
}
