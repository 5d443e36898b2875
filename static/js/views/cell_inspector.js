// Cell inspector: the circuit of a cell at one timestep, for one unit, with every number.

import { cellNumbers } from "../cell_numbers.js";
import { at, inForce } from "../effective.js";
import { count } from "../format.js";
import { scalar } from "../frames.js";
import { MOST, pinned, within, without } from "../inspected.js";
import { createCard, make } from "../pictures/cell_card.js";
import { write } from "../pictures/circuit.js";
import { tabNames } from "../watch_controls.js";

const WRITE_EVERY = 250; // ms: numbers that change faster cannot be read
const PARTS = ["view", "frame", "lanes", "recipe", "watch", "past", "run", "task"];

/**
 * @param {Element} element
 * @param {{view: function(object): void, inspect: function(object): void, watch: function(object): void}} actions
 */
export function create(element, actions) {
  const columns = []; // {element, …} one for each inspected cell
  let state = null;
  let opener = null;
  let drawn = -Infinity;
  let last = {};

  const cells = () => state?.view.inspect ?? [];
  const place = (cell) => within(cell, state.lanes, state.task.timesteps);
  const nonlinearityOf = (index) => at(inForce(state.recipe, index, "nonlinearity"), 0);
  element.tabIndex = -1;

  const example = stepper("Example", "example", (value) => actions.watch({ example: value }));
  const layer = stepper("Layer", "layer", (value) => {
    // The watched lane may have fewer layers than the inspected one.
    const { lane } = place(cells().at(-1));
    actions.watch(value < state.lanes[state.watch.lane].num_layers ? { layer: value } : { lane, layer: value });
  });
  const faces = ["values", "gradients"].map((wires) => {
    const made = button(wires, `Wires carry ${wires}`, () => actions.view({ wires }));
    made.title = wires === "values" ? "On the wires: values, forward" : "On the wires: gradients of the example's loss, backward";
    return made;
  });
  const body = make("div", "inspector-cells");
  const close = button("✕", "Close cell inspector", () => actions.view({ inspect: [] }));
  close.className = "plain square";
  element.append(
    make("header", "panel-head", make("h2", "", "Cell inspector"),
      make("div", "tools", tabs("On the wires", faces), layer.element, example.element, close)),
    body,
  );

  function render(next) {
    state = next;
    const shown = cells().length > 0 && next.lanes.length > 0 && next.task !== null;
    if (element.hidden === shown) toggle(shown);
    if (!shown) return;
    const same = PARTS.every((part) => last[part] === next[part]);
    if (same) return;
    // Numbers of a run that plays wait; what somebody does is seen at once.
    const asked = ["view", "watch", "past", "lanes"].some((part) => last[part] !== next[part]);
    const now = performance.now();
    if (next.run === "playing" && !asked && now - drawn < WRITE_EVERY) return;
    last = next;
    drawn = now;
    draw();
  }

  function toggle(shown) {
    element.hidden = !shown;
    last = {};
    const { activeElement: focused } = document;
    if (shown) {
      // Arrow keys belong to whatever has the focus; with it here they walk through time.
      opener = focused === document.body ? null : focused;
      if (opener !== null) element.focus({ preventScroll: true });
    } else if (focused === document.body || element.contains(focused)) {
      opener?.focus();
    }
  }

  function draw() {
    const { lanes, watch, recipe, view } = state;
    element.dataset.count = cells().length;
    faces.forEach((face, index) => face.setAttribute("aria-pressed", String(view.wires === ["values", "gradients"][index])));
    example.render(watch.example, 0, (recipe?.batch_size ?? 1) - 1);
    const layers = lanes[place(cells().at(-1)).lane].num_layers;
    layer.element.hidden = layers < 2;
    layer.render(Math.min(watch.layer, layers - 1), 0, layers - 1);
    const before = columns.length;
    while (columns.length > cells().length) columns.pop().element.remove();
    cells().forEach((cell, index) => {
      if (columns[index] === undefined) body.append((columns[index] = createColumn(index)).element);
      columns[index].render(place(cell), index === cells().length - 1);
    });
    // Where they have no room beside each other, the current one is in sight.
    if (before !== columns.length) body.scrollLeft = body.scrollWidth;
  }

  function createColumn(index) {
    const title = make("h3");
    const pin = button("Pin", "Pin this cell", () => actions.view({ inspect: pinned(cells()) }));
    const unpin = button("Unpin", "Unpin", () => actions.view({ inspect: without(cells(), index) }));
    pin.className = unpin.className = "small";
    const lanes = tabs("Lane of the cell", []);
    const go = (change) => actions.inspect({ ...place(cells().at(-1)), ...change });
    const t = stepper("timestep", "t", (value) => go({ t: value }));
    const unit = stepper("unit", "unit", (value) => go({ unit: value }));
    const choice = make("div", "inspector-choice", lanes, t.element, unit.element);
    const still = make("p", "inspector-choice note", "pinned: stays while the other cell moves");
    const content = make("div", "inspector-content");
    const column = make("article", "inspector-cell", make("div", "inspector-title", title, pin, unpin), choice, still, content);
    let card = null;
    let kindOf = null;
    let tabsOf = null;

    function render(cell, current) {
      const lane = state.lanes[cell.lane];
      const { frame, watch, past, view, task } = state;
      const depth = lane.num_layers > 1 ? ` · layer ${Math.min(watch.layer, lane.num_layers - 1)}` : "";
      const heading = `${lane.label} · t = ${cell.t} · unit ${cell.unit}${depth} · example ${watch.example}`;
      write(title, `${heading} · iteration ${frame === null ? "–" : count(frame.iteration)}`);
      column.setAttribute("aria-label", `${current ? "" : "Pinned: "}${lane.label}, t = ${cell.t}, unit ${cell.unit}`);
      column.style.setProperty("--lane", `var(--lane-${cell.lane})`);
      pin.hidden = unpin.hidden = false;
      if (current) unpin.hidden = true;
      else pin.hidden = true;
      pin.disabled = cells().length >= MOST;
      pin.title = pin.disabled ? `At most ${MOST} cells` : "Keep this cell beside the next";
      unpin.setAttribute("aria-label", `Unpin ${lane.label}, t = ${cell.t}, unit ${cell.unit}`);
      choice.hidden = !current;
      still.hidden = current;
      t.render(cell.t, 1, task.timesteps);
      unit.render(cell.unit, 0, lane.hidden_size - 1);
      if (current) renderTabs(cell.lane);

      const nonlinearity = nonlinearityOf(cell.lane);
      const numbers = cellNumbers(frame, lane, cell, nonlinearity);
      if (numbers === null) {
        if (kindOf !== "none") content.replaceChildren(make("p", "inspector-missing", "No states yet: they appear with the first iteration."));
        kindOf = "none";
        return;
      }
      const kind = `${numbers.kind} ${nonlinearity}`;
      if (kind !== kindOf) card = createCard(content, numbers.kind, nonlinearity);
      kindOf = kind;
      card.render(numbers, {
        wires: view.wires,
        diverged: scalar(frame, cell.lane, "diverged") > 0,
        lost: past === null
          ? "Sums and gradients come with the next frame."
          : `Sums and gradients were not recorded at iteration ${count(frame.iteration)}: step or fork from here.`,
      });
    }

    function renderTabs(chosen) {
      const labels = state.lanes.map(({ label }) => label);
      const key = JSON.stringify([labels, chosen]);
      if (key === tabsOf) return;
      tabsOf = key;
      const names = tabNames(labels, globalThis.innerWidth);
      const focused = [...lanes.children].indexOf(document.activeElement);
      lanes.replaceChildren(...labels.map((label, lane) => {
        const made = button(names[lane], label, () => go({ lane }));
        made.setAttribute("aria-pressed", String(lane === chosen));
        made.style.setProperty("--own", `var(--lane-${lane})`);
        return made;
      }));
      lanes.hidden = labels.length < 2;
      lanes.children[focused]?.focus();
    }

    return { element: column, render };
  }

  // --- keys -----------------------------------------------------------------------------------

  const STEPS = { ArrowLeft: ["t", -1], ArrowRight: ["t", 1], ArrowUp: ["unit", -1], ArrowDown: ["unit", 1] };

  function pressed(event) {
    const { key, target, altKey, ctrlKey, metaKey } = event;
    if (element.hidden || event.defaultPrevented || altKey || ctrlKey || metaKey) return;
    if (key === "Escape") {
      // In the forms it takes back what was typed.
      if (document.querySelector("dialog[open]") === null && target.closest?.("form, details[open]") == null) leave(event);
    } else if (Object.hasOwn(STEPS, key) && element.contains(target) && target.closest("button") !== null) {
      // On a button the page's own arrow keys rest.
      event.preventDefault();
      const [what, by] = STEPS[key];
      const cell = place(cells().at(-1));
      actions.inspect({ ...cell, [what]: Math.max(0, cell[what] + by) });
    }
  }

  // The drawer lies on top: with the focus in it or nowhere, Escape is its own before it is another's.
  function escaped(event) {
    const { key, target } = event;
    if (key !== "Escape" || element.hidden) return;
    if (target === document.body || element.contains(target)) pressed(event);
  }

  function leave(event) {
    event.preventDefault();
    event.stopPropagation();
    actions.view({ inspect: [] });
  }

  addEventListener("keydown", escaped, { capture: true });
  addEventListener("keydown", pressed);

  /** Every number of the inspected cells. */
  function exports() {
    const table = () => ({
      columns: ["lane", "timestep t", "unit", "layer", "example", "iteration", "quantity", "value"],
      rows: cells().map(place).flatMap((cell) => {
        const lane = state.lanes[cell.lane];
        const { watch, frame } = state;
        const numbers = cellNumbers(frame, lane, cell, nonlinearityOf(cell.lane));
        if (numbers === null) return [];
        const where = [lane.label, cell.t, cell.unit, Math.min(watch.layer, lane.num_layers - 1), watch.example, frame.iteration];
        const parts = Object.entries(numbers.passage?.parts ?? {}).map(([name, log]) => [`log10 paths.${name}`, log]);
        return [...Object.entries(numbers.values), ...parts].map((row) => [...where, ...row]);
      }),
    });
    return { name: "cell-inspector", picture: null, table };
  }

  function destroy() {
    removeEventListener("keydown", escaped, { capture: true });
    removeEventListener("keydown", pressed);
    element.replaceChildren();
  }

  return { render, destroy, exports };
}

