// The widths at which the page's layout changes, as tokens.css names them.

const known = new Map(); // name → width in pixels

/**
 * The widest window that still has the layout of that name.
 *
 * @param {"phone" | "tablet" | "laptop"} name
 * @returns {number} CSS pixels
 */
export function breakpoint(name) {
  if (!known.has(name)) {
    const style = getComputedStyle(document.documentElement);
    known.set(name, Number.parseFloat(style.getPropertyValue(`--breakpoint-${name}`)));
  }
  return known.get(name);
}

/** The media query for windows of that layout and of all narrower ones. */
export const upTo = (name) => `(width <= ${breakpoint(name)}px)`;

/** The media query for windows wider than the one layout, up to and with the other. */
export const between = (below, name) => `(width > ${breakpoint(below)}px) and ${upTo(name)}`;
