// Where a student draws a curve: with mouse, finger or pen over the plot, or with the arrow keys on
// a few handles along it.

import { palette } from "../../canvas/palette.js";
import { createSurface } from "../../canvas/surface.js";
import { logNumber } from "../../text/format.js";
import { button, make } from "../../ui/elements.js";
import { atEnd, createDrawing, placesAlong } from "./drawing.js";
import { curvePlot, paintAxes, paintDrawn } from "./plot.js";
import { textSize } from "./text_size.js";

export const Y_TITLE = "‖∂ℓ/∂h_t‖ (loss / state)";

const HELP = "Draw with mouse, finger or pen. ";
const KEYS =
  "By keyboard: ← and → go to another timestep, ↑ and ↓ change the curve there by a decade, with " +
  "Shift by a tenth of one.";

const REACH = 10; // px beside an end of the axis at which a hand means the end

const DECADES = { ArrowUp: 1, ArrowDown: -1, PageUp: 5, PageDown: -5 };

/**
 * @param {Question} question
 * @param {(curve: (number | null)[] | null, options: {final: boolean}) => void} onDraw
 */
export function createCurveField(question, onDraw) {
  const drawing = createDrawing(question.timesteps, [question.low, question.high]);
  const places = placesAlong(question.timesteps);
  const area = make("div", "curve-area");
  const surface = createSurface(area, { onResize: paint });
  surface.canvas.setAttribute("role", "presentation");
  const handles = places.map(createHandle);
  const clear = button("Clear", null, () => {
    drawing.clear();
    paint();
    onDraw(null, { final: true });
    area.focus();
  });
  clear.className = "small";
  const help = make("p", "room-note", HELP, make("span", "curve-keys", KEYS));
  const row = make("div", "room-row", clear, help);
  area.append(...handles);
  area.tabIndex = -1;
  area.setAttribute("role", "group");
  area.setAttribute("aria-label", "Your curve of the gradient’s norm over the timesteps");
  const element = make("div", "curve-field", area, row);
  let plot = null;
  let last = null; // where the pointer was, in t and decades

  function paint() {
    const context = surface.begin(false);
    if (context === null) return;
    const colors = palette();
    plot = curvePlot(surface, question, colors, textSize(area));
    paintAxes(context, plot, colors, Y_TITLE);
    const { curve } = drawing;
    paintDrawn(context, plot, curve, colors);
    clear.disabled = drawing.empty;
    handles.forEach((handle, index) => {
      const value = curve[places[index]];
      const level = value ?? (question.low + question.high) / 2;
      handle.style.transform = `translate(${plot.x(places[index])}px, ${plot.y(level)}px)`;
      handle.toggleAttribute("data-empty", value === null);
      handle.setAttribute("aria-valuenow", String(level));
      handle.setAttribute("aria-valuetext", value === null ? "nothing drawn" : logNumber(value));
    });
  }

  function createHandle(t, index) {
    const handle = make("span", "curve-handle");
    handle.tabIndex = index === 0 ? 0 : -1;
    handle.setAttribute("role", "slider");
    handle.setAttribute("aria-orientation", "vertical");
    handle.setAttribute("aria-label", `Gradient norm at t = ${t}`);
    handle.setAttribute("aria-valuemin", String(question.low));
    handle.setAttribute("aria-valuemax", String(question.high));
    handle.addEventListener("keydown", (event) => onKey(event, index));
    return handle;
  }

  function onKey(event, index) {
    const next = { ArrowLeft: index - 1, ArrowRight: index + 1, Home: 0, End: places.length - 1 };
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (Object.hasOwn(next, event.key)) {
      const to = Math.min(places.length - 1, Math.max(0, next[event.key]));
      handles.forEach((handle, each) => (handle.tabIndex = each === to ? 0 : -1));
      handles[to].focus();
    } else if (Object.hasOwn(DECADES, event.key)) {
      const now = drawing.curve[places[index]];
      const by = DECADES[event.key] * (event.shiftKey ? 0.1 : 1);
      // The first key puts the point where the handle waits.
      drawing.bend(places, index, now === null ? (question.low + question.high) / 2 : now + by);
      paint();
      onDraw(drawing.curve, { final: true });
    } else return;
    event.preventDefault();
  }

  /** Where the pointer is, in t and decades. */
  function place({ clientX, clientY }) {
    const box = surface.canvas.getBoundingClientRect();
    const x = atEnd(clientX - box.left, [plot.left, plot.right], REACH);
    return { t: plot.x.invert(x), y: plot.y.invert(clientY - box.top) };
  }

  area.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !event.isPrimary || plot === null) return;
    event.preventDefault(); // no selection of text
    area.setPointerCapture(event.pointerId);
    last = place(event);
    drawing.point(last);
    paint();
    onDraw(drawing.curve, { final: false });
  });
  area.addEventListener("pointermove", (event) => {
    if (last === null || !event.isPrimary) return;
    // A fast hand moves several times between two frames of the screen.
    const passed = event.getCoalescedEvents?.() ?? [];
    for (const each of passed.length > 0 ? passed : [event]) {
      const now = place(each);
      drawing.line(last, now);
      last = now;
    }
    paint();
    onDraw(drawing.curve, { final: false });
  });
  const stop = (event) => {
    if (last === null || !event.isPrimary) return;
    last = null;
    onDraw(drawing.curve, { final: true });
  };
  area.addEventListener("pointerup", stop);
  area.addEventListener("pointercancel", stop);

  return {
    element,
    paint,

    /** Show a curve that was drawn before. */
    show(curve) {
      if (last !== null) return;
      drawing.load(curve);
      paint();
    },
  };
}
