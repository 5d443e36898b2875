// Small controls that choose what is watched: the lane, the layer, the example.

import { button, make, tabs } from "../../ui/elements.js";
import { roomAt, tabNames } from "../../ui/tab_names.js";
import { explain } from "../../ui/term.js";
import { DEFINITIONS, kindOf } from "./memory_order.js";

/**
 * @param {HTMLElement} element
 * @param {Pick<Actions, "watch" | "view">} actions
 */
export function createWatchControls(element, { watch, view }) {
  let shownFor = null;
  /** @type {State} */
  let state = null;
  /** @type {ReturnType<typeof import("./scene.js").shownIn>} */
  let scene = null;

  /**
   * `shown` is {lanes: those that have a tab, lane: the one that is shown, every, zoom}.
   *
   * @param {State} next
   */
  function render(next, shown) {
    state = next;
    scene = { ...shown, every: shown.every && shown.zoom === null };
    const { recipe, watch: now } = next;
    const facts = shown.lanes.map(({ index, label, num_layers: layers }) => [index, label, layers]);
    const both = shown.lanes.map(({ bidirectional }) => Boolean(bidirectional));
    const pressed = [scene.lane?.index, scene.every, next.view.half, both];
    const key = JSON.stringify([
      facts,
      now,
      pressed,
      recipe?.batch_size,
      roomAt(globalThis.innerWidth).above,
    ]);
    if (key === shownFor) return;
    shownFor = key;
    const focused = /** @type {HTMLElement} */ (document.activeElement);
    const held = element.contains(focused) ? focused.dataset.key : null;
    element.replaceChildren(...(scene.lane === null ? [] : groups()));
    element.querySelector(`[data-key="${held}"]`)?.focus();
  }

  function groups() {
    const { recipe, watch: now } = state;
    const { half: chosen } = state.view;
    const { lanes, lane: shown, every } = scene;
    const layers = every ? Math.min(...lanes.map((lane) => lane.num_layers)) : shown.num_layers;
    const examples = recipe?.batch_size ?? 1;
    const made = [];
    if (lanes.length > 1) {
      const names = tabNames(
        lanes.map(({ label }) => label),
        globalThis.innerWidth,
      );
      const all = tab("all", "All", every, () => view({ cells: "all", zoom: null }));
      all.title = "The hidden states of all lanes side by side";
      all.setAttribute("aria-label", "All lanes");
      made.push(tabs("Lane", [...lanes.map((lane, place) => laneTab(lane, names[place])), all]));
    }
    if (lanes.some((lane) => lane.bidirectional && (every || lane === shown))) {
      const half = (name, text, title) => {
        const made = tab(`half ${name}`, text, chosen === name, () => view({ half: name }));
        made.title = title;
        made.setAttribute("aria-label", title);
        return made;
      };
      made.push(
        tabs("Half", [
          half("forward", "→", "Forward half: reads from t = 1"),
          half("reverse", "←", "Backward half: reads from the last timestep"),
        ]),
      );
    }
    if (layers > 1) {
      const each = Array.from({ length: layers }, (_, layer) => {
        return tab(`layer ${layer}`, String(layer), layer === now.layer, () => watch({ layer }));
      });
      made.push(tabs("Layer", [make("span", "", "layer"), ...each]));
    }
    if (examples > 1) {
      const go = (change) => watch({ example: (now.example + change + examples) % examples });
      made.push(
        tabs("Example", [
          keyed(
            "previous",
            button("‹", "Previous example", () => go(-1)),
          ),
          exampleLabel(now.example),
          keyed(
            "next",
            button("›", "Next example", () => go(1)),
          ),
        ]),
      );
    }
    return made;
  }

  /** @param {Pick<Lane, "index" | "label">} lane */
  function laneTab({ index, label }, name) {
    const choose = () => {
      watch({ lane: index });
      view({ cells: "lane" });
    };
    const made = tab(`lane ${index}`, name, index === scene.lane.index && !scene.every, choose);
    made.title = label;
    made.setAttribute("aria-label", label);
    made.style.setProperty("--own", `var(--lane-${index})`);
    return made;
  }

  return { render };
}

/**
 * The button that sorts the heatmaps' units by memory.
 *
 * @param {HTMLElement} element
 * @param {Pick<Actions, "view">} actions
 */
export function createSortButton(element, { view }) {
  let pressed = false;
  let shownFor = null;
  const made = tab("sort", "", false, () => view({ sort: pressed ? "index" : "memory" }));
  const word = make("span", "", make("span", "long-word", "Sort "), "by memory");
  made.append(word);
  made.setAttribute("aria-label", "Sort by memory");
  element.append(tabs("Order of units", [made]));

  /** @param {State} state */
  function render({ view: { sort } }, { lane, lanes, every }) {
    const kinds = [...new Set((every ? lanes : lane === null ? [] : [lane]).map(kindOf))];
    const key = [sort, ...kinds].join();
    if (key === shownFor) return;
    shownFor = key;
    pressed = sort === "memory";
    made.setAttribute("aria-pressed", String(pressed));
    const meant = kinds.map((kind) => DEFINITIONS[kind]).join("; or: ");
    explain(word, `Sort units by memory, the longest at the top: ${meant}`);
  }

  return { render };
}

// A narrow head has the short form: see panels/inside_cell.css.
function exampleLabel(example) {
  const short = make("span", "short-word", "ex. ");
  short.setAttribute("aria-hidden", "true");
  return make("span", "", make("span", "long-word", "example "), short, String(example));
}

function tab(key, text, pressed, click) {
  const made = keyed(key, button(text, null, click));
  made.setAttribute("aria-pressed", String(pressed));
  return made;
}

function keyed(key, made) {
  made.dataset.key = key;
  return made;
}
