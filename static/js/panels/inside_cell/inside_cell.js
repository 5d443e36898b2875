// Inside the cell: heatmaps unit × timestep of every gate and state of the watched lane.

import { Layer } from "../../canvas/cached_layer.js";
import { palette } from "../../canvas/palette.js";
import { createStage } from "../../canvas/surface_with_tip.js";
import { font, textWidth } from "../../canvas/text.js";
import { ofHalf } from "../../state/halves.js";
import { watching } from "../../state/selectors.js";
import { between } from "../../ui/breakpoints.js";
import { layerMark, subtitle, toolbar } from "../../ui/panel_head.js";
import { axesText, cellDescription, valueText, whyNoCell } from "./captions.js";
import { createInteraction } from "./interaction.js";
import { MemoryOrder } from "./memory_order.js";
import { arrangeCell, CellPicture } from "./picture.js";
import { shownIn, tableOf } from "./scene.js";
import { createTileButtons } from "./tile_buttons.js";
import { SeenPart } from "./viewport.js";
import { createSortButton, createWatchControls } from "./watch_controls.js";

/** @type {(keyof State)[]} */
const PARTS = [
  "frame",
  "lanes",
  "recipe",
  "task",
  "watch",
  "view",
  "theme",
  "run",
  "cursor",
  "connection",
];

// A place of its own: on a narrow page it stays beside the title when the tools take a line.
function beforeTools(element) {
  const own = document.createElement("div");
  own.className = "sorting";
  element.closest("section").querySelector("[data-tools]").before(own);
  return own;
}

/**
 * @param {HTMLElement} element
 * @param {Pick<Actions, "watch" | "view" | "cursor" | "select" | "inspect">} actions
 */
export function create(element, actions) {
  const changed = watching(...PARTS);
  const controls = createWatchControls(toolbar(element), actions);
  const sort = createSortButton(beforeTools(element), actions);
  const write = subtitle(element);
  const writeLayer = layerMark(element);
  const stage = createStage(element, { onResize: draw });
  const { body, surface } = stage;
  const seen = new SeenPart();
  const interaction = createInteraction(body, element.closest("section") ?? element, seen, {
    tiles: () => tiles,
    enlarged,
    partial,
    unit: ({ lane }, row) => orderOf(lane)?.[row] ?? row,
    draw,
    back,
    point(at) {
      showTip();
      actions.cursor(at?.t ?? null, at?.unit ?? null);
    },
    choose({ tile, t, unit }) {
      actions.select({ t, unit });
      actions.inspect?.({ lane: tile.lane.index, t, unit });
    },
  });
  const buttons = createTileButtons(body, {
    enlarge({ lane, part }) {
      if (lane.index !== state.watch.lane) actions.watch({ lane: lane.index });
      actions.view({ zoom: part.symbol });
    },
    closer: interaction.closer,
    farther: interaction.farther,
    whole: interaction.whole,
    back,
  });
  const picture = new CellPicture();
  const still = new Layer();
  const memory = new MemoryOrder();
  const coarse = matchMedia("(pointer: coarse)");
  const narrow = matchMedia(between("phone", "laptop"));
  /** @type {State} */
  let state = null;
  /** @type {ReturnType<typeof shownIn>} */
  let scene = null;
  let tiles = [];
  let selected = null;

  /** @param {State} next */
  function render(next) {
    if (!changed(next)) return;
    state = { ...next, frame: ofHalf(next) };
    scene = shownIn(state);
    controls.render(next, scene);
    sort.render(next, scene);
    follow(next.selection);
    draw();
    const most = Math.max(1, ...scene.items.map(({ lane }) => lane.num_layers));
    writeLayer(most === 1 ? null : Math.min(next.watch.layer, most - 1));
    const live = isLive();
    write(live, tiles.length > 0 && !narrow.matches ? axesText(next.frame) : "");
    surface.describe(live, () => cellDescription(state, scene, tiles));
    if (interaction.pointer !== null) showTip();
  }

  const isLive = () => state.run === "playing";

  function enlarged() {
    return scene !== null && scene.zoom !== null;
  }

  function partial() {
    return enlarged() && tiles.length > 0 && seen.partial;
  }

  function back() {
    actions.view({ zoom: null });
  }

  function memoryOf(lane) {
    if (state.view.sort !== "memory") return null;
    return memory.of(lane, state.frame, { live: isLive(), now: performance.now() });
  }

  const orderOf = (lane) => memoryOf(lane)?.order ?? null;

  // Scroll an enlarged heatmap to what was selected by a key or in another panel.
  function follow(selection) {
    if (selection === selected) return;
    selected = selection;
    if (!partial()) return;
    const { t, unit } = selection;
    const order = orderOf(scene.lane);
    seen.show({ t, rows: unit === null || order === null ? unit : order.indexOf(unit) });
  }

  function draw() {
    if (state === null) return;
    const context = surface.begin(isLive());
    // Tiles of another run must not outlive it out of sight.
    tiles = [];
    if (context === null) return;
    const { width, height } = surface;
    tiles = arrangeCell(state, scene, { width, height, coarse: coarse.matches }, seen);
    const zoomed = enlarged() && tiles.length > 0;
    buttons.render(tiles, { zoomed, every: scene.every, partial: partial() });
    body.classList.toggle("pannable", partial());
    paint(context, (key, frames) => still.draw(context, surface, key, frames));
  }

  function paint(context, keep) {
    const { width, height } = surface;
    const memories = tiles.map(({ lane }) => memoryOf(lane));
    const what = { state, scene, tiles, memories, message: whyNoCell(state, scene) };
    picture.paint(context, what, { width, height, room: width - buttons.width - 8 }, keep);
  }

  function showTip() {
    const at = interaction.pointer;
    const tile = at === null ? undefined : tiles[at.tile.index];
    const text = tile
      ? valueText(state.frame, tile, at, memoryOf(tile.lane)?.memory ?? null)
      : null;
    if (text === null) return stage.tell(null);
    const { x, y } = at;
    const { mono, small } = palette();
    const low = y > surface.height - 48;
    const most = surface.width - textWidth(text, font(mono, small)) - 16;
    const left = Math.max(0, Math.min(x + 12, most));
    return stage.tell(
      text,
      `translate(${left}px, ${low ? `calc(${y - 10}px - 100%)` : `${y + 14}px`})`,
    );
  }

  function exports() {
    const { width, height } = surface;
    const painted = (context) => paint(context, (_, frames) => frames(context));
    return {
      name: "inside-cell",
      picture: () => (width === 0 ? null : { width, height, paint: painted }),
      table: () => tableOf(state?.frame ?? null, tiles, orderOf, state.view.half),
    };
  }

  return { render, exports };
}
