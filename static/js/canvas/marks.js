// Marks that every canvas has: the line of the cursor, and the words where nothing is drawn.

import { font, textWidth } from "./text.js";

/** A vertical hairline with dots: the shared cursor. */
export function cursorLine(context, x, top, bottom, color) {
  context.save();
  context.strokeStyle = color;
  context.lineWidth = 1;
  context.setLineDash([2, 3]);
  context.beginPath();
  context.moveTo(Math.round(x) + 0.5, top);
  context.lineTo(Math.round(x) + 0.5, bottom);
  context.stroke();
  context.restore();
}

/** The message of a view that has nothing to show yet. */
export function emptyMessage(context, { width, height }, palette, title, hint) {
  const { small } = palette;
  const lines = [
    { text: title, lettering: font(palette.font, small + 2, 600), y: height / 2 - small * 0.8 },
    { text: hint, lettering: font(palette.font, small + 1), y: height / 2 + small },
  ];
  const wide =
    Math.max(...lines.map(({ text, lettering }) => textWidth(text, lettering))) + 3 * small;
  context.fillStyle = palette.panel;
  context.fillRect((width - wide) / 2, height / 2 - small * 2.4, wide, small * 5);
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillStyle = palette.soft;
  for (const { text, lettering, y } of lines) {
    context.font = lettering;
    context.fillText(text, width / 2, y);
  }
}
