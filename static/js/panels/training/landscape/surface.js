// The landscape as a surface, by Plotly. It takes far longer than a frame, so it is drawn at rest.

import { palette } from "../../../canvas/palette.js";
import { inTurn } from "../../../ui/task_queue.js";
import { surfaceFigure } from "./figure.js";

const CONFIG = { displayModeBar: false, responsive: false, showSendToCloud: false };
const TURN = Math.PI / 24; // a key press
const TURNS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const EYE = { x: 1.75, y: -2.2, z: 1.3 };
const HIGHEST = 1.45; // radians

/** The eye after a turn about the upright axis, and up or down. */
export function turned({ x, y, z }, across, up) {
  const far = Math.hypot(x, y, z);
  const angle = Math.atan2(y, x) + across * TURN;
  const height = Math.min(HIGHEST, Math.max(0, Math.asin(z / far) + up * TURN));
  const flat = far * Math.cos(height);
  return { x: flat * Math.cos(angle), y: flat * Math.sin(angle), z: far * Math.sin(height) };
}

/** @param {HTMLElement} element */
export function createRelief(element) {
  const host = /** @type {PlotlyElement} */ (document.createElement("div"));
  host.className = "landscape-surface";
  host.tabIndex = 0;
  host.setAttribute("role", "group");
  host.hidden = true;
  element.append(host);
  let Plotly = null;
  let due = null; // what is to be drawn, once Plotly is here
  let drawn = null;
  let eye = EYE;
  Promise.resolve(globalThis.unrolledPlotly).then((library) => {
    Plotly = library ?? null;
    if (due !== null) inTurn(paint);
  });
  host.addEventListener("keydown", (event) => {
    const turn = TURNS[event.key];
    if (turn === undefined || drawn === null || Plotly === null) return;
    event.preventDefault();
    event.stopPropagation();
    const now = host.layout.scene?.camera?.eye ?? eye;
    eye = turned(now, turn[0], turn[1]);
    Plotly.relayout(host, { "scene.camera.eye": eye });
  });

  function paint() {
    if (due === null || Plotly === null) return;
    const { scene, size, key } = due;
    due = null;
    drawn = key;
    const { data, layout } = surfaceFigure(scene, size, palette());
    layout.scene.camera = { eye, center: { x: 0, y: 0, z: -0.15 } };
    Plotly.react(host, data, layout, CONFIG);
  }

  return {
    /** Whether it shows this already, so that nothing is to be drawn. */
    shows: (key) => drawn !== null && key.every((part, k) => part === drawn[k]),

    /**
     * Draw a scene, in a task of its own; `key` are the parts that it depends on.
     *
     * @param {import("./scene.js").LandscapeScene} scene
     */
    draw(scene, size, key, label) {
      host.setAttribute("aria-label", `${label} Arrow keys turn it.`);
      if (this.shows(key) || (due !== null && key.every((part, k) => part === due.key[k]))) return;
      due = { scene, size, key };
      if (Plotly !== null) inTurn(paint);
    },

    /** Save what is drawn. */
    save(format, filename, { width, height }) {
      Plotly?.downloadImage(host, { format, filename, width, height, scale: 2 });
    },

    show(shown) {
      host.hidden = !shown;
    },
  };
}
