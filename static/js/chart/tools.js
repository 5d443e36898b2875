// The buttons of a chart in its panel's head: a drag zooms while *Zoom* is pressed, and *Show all*
// is there while something is out of sight.

import { button, tabs } from "../ui/elements.js";

const CLOSER = 0.5; // of the span of x, by a key
const ZOOM = `<svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false"><path
  d="M10.4 10.4 14 14M6.8 4.6v4.4M4.6 6.8H9M11.8 6.8a5 5 0 1 1-10 0 5 5 0 0 1 10 0Z" fill="none"
  stroke="currentColor" stroke-width="1.4" stroke-linecap="round" stroke-linejoin="round"/></svg>`;
const ALL = `<svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false"><path
  d="M2.5 6v-3.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10" fill="none" stroke="currentColor"
  stroke-width="1.4" stroke-linecap="round" stroke-linejoin="round"/></svg>`;

/**
 * @param {{zoomMode(on: boolean): void, zoomBy(factor: number): void, showAll(): void}} chart
 * @param {() => void} showAll shows all again, what the view itself has hidden too
 */
export function createChartTools(chart, showAll) {
  let zooms = false;
  let shown = null;

  const zoom = button("", "Zoom", () => press(!zooms));
  zoom.innerHTML = ZOOM;
  zoom.title = "Zoom: drag over a part of the chart. Shift and drag does it too; keys: + and −";
  zoom.setAttribute("aria-pressed", "false");
  const all = button("", "Show all", () => {
    // The button disappears: the focus stays beside it.
    if (document.activeElement === all) zoom.focus();
    showAll();
  });
  all.innerHTML = `${ALL}<span>Show all</span>`;
  all.title = "Show all of the chart, and every line (double click: all of the chart)";
  const element = tabs("Chart", [zoom, all]);
  element.classList.add("chart-tools");
  all.hidden = true;

  function press(on) {
    zooms = on;
    zoom.setAttribute("aria-pressed", String(on));
    chart.zoomMode(on);
  }

  element.addEventListener("keydown", (event) => {
    const { key } = event;
    if (key === "+" || key === "=") chart.zoomBy(CLOSER);
    else if (key === "-" || key === "−") chart.zoomBy(1 / CLOSER);
    else if (key === "Escape" && zooms) press(false);
    else return;
    event.preventDefault();
  });

  return {
    element,
    /** Offer *Show all* where something is hidden. */
    render(hidden) {
      if (hidden === shown) return;
      shown = hidden;
      if (!hidden && document.activeElement === all) zoom.focus();
      all.hidden = !hidden;
    },
  };
}
