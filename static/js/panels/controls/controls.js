// Controls: task, network and training, as the server drew them from the recipe's schema.

import { actsFrom, folded } from "../../recipe/in_force.js";
import { differingFields, laneValues, matters, overriddenFields } from "../../recipe/lanes.js";
import { valueAt } from "../../recipe/recipe.js";
import { inSentence } from "../../text/format.js";
import { same } from "../../text/json.js";
import { upTo } from "../../ui/breakpoints.js";
import { createFold } from "../../ui/disclosure.js";
import { createField } from "./field.js";

const PARTS = { task: "task", lanes: "lanes", recipe: "another demonstration" };

/**
 * @param {HTMLElement} element
 * @param {Pick<Actions, "change" | "replace" | "undo" | "redo">} actions
 * @param {Pick<Facts, "tasks" | "recipe">} defaults of each task, by name, and of
 *   all else
 */
export function create(element, actions, { tasks, recipe: usual }) {
  /** @type {HTMLSelectElement} */
  const select = element.querySelector('[data-path="task.name"] select');
  const selectHelp = element.querySelector('[data-path="task.name"] .help');
  const taskFields = element.querySelector("#task-fields");
  const lanesList = element.querySelector(".lanes");
  /** @type {HTMLTemplateElement} */
  const laneTemplate = element.querySelector("#lane");
  const inLaneRow = namesIn(laneTemplate.content, ".bare");
  const groups = [...element.querySelectorAll(".group:not(#lanes)")];
  /** @type {NodeListOf<HTMLDetailsElement>} */
  const more = element.querySelectorAll(".group:not(#lanes) .more");
  const folds = [...more].map((node) => createFold(node, "base"));
  const [undo, redo] = [element.querySelector(".undo"), element.querySelector(".redo")];
  const remembered = { ...tasks };
  let fields = [];
  let task = null;
  /** @type {Recipe} */
  let form = null;
  /** @type {State["errors"]} */
  let errors = null;
  /** @type {Recipe} */
  let recipe = null;
  /** @type {Recipe} */
  let inForce = null;
  let undoable = null;
  let projector = document.documentElement.dataset.mode === "projector";

  function mountTask(name) {
    /** @type {HTMLTemplateElement} */
    const template = element.querySelector(`template[data-task="${name}"]`);
    taskFields.replaceChildren(template.content.cloneNode(true));
    selectHelp.textContent = template.dataset.help;
    collect();
  }

  function collect() {
    const known = new Map(fields.map((field) => [field.element, field]));
    fields = [...element.querySelectorAll(".field")]
      .filter((node) => !lanesList.contains(node) && node.dataset.path !== "task.name")
      .map((node) => known.get(node) ?? createField(node, actions.change));
  }

  function show() {
    const task = form.task.name;
    const lanes = form.lanes.map((_, index) => ({ ...laneValues(form, index), task }));
    const overridden = new Set(overriddenFields(form, Object.keys(form.base)));
    const differing = new Set(differingFields(form, Object.keys(form.base)));
    const unusual = [];
    for (const field of fields) {
      const from = actsFrom(recipe, field.path);
      field.write(valueAt(form, field.path), { inForce: valueAt(inForce, field.path), from });
      field.fail(errors.get(field.path));
      const when = JSON.parse(field.element.dataset.when ?? "{}");
      const [place, name] = field.path.split(".");
      field.toggle(matters(when, ...lanes) && !(place === "base" && overridden.has(name)));
      field.mark(place === "base" && differing.has(name));
      const news =
        errors.has(field.path) || !same(valueAt(form, field.path), valueAt(usual, field.path));
      if (place === "base" && news) unusual.push(field.path);
    }
    for (const fold of folds) fold.show(unusual);
    for (const group of groups) explain(group, overridden);
  }

  /** A control that rules nobody is not shown; say where it went. */
  function explain(group, overridden) {
    const note = group.querySelector(".overridden");
    if (note === null) return;
    const titles = [...group.querySelectorAll('[data-path^="base."]')]
      .filter(({ dataset }) => {
        const name = dataset.path.split(".")[1];
        return overridden.has(name) && !inLaneRow.has(name);
      })
      .map((node) => node.querySelector("label").textContent.trim());
    note.hidden = titles.length === 0;
    note.textContent = `Every lane has its own: ${titles.join(", ")}.`;
  }

  function showUndo() {
    for (const [button, name, what, keys] of [
      [undo, "Undo", undoable.undo, "Ctrl+Z"],
      [redo, "Redo", undoable.redo, "Ctrl+Shift+Z"],
    ]) {
      // A button that goes dead under the focus would lose it.
      if (what === null && document.activeElement === button)
        (button === undo ? redo : undo).focus();
      button.disabled = what === null;
      button.title =
        what === null ? `Nothing to ${name.toLowerCase()}` : `${name}: ${inWords(what)} (${keys})`;
    }
  }

  /** What a path is called: "learning rate", "forget-gate bias of lane 2". */
  function inWords(what) {
    if (Object.hasOwn(PARTS, what)) return PARTS[what];
    const [place, index, name] = what.split(".");
    const field = place === "lanes" ? `base.${name}` : what;
    const label = element.querySelector(`[data-path="${CSS.escape(field)}"] label`)?.textContent;
    const title = label === undefined ? (name ?? index ?? place) : inSentence(label);
    return place === "lanes" ? `${title} of lane ${Number(index) + 1}` : title;
  }

  function onTask() {
    actions.replace("task", remembered[select.value]);
  }

  // --- the controls fold away, on a narrow page by themselves ---------------------------------

  const fold = element.querySelector(".fold");
  const narrow = matchMedia(upTo("phone"));

  function setFolded(folded) {
    element.classList.toggle("folded", folded);
    fold.setAttribute("aria-expanded", String(!folded));
    fold.title = folded ? "Show the controls" : "Fold the controls away";
  }

  const onNarrow = () => setFolded(narrow.matches || projector);
  const onFold = () => setFolded(!element.classList.contains("folded"));
  const onSubmit = (event) => event.preventDefault();
  onNarrow();
  narrow.addEventListener("change", onNarrow);
  undo.addEventListener("click", actions.undo);
  redo.addEventListener("click", actions.redo);
  fold.addEventListener("click", onFold);
  select.addEventListener("change", onTask);
  element.addEventListener("submit", onSubmit);
  collect();

  return {
    /** @param {State} state */
    render(state) {
      if (undoable !== state.undoable) {
        undoable = state.undoable;
        showUndo();
      }
      if (projector !== state.view.projector) {
        ({ projector } = state.view);
        onNarrow();
      }
      const known = state.form === form && state.errors === errors && state.recipe === recipe;
      if (state.form === null || known) return;
      ({ form, errors, recipe } = state);
      inForce = folded(state.recipe, state.reached);
      remembered[form.task.name] = form.task;
      if (form.task.name !== task) {
        task = form.task.name;
        select.value = task;
        mountTask(task);
      }
      show();
    },
  };
}

/** Names of the fields that match `selector`. */
function namesIn(root, selector) {
  const nodes = root.querySelectorAll(`${selector}[data-path]`);
  return new Set([...nodes].map(({ dataset }) => dataset.path.split(".").at(-1)));
}
