// Pointer and keyboard on the timesteps of the unrolled network.

import { placeAt } from "./layout.js";

const DRAG_FROM = 4; // px: a pressed pointer that has moved as far scrubs and does not click

/**
 * @param {HTMLElement} body the picture
 * @param {any} handlers `rows()` returns the layout, null while nothing is shown;
 *   `swept()` returns {t} of a sweep along the timesteps, else null; `cursor()` and `watched()`
 *   return the timestep and the half that are looked at, `lane(row)` the half of a row, and
 *   `valueText(t)` the slider's text; `scrub(t)`, `point(?t)`, `select(t)` and `inspect(half, t)`
 *   are called for what the user does
 */
export function createInteraction(body, handlers) {
  const scrub = createScrub(body);
  let pressed = null; // where the pointer went down, and whether it has been dragged since

  /** @type {[HTMLElement, string, (event: any) => void][]} */
  const listeners = [
    [body, "pointerdown", pressedDown],
    [body, "pointermove", pointed],
    [body, "pointerleave", () => handlers.point(null)],
    [body, "click", clicked],
    [scrub, "focus", focused],
    [scrub, "input", scrubbed],
    [scrub, "keydown", entered],
    [scrub, "blur", () => handlers.point(null)],
  ];
  for (const [target, name, listener] of listeners) target.addEventListener(name, listener);

  function place({ clientX, clientY }) {
    const { left, top } = body.getBoundingClientRect();
    return placeAt(handlers.rows(), clientX - left, clientY - top);
  }

  function pressedDown(event) {
    pressed = { x: event.clientX, dragged: false };
    pointed(event);
  }

  function pointed(event) {
    const rows = handlers.rows();
    if (rows === null) return;
    const held = pressed !== null && event.buttons > 0;
    if (held && Math.abs(event.clientX - pressed.x) > DRAG_FROM) pressed.dragged = true;
    if (held && pressed.dragged && handlers.swept() !== null) {
      handlers.scrub(Math.round(rows.x.invert(event.clientX - body.getBoundingClientRect().left)));
    }
    handlers.point(place(event).t);
  }

  function clicked(event) {
    if (handlers.rows() === null || pressed?.dragged) return;
    const { row, t } = place(event);
    if (t === null) return;
    handlers.select(t);
    if (row >= 0) handlers.inspect(handlers.lane(row), t);
  }

  function focused() {
    if (handlers.rows() === null) return;
    scrub.value = String(handlers.swept()?.t ?? handlers.cursor() ?? scrub.value);
    looked();
  }

  function scrubbed() {
    if (handlers.rows() === null) return;
    if (handlers.swept() !== null) handlers.scrub(Number(scrub.value));
    looked();
  }

  function looked() {
    const t = Number(scrub.value);
    scrub.setAttribute("aria-valuetext", handlers.valueText(t));
    handlers.point(t);
  }

  function entered(event) {
    if (event.key !== "Enter" || handlers.rows() === null) return;
    event.preventDefault();
    const t = Number(scrub.value);
    handlers.select(t);
    handlers.inspect(handlers.watched(), t);
  }

  return {
    /** Set the last timestep that the keyboard can reach. */
    reach(last) {
      if (scrub.max !== String(last)) scrub.max = String(last);
    },
  };
}

/** An invisible slider for the keyboard; the picture itself shows the cursor. */
function createScrub(body) {
  const scrub = document.createElement("input");
  scrub.type = "range";
  scrub.className = "view-scrub";
  scrub.min = scrub.value = "0";
  scrub.setAttribute("aria-label", "Timestep to look at");
  body.append(scrub);
  return scrub;
}
