// Lanes: the networks of the comparison, each with its cell and what it has of its own.

import { at, inForce } from "../effective.js";
import { createField } from "../field.js";
import { createFold, inSentence } from "../fold.js";
import { lastLoss, scalar, values } from "../frames.js";
import { huesOf, recolored } from "../lane_colors.js";
import {
  differingKnobs, folded, laneValues, matters, same, withCopy, withLane, withoutLane,
} from "../recipe.js";

const LIVE_INTERVAL = 250; // ms between two horizons while a run plays
const NOT_SETTINGS = new Set(["cell", "name"]);

/**
 * @param {Element} element
 * @param {{change: function(string, unknown, object): void, replace: function(string, object, object): void,
 *   view: function(object): void}} actions
 */
export function create(element, actions) {
  const list = element.querySelector(".lanes");
  const add = element.querySelector(".add");
  const differs = element.querySelector(".differs");
  const templates = { lane: element.querySelector("#lane"), own: element.querySelector("#lane-own") };
  const [least, most] = [Number(list.dataset.least), Number(list.dataset.most)];
  const horizonHelp = element.querySelector("#horizon-help");
  const titles = { cell: "cell", ...titlesIn(templates.own.content) };
  let rows = [];
  let last = null;
  let horizonsAt = -Infinity;
  let timer = 0;
  let added = null; // a copy that is to be opened when it is there

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
      name: node.querySelector(".lane-name"),
      twin: node.querySelector(".lane-twin"),
      hide: node.querySelector(".hide"),
      rename: node.querySelector(".rename"),
      duplicate: node.querySelector(".duplicate"),
      remove: node.querySelector(".remove"),
      folds: [],
      cell: node.querySelector(".lane-tools .entry"),
      fields: fieldsIn(content),
    };
    row.own.id = `lane-own-${index}`;
    row.open.setAttribute("aria-controls", row.own.id);
    row.open.addEventListener("click", () => setOpen(row, index, row.own.hidden));
    row.hide.addEventListener("click", () => hide(index));
    row.rename.addEventListener("click", () => startNaming(row, index));
    row.label.addEventListener("dblclick", () => startNaming(row, index));
    row.duplicate.addEventListener("click", () => {
      reorder(withCopy(last.form, index).lanes, (at) => (at > index ? at + 1 : at));
      added = index + 1;
    });
    row.remove.addEventListener("click", () => {
      reorder(withoutLane(last.form, index).lanes, (at) => (at > index ? at - 1 : at === index ? null : at));
      add.focus();
    });
    row.name.addEventListener("keydown", (event) => onNameKey(event, row));
    row.name.addEventListener("blur", () => endNaming(row, index));
    list.append(content);
    return row;
  }

  /** Other lanes; they stay hidden and keep their colours at their new places. */
  function reorder(lanes, moved) {
    const { hidden, colors } = ofLanes();
    const labels = [];
    last.form.lanes.forEach((_, index) => {
      const to = moved(index);
      if (to !== null) labels[to] = labelOf(index);
    });
    actions.replace("lanes", lanes, {
      labels,
      hidden: hidden.map(moved).filter((at) => at !== null),
      colors: recolored(colors, last.form.lanes.length, lanes.length, moved),
    });
  }

  /** What the view says of the form's lanes, which may be ahead of the run's. */
  const ofLanes = () => last.along ?? last.view;

  function labelOf(index) {
    const label = last.along === null ? last.lanes[index]?.label : last.along.labels[index];
    return label ?? laneValues(last.form, index).cell.toUpperCase();
  }

  function hide(index) {
    if (last.along !== null) return; // in a moment, when the run has these lanes
    const hidden = new Set(last.view.hidden);
    if (!hidden.delete(index)) hidden.add(index);
    actions.view({ hidden: [...hidden].sort() });
  }

  // --- a name is typed in its own place ----------------------------------------------------------

  function startNaming(row, index) {
    row.name.value = last.form.lanes[index].name ?? "";
    row.name.placeholder = row.label.textContent;
    row.label.hidden = true;
    row.name.hidden = false;
    row.name.select();
    row.name.focus();
  }

  function endNaming(row, index) {
    if (row.name.hidden) return;
    row.name.hidden = true;
    row.label.hidden = false;
    const name = row.name.value.trim();
    if (name !== (last.form.lanes[index].name ?? "")) actions.change(`lanes.${index}.name`, name || null, {});
  }

  function onNameKey(event, row) {
    if (event.key !== "Enter" && event.key !== "Escape") return;
    event.preventDefault();
    if (event.key === "Escape") row.name.value = last.form.lanes[rows.indexOf(row)].name ?? "";
    row.rename.focus(); // and with the blur the name is taken
  }

  // Made when it is first opened: most lanes are never looked into.
  function setOpen(row, index, open) {
    if (open && row.own.childElementCount === 0) {
      row.own.append(copyOf(templates.own, index));
      row.fields.push(...fieldsIn(row.own));
      row.folds = [...row.own.querySelectorAll(".more")].map((node) => createFold(node, "lane"));
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
    const differing = new Set(differingKnobs(form, Object.keys(form.base)));
    const unusual = [];
    for (const field of row.fields) {
      const name = field.path.split(".").at(-1);
      field.write(shown[name] ?? null, {
        inForce: running[name] ?? null,
        inherited: !Object.hasOwn(form.lanes[index], name),
        inheritedInForce: !Object.hasOwn(now.lanes[index] ?? {}, name),
      });
      field.fail(errors.get(field.path));
      field.toggle(matters(JSON.parse(field.element.dataset.when ?? "{}"), shown));
      field.mark(differing.has(name));
      if (errors.has(field.path) || Object.hasOwn(form.lanes[index], name)) unusual.push(field.path);
    }
    for (const fold of row.folds) fold.show(unusual);
  }

  function showRow(row, index) {
    const { form, errors } = last;
    const label = labelOf(index);
    const settings = Object.keys(form.lanes[index]).filter((name) => !NOT_SETTINGS.has(name));
    row.label.textContent = label;
    row.label.title = label;
    row.count.textContent = settings.length === 0 ? "" : String(settings.length);
    row.own.setAttribute("aria-label", `Own settings of ${label}`);
    row.open.setAttribute("aria-label", `Own settings of ${label}`);
    row.cell.setAttribute("aria-label", `Cell of ${label}`);
    row.name.setAttribute("aria-label", `Name of ${label}`);
    tool(row.rename, `Rename ${label}`);
    tool(row.duplicate, `Duplicate ${label}`, " (restarts the run)");
    row.duplicate.disabled = rows.length >= most;
    tool(row.remove, `Remove ${label}`, " (restarts the run)");
    row.remove.disabled = rows.length <= least;
    const { hidden: unseen, colors } = ofLanes();
    const hidden = unseen.includes(index);
    row.node.style.setProperty("--lane", `var(--hue-${huesOf(colors)[index]})`);
    row.node.classList.toggle("unseen", hidden);
    row.hide.setAttribute("aria-pressed", String(hidden));
    tool(row.hide, `Hide ${label}`, hidden ? ": hidden, press to show it again" : " in all views");
    const like = twinOf(form, index);
    row.twin.hidden = like === -1;
    row.twin.textContent = like === -1 ? "" : `identical to ${labelOf(like)} until a setting differs`;
    const wrong = [...errors.keys()].some((path) => path.startsWith(`lanes.${index}.`));
    if (wrong && row.own.hidden) setOpen(row, index, true);
    showFields(row, index);
  }

  function tool(button, name, more = "") {
    button.setAttribute("aria-label", name);
    button.title = name + more;
  }

  function showAll() {
    const { form } = last;
    if (rows.length !== form.lanes.length) {
      list.replaceChildren();
      rows = form.lanes.map((_, index) => createRow(index));
    }
    rows.forEach(showRow);
    if (added !== null && rows[added] !== undefined) openCopy(rows[added], added);
    added = null;
    add.disabled = rows.length >= most;
    differs.textContent = rows.length > 1 ? whatDiffers(form) : "";
  }

  /** What is to differ in a copy is set next. */
  function openCopy(row, index) {
    setOpen(row, index, true);
    row.cell.focus({ preventScroll: true });
    row.node.scrollIntoView({ block: "nearest" });
  }

  /** The lane before lane `index` that has the same settings; -1 if there is none. */
  function twinOf(form, index) {
    const names = Object.keys(form.base);
    const settings = (at) => {
      const values = laneValues(form, at);
      return names.map((name) => values[name] ?? null);
    };
    const own = settings(index);
    return form.lanes.findIndex((_, at) => at < index && same(settings(at), own));
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
    reorder(withLane(last.form).lanes, (at) => at);
    added = last.form.lanes.length;
  }

  add.addEventListener("click", onAdd);

  return {
    render(state) {
      const before = last;
      last = state;
      if (state.form === null) return;
      const parts = ["form", "errors", "lanes", "view", "along"];
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
    return [node.dataset.path.split(".").at(-1), inSentence(node.querySelector("label").textContent)];
  });
  return Object.fromEntries(labels);
}
