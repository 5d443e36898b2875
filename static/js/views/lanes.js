// Lanes: the networks of the comparison, each with its cell and what it has of its own.

import { at, inForce } from "../effective.js";
import { createField } from "../field.js";
import { lastLoss, scalar, values } from "../frames.js";
import { differingKnobs, folded, laneValues, matters, withLane, withoutLane } from "../recipe.js";

const LIVE_INTERVAL = 250; // ms between two horizons while a run plays
const NOT_SETTINGS = new Set(["cell", "name"]);

/**
 * @param {Element} element
 * @param {{change: function(string, unknown, object): void, replace: function(string, object): void}} actions
 */
export function create(element, actions) {
  const list = element.querySelector(".lanes");
  const add = element.querySelector(".add");
  const differs = element.querySelector(".differs");
  const templates = { lane: element.querySelector("#lane"), own: element.querySelector("#lane-own") };
  const [least, most] = [Number(list.dataset.least), Number(list.dataset.most)];
  const horizonHelp = element.querySelector("#horizon-help");
  const titles = titlesIn(templates.own.content);
  let rows = [];
  let last = null;
  let horizonsAt = -Infinity;
  let timer = 0;

  function copyOf(template, index) {
    const copy = document.createElement("template");
    copy.innerHTML = template.innerHTML.replace(/lanes([.-])#/g, `lanes$1${index}`);
    return copy.content;
  }

  function fieldsIn(root) {
    return [...root.querySelectorAll(".field")].map((node) => createField(node, actions.change));
  }

  function createRow(index) {
    const content = copyOf(templates.lane, index);
    const node = content.querySelector(".lane");
    const row = {
      node,
      label: node.querySelector(".lane-label"),
      horizon: node.querySelector(".lane-horizon"),
      open: node.querySelector(".open"),
      count: node.querySelector(".count"),
      own: node.querySelector(".lane-own"),
      remove: node.querySelector(".remove"),
      cell: node.querySelector(".lane-tools .entry"),
      fields: fieldsIn(content),
    };
    node.style.setProperty("--lane", `var(--lane-${index})`);
    row.own.id = `lane-own-${index}`;
    row.open.setAttribute("aria-controls", row.own.id);
    row.open.addEventListener("click", () => setOpen(row, index, row.own.hidden));
    row.remove.addEventListener("click", () => {
      actions.replace("lanes", withoutLane(last.form, index).lanes);
      add.focus();
    });
    list.append(content);
    return row;
  }

  // Made when it is first opened: most lanes are never looked into.
  function setOpen(row, index, open) {
    if (open && row.own.childElementCount === 0) {
      row.own.append(copyOf(templates.own, index));
      row.fields.push(...fieldsIn(row.own));
      showFields(row, index);
    }
    row.own.hidden = !open;
    row.open.setAttribute("aria-expanded", String(open));
  }

  function showFields(row, index) {
    const { form, errors, recipe, reached } = last;
    const now = folded(recipe, reached);
    const shown = laneValues(form, index);
    const running = laneValues(now, index);
    for (const field of row.fields) {
      const name = field.path.split(".").at(-1);
      field.write(shown[name] ?? null, {
        inForce: running[name] ?? null,
        inherited: !Object.hasOwn(form.lanes[index], name),
        inheritedInForce: !Object.hasOwn(now.lanes[index] ?? {}, name),
      });
      field.fail(errors.get(field.path));
      field.toggle(matters(JSON.parse(field.element.dataset.when ?? "{}"), shown));
    }
  }

  function showRow(row, index) {
    const { form, errors, lanes } = last;
    const label = lanes[index]?.label ?? laneValues(form, index).cell.toUpperCase();
    const settings = Object.keys(form.lanes[index]).filter((name) => !NOT_SETTINGS.has(name));
    row.label.textContent = label;
    row.label.title = label;
    row.count.textContent = settings.length === 0 ? "" : String(settings.length);
    row.own.setAttribute("aria-label", `Own settings of ${label}`);
    row.open.setAttribute("aria-label", `Own settings of ${label}`);
    row.cell.setAttribute("aria-label", `Cell of ${label}`);
    row.remove.setAttribute("aria-label", `Remove ${label}`);
    row.remove.title = `Remove ${label} (restarts the run)`;
    row.remove.disabled = rows.length <= least;
    const wrong = [...errors.keys()].some((path) => path.startsWith(`lanes.${index}.`));
    if (wrong && row.own.hidden) setOpen(row, index, true);
    showFields(row, index);
  }

  function showAll() {
    const { form } = last;
    if (rows.length !== form.lanes.length) {
      list.replaceChildren();
      rows = form.lanes.map((_, index) => createRow(index));
    }
    rows.forEach(showRow);
    add.disabled = rows.length >= most;
    differs.textContent = rows.length > 1 ? whatDiffers(form) : "";
  }

  function whatDiffers(form) {
    const knobs = differingKnobs(form, Object.keys(form.base)).map((name) => titles[name] ?? name);
    if (knobs.length === 0) return " — all alike";
    if (knobs.length === 1) return ` — only ${knobs[0]} differs`;
    if (knobs.length === 2) return ` — ${knobs.join(" and ")} differ`;
    return ` — ${knobs.length} knobs differ`;
  }

  function showHorizons() {
    timer = 0;
    horizonsAt = performance.now();
    const meaning = last.task === null ? "" : horizonMeaning(last.task);
    if (horizonHelp.textContent !== meaning) horizonHelp.textContent = meaning;
    rows.forEach(({ horizon }, index) => {
      const text = horizonOf(last, index);
      if (horizon.textContent === text && horizon.title === meaning) return;
      horizon.textContent = text;
      horizon.title = meaning;
    });
  }

  function onAdd() {
    actions.replace("lanes", withLane(last.form).lanes);
    list.querySelector(".lane:last-child .entry")?.focus();
  }

  add.addEventListener("click", onAdd);

  return {
    render(state) {
      const before = last;
      last = state;
      if (state.form === null) return;
      const parts = ["form", "errors", "lanes"];
      if (before === null || parts.some((part) => before[part] !== state[part])) showAll();
      if (timer !== 0 || (before !== null && before.frame === state.frame)) return;
      const wait = state.run === "playing" ? horizonsAt + LIVE_INTERVAL - performance.now() : 0;
      if (wait <= 0) showHorizons();
      else timer = setTimeout(showHorizons, wait);
    },

    destroy() {
      clearTimeout(timer);
      add.removeEventListener("click", onAdd);
    },
  };
}

function horizonMeaning(task) {
  return (
    "How many timesteps back ‖∂ℓ/∂h_t‖ stays above 1 % of its value at the last loss; " +
    `${lastLoss(task)}+ reaches the first.`
  );
}

function horizonOf({ frame, task, recipe }, lane) {
  const steps = scalar(frame, lane, "horizon");
  if (Number.isNaN(steps) || task === null) return "";
  const last = lastLoss(task);
  if (steps >= last) return `horizon ${steps}+`;
  // Beyond the window of a truncated gradient there is a gap where a number would be.
  const cut = Number.isNaN(values(frame, lane, "dh_norm")?.[last - steps - 1]);
  const truncate = at(inForce(recipe, lane, "truncate"), frame.iteration) ?? null;
  return `horizon ${steps}${cut && truncate !== null ? " (truncated)" : ""}`;
}

/** Title of each field, as a sentence has it. */
function titlesIn(root) {
  const labels = [...root.querySelectorAll("[data-path]")].map((node) => {
    const title = node.querySelector("label").textContent.trim();
    return [node.dataset.path.split(".").at(-1), title[0].toLowerCase() + title.slice(1)];
  });
  return Object.fromEntries(labels);
}
