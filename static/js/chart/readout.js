// The numbers at the cursor, in a line of their own in place of one of the chart's titles: there
// they cover no curve.

import { font, textWidth } from "../canvas/text.js";

const GAP = 1.2; // between two, of the text's size

/**
 * @param {CanvasRenderingContext2D} context
 * @param {{left: number, right: number, y: number}} line middle of the line, and its ends
 * @param {{heads: string[], typical: string, entries: {names: string[], value: string, color:
 *   string, besides?: boolean}[]}} told each text in versions, the longest first; a number has
 *   the room of a `typical` one at least, so that the others stand still; an entry that is said
 *   `besides` gives way
 * @param {Palette} palette
 * @returns {{left: number, top: number, width: number, height: number}} what it covers
 */
export function paintReadoutLine(
  context,
  { left, right, y },
  { heads, typical, entries },
  palette,
) {
  const { small } = palette;
  const plain = font(palette.font, small);
  const bold = font(palette.font, small, 700);
  const room = textWidth(typical, bold);
  const gap = small * GAP;
  const widthOf = (head, version, least) => {
    const each = entries.map(({ names, value }) => {
      const name = names[Math.min(version, names.length - 1)];
      return textWidth(name, plain) + Math.max(least, textWidth(value, bold)) + gap;
    });
    return textWidth(head, plain) + gap + each.reduce((sum, width) => sum + width, 0);
  };
  const tried = heads.flatMap((head) => [0, 1].map((version) => ({ head, version, least: room })));
  const last = { head: heads.at(-1), version: 1, least: 0 };
  const fits = ({ head, version, least }) => widthOf(head, version, least) - gap <= right - left;
  const found = [...tried, last].find(fits);
  // What is said besides gives way, so that every lane has its first number.
  const main = entries.filter(({ besides = false }) => !besides);
  if (found === undefined && main.length < entries.length)
    return paintReadoutLine(
      context,
      { left, right, y },
      { heads, typical, entries: main },
      palette,
    );
  const chosen = found ?? last;
  const box = {
    left: left - 2,
    top: y - small * 0.8,
    width: right - left + 4,
    height: small * 1.6,
  };
  context.fillStyle = palette.panel;
  context.fillRect(box.left, box.top, box.width, box.height);
  context.textAlign = "left";
  context.textBaseline = "middle";
  context.font = plain;
  context.fillStyle = palette.soft;
  context.fillText(chosen.head, left, y);
  let x = left + textWidth(chosen.head, plain) + gap;
  for (const { names, value, color } of entries) {
    const name = names[Math.min(chosen.version, names.length - 1)];
    context.fillStyle = color;
    context.font = plain;
    context.fillText(name, x, y);
    x += textWidth(name, plain);
    context.font = bold;
    context.fillText(value, x, y);
    x += Math.max(chosen.least, textWidth(value, bold)) + gap;
  }
  return box;
}
