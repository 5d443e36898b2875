// What a pointer and the keyboard do with the timesteps of the unrolled network.

import { placeAt } from "./layout.js";

const DRAG_FROM = 4; // px that a pressed pointer has moved: it scrubs, and does not click

/**
 * @param {HTMLElement} body the picture
 * @param {any} does `rows()`: where things lie, null while nothing is shown; `swept()`: {t} of a
 *   sweep that goes along the timesteps, else null; `cursor()`, `watched()`: the timestep and the
 *   lane that are looked at; `lane(row)`: a row's lane; `valueText(t)`; and what is done:
 *   `scrub(t)`, `point(?t)`, `select(t)`, `inspect(lane, t)`
 */
export function createNetworkHands(body, does) {
  const scrub = createScrub(body);
  let pressed = null; // where the pointer went down, and whether it has been dragged since

  /** @type {[HTMLElement, string, (event: any) => void][]} */
  const listeners = [
    [body, "pointerdown", pressedDown],
    [body, "pointermove", pointed],
    [body, "pointerleave", () => does.point(null)],
    [body, "click", clicked],
    [scrub, "focus", focused],
    [scrub, "input", scrubbed],
    [scrub, "keydown", entered],
    [scrub, "blur", () => does.point(null)],
  ];
  for (const [target, name, listener] of listeners) target.addEventListener(name, listener);

  function place({ clientX, clientY }) {
    const { left, top } = body.getBoundingClientRect();
    return placeAt(does.rows(), clientX - left, clientY - top);
  }

  function pressedDown(event) {
    pressed = { x: event.clientX, dragged: false };
    pointed(event);
  }

  function pointed(event) {
    const rows = does.rows();
    if (rows === null) return;
    const held = pressed !== null && event.buttons > 0;
    if (held && Math.abs(event.clientX - pressed.x) > DRAG_FROM) pressed.dragged = true;
    if (held && pressed.dragged && does.swept() !== null) {
      does.scrub(Math.round(rows.x.invert(event.clientX - body.getBoundingClientRect().left)));
    }
    does.point(place(event).t);
  }

  function clicked(event) {
    if (does.rows() === null || pressed?.dragged) return;
    const { row, t } = place(event);
    if (t === null) return;
    does.select(t);
    if (row >= 0) does.inspect(does.lane(row), t);
  }

  function focused() {
    if (does.rows() === null) return;
    scrub.value = String(does.swept()?.t ?? does.cursor() ?? scrub.value);
    looked();
  }

  function scrubbed() {
    if (does.rows() === null) return;
    if (does.swept() !== null) does.scrub(Number(scrub.value));
    looked();
  }

  function looked() {
    const t = Number(scrub.value);
    scrub.setAttribute("aria-valuetext", does.valueText(t));
    does.point(t);
  }

  function entered(event) {
    if (event.key !== "Enter" || does.rows() === null) return;
    event.preventDefault();
    const t = Number(scrub.value);
    does.select(t);
    does.inspect(does.watched(), t);
  }

  return {
    /** Let the keyboard go to that timestep. */
    reach(last) {
      if (scrub.max !== String(last)) scrub.max = String(last);
    },
  };
}

/** The cursor for the keyboard: a slider that is not seen, since the picture shows where it is. */
function createScrub(body) {
  const scrub = document.createElement("input");
  scrub.type = "range";
  scrub.className = "view-scrub";
  scrub.min = scrub.value = "0";
  scrub.setAttribute("aria-label", "Timestep to look at");
  body.append(scrub);
  return scrub;
}
