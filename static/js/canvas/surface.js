// A canvas that fills its parent, keeps the right resolution, and has an accessible description.

const DESCRIBE_EVERY = 1000; // ms: a description names an iteration, and few hear it change
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
 * @param {HTMLElement} parent
 * @param {{onResize: () => void}} options called when its size changed
 */
export function createSurface(parent, { onResize }) {
  const canvas = document.createElement("canvas");
  canvas.className = "surface";
  canvas.setAttribute("role", "img");
  parent.append(canvas);
  const context = canvas.getContext("2d");
  const surface = { canvas, width: 0, height: 0, begin, describe };
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

  /** Set the accessible description: now when at rest, at most every few seconds while live. */
  function describe(live, description) {
    const now = performance.now();
    if (live && now - described < DESCRIBE_EVERY) return;
    described = now;
    const text = description();
    if (canvas.getAttribute("aria-label") !== text) canvas.setAttribute("aria-label", text);
  }

  return surface;
}
