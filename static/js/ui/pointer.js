// What a pointer does on a picture: it hovers, clicks, drags, and turns its wheel.

const STILL = 4; // px that a click may move
const TWICE_WITHIN = 260; // ms
const PIXELS_PER_LINE = 16;

/**
 * @param {HTMLElement} element
 * @param {PointerHandlers} on `hover(x, y)`; `leave()`; `click(x, y)`; and where `drags()` is true,
 *   `drag(x, y)` by so many pixels and `twice()` for two clicks, the first of which then waits
 *   for the second; `wheel(pixels, x, y)` → whether the wheel was of use
 */
export function createPointing(element, on) {
  let press = null; // {x, y, moved}
  let waiting = 0;

  const place = ({ clientX, clientY }) => {
    const box = element.getBoundingClientRect();
    return /** @type {const} */ ([clientX - box.left, clientY - box.top]);
  };
  const mine = ({ target }) => target.closest("button") === null;

  const listeners = {
    pointerdown(event) {
      if (!mine(event) || event.button !== 0) return;
      const [x, y] = place(event);
      press = { x, y, moved: false };
      if (on.drags()) element.setPointerCapture(event.pointerId);
      on.hover(x, y);
    },
    pointermove(event) {
      const [x, y] = place(event);
      if (press !== null && on.drags()) {
        const [right, down] = [x - press.x, y - press.y];
        if (!press.moved && Math.hypot(right, down) <= STILL) return;
        Object.assign(press, { x, y, moved: true });
        on.drag(right, down);
      } else if (mine(event)) {
        on.hover(x, y);
      } else {
        on.leave();
      }
    },
    pointerup(event) {
      const clicked = press !== null && !press.moved && mine(event);
      const [x, y] = place(event);
      const still = clicked && Math.hypot(x - press.x, y - press.y) <= STILL;
      press = null;
      if (still) click(x, y);
    },
    pointercancel() {
      press = null;
      on.leave();
    },
    pointerleave() {
      press = null;
      on.leave();
    },
    wheel(event) {
      const pixels = event.deltaMode === 0 ? event.deltaY : event.deltaY * PIXELS_PER_LINE;
      if (on.wheel(pixels, ...place(event))) event.preventDefault();
    },
  };

  function click(x, y) {
    if (!on.drags()) return on.click(x, y);
    if (waiting !== 0) {
      forget();
      return on.twice();
    }
    waiting = setTimeout(() => {
      waiting = 0;
      on.click(x, y);
    }, TWICE_WITHIN);
    return undefined;
  }

  function forget() {
    clearTimeout(waiting);
    waiting = 0;
  }

  for (const [name, listener] of Object.entries(listeners)) {
    element.addEventListener(name, listener, { passive: name !== "wheel" });
  }
}
