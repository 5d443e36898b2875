// Keys for the whole page: they do nothing while something has the focus that needs them itself.

const ALL = /^/;
const MOVES = /^(Arrow.*|Home|End|Page.*)$/;
const PRESSES = /^( |Enter)$/;

/**
 * What has the focus, and the keys that are its own; the first that fits counts.
 *
 * @type {[string, RegExp][]}
 */
const OWN_KEYS = [
  ["textarea, select, [contenteditable], [role=menu] *, [role=spinbutton]", ALL],
  ["input:not([type=range], [type=checkbox], [type=radio], [type=button])", ALL],
  ["input[type=range], input[type=radio], [role=tab], [role=slider], [role=radio]", MOVES],
  ["button, a, summary, input, [role=button]", PRESSES],
];

// Where what is typed can be taken back by the browser.
const TYPED_IN =
  "textarea, [contenteditable], input:not([type=range], [type=checkbox], [type=radio])";

const REPEATED = /^(Arrow.*|\[|\]|mod\+.*)$/;

const LETTER = /^\p{L}$/u;

/** A key with its modifiers: "s", "mod+z", "mod+shift+z"; mod is Ctrl, or ⌘ on a Mac. */
function nameOf({ key, ctrlKey, metaKey, altKey, shiftKey }) {
  if (altKey) return null;
  if (!ctrlKey && !metaKey) return LETTER.test(key) ? key.toLowerCase() : key;
  return `mod+${shiftKey ? "shift+" : ""}${key.toLowerCase()}`;
}

function isNeeded(target, name) {
  if (!(target instanceof Element)) return false;
  if (name.startsWith("mod+")) return target.closest(TYPED_IN) !== null;
  const own = OWN_KEYS.find(([selector]) => target.closest(selector) !== null);
  // A range input of a tab list is a range input first: only its own keys are its own.
  return own !== undefined && own[1].test(name);
}

/** @param {Record<string, () => void>} actions by key */
export function listenToKeys(actions) {
  addEventListener("keydown", (event) => {
    const name = nameOf(event);
    if (name === null || event.defaultPrevented || !Object.hasOwn(actions, name)) return;
    // Held down, the arrows and brackets go on; the others act once.
    if (event.repeat && !REPEATED.test(name)) return;
    // Behind a dialog the page rests.
    if (isNeeded(event.target, name) || document.querySelector(":modal") !== null) return;
    event.preventDefault();
    actions[name]();
  });
}
