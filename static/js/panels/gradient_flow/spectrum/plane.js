// The complex plane: eigenvalues of W_hh against the unit circle.

import { faded } from "../../../canvas/palette.js";
import { font } from "../../../canvas/text.js";
import { linear, linearTicks } from "../../../chart/scales.js";

const FULL = 2 * Math.PI;
const BESIDE = 176; // px that notes beside the plane need
export const DOT = 3;

/** Farthest part of either axis that is shown for eigenvalues up to `radius`, in steps. */
export function reachFor(radius, before = 0) {
  const wanted = Math.max(1.2, radius * 1.12);
  const step = wanted <= 2 ? 0.2 : wanted <= 5 ? 0.5 : 10 ** Math.floor(Math.log10(wanted));
  const reach = Math.ceil(wanted / step - 1e-9) * step;
  // It grows at once and shrinks only when half of it would do, so that it holds still.
  return reach > before || reach < before * 0.6 ? reach : before;
}

/**
 * A square plane, and where notes go: beside it or, where that is too narrow, beneath it. One
 * scale serves both axes, so that a circle is round.
 */
export function arrangePlane({ width, height, small, reach }) {
  const [left, top, bottom] = [small * 4.4, small * 0.7, small * 3];
  const beside = width - left - (height - top - bottom) >= BESIDE;
  const lines = small * 1.5 * 8;
  const side = Math.max(
    40,
    beside
      ? Math.min(height - top - bottom, width - left - BESIDE)
      : Math.min(width - left - 8, height - top - bottom - lines),
  );
  const [right, under] = [left + side, top + side];
  const notes = beside
    ? { left: right + small * 2.2, top: top + small * 3.6, width: width - right - small * 2.4 }
    : { left: small, top: under + bottom + small * 1.4, width: width - 2 * small };
  const x = linear([-reach, reach], [left, right]);
  const y = linear([reach, -reach], [top, under]);
  const scale = side / 2 / reach;
  return {
    left,
    top,
    side,
    reach,
    x,
    y,
    scale,
    notes,
    beside,
    center: { x: x(0), y: y(0) },
    /** The handle of a circle, at the angle 0; of a circle beyond the plane at its edge. */
    handle(radius) {
      return { x: x(Math.min(radius, reach)), y: y(0) };
    },
    radiusAt: (px, py) => Math.hypot(px - x(0), py - y(0)) / scale,
    /**
     * How far a point of the plane is from a circle, in pixels; beyond the plane infinitely far.
     */
    distance(radius, px, py) {
      const outside = px < left || px > right || py < top || py > under;
      return outside ? Infinity : Math.abs(Math.hypot(px - x(0), py - y(0)) - radius * scale);
    },
  };
}

/** Ticks of either axis: ±1 always, since the unit circle is what all is measured against. */
export function planeTicks({ side, reach, scale }, small) {
  const ticks = linearTicks([-reach, reach], Math.max(3, side / 60));
  if (ticks.some(({ at }) => at === 1)) return ticks;
  const room = small * 2;
  const others = ticks.filter(({ at }) => Math.abs(Math.abs(at) - 1) * scale >= room);
  const ones = [
    { at: -1, text: "−1" },
    { at: 1, text: "1" },
  ].slice(2 * scale < room ? 1 : 0);
  return [...others, ...ones].sort((a, b) => a.at - b.at);
}

/** Axes, ticks and the unit circle. */
export function paintPlane(context, place, palette) {
  const { left, top, side, x, y, scale, center } = place;
  const { small } = palette;
  const ticks = planeTicks(place, small);
  context.font = font(palette.font, small);
  context.strokeStyle = palette.line;
  context.lineWidth = 1;
  context.beginPath();
  for (const { at } of ticks) {
    const [across, down] = [Math.round(x(at)) + 0.5, Math.round(y(at)) + 0.5];
    context.moveTo(across, top);
    context.lineTo(across, top + side);
    context.moveTo(left, down);
    context.lineTo(left + side, down);
  }
  context.stroke();
  context.fillStyle = palette.soft;
  for (const { at, text } of ticks) {
    context.textAlign = "center";
    context.textBaseline = "top";
    context.fillText(text, x(at), top + side + 5);
    context.textAlign = "right";
    context.textBaseline = "middle";
    context.fillText(text, left - 6, y(at));
  }
  context.textAlign = "center";
  context.textBaseline = "bottom";
  context.fillText("Re λ", left + side / 2, top + side + small * 3);
  context.save();
  context.translate(small * 0.7, top + side / 2);
  context.rotate(-Math.PI / 2);
  context.textBaseline = "middle";
  context.fillText("Im λ", 0, 0);
  context.restore();
  within(context, place, () => {
    context.fillStyle = faded(palette.soft, 0.07);
    context.strokeStyle = palette.soft;
    context.beginPath();
    context.arc(center.x, center.y, scale, 0, FULL);
    context.fill();
    context.stroke();
  });
}

/**
 * Eigenvalues as dots, [Re λ, Im λ] one after the other, multiplied by `factor`; rings for those
 * that are compared with.
 */
export function paintEigenvalues(context, place, data, factor, color, ring = false) {
  if (data === null) return;
  within(context, place, () => {
    context.fillStyle = context.strokeStyle = color;
    context.lineWidth = 1;
    for (let k = 0; k + 1 < data.length; k += 2) {
      const [re, im] = [data[k] * factor, data[k + 1] * factor];
      if (!Number.isFinite(re) || !Number.isFinite(im)) continue;
      context.beginPath();
      context.arc(place.x(re), place.y(im), DOT, 0, FULL);
      if (ring) context.stroke();
      else context.fill();
    }
  });
}

/** The circle of the spectral radius, dashed. */
export function paintRadius(context, place, radius, color) {
  if (!Number.isFinite(radius)) return;
  within(context, place, () => {
    context.strokeStyle = color;
    context.lineWidth = 1.5;
    context.setLineDash([6, 4]);
    context.beginPath();
    context.arc(place.center.x, place.center.y, radius * place.scale, 0, FULL);
    context.stroke();
    context.setLineDash([]);
  });
}

function within(context, { left, top, side }, paint) {
  context.save();
  context.beginPath();
  context.rect(left, top, side, side);
  context.clip();
  paint();
  context.restore();
}

/** A radius that can be asked for: within what a recipe allows, in hundredths. */
export const allowedRadius = (radius) =>
  Math.min(10, Math.max(0.01, Math.round(radius * 100) / 100));

/**
 * Where a lane's spectral radius is set: in the lane if it has its own, else for all that share
 * it. The recipe writes "as drawn" as null.
 *
 * @param {Recipe} recipe
 */
export function radiusPath(recipe, lane) {
  const own = Object.hasOwn(recipe.lanes[lane] ?? {}, "spectral_radius");
  return own ? `lanes.${lane}.spectral_radius` : "base.spectral_radius";
}
