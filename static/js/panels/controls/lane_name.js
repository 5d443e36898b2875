// A lane's name, typed in the place where it stands.

import { withoutMarks } from "../../text/direction.js";

/**
 * @param {{label: HTMLElement, entry: HTMLInputElement, rename: HTMLElement}} parts the name, the
 *   entry that takes its place, and the button for it; a double click on the name does the same
 * @param {{given: () => string, rename: (name: string | null) => void}} handlers
 *   `given()` is the name
 *   that the lane was given, "" if none; `rename(null)` takes it away
 */
export function createLaneName({ label, entry, rename: asks }, { given, rename }) {
  function begin() {
    entry.value = given();
    entry.placeholder = label.title;
    label.hidden = true;
    entry.hidden = false;
    entry.select();
    entry.focus();
  }

  function end() {
    if (entry.hidden) return;
    entry.hidden = true;
    label.hidden = false;
    // A paste may bring characters that nobody sees.
    const name = withoutMarks(entry.value).trim();
    if (name !== given()) rename(name || null);
  }

  function onKey(event) {
    if (event.key !== "Enter" && event.key !== "Escape") return;
    event.preventDefault();
    if (event.key === "Escape") entry.value = given();
    asks.focus(); // and with the blur the name is taken
  }

  asks.addEventListener("click", begin);
  label.addEventListener("dblclick", begin);
  entry.addEventListener("keydown", onKey);
  entry.addEventListener("blur", end);
}
