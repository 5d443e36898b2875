// Numbers and quantities as people write them: 0.60, 2.1·10⁻⁴, 1,284, ‖∂ℓ/∂h_t‖.

const SUPERSCRIPTS = { "-": "⁻", ...["⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"] };
const MINUS = "−";
const NOTHING = "–";

// Plain decimals between these powers of ten; mantissa and exponent beyond.
const PLAIN_FROM = -3;
const PLAIN_TO = 5;

/** 10⁻⁷, for a whole exponent; 1 and 10 for the exponents 0 and 1. */
export function power(exponent) {
  if (exponent === 0) return "1";
  if (exponent === 1) return "10";
  return `10${[...String(exponent)].map((sign) => SUPERSCRIPTS[sign]).join("")}`;
}

/** A number with that many significant digits: 0.0071, 1,284, 2.1·10⁻⁴, ∞, – for NaN. */
export function number(value, digits = 2) {
  if (Number.isNaN(value)) return NOTHING;
  if (value < 0) return MINUS + number(-value, digits);
  return logNumber(Math.log10(value), digits);
}

/** The same for a number given by its log10, which may lie far beyond what a double holds. */
export function logNumber(log, digits = 2) {
  if (Number.isNaN(log)) return NOTHING;
  if (log === -Infinity) return "0";
  if (log === Infinity) return "∞";
  let exponent = Math.floor(log);
  let mantissa = Number((10 ** (log - exponent)).toFixed(digits - 1));
  if (mantissa >= 10) {
    mantissa /= 10;
    exponent += 1;
  }
  if (exponent >= PLAIN_FROM && exponent < PLAIN_TO) {
    return grouped((10 ** log).toFixed(Math.max(0, digits - 1 - exponent)));
  }
  return `${mantissa.toFixed(digits - 1)}·${power(exponent)}`;
}

/**
 * How many timesteps back a gradient reaches: "50+" where it has reached the first, and so might go
 * farther.
 *
 * @param {number} steps
 * @param {number} last timestep of the last loss
 */
export function horizonText(steps, last) {
  if (Number.isNaN(steps)) return NOTHING;
  return steps >= last ? `${count(steps)}+` : count(steps);
}

/** A whole number with its thousands set apart: 1,284. */
export function count(value) {
  return grouped(String(value));
}

function grouped(decimals) {
  const [whole, fraction] = decimals.split(".");
  const spaced = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return fraction === undefined ? spaced : `${spaced}.${fraction}`;
}

/** "∂h_t" cut where subscripts begin and end: [["∂h", false], ["t", true]]; "h_t−1" likewise. */
export function subscripts(text) {
  return text
    .split(/_(\w+(?:[−+]\d)?)/)
    .map((part, index) => [part, index % 2 === 1])
    .filter(([part]) => part !== "");
}

/** "∂h_t" as the mark-up that HTML and Plotly read, other mark-up made harmless. */
export function html(text) {
  const safe = text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
  return safe.replace(/_(\w+(?:[−+]\d)?)/g, "<sub>$1</sub>");
}

/** A field's title as the middle of a sentence has it. */
export function inSentence(title) {
  const text = title.trim();
  // What begins with a name keeps its capitals.
  if (/^(\p{Lu}{2}|Nesterov)/u.test(text)) return text;
  return text[0].toLowerCase() + text.slice(1);
}
