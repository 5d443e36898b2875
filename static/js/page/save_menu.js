// What a panel shows, as a file: a small menu in each panel's head, for PNG, SVG and CSV.

import { palette } from "../canvas/palette.js";
import { SvgContext } from "../canvas/svg_context.js";
import { toCsv } from "../text/csv.js";

const SCALE = 2; // pixels of a saved PNG per pixel on the screen
const NOT_YET = "The chart's library is still loading: the numbers can be saved already";
const NOTHING = "There is nothing to save before the first frame";
const KINDS = [
  { kind: "png", label: "Picture (PNG)" },
  { kind: "svg", label: "Picture (SVG)" },
  { kind: "csv", label: "Numbers (CSV)" },
];

/**
 * @param {Element} element a view's: its panel's head gets a button, with a menu of what can be
 *   saved
 * @param {function(): {name: string, picture: ?function(): object, chart: ?object,
 *   table: function(): object}} exportsOf what it has to save now
 * @param {function(): ?number} iteration the one that is shown, for the file's name; null before
 *   the first frame
 */
export function createSaveMenu(element, exportsOf, iteration) {
  const section = element.closest("section, aside");
  const title = section.querySelector("h2").textContent;
  const details = document.createElement("details");
  details.className = "save-menu";
  const summary = document.createElement("summary");
  summary.title = `Save ${title}`;
  summary.setAttribute("aria-label", `Save ${title}`);
  summary.innerHTML = ICON;
  const list = document.createElement("div");
  list.className = "menu";
  list.setAttribute("role", "group");
  list.setAttribute("aria-label", `Save ${title} as`);
  const buttons = KINDS.map(({ kind, label }) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "menu-item";
    button.textContent = label;
    button.addEventListener("click", () => save(kind));
    return { kind, button };
  });
  list.append(...buttons.map(({ button }) => button));
  details.append(summary, list);
  section.querySelector(".panel-head").append(details);

  async function save(kind) {
    details.open = false;
    summary.focus();
    const given = exportsOf();
    const name = `unrolled-${given.name}-${iteration()}.${kind}`;
    if (kind === "csv") download(name, new Blob([toCsv(given.table())], { type: "text/csv" }));
    else if (given.chart) given.chart.save(kind, name.slice(0, -4));
    else if (kind === "svg")
      download(name, new Blob([svgOf(given.picture())], { type: "image/svg+xml" }));
    else download(name, await pngOf(given.picture()));
  }

  // What cannot be saved has no entry.
  details.addEventListener("toggle", () => {
    if (!details.open) return;
    offer();
    place();
  });

  function offer() {
    const empty = iteration() === null;
    const { picture, chart } = empty ? {} : exportsOf();
    const drawn = Boolean(chart) || Boolean(picture);
    const early = Boolean(chart) && !chart.savable;
    for (const { kind, button } of buttons) {
      const isPicture = kind !== "csv";
      button.hidden = isPicture && !drawn;
      button.disabled = empty || (isPicture && early);
      button.title = button.disabled ? (empty ? NOTHING : NOT_YET) : "";
    }
    if (early) chart.whenSavable.then(() => details.open && offer());
  }

  // Panels cut off what reaches beyond them, so the menu stands over the page.
  function place() {
    const box = summary.getBoundingClientRect();
    list.style.top = `${Math.min(box.bottom + 4, innerHeight - list.offsetHeight - 4)}px`;
    list.style.left = `${Math.max(4, box.right - list.offsetWidth)}px`;
  }

  details.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !details.open) return;
    event.stopPropagation();
    details.open = false;
    summary.focus();
  });
  details.addEventListener("focusout", ({ relatedTarget }) => {
    if (!details.contains(/** @type {Node} */ (relatedTarget))) details.open = false;
  });
}

const ICON = `<svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true"
  focusable="false"><path d="M8 2v7.2M4.8 6.4 8 9.6l3.2-3.2M3 11.4v2.2h10v-2.2" fill="none"
  stroke="currentColor" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round"/></svg>`;

/** A picture as the text of an SVG file. */
function svgOf({ width, height, paint }) {
  const context = new SvgContext(
    { width, height, ground: palette().panel },
    { ruler: new OffscreenCanvas(1, 1).getContext("2d"), toDataURL },
  );
  // It knows what pictures use of a canvas.
  paint(/** @type {any} */ (context));
  return context.toString();
}

function toDataURL(image) {
  const canvas = document.createElement("canvas");
  canvas.width = image.width;
  canvas.height = image.height;
  canvas.getContext("2d").drawImage(image, 0, 0);
  return canvas.toDataURL();
}

function pngOf({ width, height, paint }) {
  const canvas = new OffscreenCanvas(Math.round(width * SCALE), Math.round(height * SCALE));
  const context = canvas.getContext("2d");
  context.scale(SCALE, SCALE);
  context.fillStyle = palette().panel;
  context.fillRect(0, 0, width, height);
  paint(/** @type {any} */ (context));
  return canvas.convertToBlob({ type: "image/png" });
}

function download(name, blob) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
