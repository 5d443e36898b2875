// Charts that stay fast while a network trains. Plotly owns axes, grid, legend and export; what
// moves is drawn on an own canvas over the plot area, in hairlines. At rest the data settle into
// Plotly's traces, and the canvas keeps only the cursor. What the pointer does is ours.

import { palette } from "../canvas/palette.js";
import { createSurface } from "../canvas/surface.js";
import { inTurn } from "../ui/task_queue.js";
import { drawAxes } from "./axes.js";
import { exported, figureOf, together } from "./figure.js";
import { listenToGestures } from "./gestures.js";
import { CONFIG, rangesOf } from "./plotly_layout.js";
import { inside, panelAt, sameRange, withScales } from "./subplots.js";
import { paintBox, Zoom } from "./zoom.js";

const RELAY_EVERY = 250; // ms between changes of the axes
const SETTLE_AFTER = 160; // ms at rest before Plotly takes the data
const SETTLED_WIDTH = 2; // CSS pixels

/**
 * @param {HTMLElement} element gets the chart as its child
 * @param {ChartView} view what the chart shows:
 *   `name` of exported files;
 *   `place(width, height)` → {panels: [{left, top, width, height, log, whole, bare}],
 *   titles: [{text, x, y, align, upright}], legend: {shown, x, y, width}} in CSS pixels;
 *   `paint(context, panel, index, look)` the data of one panel;
 *   `overlay(context, panels, look)` what always lies on top;
 *   `figure(panels)` → {traces, annotations, shapes}, the data again for Plotly;
 *   `saved(panels)` the same of what the overlay has and a saved picture is to have too;
 *   `onLegend(key)` a legend entry was clicked;
 *   `onPoint(index, x)` the pointer is at x of a panel, or x is null: it left;
 *   `onScrub(x)` it was dragged there, `onDrop(x)` and let go;
 *   `onClick(x)` it was clicked there, `onTwice()` and again;
 *   `onZoom()` another part of the chart is shown.
 */
