// Marks of the shown iteration and the one it is compared with: lines through both charts, badges
// on their axis, and the ticks of the time bar.

import { faded } from "../../canvas/palette.js";
import { font } from "../../canvas/text.js";
import { count } from "../../text/format.js";

export const KNOB = 5; // px

const BADGE = 1.35; // height of a badge, of its text's size
const PADDING = 4; // px
const APART = 3; // px between two badges
const REACH = 3.2; // how far they may stand to the left of the panel, of their text's size
const YET_TO_COME = { light: 0.62, dark: 0.4 }; // opacity: a dark veil leaves less to see

export const DASH = [3, 3];

/**
 * The iterations that are marked, from the back to the front.
 *
 * @param {{frame: Frame | null, past: number | null, pinned: Frame | null}} state
 * @param {number} [written] the iteration on the badge, where the line is ahead of its text
 * @returns {{iteration: number, text: string, shown: boolean}[]}
 */
export function marksOf({ frame, past, pinned }, written = frame?.iteration) {
  if (frame === null) return [];
  const { iteration } = frame;
  const text = past === null ? `now ${count(written)}` : count(iteration);
  const shown = { iteration, text, shown: true };
  if (pinned === null) return [shown];
  const text2 = `compared ${count(pinned.iteration)}`;
  return [{ iteration: pinned.iteration, text: text2, shown: false }, shown];
}

/**
 * Positions of badges that do not overlap, each as near to its mark as possible.
 *
 * @param {{at: number, width: number}[]} badges the last one stays where it is
 * @returns {number[]} their left ends
 */
export function placeBadges(badges, from, to) {
  const held = ({ at, width }) => Math.min(to - width, Math.max(from, at - width / 2));
  const fixed = badges.at(-1);
  const left = badges.map(held);
  const start = left.at(-1);
  for (let k = 0; k < badges.length - 1; k += 1) {
    const { at, width } = badges[k];
    const apart = left[k] + width + APART <= start || left[k] >= start + fixed.width + APART;
    if (apart) continue;
    const [before, after] = [start - APART - width, start + fixed.width + APART];
    const fits = { before: before >= from, after: after + width <= to };
    left[k] = (at < fixed.at && fits.before) || !fits.after ? before : after;
  }
  return left;
}

/** The marks that lie within a panel's axis, with the pixel that each is `at`. */
export function marksWithin({ left, width, x }, marks) {
  return marks
    .map((mark) => ({ ...mark, at: Math.round(x(mark.iteration)) }))
    .filter(({ at }) => at >= left - 1 && at <= left + width + 1);
}

/**
 * Their badges under a panel's axis.
 *
 * @param {(text: string, text2: string) => number} widthOf a text's width in a font
 * @returns {{badges: any[], covered: any[], height: number}} the marks as `badges` with
 *   `left`, `width` and `lettering`; and the ticks that would peep out from under them
 */
export function badgesOf(panel, marks, widthOf, { font: family, small }) {
  const size = small - 1;
  const sized = marks.map((mark) => {
    const lettering = font(family, size, mark.shown ? 600 : 400);
    return { ...mark, lettering, width: Math.ceil(widthOf(mark.text, lettering)) + 2 * PADDING };
  });
  const left = placeBadges(sized, panel.left - REACH * size, panel.left + panel.width + PADDING);
  const badges = sized.map((mark, k) => ({ ...mark, left: left[k] }));
  const ticks = panel.xTicks.map(({ at, text }) => {
    const width = widthOf(text, font(family, small)) + 4;
    return { left: panel.x(at) - width / 2, width };
  });
  const covered = ticks.filter((tick) =>
    badges.some(
      (badge) =>
        tick.left < badge.left + badge.width + 2 && tick.left + tick.width > badge.left - 2,
    ),
  );
  return { badges, covered, height: Math.round(size * BADGE) };
}

/**
 * The colour of the veil over what came after the shown iteration.
 *
 * @param {Pick<Palette, "dark" | "panel">} palette
 */
export const veilOf = ({ dark, panel }) =>
  faded(panel, dark ? YET_TO_COME.dark : YET_TO_COME.light);

/** Draw the marks through a panel; `looks` is {past, grip: whether the line has one, badges}. */
export function paintMarks(context, panel, marks, { past, grip, badges }, palette) {
  const { left, top, width, height } = panel;
  const [right, bottom] = [left + width, top + height];
  const within = marksWithin(panel, marks);
  const now = within.find(({ shown }) => shown);
  if (past && now !== undefined) {
    context.fillStyle = veilOf(palette);
    context.fillRect(now.at + 1, top, right - now.at - 1, height);
  }
  context.lineWidth = 1;
  for (const { at, shown } of within) {
    context.strokeStyle = shown ? palette.ink : palette.soft;
    context.setLineDash(shown ? [] : DASH);
    context.beginPath();
    context.moveTo(at + 0.5, top);
    context.lineTo(at + 0.5, bottom);
    context.stroke();
  }
  context.setLineDash([]);
  if (grip && now !== undefined) {
    context.fillStyle = palette.ink;
    context.strokeStyle = palette.panel;
    context.beginPath();
    context.arc(now.at + 0.5, top, KNOB, 0, 2 * Math.PI);
    context.fill();
    context.stroke();
  }
  if (badges) paintBadges(context, panel, within, bottom + 3, palette);
}

function paintBadges(context, panel, marks, top, palette) {
  const widthOf = (text, lettering) => {
    context.font = lettering;
    return context.measureText(text).width;
  };
  const { badges, covered, height } = badgesOf(panel, marks, widthOf, palette);
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillStyle = palette.panel;
  // A number of the axis is covered as a whole: half of it would look like another number.
  for (const { left, width } of covered)
    context.fillRect(left, top - 1, width, palette.small * 1.6);
  for (const { text, shown, lettering, left, width } of badges) {
    context.fillStyle = shown ? palette.ink : palette.panel;
    context.strokeStyle = shown ? palette.ink : palette.soft;
    context.beginPath();
    context.roundRect(left + 0.5, top + 0.5, width - 1, height - 1, 3);
    context.fill();
    context.stroke();
    context.fillStyle = shown ? palette.panel : palette.ink;
    context.font = lettering;
    context.fillText(text, left + width / 2, top + height / 2 + 0.5);
  }
}

/** Pixels of a track at which frames are kept, each once. */
export function tickPixels(iterations, last, width) {
  const at = (iteration) => Math.round((iteration / Math.max(1, last)) * width);
  return [...new Set(iterations.map(at))];
}
