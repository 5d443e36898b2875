// Where things are: the plane at the left, the notes at the right of it or, where there is no room
// for them, beneath.

import { linear } from "../../../chart/scales.js";

const NOTES = [184, 280]; // px, least and most
const NOTES_SHARE = 0.38; // of the width
const WIDE = 420; // px from which notes stand beside the plane

/**
 * @param {{width: number, height: number, small: number, range: PlaneRange}} options
 * @returns {DynamicsPlace}
 */
export function arrange({ width, height, small, range }) {
  const beside = width >= WIDE;
  const left = small * 4.6;
  const notesWidth = Math.min(NOTES[1], Math.max(NOTES[0], width * NOTES_SHARE));
  const bar = small * 2.4; // the scale of the colours, above the plane
  const under = small * 3.2;
  const right = beside ? width - notesWidth - small * 1.4 : width - small;
  const bottom = beside ? height - under : height * 0.56 - under;
  const top = bar;
  const notes = beside
    ? {
        left: right + small * 1.4,
        top: small * 0.2,
        width: notesWidth,
        height: height - small * 0.4,
      }
    : {
        left: small * 0.6,
        top: height * 0.56 + small,
        width: width - small * 1.2,
        height: height * 0.44 - small * 1.4,
      };
  // One scale serves both axes: distances are what they look like.
  const scale = Math.min((right - left) / range.width, (bottom - top) / range.height);
  const half = [(right - left) / 2 / scale, (bottom - top) / 2 / scale];
  const x = linear([range.x - half[0], range.x + half[0]], [left, right]);
  const y = linear([range.y - half[1], range.y + half[1]], [bottom, top]);
  return {
    beside,
    left,
    right,
    top,
    bottom,
    x,
    y,
    domain: {
      x: [range.x - half[0], range.x + half[0]],
      y: [range.y - half[1], range.y + half[1]],
    },
    notes,
    key: `${width} ${height} ${small} ${range.x} ${range.y} ${range.width} ${range.height}`,
  };
}

/** The part of the plane that is shown: it grows at once and shrinks late, to hold still. */
export class SteadyPlane {
  /** @type {PlaneRange | null} */
  #range = null;
  #key = null;

  /**
   * @param {Numbers[]} clouds coordinates that have to be seen, x and y one after the other
   * @param {string} key another one begins anew
   * @returns {PlaneRange}
   */
  of(clouds, key) {
    if (key !== this.#key) [this.#key, this.#range] = [key, null];
    const wanted = padded(clouds);
    const now = this.#range;
    if (now === null || !contains(now, wanted) || wanted.width < now.width * 0.5) {
      this.#range = wanted;
    }
    return this.#range;
  }
}

function padded(clouds) {
  const ends = [Infinity, -Infinity, Infinity, -Infinity];
  for (const cloud of clouds) {
    for (let k = 0; k < cloud.length; k += 2) {
      if (!Number.isFinite(cloud[k]) || !Number.isFinite(cloud[k + 1])) continue;
      ends[0] = Math.min(ends[0], cloud[k]);
      ends[1] = Math.max(ends[1], cloud[k]);
      ends[2] = Math.min(ends[2], cloud[k + 1]);
      ends[3] = Math.max(ends[3], cloud[k + 1]);
    }
  }
  if (ends[0] > ends[1]) return { x: 0, y: 0, width: 2, height: 2 };
  // A state that hardly moves is shown as one that hardly moves.
  const [width, height] = [ends[1] - ends[0], ends[3] - ends[2]];
  const least = Math.max(width, height, 0.1) * 0.2;
  return {
    x: (ends[0] + ends[1]) / 2,
    y: (ends[2] + ends[3]) / 2,
    width: Math.max(width, least) * 1.24,
    height: Math.max(height, least) * 1.24,
  };
}

function contains(outer, inner) {
  const slack = 0.92; // of the padding, half may be used up
  return (
    Math.abs(inner.x - outer.x) + (inner.width * slack) / 2 <= outer.width / 2 &&
    Math.abs(inner.y - outer.y) + (inner.height * slack) / 2 <= outer.height / 2
  );
}
