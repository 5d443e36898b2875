// Buttons over the heatmaps: one on each caption that enlarges it, or the enlarged one's tools.

const ENLARGE = `<svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false"><path
  d="M9.5 2.5h4v4M13 3 9 7M6.5 13.5h-4v-4M3 13l4-4" fill="none" stroke="currentColor"
  stroke-width="1.4" stroke-linecap="round" stroke-linejoin="round"/></svg>`;

const TOOLS = [
  { key: "closer", text: "+", label: "Zoom in", title: "Zoom in (+, or the wheel)" },
  { key: "farther", text: "−", label: "Zoom out", title: "Zoom out (−, or the wheel)" },
  { key: "whole", text: "Show all", title: "All timesteps and units (0, or a double click)" },
  {
    key: "back",
    text: "Back",
    label: "Back to all heatmaps",
    title: "Back to all heatmaps (Escape)",
  },
];

/**
 * @param {HTMLElement} element the heatmaps' own
 * @param {Record<string, (tile?: any) => void>} actions `enlarge(tile)`, and what the tools do, by
 *   key
 */
export function createTileButtons(element, actions) {
  const own = document.createElement("div");
  own.className = "tile-buttons";
  element.append(own);
  let shown = null;
  let wide = 0;

  /** A button on each tile's caption, or with `zoomed` the tools; only what is new is written. */
  function render(tiles, { zoomed, every, partial }) {
    const places = tiles.map(placesOf);
    const key = JSON.stringify([zoomed, every, zoomed ? null : tiles.map(nameOf), places]);
    if (key !== shown) {
      const before = shown === null ? null : JSON.parse(shown);
      shown = key;
      const focused = /** @type {HTMLElement} */ (document.activeElement);
      const held = own.contains(focused) ? focused.dataset.key : null;
      if (zoomed) tools(tiles[0], places[0], before?.[0] === true);
      else own.replaceChildren(...tiles.map((tile, index) => enlarger(tile, places[index], every)));
      if (held !== null) focus(held, before, zoomed, tiles);
    }
    if (zoomed) button("whole").disabled = button("farther").disabled = !partial;
  }

  /** @type {(key: string) => HTMLButtonElement | null} */
  const button = (key) => own.querySelector(`[data-key="${key}"]`);

  // The focus stays on its button, and moves to the matching one when a heatmap is enlarged.
  function focus(held, before, zoomed, tiles) {
    const next = zoomed && before?.[0] !== true ? "back" : held;
    (button(next) ?? button(lastEnlarged) ?? button(tiles[0] && keyOf(tiles[0])))?.focus();
  }

  let lastEnlarged = null;

  function enlarger(tile, places, every) {
    const { part, lane, caption } = tile;
    const made = document.createElement("button");
    const name = every ? `${part.title} of ${lane.label}` : part.title;
    made.type = "button";
    made.className = "tile-enlarge";
    made.innerHTML = ENLARGE;
    made.title = `Enlarge ${name}`;
    made.setAttribute("aria-label", `Enlarge ${name}`);
    made.style.transform = `translate(${caption.left}px, ${caption.top}px)`;
    made.style.width = `${caption.width}px`;
    made.style.height = `${caption.height}px`;
    Object.assign(made.dataset, { key: keyOf(tile), ...places });
    made.addEventListener("click", () => {
      lastEnlarged = keyOf(tile);
      actions.enlarge(tile);
    });
    return made;
  }

  function tools(tile, places, already) {
    if (!already) {
      const bar = document.createElement("div");
      bar.className = "tile-tools";
      bar.setAttribute("role", "group");
      bar.append(
        ...TOOLS.map(({ key, text, label, title }) => {
          const made = document.createElement("button");
          made.type = "button";
          Object.assign(made, { textContent: text, title });
          made.dataset.key = key;
          if (label !== undefined) made.setAttribute("aria-label", label);
          made.addEventListener("click", () => actions[key]());
          return made;
        }),
      );
      own.replaceChildren(bar);
      wide = bar.offsetWidth;
    }
    const bar = /** @type {HTMLElement} */ (own.firstElementChild);
    bar.setAttribute("aria-label", `Enlarged ${tile.part.title}`);
    Object.assign(bar.dataset, places);
  }

  return {
    render,
    /** Width of the tools in pixels. */
    get width() {
      return wide;
    },
  };
}

const keyOf = ({ part, lane }) => `${lane.index} ${part.symbol}`;
const nameOf = ({ part, lane }) => `${part.title} ${lane.label}`;

// Where a heatmap and its histogram lie, for whoever looks for them in the document.
function placesOf({ left, top, width, height, histogram }) {
  const { left: x, top: y, width: across, height: down } = histogram ?? {};
  return {
    heatmap: [left, top, width, height].join(" "),
    histogram: histogram === null ? "" : [x, y, across, down].join(" "),
  };
}
