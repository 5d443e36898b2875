// Elements: made in one call, and written to only where something is new.

const written = new WeakMap(); // element → its style, as it was set

export function make(tag, name = "", ...children) {
  const element = document.createElement(tag);
  if (name !== "") element.className = name;
  element.append(...children);
  return element;
}

/** A button; its text is its name where it has no `label`. */
export function button(text, label, click) {
  const made = make("button", "", text);
  made.type = "button";
  if (label !== null) made.setAttribute("aria-label", label);
  made.addEventListener("click", click);
  return made;
}

/** Buttons and other small things that belong together, beside each other. */
export function tabs(label, children) {
  const made = make("div", "view-tabs", ...children);
  made.setAttribute("role", "group");
  made.setAttribute("aria-label", label);
  return made;
}

/** Set an element's text, unless it has that already. */
export function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Set a property of an element's style, unless it has that value since last time. */
export function setStyle(element, name, value) {
  if (!written.has(element)) written.set(element, {});
  const before = written.get(element);
  if (before[name] === value) return;
  before[name] = value;
  element.style.setProperty(name, value);
}
