// Words of the picture that need explaining.

import { font, textWidth } from "../../canvas/text.js";
import { meaningOf } from "../../ui/term.js";
import { termOver } from "../../ui/term_over.js";
import { axisNote } from "./paint_background.js";
import { factorAt } from "./paint_lane.js";

/**
 * @param {HTMLElement} body holds the canvas
 */
export function createPictureTerms(body) {
  const putGrouping = termOver(body, "Cells stand for several timesteps", meaningOf("every 2nd"));
  const putFactor = termOver(body, "‹ ×: factor of a timestep", meaningOf("×"));

  return {
    /**
     * @param {any} rows null: nothing is drawn
     * @param {{factors: boolean, dh: any, axis: boolean}} what whether factors stand between the
     *   numbers of the first lane, and whether there is the axis of timesteps
     * @param {Palette} palette
     */
    place(rows, { factors, dh, axis }, palette) {
      const note = rows === null || !axis ? null : axisNote(rows);
      const small = font(palette.font, palette.small - 1);
      const height = palette.small * 1.2;
      const before = note === null ? 0 : textWidth(`${rows.start} · `, small);
      putGrouping(
        note === null
          ? null
          : {
              x: rows.left - rows.cellHalf + before,
              y: rows.axis,
              width: textWidth(note, small),
              height,
            },
      );
      const at = rows === null || !factors ? null : factorAt(rows, rows.lanes[0], dh, palette);
      putFactor(at === null ? null : { ...at, height });
    },
  };
}
