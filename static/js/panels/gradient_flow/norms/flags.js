// Small labels in a chart: pinned to a point of a line, or listed under the top edge.

import { panelAt } from "../../../chart/subplots.js";

/**
 * Places for flags [{lane, text, t, log} or {lane, text, edge: true}] in a panel, so that no two
 * lie on each other: [{…flag, x, y, textX, textY, align, stem}].
 */
export function layOut(flags, panel, size) {
  const line = size * 1.35;
  const width = (text) => text.length * size * 0.56;
  const taken = [];
  const placed = [];
  let edges = 0;
  for (const flag of flags.filter(({ edge }) => edge)) {
    const textY = panel.top + line * (edges + 0.75);
    edges += 1;
    taken.push({ left: panel.left, right: panel.left + 6 + width(flag.text), textY });
    placed.push({ ...flag, textX: panel.left + 6, textY, align: "left", stem: false });
  }
  for (const flag of flags.filter(({ edge }) => !edge).sort((a, b) => a.t - b.t)) {
    const x = panel.x(flag.t);
    const y = panel.y(flag.log);
    if (panelAt([panel], x, y) < 0) continue;
    const align = x + width(flag.text) > panel.left + panel.width ? "right" : "left";
    const left = align === "left" ? x : x - width(flag.text);
    const right = left + width(flag.text);
    const free = (textY) =>
      !taken.some((other) => {
        return (
          left < other.right && right > other.left && Math.abs(textY - other.textY) < line - 1e-6
        );
      });
    const [highest, lowest] = [panel.top + line * 0.5, panel.top + panel.height - line];
    // Below the line if there is room, else above it.
    const below = rows(y + line * 1.8, lowest, line);
    const above = rows(y - line * 1.8, highest, -line);
    const textY = [...below, ...above].find(free) ?? Math.max(highest, y - line * 1.8);
    taken.push({ left, right, textY });
    placed.push({ ...flag, x, y, textX: x, textY, align, stem: textY > y });
  }
  return placed;
}

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