function button(text, label, click) {
  const made = make("button", "", text);
  made.type = "button";
  made.setAttribute("aria-label", label);
  made.addEventListener("click", click);
  return made;
}

function tabs(label, children) {
  const made = make("div", "view-tabs", ...children);
  made.setAttribute("role", "group");
  made.setAttribute("aria-label", label);
  return made;
}

/** A number with a button on either side: "‹ t 31 ›". */
function stepper(name, symbol, choose) {
  let [value, low, high] = [0, 0, 0];
  const label = name.toLowerCase();
  const move = (by) => choose(Math.min(high, Math.max(low, value + by)));
  const previous = button("‹", `Previous ${label}`, () => move(-1));
  const next = button("›", `Next ${label}`, () => move(1));
  const entry = make("input");
  entry.type = "number";
  entry.setAttribute("aria-label", `${name[0].toUpperCase()}${name.slice(1)} of the inspected cell`);
  entry.addEventListener("change", () => {
    const wanted = Math.round(entry.valueAsNumber);
    if (Number.isNaN(wanted)) entry.value = value;
    else choose(Math.min(high, Math.max(low, wanted)));
  });
  const element = tabs(name, [previous, make("span", "", symbol), entry, next]);
  element.classList.add("stepper");

  function render(now, least, most) {
    [low, high] = [least, most];
    // Not `disabled`, which would take the focus from whoever has come to the end by keyboard.
    previous.setAttribute("aria-disabled", String(now <= least));
    next.setAttribute("aria-disabled", String(now >= most));
    if (entry.max !== String(most)) [entry.min, entry.max] = [least, most];
    if (value !== now || entry.value === "") entry.value = now;
    value = now;
  }

  return { element, render };
}
