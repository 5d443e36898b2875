// The handle of the circle that shows a spectral radius: dragged, or moved by keys as a slider.

import { number } from "../../../text/format.js";
import { setStyle } from "../../../ui/elements.js";
import { inTime } from "../../../ui/text_clock.js";

const KEYS = {
  ArrowUp: 0.01,
  ArrowRight: 0.01,
  ArrowDown: -0.01,
  ArrowLeft: -0.01,
  PageUp: 0.1,
  PageDown: -0.1,
};
const GRIP = { mouse: 8, pen: 10, touch: 16 }; // px from the circle where it can be taken
const ROLES = {
  role: "slider",
  "aria-label": "Spectral radius of W_hh",
  "aria-valuemin": "0.01",
  "aria-valuemax": "10",
};

// Unlike any eigenvalue: an arrow to either side, across the circle.
const ARROWS = `<svg viewBox="0 0 26 16" width="26" height="16" aria-hidden="true"
  focusable="false"><rect x="1" y="1" width="24" height="14" rx="4"/>
  <path d="M9 4.5 5.5 8 9 11.5M5.5 8h15M17 4.5 20.5 8 17 11.5"/></svg>`;

/**
 * @param {HTMLElement} body the picture of the plane
 * @param {HTMLElement} other what covers the circle without being part of it
 * @param {any} handlers `take()` when it is taken; `move(radius)`; `drop()` when it is let go;
 *   `step(radius)` by a key; `leave()` on Escape; `cancel()` when the pointer is taken away
 */
export function createRadiusHandle(body, other, handlers) {
  const element = document.createElement("div");
  element.className = "flow-handle";
  element.tabIndex = 0;
  element.title = "Drag to another spectral radius: restarts";
  element.innerHTML = ARROWS;
  for (const [name, value] of Object.entries(ROLES)) element.setAttribute(name, value);
  body.append(element);
  let place = null; // of the plane; null while there is none
  let radius = NaN;
  let dragging = false;
  let grip = 0; // how much nearer than the circle it was taken
  const value = inTime(writeValue);

  body.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !grips(event, event.pointerType)) return;
    dragging = true;
    handlers.take();
    grip = radius - place.radiusAt(...pointOf(event));
    element.setPointerCapture(event.pointerId);
    element.focus({ preventScroll: true, focusVisible: false });
    event.preventDefault();
  });
  body.addEventListener("pointermove", (event) => {
    if (dragging) handlers.move(place.radiusAt(...pointOf(event)) + grip);
    else body.classList.toggle("grips", grips(event, event.pointerType));
  });
  // A finger on the circle drags it and does not scroll the page.
  body.addEventListener(
    "touchstart",
    (event) => {
      if (event.touches.length === 1 && grips(event.touches[0], "touch")) event.preventDefault();
    },
    { passive: false },
  );
  element.addEventListener("pointerup", () => {
    if (!dragging) return;
    dragging = false;
    handlers.drop();
  });
  element.addEventListener("pointercancel", () => handlers.cancel());
  element.addEventListener("keydown", (event) => {
    const { key } = event;
    if (key === "Escape") handlers.leave();
    if (!Object.hasOwn(KEYS, key) || place === null) return;
    // The page's own arrows move the cursor.
    event.preventDefault();
    event.stopPropagation();
    handlers.step(radius + KEYS[key]);
  });

  function pointOf({ clientX, clientY }) {
    const box = body.getBoundingClientRect();
    return [clientX - box.left, clientY - box.top];
  }

  function writeValue() {
    if (place === null) return;
    const now = number(radius, 3);
    if (element.dataset.now === now) return;
    element.dataset.now = now;
    element.setAttribute("aria-valuenow", String(Number(radius.toFixed(3))));
    element.setAttribute("aria-valuetext", `${now}, a new value restarts`);
  }

  /** Whether the pointer is on the handle or anywhere on the circle. */
  function grips(event, kind) {
    if (place === null || other.contains(event.target)) return false;
    if (element.contains(event.target)) return true;
    return place.distance(radius, ...pointOf(event)) <= (GRIP[kind] ?? GRIP.mouse);
  }

  return {
    get dragging() {
      return dragging;
    },

    /** Let go of it. */
    release() {
      dragging = false;
    },

    /**
     * Stand on the circle of a radius in the plane, in a colour; nowhere where there is no plane.
     */
    stand(on, at, color) {
      place = on;
      radius = at;
      element.hidden = place === null;
      if (place === null) return;
      const { x, y } = place.handle(radius);
      setStyle(
        element,
        "transform",
        `translate(${x.toFixed(1)}px, ${y.toFixed(1)}px) translate(-50%, -50%)`,
      );
      setStyle(element, "--own", color);
    },

    /** Tell a screen reader where it stands: now, or not too often while `live`. */
    tell(live = false) {
      value.ask(!live);
    },
  };
}
