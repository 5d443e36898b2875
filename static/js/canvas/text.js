// Text on a canvas: measured, shortened, broken into lines, with subscripts and halos.

import { subscripts } from "../text/format.js";
import { abridged, namesWithin } from "../text/lane_names.js";

/** A font for canvas text. */
export function font(family, size, weight = 400) {
  return `${weight} ${size}px ${family}`;
}

let ruler = null;

/** Width of a text in that font, in pixels. */
export function textWidth(text, lettering) {
  ruler ??= new OffscreenCanvas(1, 1).getContext("2d");
  ruler.font = lettering;
  return ruler.measureText(text).width;
}

/** The text, or as much of its beginning and end as fits, with an ellipsis between. */
export function shortened(text, lettering, width) {
  return abridged(text, (each) => textWidth(each, lettering) <= width);
}

/** Lanes' names, each as long as there is room, and never two alike. */
export function shortNames(labels, lettering, width) {
  return namesWithin(labels, (each) => textWidth(each, lettering) <= width);
}

/** The text's words in lines that are no wider than that. */
export function brokenLines(text, lettering, width) {
  const lines = [];
  for (const word of text.split(" ")) {
    const longer = lines.length === 0 ? word : `${lines.at(-1)} ${word}`;
    if (lines.length > 0 && textWidth(longer, lettering) <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

/** Text in which "_t" is a subscript; returns its width. Reads the context's font and align. */
export function richText(context, text, x, y) {
  if (!text.includes("_")) {
    context.fillText(text, x, y);
    return context.measureText(text).width;
  }
  const full = context.font;
  const size = Number(/(\d+(?:\.\d+)?)px/.exec(full)[1]);
  const small = full.replace(/\d+(?:\.\d+)?px/, `${size * 0.75}px`);
  const parts = subscripts(text).map(([part, lowered]) => {
    context.font = lowered ? small : full;
    return { part, lowered, width: context.measureText(part).width };
  });
  const total = parts.reduce((sum, { width }) => sum + width, 0);
  const align = context.textAlign;
  let at = align === "right" ? x - total : align === "center" ? x - total / 2 : x;
  context.textAlign = "left";
  for (const { part, lowered, width } of parts) {
    context.font = lowered ? small : full;
    context.fillText(part, at, lowered ? y + size * 0.22 : y);
    at += width;
  }
  context.font = full;
  context.textAlign = align;
  return total;
}

/** Text with a rim of the background's colour, legible over lines. */
export function haloText(context, text, x, y, background) {
  context.save();
  context.strokeStyle = background;
  context.lineWidth = 3;
  context.lineJoin = "round";
  context.strokeText(text, x, y);
  context.restore();
  context.fillText(text, x, y);
}
