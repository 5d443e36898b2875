/** Keys for the whole page: they do nothing while something has the focus that needs them. */

const NEEDS_KEYS = "input, select, textarea, button, a, summary, [contenteditable]";
// Of those, the ones that space, enter and the arrows are enough for: letters go on to the page.
const NEEDS_NO_LETTERS = "button, a, summary, input[type=range], input[type=checkbox]";

const REPEATED = /^(Arrow.*|\[|\])$/;
const LETTER = /^[^\s]$/;

/** @param {Object<string, () => void>} actions by key */
export function listenToKeys(actions) {
  addEventListener("keydown", (event) => {
    const { target, repeat, ctrlKey, metaKey, altKey } = event;
    const key = LETTER.test(event.key) ? event.key.toLowerCase() : event.key;
    // Held down, the arrows and brackets go on; the others act once.
    if ((repeat && !REPEATED.test(key)) || ctrlKey || metaKey || altKey || !Object.hasOwn(actions, key)) return;
    const needing = target instanceof Element ? target.closest(NEEDS_KEYS) : null;
    if (needing !== null && !(LETTER.test(key) && needing.matches(NEEDS_NO_LETTERS))) return;
    event.preventDefault();
    actions[key]();
  });
}
