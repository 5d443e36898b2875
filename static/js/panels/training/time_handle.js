// Going back in time on a chart: its line can be dragged, and a click moves it.

const ON_LINE = 2; // px from the line within which a press grabs it
const CLICK = 4; // px that a pointer may move in a click
const DOUBLE = 350; // ms between the two clicks of a double one, which zooms out

/**
 * A handle for a vertical line: invisible, but it can be grabbed.
 *
 * @param {HTMLElement} element what it is placed in
 * @param {{onDrag: (value: number) => void, onDrop: () => void}} listeners `onDrag` is told
 *   the place in CSS pixels from the left end of `element`
 */
export function createHandle(element, { onDrag, onDrop }) {
  const handle = document.createElement("div");
  handle.className = "time-handle";
  handle.hidden = true;
  element.append(handle);
  let placed = "";
  let offset = null; // of the pointer from the line, while it is dragged
  let begun = 0; // where the pointer came down
  let dragged = false;

  const from = (event) => event.clientX - element.getBoundingClientRect().left;

  handle.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    event.stopPropagation();
    handle.setPointerCapture(event.pointerId);
    begun = from(event);
    offset = begun - Number(handle.dataset.at);
    dragged = false;
  });
  handle.addEventListener("pointermove", (event) => {
    if (offset === null) return;
    event.stopPropagation();
    dragged ||= Math.abs(from(event) - begun) > 1;
    if (dragged) onDrag(from(event) - offset);
  });
  for (const ending of ["pointerup", "pointercancel"]) {
    handle.addEventListener(ending, () => {
      if (offset === null) return;
      // A click beside the line, on what can be grabbed of it, is one on the chart.
      if (!dragged && Math.abs(offset) > ON_LINE) onDrag(begun);
      offset = null;
      onDrop();
    });
  }

  return {
    /** Place it at `x`, from `top` on; null hides it. */
    place(x, top, height) {
      const next = x === null ? "" : `${Math.round(x)} ${Math.round(top)} ${Math.round(height)}`;
      if (next === placed) return;
      placed = next;
      // While it is dragged it stays, even if its line has left the chart.
      handle.hidden = x === null && offset === null;
      if (x === null) return;
      handle.dataset.at = String(Math.round(x));
      handle.style.transform = `translate(${Math.round(x)}px, ${Math.round(top)}px)`;
      handle.style.height = `${Math.round(height)}px`;
    },
  };
}

/**
 * Listen to clicks within `element` that do not end a drag, even if other listeners capture them.
 *
 * @param {(value: number, value2: number) => boolean} onClick told where; whether that was for it
 * @param {() => void} onDouble the click before it was the first of a double one
 */
export function listenToClicks(element, onClick, onDouble) {
  let clicked = -Infinity;

  function down(begun) {
    if (begun.button !== 0 || begun.target.closest?.(".modebar-container, .time-handle")) return;
    const [x, y] = [begun.clientX, begun.clientY];
    const up = (event) => {
      done();
      if (Math.hypot(event.clientX - x, event.clientY - y) > CLICK) return;
      const box = element.getBoundingClientRect();
      if (event.timeStamp - clicked < DOUBLE) {
        clicked = -Infinity;
        onDouble();
      } else if (onClick(x - box.left, y - box.top)) {
        clicked = event.timeStamp;
      }
    };
    const done = () => {
      removeEventListener("pointerup", up, true);
      removeEventListener("pointercancel", done, true);
    };
    addEventListener("pointerup", up, true);
    addEventListener("pointercancel", done, true);
  }

  element.addEventListener("pointerdown", down, true);
}
