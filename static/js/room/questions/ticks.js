// Labels of decades.

const SUPERSCRIPTS = ["⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"];

/**
 * 10⁻⁷ and 10⁰: on an axis that people draw on, every label is a power of ten.
 *
 * @param {number} exponent whole
 */
export function decade(exponent) {
  const digits = [...String(Math.abs(exponent))].map((digit) => SUPERSCRIPTS[Number(digit)]);
  return `10${exponent < 0 ? "⁻" : ""}${digits.join("")}`;
}

/**
 * Ticks of a log axis with whole exponents, written as powers of ten.
 *
 * @param {Tick[]} ticks
 */
export function powerTicks(ticks) {
  return ticks.filter(({ at }) => Number.isInteger(at)).map(({ at }) => ({ at, text: decade(at) }));
}
