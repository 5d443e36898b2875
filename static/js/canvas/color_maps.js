// Color maps: a number becomes a color, through a table of fixed steps.

import { blend, channels, look, palette } from "./palette.js";

const STEPS = 255;
const NOT_A_NUMBER = STEPS + 1;
const SATURATION = { light: 0.7, dark: 0.45 }; // exponent of the diverging map

// Viridis (Smith & van der Walt, CC0), at equal distances.
// prettier-ignore
const VIRIDIS = [
  "#440154", "#482878", "#3e4a89", "#31688e", "#26828e",
  "#1f9e89", "#35b779", "#6ece58", "#b5de2b", "#fde725",
];

/** A colour map with a fixed domain: values beyond it take the colour of its end. */
class ColorMap {
  constructor(colorAt, domain, missing) {
    this.domain = domain;
    const colors = Array.from({ length: STEPS + 1 }, (_, step) => colorAt(step / STEPS));
    this.css = colors.map((rgb) => `rgb(${rgb.join(",")})`);
    colors.push(missing);
    // One pixel as canvas keeps it in memory: red in the lowest byte.
    this.pixels = Uint32Array.from(colors, ([r, g, b]) => (255 << 24) | (b << 16) | (g << 8) | r);
    this.missing = `rgb(${missing.join(",")})`;
  }

  /** Index of a value's colour in `pixels`. */
  step(value) {
    const [low, high] = this.domain;
    if (value !== value) return NOT_A_NUMBER;
    const step = ((value - low) / (high - low)) * STEPS + 0.5;
    return step <= 0 ? 0 : step >= STEPS ? STEPS : step | 0;
  }

  /** A value's colour for CSS and canvas. */
  color(value) {
    return this.css[this.step(value)] ?? this.missing;
  }
}

const maps = new Map();

function map(key, make) {
  const full = `${look} ${key}`;
  if (!maps.has(full)) maps.set(full, make());
  return maps.get(full);
}

/** Gates: dark for shut, bright for open. */
export function sequential(domain = [0, 1]) {
  return map(`sequential ${domain}`, () => {
    const stops = VIRIDIS.map(channels);
    return new ColorMap((share) => blend(stops, share), domain, channels(palette().line));
  });
}

/**
 * States and candidates: blue below 0, the panel's own colour at 0, red above. Saturation rises
 * faster near 0 than at the ends, since most states are small, and even faster on a dark ground,
 * where a faint colour is not seen; the colour bars show it.
 */
export function diverging(limit = 1) {
  const { negative, panel, positive, soft, dark } = palette();
  return map(`diverging ${limit}`, () => {
    const stops = [negative, panel, positive].map(channels);
    const colorAt = (share) => {
      // The two steps round 0 are those of no state at all.
      const signed = Math.abs(2 * share - 1) <= 1 / STEPS ? 0 : 2 * share - 1;
      const strength = Math.abs(signed) ** (dark ? SATURATION.dark : SATURATION.light);
      return blend(stops, 0.5 + 0.5 * Math.sign(signed) * strength);
    };
    return new ColorMap(colorAt, [-limit, limit], blend([channels(panel), channels(soft)], 0.5));
  });
}
