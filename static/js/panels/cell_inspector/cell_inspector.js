// Cell inspector: the circuit of a cell at one timestep, for one unit, with every number.

import { pinned, within, without } from "../../state/inspected_cells.js";
import { nonlinearitiesOf } from "../../state/nonlinearities.js";
import { lengthOf } from "../../state/selectors.js";
import { button, make, tabs } from "../../ui/elements.js";
import { createStepper } from "../../ui/stepper.js";
import { inTime } from "../../ui/text_clock.js";
import { inReverse, layerOf } from "./captions.js";
import { createInspectedCell } from "./column.js";
import { listenToInspectorKeys } from "./keys.js";
import { kindOf } from "./kinds/kinds.js";
import { mirrored } from "./mirrored.js";
import { inspectorTable } from "./table.js";

const PARTS = ["view", "frame", "lanes", "recipe", "watch", "past", "run", "task"];
const WIRES = [
  { wires: "values", title: "On the wires: values, forward" },
  { wires: "gradients", title: "On the wires: gradients of the example's loss, backward" },
];

const HALVES = [
  { half: "forward", text: "→", title: "Forward half: before t comes t − 1" },
  { half: "reverse", text: "←", title: "Backward half: before t comes t + 1" },
];

/**
 * @param {HTMLElement} element
 * @param {Pick<Actions, "view" | "inspect" | "watch">} actions
 */
export function create(element, actions) {
  const columns = []; // {element, …} one for each inspected cell
  /** @type {State} */
  let state = null;
  let opener = null;
  const numbers = inTime(draw);
  let last = {};

  const cells = () => state?.view.inspect ?? [];
  const place = (cell) => within(cell, state.lanes, lengthOf(state));
  const current = () => place(cells().at(-1));
  const kindOfLane = (lane) => {
    const phi = nonlinearitiesOf(state.recipe, lane);
    return kindOf(lane, phi.state, phi.gate);
  };
  /** The kind with the equations of the half that is looked at. */
  function kindShown(lane) {
    const kind = kindOfLane(lane);
    return kind !== null && inReverse(lane, state.view) ? mirrored(kind) : kind;
  }
  const close = () => actions.view({ inspect: [] });
  element.tabIndex = -1;

  const example = createStepper("Example", "example", (value) => actions.watch({ example: value }));
  const layer = createStepper("Layer", "layer", (value) => {
    // The watched lane may have fewer layers than the inspected one.
    const { lane } = current();
    actions.watch(
      value < state.lanes[state.watch.lane].num_layers ? { layer: value } : { lane, layer: value },
    );
  });
  const faces = WIRES.map(({ wires, title }) => {
    const made = button(wires, `Wires carry ${wires}`, () => actions.view({ wires }));
    made.title = title;
    return made;
  });
  const halves = HALVES.map(({ half, text, title }) => {
    const made = button(text, title, () => actions.view({ half }));
    made.title = title;
    return made;
  });
  const halfTabs = tabs("Half of the lane", halves);
  const body = make("div", "inspector-cells");
  const closer = button("✕", "Close cell inspector", close);
  closer.className = "plain square";
  element.append(
    make(
      "header",
      "panel-head inspector-head",
      make("h2", "", "Cell inspector"),
      make(
        "div",
        "tools inspector-tools",
        tabs("On the wires", faces),
        halfTabs,
        layer.element,
        example.element,
        closer,
      ),
    ),
    body,
  );
  listenToInspectorKeys(element, {
    close,
    step(what, by) {
      const cell = current();
      actions.inspect({ ...cell, [what]: Math.max(0, cell[what] + by) });
    },
  });

  /** @param {State} next */
  function render(next) {
    state = next;
    const shown = cells().length > 0 && next.lanes.length > 0 && next.task !== null;
    if (element.hidden === shown) toggle(shown);
    if (!shown) return;
    const same = PARTS.every((key) => last[key] === next[key]);
    if (same) return;
    // Numbers of a run that plays wait; what somebody does is seen at once.
    const asked = ["view", "watch", "past", "lanes"].some((part) => last[part] !== next[part]);
    last = next;
    numbers.ask(next.run !== "playing" || asked);
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
    if (element.hidden) return;
    const { lanes, watch, recipe, view } = state;
    element.dataset.count = String(cells().length);
    WIRES.forEach(({ wires }, k) =>
      faces[k].setAttribute("aria-pressed", String(view.wires === wires)),
    );
    example.render(watch.example, 0, (recipe?.batch_size ?? 1) - 1);
    const inspected = lanes[current().lane];
    halfTabs.hidden = !inspected.bidirectional;
    HALVES.forEach(({ half }, k) =>
      halves[k].setAttribute("aria-pressed", String(view.half === half)),
    );
    layer.element.hidden = inspected.num_layers < 2;
    layer.render(layerOf(inspected, watch), 0, inspected.num_layers - 1);
    const before = columns.length;
    while (columns.length > cells().length) columns.pop().element.remove();
    cells()
      .map(place)
      .forEach((cell, index, { length: count }) => {
        if (columns[index] === undefined)
          body.append((columns[index] = createColumn(index)).element);
        const kind = kindShown(lanes[cell.lane]);
        columns[index].render(state, cell, { kind, current: index === count - 1, count });
      });
    // If they do not fit side by side, scroll to the current one.
    if (before !== columns.length) body.scrollLeft = body.scrollWidth;
  }

  function createColumn(index) {
    return createInspectedCell({
      pin: () => actions.view({ inspect: pinned(cells()) }),
      unpin: () => actions.view({ inspect: without(cells(), index) }),
      go: (change) => actions.inspect({ ...current(), ...change }),
    });
  }

  /** Every number of the inspected cells. */
  function exports() {
    const table = () => inspectorTable(state, cells().map(place), kindShown);
    return { name: "cell-inspector", picture: null, table };
  }

  return { render, exports };
}