export function createChart(element, view) {
  const wrapper = document.createElement("div");
  const host = /** @type {PlotlyElement} */ (document.createElement("div"));
  wrapper.className = "chart";
  host.className = "chart-plotly";
  wrapper.append(host);
  element.append(wrapper);

  let Plotly = null;
  let attached = false;
  /** @type {ChartSpec} */
  let spec = null;
  /** @type {{panels: Panel[], titles: Title[], legend: Legend} | null} */
  let placed = null;
  const zoom = new Zoom();
  let zooms = false; // a drag zooms, without Shift too
  let box = null; // the one that is drawn to zoom into: {index, from, to}
  let settled = false; // Plotly holds the data
  let held = false; // it holds some, of now or of before
  let relaidAt = -Infinity;
  let relayTimer = 0;
  let settleTimer = 0;
  const surface = createSurface(wrapper, { onResize: resized });
  let becomeSavable;
  const whenSavable = new Promise((resolve) => (becomeSavable = resolve));
  const chart = {
    element: wrapper,
    surface,
    update,
    save,
    showAll,
    zoomMode,
    zoomBy,
    /** For tests: the boxes that numbers at the cursor cover. */
    tell: (boxes) => (wrapper.dataset.readout = JSON.stringify(boxes)),
    /** Whether a press there begins a box to zoom into. */
    zooms: ({ shiftKey }) => zooms || shiftKey,
    /** Whether the user chose a part of it. */
    get zoomed() {
      return zoom.chosen;
    },
    /** Whether it can be saved: Plotly is here, and draws what is saved. */
    get savable() {
      return attached;
    },
    whenSavable,
  };

  Promise.resolve(globalThis.unrolledPlotly).then((library) => {
    if (library === undefined) return;
    Plotly = library;
    inTurn(attach);
  });
  wrapper.addEventListener("pointermove", pointed);
  wrapper.addEventListener("pointerdown", pointed);
  wrapper.addEventListener("pointerleave", () => view.onPoint?.(-1, null));
  const along = (index, at) => {
    const [x] = at;
    const { left, width, x: scale } = placed.panels[index];
    return scale.invert(Math.min(left + width, Math.max(left, x)));
  };
  listenToGestures(wrapper, {
    panelAt: ([x, y]) => panelAt(placed?.panels ?? [], x, y),
    zooms: chart.zooms,
    scrub: (index, at) => view.onScrub?.(along(index, at)),
    drop: (index, at) => view.onDrop?.(along(index, at)),
    click: (index, at) => view.onClick?.(along(index, at)),
    twice() {
      view.onTwice?.();
      showAll();
    },
    box(index, from, to) {
      box = { index, from, to };
      draw();
    },
    zoom(index, from, to) {
      box = null;
      if (zoom.toBox(placed.panels[index], index, from, to)) rezoomed();
      else draw();
    },
    cancel(zoomed) {
      if (!zoomed) return view.onDrop?.(null);
      box = null;
      return draw();
    },
  });

  /**
   * @param {ChartSpec} next {theme, live, ranges: [{x, y}], legend: [{key, name, color, dash,
   *   hidden}], version: another object when the data are others}; a range that is the same
   *   array is the same range
   */
  function update(next) {
    const previous = spec;
    spec = next;
    const restyled = previous?.theme !== next.theme || previous?.legend !== next.legend;
    if (restyled || previous?.version !== next.version || previous?.live !== next.live) unsettle();
    if (restyled) relayWhole();
    else relay();
    draw();
    if (!settled && !next.live) planSettling();
  }

  function resized() {
    if (spec === null) return;
    relayWhole();
    draw();
    if (Plotly !== null && !attached) inTurn(attach);
    if (!settled && !spec.live) planSettling();
  }

  // --- geometry: where panels lie, and which ranges they show ---------------------------------

  function measure() {
    if (surface.width === 0 || surface.height === 0) return null;
    const { panels, titles, legend } = view.place(surface.width, surface.height);
    return {
      titles,
      legend: { entries: spec.legend, ...legend },
      panels: panels.map((panel, index) => withScales(panel, rangesFor(index))),
    };
  }

  function rangesFor(index) {
    return zoom.rangesOf(index, spec.ranges[index]);
  }

  function rangesAreShown() {
    return placed.panels.every((panel, index) => {
      const { x, y } = rangesFor(index);
      return sameRange(panel.xRange, x) && sameRange(panel.yRange, y);
    });
  }

  // In a task of its own: axes cost more than a whole frame of the canvas.
  function relay() {
    if (placed === null) return relayWhole();
    if (rangesAreShown() || relayTimer !== 0) return undefined;
    if (!attached) return relayRanges();
    const wait = Math.max(0, relaidAt + RELAY_EVERY - performance.now());
    relayTimer = setTimeout(() => {
      relayTimer = 0;
      inTurn(() => {
        // Hidden meanwhile, or shown already.
        if (placed === null || rangesAreShown()) return;
        relayRanges();
        draw();
      });
    }, wait);
    return undefined;
  }

  function relayRanges() {
    relaidAt = performance.now();
    const before = placed.panels;
    placed = measure();
    if (placed === null || !attached) return;
    // Data of before would be drawn once more, in ranges that may be none of theirs.
    if (settled || held) react();
    else Plotly.relayout(host, rangesOf(placed.panels, before));
  }

  function relayWhole() {
    placed = measure();
    if (placed !== null && attached) react();
  }

  // --- Plotly: attached late, holding the data only at rest -----------------------------------

  function attach() {
    if (attached || spec === null) return;
    placed = measure();
    if (placed === null) return;
    const { data, layout } = figureOf(surface, placed);
    Plotly.newPlot(host, data, layout, CONFIG);
    attached = true;
    becomeSavable();
    host.on("plotly_legendclick", ({ curveNumber }) => {
      view.onLegend?.(spec.legend[curveNumber].key);
      return false;
    });
    host.on("plotly_legenddoubleclick", () => false);
    draw();
    if (!spec.live) planSettling();
  }

  function react() {
    if (placed === null) return;
    held = settled;
    const drawn = settled ? view.figure(placed.panels) : undefined;
    const { data, layout } = figureOf(surface, placed, drawn);
    Plotly.react(host, data, layout);
  }

  function planSettling() {
    clearTimeout(settleTimer);
    settleTimer = setTimeout(() => inTurn(settle), SETTLE_AFTER);
  }

  function settle() {
    // Out of sight there is no place for it; it settles once there is.
    if (settled || spec.live || !attached || placed === null) return;
    settled = true;
    react();
    host.classList.add("settled");
    draw();
  }

  // The traces are hidden by style at once, and taken away when there is time.
  function unsettle() {
    clearTimeout(settleTimer);
    if (!settled) return;
    settled = false;
    host.classList.remove("settled");
    if (!spec.live) return;
    setTimeout(() => inTurn(() => !settled && react()), RELAY_EVERY);
  }

  // --- what the user does ----------------------------------------------------------------------

  function rezoomed() {
    relayWhole();
    draw();
    view.onZoom?.();
  }

  /** Back to the ranges of the view, from those that the user chose. */
  function showAll() {
    if (zoom.clear()) rezoomed();
  }

  /** From now on a drag zooms, or no longer does. */
  function zoomMode(on) {
    zooms = on;
    wrapper.classList.toggle("zooms", on);
  }

  /** Show so many times as much of x, round a place of it, by default the middle. */
  function zoomBy(factor, at = null) {
    if (placed === null) return;
    const [panel] = placed.panels;
    const [low, high] = panel.xRange;
    zoom.scale(panel, spec.ranges[0].x, factor, at ?? (low + high) / 2);
    rezoomed();
  }

  /** Save the chart as a file; see `savable`. */
  function save(format, filename = view.name) {
    if (!attached) return;
    const { panels, legend } = placed;
    const drawn = together(view.figure(panels), view.saved?.(panels));
    const figure = exported(figureOf(surface, placed, drawn), legend.shown);
    const { width, height } = figure.layout;
    Plotly.downloadImage(figure, { format, filename, width, height, scale: 2 });
  }

  function pointed(event) {
    const panels = placed?.panels ?? [];
    const { left, top } = wrapper.getBoundingClientRect();
    const x = event.clientX - left;
    const index = panelAt(panels, x, event.clientY - top);
    view.onPoint?.(index, index < 0 ? null : panels[index].x.invert(x));
  }

  // --- the canvas --------------------------------------------------------------------------------

  function draw() {
    if (placed === null) return;
    const context = surface.begin(spec.live);
    if (context === null) return;
    const hairline = surface.width / surface.canvas.width;
    const colors = palette();
    const look = {
      palette: colors,
      live: spec.live,
      settled,
      width: spec.live ? hairline * colors.lineWidth : SETTLED_WIDTH,
      thin: spec.live ? hairline : 1,
    };
    if (!attached) drawAxes(context, placed, placed.legend, look.palette);
    if (!settled) {
      placed.panels.forEach((panel, index) => {
        inside(context, panel, () => view.paint(context, panel, index, look));
      });
    }
    view.overlay?.(context, placed.panels, look);
    if (box !== null) paintBox(context, placed.panels[box.index], box, colors);
  }

  return chart;
}
