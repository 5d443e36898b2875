// Presets: a menu of demonstrations, and a note that says what to look at in the one that runs.

import { html } from "../text/format.js";

const GAP = 4; // px between the button and its menu
const EDGE = 8; // px that the menu stays away from the window's edge
// What the sentence of a preset is about, unless it says otherwise.
const ABOUT = { flow: "norms", quantity: "dh_norm" };

/**
 * @param {{button: HTMLElement, menu: HTMLElement, note: HTMLElement}} elements
 * @param {Pick<Actions, "open" | "dismissPreset">} actions
 * @param {Preset[]} presets
 */
export function create({ button, menu, note }, actions, presets) {
  const items = [...menu.querySelectorAll("[role=menuitem]")];
  /** @type {Preset} */
  let shown = null;

  function place() {
    const box = button.getBoundingClientRect();
    // The width is known though the menu is not shown yet.
    const width = Number.parseFloat(getComputedStyle(menu).width);
    menu.style.left = `${Math.max(EDGE, Math.min(box.left, innerWidth - width - EDGE))}px`;
    menu.style.top = `${box.bottom + GAP}px`;
    menu.style.maxHeight = `${innerHeight - box.bottom - GAP - EDGE}px`;
  }

  function onBeforeToggle({ newState }) {
    if (newState === "open") place();
  }

  function onToggle({ newState }) {
    button.setAttribute("aria-expanded", String(newState === "open"));
    if (newState === "open") focus(shown === null ? 0 : presets.indexOf(shown));
  }

  function focus(index) {
    items.at(index % items.length).focus();
  }

  function onKey(event) {
    const at = items.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      focus(to);
    } else if (event.key === "Tab") {
      menu.hidePopover();
    } else if (event.key.length === 1 && event.key !== " ") {
      const letter = event.key.toLowerCase();
      const after = [...items.slice(at + 1), ...items.slice(0, at + 1)];
      after.find((item) => item.textContent.trim().toLowerCase().startsWith(letter))?.focus();
    }
  }

  function onChoose({ target, detail }) {
    const item = target.closest("[data-preset]");
    if (item === null) return;
    menu.hidePopover();
    const preset = presets[Number(item.dataset.preset)];
    const { recipe, play, at, view } = preset;
    actions.open(recipe, { play, at, preset, view: { ...ABOUT, ...view } });
    // After the mouse, so that the space bar is play and pause and not this button.
    if (detail > 0) button.blur();
  }

  function onDown(event) {
    if (event.key !== "ArrowDown") return;
    event.preventDefault();
    menu.showPopover();
  }

  function write(preset) {
    note.hidden = preset === null;
    if (preset === null) {
      note.replaceChildren();
      return;
    }
    const line = document.createElement("p");
    const [name, text] = [document.createElement("b"), document.createElement("span")];
    const sentence = document.createElement("span");
    const close = document.createElement("button");
    line.className = "notice news preset-note";
    name.textContent = preset.name;
    sentence.innerHTML = html(preset.text);
    text.append(name, " ", sentence);
    Object.assign(close, { type: "button", className: "small", textContent: "Got it" });
    close.addEventListener("click", actions.dismissPreset);
    line.append(text, close);
    note.replaceChildren(line);
  }

  menu.addEventListener("beforetoggle", onBeforeToggle);
  menu.addEventListener("toggle", onToggle);
  menu.addEventListener("keydown", onKey);
  menu.addEventListener("click", onChoose);
  button.addEventListener("keydown", onDown);

  return {
    /** @param {State} state */
    render({ preset }) {
      if (preset === shown) return;
      shown = preset;
      write(preset);
    },
  };
}
