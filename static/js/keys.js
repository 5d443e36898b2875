/** Keys for the whole page: they do nothing while something has the focus that needs them. */

const NEEDS_KEYS = "input, select, textarea, button, a, summary, [contenteditable]";

const REPEATED = /^(Arrow.*|\[|\])$/;

/** @param {Object<string, () => void>} actions by key */
export function listenToKeys(actions) {
  addEventListener("keydown", (event) => {
    const { key, target, repeat, ctrlKey, metaKey, altKey } = event;
    // Held down, the arrows and brackets go on; the others act once.
    if ((repeat && !REPEATED.test(key)) || ctrlKey || metaKey || altKey || !Object.hasOwn(actions, key)) return;
    if (target instanceof Element && target.closest(NEEDS_KEYS) !== null) return;
    event.preventDefault();
    actions[key]();
  });
}
