// Controls: task, network and training, as the server drew them from the recipe's schema.

import { createField } from "../field.js";
import { folded, laneValues, matters, overriddenKnobs, valueAt } from "../recipe.js";

const NARROW = "(max-width: 859px)";

/**
 * @param {Element} element
 * @param {{change: function(string, unknown, object): void, replace: function(string, object): void}} actions
 * @param {Object<string, object>} tasks the defaults of each task, by name
 */
export function create(element, actions, tasks) {
  const select = element.querySelector('[data-path="task.name"] select');
  const selectHelp = element.querySelector('[data-path="task.name"] .help');
  const taskFields = element.querySelector("#task-fields");
  const lanesList = element.querySelector(".lanes");
  const inLaneRow = namesIn(element.querySelector("#lane").content, ".bare");
  const groups = [...element.querySelectorAll(".group:not(#lanes)")];
  const remembered = { ...tasks };
  let fields = [];
  let task = null;
  let form = null;
  let errors = null;
  let inForce = null;

  function mountTask(name) {
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
    const lanes = form.lanes.map((_, index) => laneValues(form, index));
    const overridden = new Set(overriddenKnobs(form, Object.keys(form.base)));
    for (const field of fields) {
      field.write(valueAt(form, field.path), { inForce: valueAt(inForce, field.path) });
      field.fail(errors.get(field.path));
      const when = JSON.parse(field.element.dataset.when ?? "{}");
      const [place, name] = field.path.split(".");
      field.toggle(matters(when, ...lanes) && !(place === "base" && overridden.has(name)));
    }
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

  function onTask() {
    actions.replace("task", remembered[select.value]);
  }

  // --- on a narrow page the controls fold away ---------------------------------------------------

  const fold = element.querySelector(".fold");
  const narrow = matchMedia(NARROW);

  function setFolded(folded) {
    element.classList.toggle("folded", folded);
    fold.setAttribute("aria-expanded", String(!folded));
  }

  const onNarrow = () => setFolded(narrow.matches);
  const onFold = () => setFolded(!element.classList.contains("folded"));
  const onSubmit = (event) => event.preventDefault();
  onNarrow();
  narrow.addEventListener("change", onNarrow);
  fold.addEventListener("click", onFold);
  select.addEventListener("change", onTask);
  element.addEventListener("submit", onSubmit);
  collect();

  return {
    render(state) {
      if (state.form === null || (state.form === form && state.errors === errors)) return;
      ({ form, errors } = state);
      inForce = folded(state.recipe, state.reached);
      remembered[form.task.name] = form.task;
      if (form.task.name !== task) {
        task = form.task.name;
        select.value = task;
        mountTask(task);
      }
      show();
    },

    destroy() {
      narrow.removeEventListener("change", onNarrow);
      fold.removeEventListener("click", onFold);
      select.removeEventListener("change", onTask);
      element.removeEventListener("submit", onSubmit);
    },
  };
}

/** Names of the fields that match `selector`. */
function namesIn(root, selector) {
  const nodes = root.querySelectorAll(`${selector}[data-path]`);
  return new Set([...nodes].map(({ dataset }) => dataset.path.split(".").at(-1)));
}
