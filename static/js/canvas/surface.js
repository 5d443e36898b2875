// A canvas that fills its parent, keeps the right resolution, and describes itself in words.

import { abridged, subscripts } from "../text/format.js";

const DESCRIBE_EVERY = 4000; // ms: a screen reader should not be flooded
const SLOW_INTERVAL = 21; // ms between animation frames, below 48 a second
const SAMPLES = 40;

let sharpest = Infinity;
let sampling = false;

/**
 * Device pixels per CSS pixel. Where the page cannot hold its rate at the display's own ratio
 * (software raster at 2 takes twice as long), live canvases fall back to 1; at rest they are sharp.
 */
function pixelRatio(live) {
  const own = window.devicePixelRatio || 1;
  if (live && own > 1 && !sampling) sampleRate();
  return live ? Math.min(own, sharpest) : own;
}

function sampleRate() {
  sampling = true;
  const intervals = [];
  let last = null;
  const sample = (now) => {
    if (last !== null) intervals.push(now - last);
    last = now;
    if (intervals.length < SAMPLES) return requestAnimationFrame(sample);
    intervals.sort((a, b) => a - b);
    if (intervals[SAMPLES / 2] > SLOW_INTERVAL) sharpest = 1;
    return undefined;
  };
  requestAnimationFrame(sample);
}

/**
 * A canvas over the whole of `parent`.
 *
 * @param {Element} parent
 * @param {{onResize: function(): void}} options called when its size changed
 */
export function createSurface(parent, { onResize }) {
  const canvas = document.createElement("canvas");
  canvas.className = "surface";
  canvas.setAttribute("role", "img");
  parent.append(canvas);
  const context = canvas.getContext("2d");
  const surface = { canvas, width: 0, height: 0, begin, describe, destroy };
  let described = -Infinity;
  let ratio = 0;

  const observer = new ResizeObserver(([entry]) => {
    const width = Math.floor(entry.contentRect.width);
    const height = Math.floor(entry.contentRect.height);
    if (width === surface.width && height === surface.height) return;
    surface.width = width;
    surface.height = height;
    onResize();
  });
  observer.observe(parent);

  /** Clear, and return a context whose unit is one CSS pixel; null while there is no room. */
  function begin(live) {
    if (surface.width === 0 || surface.height === 0) return null;
    const wanted = pixelRatio(live);
    const width = Math.round(surface.width * wanted);
    const height = Math.round(surface.height * wanted);
    if (canvas.width !== width || canvas.height !== height || ratio !== wanted) {
      ratio = wanted;
      canvas.width = width;
      canvas.height = height;
      canvas.style.width = `${surface.width}px`;
      canvas.style.height = `${surface.height}px`;
    }
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, surface.width, surface.height);
    return context;
  }

  /** Say in words what is drawn: now when at rest, at most every few seconds while live. */
  function describe(live, words) {
    const now = performance.now();
    if (live && now - described < DESCRIBE_EVERY) return;
    described = now;
    const text = words();
    if (canvas.getAttribute("aria-label") !== text) canvas.setAttribute("aria-label", text);
  }

  function destroy() {
    observer.disconnect();
    canvas.remove();
  }

  return surface;
}

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
  const wide = Math.max(...lines.map(({ text, lettering }) => textWidth(text, lettering))) + 3 * small;
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
