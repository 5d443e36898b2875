// A lane's row in the controls: its cell, its buttons, and the fields that it has of its own.

import { font, shortNames } from "../../canvas/text.js";
import { actsFrom, folded } from "../../recipe/in_force.js";
import { differingFields, laneValues, matters } from "../../recipe/lanes.js";
import { createFold } from "../../ui/disclosure.js";
import { createField } from "./field.js";
import { likeness } from "./lane_differences.js";
import { createLaneName } from "./lane_name.js";

const NOT_SETTINGS = new Set(["cell", "name"]);

/**
 * @param {() => State} now the state as it is
 * @param {{lane: HTMLTemplateElement, own: HTMLTemplateElement}} templates of a row, and of the
 *   fields of its own
 * @param {number} index of the lane
 * @param {{change: Actions["change"], hide: () => void, duplicate: () => void,
 *   remove: () => void}} handlers
 */
export function createLaneRow(now, templates, index, handlers) {
  const content = copyOf(templates.lane);
  const element = content.querySelector(".lane");
  /** @type {(name: string) => any} */
  const part = (name) => element.querySelector(`.${name}`);
  const [label, count, own, twin] = ["lane-label", "count", "lane-own", "lane-twin"].map(part);
  const [open, hide, rename, duplicate, remove] = [
    "open",
    "hide",
    "rename",
    "duplicate",
    "remove",
  ].map(part);
  const entry = part("lane-name");
  const cell = element.querySelector(".lane-tools .entry");
  const fields = fieldsIn(content);
  let folds = [];
  let names = []; // of all lanes

  own.id = `lane-own-${index}`;
  open.setAttribute("aria-controls", own.id);
  open.addEventListener("click", () => setOpen(own.hidden));
  hide.addEventListener("click", handlers.hide);
  createLaneName(
    { label, entry, rename },
    {
      given: () => now().form.lanes[index].name ?? "",
      rename: (name) => handlers.change(`lanes.${index}.name`, name, {}),
    },
  );
  duplicate.addEventListener("click", handlers.duplicate);
  remove.addEventListener("click", handlers.remove);

  function copyOf(template) {
    const copy = document.createElement("template");
    copy.innerHTML = template.innerHTML.replace(/lanes([.-])#/g, `lanes$1${index}`);
    return copy.content;
  }

  function fieldsIn(root) {
    return [...root.querySelectorAll(".field")].map((node) => createField(node, handlers.change));
  }

  // Made when it is first opened: most lanes are never looked into.
  function setOpen(opened) {
    if (opened && own.childElementCount === 0) {
      own.append(copyOf(templates.own));
      fields.push(...fieldsIn(own));
      folds = [...own.querySelectorAll(".more")].map((node) => createFold(node, "lane"));
      renderFields();
    }
    own.hidden = !opened;
    open.setAttribute("aria-expanded", String(opened));
  }

  /**
   * @param {{least: number, most: number, labelOf: (value: number) => string, hidden: boolean,
   *   hue: number}} how `least` and `most` lanes that there may be; `labelOf` a lane
   */
  function render({ least, most, labelOf, hidden, hue }) {
    const { form, errors } = now();
    const name = labelOf(index);
    names = form.lanes.map((_, lane) => labelOf(lane));
    renderNames(name);
    const settings = Object.keys(form.lanes[index]).filter((each) => !NOT_SETTINGS.has(each));
    count.textContent = settings.length === 0 ? "" : String(settings.length);
    duplicate.disabled = form.lanes.length >= most;
    remove.disabled = form.lanes.length <= least;
    element.style.setProperty("--lane", `var(--hue-${hue})`);
    element.classList.toggle("unseen", hidden);
    hide.setAttribute("aria-pressed", String(hidden));
    say(hide, `Hide ${name}`, hidden ? ": hidden, press to show it again" : " in all views");
    twin.textContent = likeness(form, index, labelOf);
    twin.hidden = twin.textContent === "";
    const wrong = [...errors.keys()].some((path) => path.startsWith(`lanes.${index}.`));
    if (wrong && own.hidden) setOpen(true);
    renderFields();
  }

  // What sets names apart often stands last, where an ellipsis would be.
  function fit() {
    label.textContent = label.title;
    const room = label.getBoundingClientRect().width;
    const whole = document.createRange();
    whole.selectNodeContents(label);
    if (whole.getBoundingClientRect().width <= room + 0.05) return;
    const { fontFamily, fontSize, fontWeight } = getComputedStyle(label);
    const lettering = font(fontFamily, Number.parseFloat(fontSize), Number(fontWeight));
    label.textContent = shortNames(names, lettering, room - 1)[index];
  }
  new ResizeObserver(fit).observe(part("lane-head"));

  function renderNames(name) {
    label.title = name;
    fit();
    own.setAttribute("aria-label", `Own settings of ${name}`);
    open.setAttribute("aria-label", `Own settings of ${name}`);
    cell.setAttribute("aria-label", `Cell of ${name}`);
    entry.setAttribute("aria-label", `Name of ${name}`);
    say(rename, `Rename ${name}`);
    say(duplicate, `Duplicate ${name}`, " (restarts the run)");
    say(remove, `Remove ${name}`, " (restarts the run)");
  }

  function renderFields() {
    const { form, errors, recipe, reached } = now();
    const inForce = folded(recipe, reached);
    const shown = laneValues(form, index);
    const running = laneValues(inForce, index);
    const differing = new Set(differingFields(form, Object.keys(form.base)));
    const unusual = [];
    for (const field of fields) {
      const name = field.path.split(".").at(-1);
      field.write(shown[name] ?? null, {
        inForce: running[name] ?? null,
        inherited: !Object.hasOwn(form.lanes[index], name),
        from: actsFrom(recipe, field.path),
        inheritedInForce: !Object.hasOwn(inForce.lanes[index] ?? {}, name),
      });
      field.fail(errors.get(field.path));
      field.toggle(matters(JSON.parse(field.element.dataset.when ?? "{}"), shown));
      field.mark(differing.has(name));
      if (errors.has(field.path) || Object.hasOwn(form.lanes[index], name))
        unusual.push(field.path);
    }
    for (const fold of folds) fold.show(unusual);
  }

  /** What is to differ in this lane is set next: bring its own fields into sight. */
  function enter() {
    setOpen(true);
    cell.focus({ preventScroll: true });
    element.scrollIntoView({ block: "nearest" });
  }

  return { element, reach: part("lane-reach"), render, fit, enter };
}

function say(button, name, more = "") {
  button.setAttribute("aria-label", name);
  button.title = name + more;
}
