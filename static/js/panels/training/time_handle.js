// The line of the shown iteration can be grabbed: it then stays under the pointer as it was taken,
// and a finger that drags it does not scroll the page.

const ON_LINE = 2; // px from the line within which a press grabs it

/**
 * A handle for a vertical line: invisible, but it can be grabbed.
 *
 * @param {HTMLElement} element what it is placed in
 * @param {{onDrag: (value: number) => void, onDrop: () => void, yields: (event: PointerEvent) =>
 *   boolean}} listeners `onDrag` is told the place in CSS pixels from the left end of `element`;
 *   `yields` whether a press on it is for what lies under it
 */
export function createHandle(element, { onDrag, onDrop, yields }) {
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
    if (event.button !== 0 || yields(event)) return;
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
