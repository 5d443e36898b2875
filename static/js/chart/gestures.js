// What a pointer does on a chart: it drags along the axis, draws a box to zoom into, or clicks.
// A finger that moves up or down scrolls the page: the browser then takes the pointer away.

const STILL = 4; // px that a pointer may move in a click
const TWICE_WITHIN = 350; // ms between the two clicks of a double one

/**
 * @param {HTMLElement} element
 * @param {GestureHandlers} on
 */
export function listenToGestures(element, on) {
  /** @type {{index: number, from: number[], zooms: boolean, moved: boolean} | null} */
  let press = null;
  let clicked = -Infinity;

  function place({ clientX, clientY }) {
    const box = element.getBoundingClientRect();
    return [clientX - box.left, clientY - box.top];
  }

  element.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !event.isPrimary) return;
    const from = place(event);
    const index = on.panelAt(from);
    if (index < 0) return;
    press = { index, from, zooms: on.zooms(event), moved: false };
    element.setPointerCapture(event.pointerId);
  });

  element.addEventListener("pointermove", (event) => {
    if (press === null || !event.isPrimary) return;
    const to = place(event);
    const { index, from, zooms } = press;
    const [right, down] = [Math.abs(to[0] - from[0]), Math.abs(to[1] - from[1])];
    if (!press.moved && Math.hypot(right, down) <= STILL) return;
    // The browser is about to scroll: that is not to move anything else.
    if (!press.moved && !zooms && event.pointerType === "touch" && down > right) {
      press = null;
      return;
    }
    press.moved = true;
    if (zooms) on.box(index, from, to);
    else on.scrub(index, to);
  });

  element.addEventListener("pointerup", (event) => {
    if (press === null || !event.isPrimary) return;
    const to = place(event);
    const { index, from, zooms, moved } = press;
    press = null;
    if (moved && zooms) on.zoom(index, from, to);
    else if (moved) {
      on.scrub(index, to);
      on.drop(index, to);
    } else if (event.timeStamp - clicked < TWICE_WITHIN) {
      clicked = -Infinity;
      on.twice();
    } else {
      clicked = event.timeStamp;
      if (!zooms) on.click(index, to);
    }
  });

  function cancel() {
    if (press === null) return;
    const { moved, zooms } = press;
    press = null;
    if (moved) on.cancel(zooms);
  }

  element.addEventListener("pointercancel", cancel);
  element.addEventListener("lostpointercapture", cancel);
  addEventListener("keydown", ({ key }) => key === "Escape" && cancel());
}
