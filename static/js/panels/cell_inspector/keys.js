// The cell inspector's keys: Escape closes it; arrows change t and unit, also while one of its
// buttons has the focus.

/** @type {Record<string, ["t" | "unit", number]>} */
const STEPS = {
  ArrowLeft: ["t", -1],
  ArrowRight: ["t", 1],
  ArrowUp: ["unit", -1],
  ArrowDown: ["unit", 1],
};

/**
 * @param {Element} element the inspector; its keys rest while it is hidden
 * @param {{close: Function, step: function("t"|"unit", number): void}} does
 */
export function listenToInspectorKeys(element, { close, step }) {
  function pressed(event) {
    const { key, target, altKey, ctrlKey, metaKey } = event;
    if (element.hidden || event.defaultPrevented || altKey || ctrlKey || metaKey) return;
    if (key === "Escape") {
      // In a form Escape takes back what was typed.
      if (
        document.querySelector("dialog[open]") === null &&
        target.closest?.("form, details[open]") == null
      )
        leave(event);
    } else if (
      Object.hasOwn(STEPS, key) &&
      element.contains(target) &&
      target.closest("button") !== null
    ) {
      // The page's own arrow keys do nothing while a button has the focus.
      event.preventDefault();
      step(...STEPS[key]);
    }
  }

  // The drawer lies on top: with the focus in it, or on nothing, it gets Escape before others.
  function escaped(event) {
    const { key, target } = event;
    if (key !== "Escape" || element.hidden) return;
    if (target === document.body || element.contains(target)) pressed(event);
  }

  function leave(event) {
    event.preventDefault();
    event.stopPropagation();
    close();
  }

  addEventListener("keydown", escaped, { capture: true });
  addEventListener("keydown", pressed);
}
