// Colours of the page, read from its CSS custom properties.

// Ends of the diverging map where the style sheet names none.
const ENDS = {
  light: { negative: "#2a62b4", positive: "#b83a2e" },
  dark: { negative: "#4a90e2", positive: "#e2574a" },
};

let cached = null;

let cachedFor = null; // theme, mode, contrast and the lanes' colours

export let look = null; // theme, mode and contrast

// Text sizes can change with the width of the window.
globalThis.addEventListener?.("resize", () => (cached = null));

/**
 * The page's colours, fonts and text sizes as they are now; the same object until the theme, the
 * lanes' colours or the window changes.
 */
export function palette() {
  const root = document.documentElement;
  const { theme, mode = "", contrast = "", lanes = "" } = root.dataset;
  const wanted = `${theme} ${mode} ${contrast} ${lanes}`;
  if (cached !== null && wanted === cachedFor) return cached;
  cachedFor = wanted;
  look = `${theme} ${mode} ${contrast}`;
  const style = getComputedStyle(root);
  const token = (name, otherwise) => {
    const value = style.getPropertyValue(name).trim() || otherwise;
    return contrast === "forced" ? systemColor(value) : value;
  };
  const dark = theme === "dark";
  const ends = dark ? ENDS.dark : ENDS.light;
  cached = {
    dark,
    bg: token("--bg", "#fff"),
    panel: token("--panel", "#fff"),
    ink: token("--ink", "#000"),
    soft: token("--ink-soft", "#666"),
    line: token("--line", "#ccc"),
    accent: token("--accent", "#000"),
    alert: token("--alert", ends.positive),
    negative: token("--negative", ends.negative),
    positive: token("--positive", ends.positive),
    lanes: laneColors(token),
    font: token("--font", "sans-serif"),
    mono: token("--mono", "monospace"),
    small: textSize("--text-s", 11),
    // For people at the back of the room: what is drawn fine elsewhere can be drawn stronger.
    projector: mode === "projector",
    lineWidth: Number.parseFloat(token("--line-width", "1")) || 1,
  };
  return cached;
}

/** The colours of lanes: as many as the style sheet names, `--lane-0` and on. */
function laneColors(token) {
  const colors = [];
  for (let color = token("--lane-0", ""); color !== "";) {
    colors.push(color);
    color = token(`--lane-${colors.length}`, "");
  }
  return colors;
}

/** A system colour as a canvas needs it: "CanvasText" is another colour on each system. */
function systemColor(value) {
  if (!/^[A-Z][a-zA-Z]+$/.test(value)) return value;
  const probe = document.createElement("span");
  probe.style.cssText = `position:absolute;visibility:hidden;color:${value}`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

function textSize(name, otherwise) {
  const probe = document.createElement("span");
  probe.style.cssText = `position:absolute;visibility:hidden;font-size:var(${name},${otherwise}px)`;
  document.body.append(probe);
  const size = parseFloat(getComputedStyle(probe).fontSize);
  probe.remove();
  return Math.min(48, Math.max(10, size || otherwise));
}

const parsed = new Map();

/** Red, green and blue, 0 to 255, of any colour that CSS can write. */
export function channels(color) {
  let rgb = parsed.get(color);
  if (rgb === undefined) {
    const context = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
    context.fillStyle = color;
    context.fillRect(0, 0, 1, 1);
    rgb = [...context.getImageData(0, 0, 1, 1).data.subarray(0, 3)];
    parsed.set(color, rgb);
  }
  return rgb;
}

/** The colour with that opacity. */
export function faded(color, opacity) {
  return `rgba(${channels(color).join(",")},${opacity})`;
}

/** Between two colours: 0 is the first, 1 the second. */
export function mixed(first, second, share) {
  return `rgb(${blend([channels(first), channels(second)], share).join(",")})`;
}

export function blend(stops, share) {
  const place = Math.min(1, Math.max(0, share)) * (stops.length - 1);
  const index = Math.min(stops.length - 2, Math.floor(place));
  const part = place - index;
  const [from, to] = [stops[index], stops[index + 1]];
  return from.map((value, channel) => Math.round(value + (to[channel] - value) * part));
}
