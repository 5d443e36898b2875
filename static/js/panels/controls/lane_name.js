// A lane's name, typed in the place where it stands.

/**
 * @param {{label: Element, entry: HTMLInputElement, rename: HTMLButtonElement}} parts the name, the
 *   entry that takes its place, and the button for it; a double click on the name does the same
 * @param {{given: function(): string, rename: function(?string)}} handlers `given()` is the name
 *   that the lane was given, "" if none; `rename(null)` takes it away
 */
export function createLaneName({ label, entry, rename: asks }, { given, rename }) {
  function begin() {
    entry.value = given();
    entry.placeholder = label.textContent;
    label.hidden = true;
    entry.hidden = false;
    entry.select();
    entry.focus();
  }

  function end() {
    if (entry.hidden) return;
    entry.hidden = true;
    label.hidden = false;
    const name = entry.value.trim();
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
