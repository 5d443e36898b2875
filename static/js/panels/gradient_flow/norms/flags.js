// Small labels in a chart: pinned to a point of a line, or listed under the top edge.

import { panelAt } from "../../../chart/subplots.js";

/**
 * Places for flags [{lane, text, t, log} or {lane, text, texts, edge: true}] in a panel, so that no
 * two lie on each other nor, where there is room, on a curve: [{…flag, x, y, textX, textY, align,
 * stem}]. Of `texts` the first that fits is shown.
 *
 * @param {any[]} flags
 * @param {Panel} panel
 * @param {number} size of the text
 * @param {(Float32Array | null)[]} [curves] log10 by timestep
 */
export function layOut(flags, panel, size, curves = []) {
  const line = size * 1.35;
  const width = (text) => text.length * size * 0.56;
  const taken = [];
  const placed = [];
  let edges = 0;
  for (const flag of flags.filter(({ edge }) => edge)) {
    const textY = panel.top + line * (edges + 0.75);
    edges += 1;
    const { texts = [flag.text] } = flag;
    const text = texts.find((each) => 6 + width(each) <= panel.width) ?? texts.at(-1);
    taken.push({ left: panel.left, right: panel.left + 6 + width(text), textY });
    placed.push({ ...flag, text, textX: panel.left + 6, textY, align: "left", stem: false });
  }
  for (const flag of flags.filter(({ edge }) => !edge).sort((a, b) => a.t - b.t)) {
    const x = panel.x(flag.t);
    const y = panel.y(flag.log);
    if (panelAt([panel], x, y) < 0) continue;
    const wide = width(flag.text);
    const sides = [];
    if (x + wide <= panel.left + panel.width) sides.push("left");
    if (x - wide >= panel.left || sides.length === 0) sides.push("right");
    const boxOf = ({ align, textY }) => ({
      left: align === "left" ? x : x - wide,
      right: align === "left" ? x + wide : x,
      textY,
    });
    const free = (place) => {
      const { left, right, textY } = boxOf(place);
      return !taken.some(
        (other) =>
          left < other.right && right > other.left && Math.abs(textY - other.textY) < line - 1e-6,
      );
    };
    const clear = (place) => free(place) && !crossed(boxOf(place), curves, panel, line / 2);
    const [highest, lowest] = [panel.top + line * 0.5, panel.top + panel.height - line];
    // Below the line if there is room, else above it.
    const below = rows(y + line * 1.8, lowest, line);
    const above = rows(y - line * 1.8, highest, -line);
    const places = [...below, ...above].flatMap((textY) =>
      sides.map((align) => ({ align, textY })),
    );
    // Where there is no room for one more, the lane's row in the controls says it alone.
    const place = places.find(clear) ?? places.find(free);
    if (place === undefined) continue;
    const { align, textY } = place;
    taken.push(boxOf(place));
    placed.push({ ...flag, x, y, textX: x, textY, align, stem: textY > y });
  }
  return placed;
}

/** Whether a curve runs through a text. */
function crossed({ left, right, textY }, curves, panel, half) {
  const first = Math.floor(panel.x.invert(left));
  const last = Math.ceil(panel.x.invert(right));
  return curves.some((curve) => {
    if (curve === null) return false;
    let [top, bottom] = [Infinity, -Infinity];
    for (let t = Math.max(0, first); t <= Math.min(last, curve.length - 1); t += 1) {
      if (!Number.isFinite(curve[t])) continue;
      const y = panel.y(curve[t]);
      const between = Math.max(y, bottom) >= textY - half && Math.min(y, top) <= textY + half;
      if (between) return true;
      [top, bottom] = [y, y]; // the next stretch begins here
    }
    return false;
  });
}

/**
 * Where along a stretch [left, right] of pixels a text may begin so that no curve runs through it;
 * at its beginning where there is no such place.
 */
export function clearOf(curves, panel, [left, right], wide, textY, size) {
  for (let at = left; at + wide <= right; at += size) {
    if (!crossed({ left: at, right: at + wide, textY }, curves, panel, size * 0.7)) return at;
  }
  return left;
}

/** The curves of lanes that labels keep clear of. */
export const curvesOf = (lanes) =>
  lanes.flatMap(({ line, dc, reverse, ghost }) => [line, dc, reverse, ghost]);

/** Places for a text from one height to another, a line apart. */
function rows(from, to, step) {
  return Array.from(
    { length: Math.max(0, Math.floor((to - from) / step) + 1) },
    (_, k) => from + k * step,
  );
}

/** The same flag as an annotation of Plotly. */
export function annotationOf(
  { edge, t, log, text, x, y, textX, textY, align, stem },
  panel,
  color,
  background,
) {
  const shared = { text, font: { color }, align: "left", showarrow: false, borderpad: 0 };
  if (edge) {
    return {
      ...shared,
      bgcolor: background,
      xref: "x domain",
      yref: "y domain",
      x: 0,
      y: 1,
      xanchor: "left",
      yanchor: "middle",
      xshift: textX - panel.left,
      yshift: panel.top - textY,
    };
  }
  return {
    ...shared,
    xref: "x",
    yref: "y",
    x: t,
    y: log,
    xanchor: align,
    yanchor: "middle",
    showarrow: stem,
    arrowhead: 0,
    arrowwidth: 1,
    arrowcolor: color,
    ax: textX - x,
    ay: textY - y,
    yshift: stem ? 0 : y - textY,
  };
}
