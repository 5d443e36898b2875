// The boxes that switch paths off, and the slider of the timestep before which the gradient is cut.

import { html } from "../../../text/format.js";
import { make, setStyle } from "../../../ui/elements.js";
import { pathWords, ticked } from "./choice.js";

/**
 * @param {object} handlers
 * @param {(path: string, isOff: boolean) => void} handlers.onPath
 * @param {(t: number | null) => void} handlers.onCut
 */
export function createBoxes({ onPath, onCut }) {
  const paths = make("div", "what-if-paths");
  const cut = box("cut before t", "No gradient passes from this timestep to the one before it");
  const slider = make("input", "what-if-slider");
  const value = make("output", "what-if-t");
  Object.assign(slider, { type: "range", min: "1", step: "1" });
  slider.setAttribute("aria-label", "Timestep before which the gradient is cut");
  const cutting = make("div", "what-if-cut", cut.element, slider, value);
  const element = make(
    "div",
    "what-if-boxes",
    make("span", "what-if-lead", "off:"),
    paths,
    cutting,
  );
  element.setAttribute("role", "group");
  element.setAttribute("aria-label", "Paths that carry no gradient");
  let made = null;
  let boxes = new Map();

  cut.input.addEventListener("change", () =>
    onCut(cut.input.checked ? Number(slider.value) : null),
  );
  slider.addEventListener("input", () => onCut(Number(slider.value)));

  function offer(lane) {
    const key = `${lane.cell}|${lane.switchable_paths.join()}`;
    if (key === made) return;
    made = key;
    boxes = new Map(
      lane.switchable_paths.map((path) => {
        const { text, title } = pathWords(path, lane);
        const each = box(text, title);
        each.input.dataset.path = path;
        each.input.addEventListener("change", () => onPath(path, each.input.checked));
        return [path, each];
      }),
    );
    paths.replaceChildren(...[...boxes.values()].map((each) => each.element));
  }

  /**
   * Show what is off in a lane.
   *
   * @param {Lane} lane
   * @param {{off: string[], cut: number | null}} choice
   * @param {number} timesteps
   */
  function render(lane, choice, timesteps) {
    offer(lane);
    for (const [path, { input }] of boxes) {
      const state = ticked(choice.off, path, lane);
      input.checked = state === true;
      input.indeterminate = state === null;
    }
    const most = String(timesteps);
    if (slider.max !== most) {
      slider.max = most;
      slider.value = String(Math.max(1, Math.round(timesteps / 2)));
    }
    // A lane that reads in both directions has nothing switched off, nor cut.
    cut.input.disabled = slider.disabled = Boolean(lane.bidirectional);
    cut.input.checked = choice.cut !== null;
    if (choice.cut !== null) slider.value = String(choice.cut);
    setStyle(
      slider,
      "--share",
      `${(100 * (Number(slider.value) - 1)) / Math.max(1, timesteps - 1)}%`,
    );
    slider.setAttribute("aria-valuetext", `t = ${slider.value}`);
    const text = `= ${slider.value}`;
    if (value.textContent !== text) value.textContent = text;
    cutting.classList.toggle("unused", choice.cut === null);
  }

  return { element, render };
}

function box(text, title) {
  const input = make("input");
  input.type = "checkbox";
  const words = make("span");
  words.innerHTML = html(text);
  const element = make("label", "what-if-box", input, words);
  element.title = title.replaceAll("_", "");
  return { element, input };
}
