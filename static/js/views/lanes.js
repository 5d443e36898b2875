// Lanes: the networks of the comparison, each with its cell and what it has of its own.

import { createField } from "../field.js";
import { lastLoss } from "../frames.js";
import { differingKnobs, laneValues, matters, withLane, withoutLane } from "../recipe.js";

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
  const cells = [...templates.lane.content.querySelectorAll("option")].map(({ value }) => value);
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
    const { form, errors } = last;
    const values = laneValues(form, index);
    for (const field of row.fields) {
      const name = field.path.split(".").at(-1);
      field.write(values[name] ?? null, !Object.hasOwn(form.lanes[index], name));
      field.fail(errors.get(field.path) ?? "");
      field.toggle(matters(JSON.parse(field.element.dataset.when ?? "{}"), values));
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
    row.remove.setAttribute("aria-label", `Remove ${label}`);
    row.remove.title = `Remove ${label}`;
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
    const { frame, task } = last;
    rows.forEach(({ horizon }, index) => {
      const steps = frame?.arrays[`${index}/horizon`]?.data[0];
      const text = steps === undefined || Number.isNaN(steps) ? "" : said(steps, task);
      if (horizon.textContent !== text) horizon.textContent = text;
    });
  }

  function onAdd() {
    actions.replace("lanes", withLane(last.form, cells).lanes);
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

function said(steps, task) {
  const whole = task !== null && steps >= lastLoss(task);
  return `horizon ${steps}${whole ? "+" : ""}`;
}

/** Title of each field, as a sentence has it. */
function titlesIn(root) {
  const labels = [...root.querySelectorAll("[data-path]")].map((node) => {
    const title = node.querySelector("label").textContent.trim();
    return [node.dataset.path.split(".").at(-1), title[0].toLowerCase() + title.slice(1)];
  });
  return Object.fromEntries(labels);
}
