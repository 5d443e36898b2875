// Small controls that choose what is watched: the lane, the layer, the example.

import { abridged, nameParts } from "./format.js";

// Letters of all lanes' tabs together, and of a single one, on a window of that width.
const LETTERS = [
  { from: 1600, all: 70, each: 24 },
  { from: 1200, all: 48, each: 17 },
  { from: 0, all: 36, each: 17 },
];

const roomAt = (width) => LETTERS.find(({ from }) => width >= from);

/** The lanes' names as their tabs have room for them: cut in the middle, but never alike. */
export function tabNames(labels, width) {
  const { all, each } = roomAt(width);
  const most = Math.min(each, Math.max(8, Math.floor(all / labels.length)));
  const names = labels.map((label) => abridged(label, ({ length }) => length <= most));
  return names.map((name, index) => {
    const alike = names.filter((other) => other === name).length > 1;
    return alike ? `${nameParts(labels[index])[0].slice(0, most - 2)} ${index + 1}` : name;
  });
}

/**
 * @param {Element} element
 * @param {function({lane?: number, layer?: number, example?: number}): void} watch
 */
export function createWatchControls(element, watch) {
  let shownFor = null;
  let state = null;

  function render(next) {
    state = next;
    const { lanes, recipe, watch: now } = next;
    const facts = lanes.map(({ label, num_layers: layers }) => [label, layers]);
    const key = JSON.stringify([facts, now, recipe?.batch_size, roomAt(globalThis.innerWidth).from]);
    if (key === shownFor) return;
    shownFor = key;
    const { activeElement: focused } = document;
    const held = element.contains(focused) ? focused.dataset.key : null;
    element.replaceChildren(...(lanes.length === 0 ? [] : groups()));
    element.querySelector(`[data-key="${held}"]`)?.focus();
  }

  function groups() {
    const { lanes, recipe, watch: now } = state;
    const layers = lanes[now.lane]?.num_layers ?? 1;
    const examples = recipe?.batch_size ?? 1;
    const made = [];
    if (lanes.length > 1) {
      const names = tabNames(lanes.map(({ label }) => label), globalThis.innerWidth);
      made.push(group("Lane", lanes.map((lane) => laneTab(lane, names[lane.index]))));
    }
    if (layers > 1) {
      const tabs = Array.from({ length: layers }, (_, layer) => {
        return tab(`layer ${layer}`, String(layer), layer === now.layer, () => watch({ layer }));
      });
      made.push(group("Layer", [words("layer"), ...tabs]));
    }
    if (examples > 1) {
      const go = (change) => watch({ example: (now.example + change + examples) % examples });
      made.push(group("Example", [
        button("previous", "‹", "Previous example", () => go(-1)),
        words(`example ${now.example}`),
        button("next", "›", "Next example", () => go(1)),
      ]));
    }
    return made;
  }

  function laneTab({ index, label, num_layers: layers }, name) {
    const { watch: now } = state;
    const choose = () => watch({ lane: index, layer: Math.min(now.layer, layers - 1) });
    const made = tab(`lane ${index}`, name, index === now.lane, choose);
    made.title = label;
    made.setAttribute("aria-label", label);
    made.style.setProperty("--own", `var(--lane-${index})`);
    return made;
  }

  function destroy() {
    element.remove();
  }

  return { render, destroy };
}

function group(label, children) {
  const made = document.createElement("div");
  made.className = "view-tabs";
  made.setAttribute("role", "group");
  made.setAttribute("aria-label", label);
  made.append(...children);
  return made;
}

function words(text) {
  const made = document.createElement("span");
  made.textContent = text;
  return made;
}

function tab(key, text, pressed, click) {
  const made = button(key, text, null, click);
  made.setAttribute("aria-pressed", String(pressed));
  return made;
}

function button(key, text, label, click) {
  const made = document.createElement("button");
  made.type = "button";
  made.dataset.key = key;
  made.textContent = text;
  if (label !== null) made.setAttribute("aria-label", label);
  made.addEventListener("click", click);
  return made;
}
