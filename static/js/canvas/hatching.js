// Hatching: here nothing was computed. Told apart from a zero, which is a number.

export const NOT_COMPUTED = "beyond the window: not computed";

/** Opacity of its strokes over a wide area. */
export const HATCHING = 0.38;

const SPACING = 7; // px between strokes
const WORDINGS = [NOT_COMPUTED, "not computed"];

/** Hatch a rectangle with diagonals; they keep their place when the rectangle grows. */
export function hatch(context, left, top, width, height, color, spacing = SPACING) {
  if (width <= 0 || height <= 0) return;
  context.save();
  context.beginPath();
  context.rect(left, top, width, height);
  context.clip();
  context.strokeStyle = color;
  context.lineWidth = 1;
  context.beginPath();
  // x + y is the same all along a diagonal.
  const [first, last] = [left + top, left + width + top + height];
  for (let sum = Math.ceil(first / spacing) * spacing; sum < last; sum += spacing) {
    context.moveTo(sum - top, top);
    context.lineTo(sum - top - height, top + height);
  }
  context.stroke();
  context.restore();
}

/** The longest wording that has `room`, by `widthOf` a text; null if none has. */
export const wordingFor = (room, widthOf) => WORDINGS.find((text) => widthOf(text) <= room) ?? null;
