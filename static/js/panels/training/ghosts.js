// Ghosts: the lines of earlier runs behind those of the present one, each with what differed.

import { Histories } from "../../frames/envelopes.js";
import { differences } from "../../state/earlier_runs.js";
import { huesOf } from "../../state/lane_hues.js";
import { watching } from "../../state/selectors.js";
import { count } from "../../text/format.js";
import { button, make } from "../../ui/elements.js";
import { pointsOf, strokeEnvelope } from "./lines.js";
import { changeText } from "./tweaks.js";

const OPACITY = 0.55;
const MOST_DIFFERENCES = 2; // that a run is called by
const FAR = 1; // powers of ten beyond the present run that its axis follows earlier ones
const DASHES = [
  [7, 3],
  [2, 2],
  [9, 2, 2, 2],
  [4, 5],
];

/** @type {WeakMap<RunHistory, Histories>} an earlier run does not grow */
const followed = new WeakMap();

/** @param {RunHistory} history */
function historiesOf(history) {
  if (!followed.has(history)) {
    const histories = new Histories();
    histories.follow(history);
    followed.set(history, histories);
  }
  return followed.get(history);
}

/**
 * The earlier runs that can be compared with the present one: of the same task, and so with the
 * same loss.
 *
 * @param {Pick<State, "earlier" | "recipe" | "view">} state
 */
export function ghostsOf({ earlier, recipe, view: { hidden, colors } }) {
  if (recipe === null) return [];
  const present = huesOf(colors);
  return earlier
    .filter((run) => run.recipe.task.name === recipe.task.name)
    .map((run, k, runs) => ({
      id: run.id,
      dash: DASHES[run.id % DASHES.length],
      // A lane keeps its colour, whatever became of its place.
      lanes: run.lanes
        .map(({ index }) => ({ index, place: present.indexOf(run.hues[index]) }))
        .filter(({ place }) => !hidden.includes(place)),
      histories: historiesOf(run.history),
      length: run.history.length,
      ...wordsOf(run, runs[k + 1]?.recipe ?? recipe),
    }));
}

/**
 * What a run is called: by what was changed after it, or where that is much by its lanes.
 *
 * @param {EarlierRun} run
 * @param {Recipe} next of the run after it
 */
function wordsOf(run, next) {
  const all = differences(run.recipe, next).map(([path, value]) => {
    const parts = path.split(".");
    const text = path === "lanes" ? `${value} lanes` : changeText([parts.at(-1), value]);
    return parts[0] === "lanes" && parts.length > 1
      ? `${run.lanes[Number(parts[1])].label}: ${text}`
      : text;
  });
  const iterations = count(run.history.iteration.data[run.history.length - 1]);
  const own =
    all.length === 0
      ? `same recipe, to ${iterations}`
      : all.length <= MOST_DIFFERENCES
        ? all.join(", ")
        : run.lanes.map(({ label }) => label).join(", ");
  const differing = all.length > 0 ? all.join(", ") : "the same recipe as after it";
  // The number sets apart what has the same words otherwise.
  return {
    text: `run ${run.id}: ${own}`,
    whole: `run ${run.id}, to iteration ${iterations}: ${differing}`,
  };
}

const wordOf = ({ whole }) => whole;

/** The last iteration of all ghosts. */
export const lastOf = (ghosts) =>
  Math.max(0, ...ghosts.map(({ histories, length }) => histories.iteration(length - 1)));

/**
 * Least and greatest of a series, of each line of the ghosts, as far as they are not far off the
 * present run: the axis is its own.
 *
 * @param {ReturnType<typeof ghostsOf>} ghosts
 * @param {string} series
 * @param {[least: number, greatest: number]} present log10; [Infinity, −Infinity] without any
 */
export function extentsOf(ghosts, series, [least, greatest]) {
  const each = ghosts.flatMap(({ lanes, histories }) =>
    lanes.map(({ index }) => histories.lanes[index].series[`${series}.mean`].envelope.extent()),
  );
  if (!(least <= greatest)) return each;
  const held = (log) => Math.min(greatest + FAR, Math.max(least - FAR, log));
  return each.map((ends) => ends.map(held));
}

/** What is drawn of all ghosts, each with the histories that know its iterations. */
export const drawnOfGhosts = (panel, series, ghosts) =>
  ghosts.flatMap(({ lanes, histories }) =>
    lanes.map(({ index }) => ({
      histories,
      read: histories.between(index, `${series}.mean`, panel.xRange),
    })),
  );

export function paintGhosts(context, panel, series, ghosts, { palette }) {
  context.lineWidth = 1;
  context.globalAlpha = OPACITY;
  for (const { lanes, histories, dash } of ghosts) {
    context.setLineDash(dash);
    for (const { index, place } of lanes) {
      context.strokeStyle = palette.lanes[place];
      const read = histories.between(index, `${series}.mean`, panel.xRange);
      strokeEnvelope(context, panel, read, (k) => histories.iteration(k));
    }
  }
  context.setLineDash([]);
  context.globalAlpha = 1;
}

/** The same for Plotly. */
export function ghostTraces(panel, index, series, ghosts, palette) {
  return ghosts.flatMap(({ lanes, histories, dash }) =>
    lanes.map((lane) => ({
      panel: index,
      mode: "lines",
      ...pointsOf(histories.between(lane.index, `${series}.mean`, panel.xRange), (k) =>
        histories.iteration(k),
      ),
      hoverinfo: "skip",
      opacity: OPACITY,
      line: {
        color: palette.lanes[lane.place],
        width: 1,
        dash: dash.map((px) => `${px}px`).join(),
      },
    })),
  );
}

/**
 * The list of ghosts, with a button each that dismisses it.
 *
 * @param {(id: number) => void} dismiss
 */
export function createGhostList(dismiss) {
  const element = make("ul", "ghosts");
  element.setAttribute("aria-label", "Earlier runs");
  element.hidden = true;
  const all = button("Dismiss all", null, () => ghosts.forEach(({ id }) => dismiss(id)));
  all.classList.add("plain", "small");
  const changed = watching("earlier", "recipe", "view");
  /** @type {ReturnType<typeof ghostsOf>} */
  let ghosts = [];

  return {
    element,

    /**
     * List the ghosts of a state, and return them: the same ones as long as nothing has changed.
     *
     * @param {State} state
     */
    of(state) {
      if (!changed(state)) return ghosts;
      const before = ghosts.map(wordOf).join();
      ghosts = ghostsOf(state);
      // A button that has the focus is not made anew for nothing.
      if (ghosts.map(wordOf).join() !== before) {
        const last = ghosts.length > 1 ? [make("li", "ghost", all)] : [];
        element.replaceChildren(...ghosts.map(entryOf), ...last);
      }
      // The other faces have no lines of theirs.
      element.hidden = ghosts.length === 0 || state.view.story !== "curves";
      return ghosts;
    },
  };

  function entryOf({ id, dash, text, whole }) {
    const line = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    line.setAttribute("class", "ghost-line");
    line.setAttribute("aria-hidden", "true");
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("d", "M0 4H24");
    path.setAttribute("stroke-dasharray", dash.join(" "));
    line.append(path);
    const closer = button("✕", `Dismiss ${whole}`, () => dismiss(id));
    closer.classList.add("plain", "square");
    const name = make("span", "ghost-name", text);
    name.title = whole;
    const entry = make("li", "ghost", name, closer);
    entry.prepend(line);
    return entry;
  }
}
