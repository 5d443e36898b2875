// Prediction: what the networks say on one example of the task.

import { emptyMessage } from "../../canvas/marks.js";
import { palette } from "../../canvas/palette.js";
import { createSurface } from "../../canvas/surface.js";
import { font, textWidth } from "../../canvas/text.js";
import { shownLanes, watching } from "../../state/selectors.js";
import { namesWithin } from "../../text/lane_names.js";
import { subtitle } from "../../ui/panel_head.js";
import * as adding from "./adding.js";
import * as bits from "./bits.js";
import * as series from "./series.js";
import * as symbols from "./symbols.js";
import * as text from "./text.js";

const PAINTERS = { adding, bits, series, symbols, text };
/** @type {(keyof State)[]} */
const OTHER_PARTS = ["example", "lanes", "task", "view", "theme", "run", "cursor", "connection"];
const NOTHING_YET = ["Nothing said yet", "Answers appear with the first iteration."];
const CAPTION = 1.5; // of the text's size
const LIVE_EVERY = 80; // ms: words and digits that change faster cannot be read

/** @param {HTMLElement} element */
export function create(element) {
  const changed = watching("frame", ...OTHER_PARTS);
  const write = subtitle(element);
  const body = document.createElement("div");
  body.className = "view-canvas";
  element.append(body);
  const surface = createSurface(body, { onResize: draw });
  /** @type {State} */
  let state = null;
  let drawnAt = -Infinity;

  /** @param {State} next */
  function render(next) {
    if (!changed(next)) return;
    const onlyFrame = state !== null && OTHER_PARTS.every((part) => state[part] === next[part]);
    state = next;
    const live = next.run === "playing";
    if (live && onlyFrame && performance.now() - drawnAt < LIVE_EVERY) return;
    draw();
    write(live, next.example?.title ?? "");
    surface.describe(live, description);
  }

  const painter = () => PAINTERS[state.example?.kind];
  const ready = () => state.frame !== null && painter() !== undefined;

  function scene() {
    // Short names are those of all lanes, so that hiding one does not rename the others.
    const labels = state.lanes.map(({ label }) => label);
    const names = (fits) => {
      const all = namesWithin(labels, fits);
      return shownLanes(state).map(({ index }) => all[index]);
    };
    return { ...state, lanes: shownLanes(state), names, palette: palette() };
  }

  function draw() {
    if (state === null) return;
    drawnAt = performance.now();
    const context = surface.begin(state.run === "playing");
    if (context === null) return;
    if (ready()) paint(context, scene());
    else emptyMessage(context, surface, palette(), ...NOTHING_YET);
  }

  // The picture, and a line beneath it that says how to read it.
  function paint(context, shown) {
    const { width, height } = surface;
    const { font: family, small, soft } = shown.palette;
    const size = small - 1;
    const lettering = font(family, size);
    const fits = (text) => textWidth(text, lettering) <= width;
    const caption = painter().captions(shown).find(fits);
    const room = caption === undefined ? 0 : small * CAPTION;
    context.save();
    painter().paint(context, { width, height: height - room }, shown);
    context.restore();
    if (caption === undefined) return;
    context.font = lettering;
    context.fillStyle = soft;
    context.textAlign = "left";
    context.textBaseline = "bottom";
    context.fillText(caption, 0, height);
  }

  function description() {
    return ready()
      ? painter().description(scene())
      : "What the networks predict: no iteration yet.";
  }

  function exports() {
    const { width, height } = surface;
    const there = width > 0 && state !== null && ready();
    return {
      name: "prediction",
      picture: () =>
        there ? { width, height, paint: (context) => paint(context, scene()) } : null,
      table: () => (there ? painter().table(scene()) : { columns: [], rows: [] }),
    };
  }

  return { render, exports };
}
