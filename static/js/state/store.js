/**
 * The one state that every view reads. It is replaced, never changed in place; the columns of the
 * history alone grow where they are.
 */

import { Archive } from "../frames/archive.js";
import { scalarsOf } from "../frames/frame.js";
import { emptyHistory, extended, through } from "../frames/history.js";
import { folded } from "../recipe/in_force.js";
import { sameUpTo, withValues } from "../recipe/recipe.js";
import { isolated } from "../text/direction.js";
import { same } from "../text/json.js";
import { withEarlier } from "./earlier_runs.js";
import { fitting, usualWatch, within } from "./watch_defaults.js";

/**
 * The iteration of the last tweak in `now` that is not in `before`; -1 if there is none.
 *
 * @param {Tweak[]} now
 * @param {Tweak[]} before
 */
function lastNewTweak(now, before) {
  const added = now.filter((tweak) => !before.some((each) => same(each, tweak)));
  return Math.max(-1, ...added.map(({ iteration }) => iteration));
}

/**
 * Whether a lane has all of its numbers.
 *
 * @param {Frame} frame
 * @param {number} lane
 */
const isWhole = (frame, lane) => frame.text[`${lane}/diverged`] === undefined;

/**
 * A lane whose name disturbs no text that it becomes a part of.
 *
 * @param {Lane} lane
 */
const named = (lane) => ({ ...lane, label: isolated(lane.label) });

/**
 * @param {Partial<State>} initial what differs from an idle page
 */
export function createStore(initial = {}) {
  let state = /** @type {State} */ ({
    theme: "light",
    connection: "connecting",
    run: "idle",
    recipe: null,
    lanes: [],
    task: null,
    example: null,
    watch: { lane: 0, layer: 0, example: 0 },
    frame: null, // what every view shows: the latest, or the one of `past`
    latest: null,
    first: null,
    past: null, // iteration of the earlier frame that is looked at; null: live
    pinned: null, // an earlier frame that the shown one is compared with, instead of the first
    heading: null, // what was asked for and is not shown yet
    archive: new Archive(),
    finite: [], // by lane, the last frame in which its numbers were all there
    kept: 0, // counts what the archive took in
    history: emptyHistory(),
    earlier: [], // runs before this one, to compare with
    cursor: { t: null, unit: null }, // where the pointer is, or else what is selected
    selection: { t: null, unit: null },
    pace: null,
    milliseconds: [], // what an iteration of each lane takes
    studies: {}, // by kind: what is computed on request, see run/studies.js
    views: null, // share of a frame's views that is computed, where that takes long
    away: [], // panels that are far off the screen, by their ids
    view: /** @type {ViewSettings} */ ({}), // which panels are open, and how: see view_settings.js
    // The iteration whose values the forms show: tweaks up to here are in force.
    reached: 0,
    // Changes of the forms that the server has not taken yet, and its reasons where it refused.
    drafts: new Map(),
    errors: new Map(),
    along: null, // settings that belong to lanes of the form which the run does not have yet
    // The recipe as the forms show it: what is in force, and the drafts.
    form: null,
    ...initial,
  });
  /** @type {{recipe?: Recipe, drafts?: State["drafts"], due?: number, form?: Recipe}} */
  let formOf = {}; // the last form, and what it was made from
  // A run that has been announced is shown with its first frame, so that no view goes blank
  // between the old run and the new one.
  /** @type {(Ready & {first: Frame | null}) | null} */
  let announced = null;
  const listeners = new Set();

  /** @param {Partial<State>} patch */
  function set(patch) {
    state = { ...state, ...patch };
    state.form = form();
    for (const listener of listeners) listener(state);
  }

  /** @returns {Recipe | null} */
  function form() {
    const { recipe, reached, drafts } = state;
    if (recipe === null) return null;
    const due = recipe.tweaks.filter(({ iteration }) => iteration <= reached).length;
    if (formOf.recipe !== recipe || formOf.drafts !== drafts || formOf.due !== due) {
      formOf = { recipe, drafts, due, form: withValues(folded(recipe, reached), drafts) };
    }
    return formOf.form;
  }

  /**
   * Whether a run goes on from where the page has seen it: then it keeps what led there.
   *
   * @param {Ready} run
   */
  function resumes({ iteration, recipe }) {
    return iteration > 0 && state.recipe !== null && sameUpTo(recipe, state.recipe, iteration);
  }

  /**
   * The state that shows a frame: with the layer and example that it was recorded with.
   *
   * @param {Frame} frame
   */
  function asRecorded(frame) {
    const { layer, example } = frame.watch;
    return { frame, example: frame.example, watch: { ...state.watch, layer, example } };
  }

  /**
   * The state that shows the announced run, if there is one, with `patch`.
   *
   * @param {Partial<State>} patch
   * @returns {Partial<State>}
   */
  function shown(patch) {
    const run = announced;
    announced = null;
    if (run === null) return patch;
    const resumed = resumes(run);
    state.archive.cut(resumed ? run.iteration : -1);
    // What is shown already stays, while the run is computed up to it again.
    const here = resumed && state.frame?.iteration === run.iteration ? state.frame : null;
    return {
      recipe: run.recipe,
      lanes: run.lanes,
      task: run.task,
      example: run.example,
      watch: state.recipe === null ? usualWatch(run) : fitting(state.watch, run),
      selection: within(state.selection, run),
      cursor: within(state.cursor, run),
      reached: run.iteration + 1,
      first: run.first ?? (resumed ? state.first : null),
      earlier: withEarlier(state, resumed, run.iteration),
      history: resumed ? through(state.history, run.iteration) : emptyHistory(),
      finite: resumed ? state.finite : [],
      frame: here,
      latest: here,
      past: null,
      pinned: resumed && state.pinned?.iteration <= run.iteration ? state.pinned : null,
      milliseconds: [],
      views: null,
      studies: resumed ? state.studies : {},
      ...patch,
    };
  }

  return {
    get state() {
      return state;
    },

    /** Replace some of the state. */
    set,

    /**
     * Have a listener called after every change; returns a function that ends that.
     *
     * @param {(state: State) => void} listener
     */
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },

    /**
     * A run was announced ("ready"): it is shown with its first frame.
     *
     * @param {Ready} message
     * @param {Frame | null} first its frame of iteration 0, where that is known already
     */
    ready(message, first = null) {
      announced = { ...message, lanes: message.lanes.map(named), first };
    },

    /** Show the announced run now, though none of its frames is here. */
    settle() {
      if (announced !== null) set(shown({}));
    },

    /**
     * The state of the run changed ("state").
     *
     * @param {RunStatus} message
     */
    status(message) {
      /** @type {Partial<State>} */
      const patch = { run: message.state, views: message.views ?? null };
      if (message.pace !== undefined) patch.pace = message.pace;
      if (message.milliseconds !== undefined) patch.milliseconds = message.milliseconds;
      if (announced === null) {
        if (message.labels !== undefined && message.labels.length === state.lanes.length) {
          patch.lanes = state.lanes.map((lane, at) =>
            named({ ...lane, label: message.labels[at] }),
          );
        }
        if (message.example !== undefined) {
          if (state.past === null) patch.example = message.example;
          if (state.latest !== null) state.latest.example = message.example;
        }
        if (message.recipe !== undefined && !same(message.recipe, state.recipe)) {
          const before = state.recipe?.tweaks ?? [];
          patch.recipe = message.recipe;
          patch.reached = Math.max(state.reached, lastNewTweak(message.recipe.tweaks, before));
        }
      }
      set(patch);
    },

    /**
     * A frame came.
     *
     * @param {Frame} frame
     */
    frame(frame) {
      const patch = shown({});
      const { history, first, reached, lanes, archive, past, watch, kept, finite } = {
        ...state,
        ...patch,
      };
      const { example: read } = frame.text;
      const example = read === undefined ? (patch.example ?? state.example) : JSON.parse(read);
      Object.assign(frame, { watch, example });
      archive.add(frame);
      set({
        ...patch,
        latest: frame,
        ...(past === null ? { frame, example } : {}),
        kept: kept + 1,
        finite: lanes.map(({ index }) => (isWhole(frame, index) ? frame : (finite[index] ?? null))),
        views: null,
        first: frame.iteration === 0 ? frame : first,
        reached: Math.max(reached, frame.iteration + 1),
        history: extended(history, frame.arrays, lanes.length),
      });
    },

    /**
     * Show the kept frame nearest to an iteration in every view; null: the latest again.
     *
     * @param {number | null} iteration
     */
    lookAt(iteration) {
      const { archive, latest, past } = state;
      const frame = iteration === null ? null : archive.nearest(iteration);
      if (frame !== null) set({ ...asRecorded(frame), past: frame.iteration });
      else if (past !== null) set({ ...asRecorded(latest), past: null });
    },

    /**
     * Show the earlier frame that is shown with another layer or example: all that depends on
     * them is to be computed again.
     *
     * @param {Watch} watch
     */
    lookAgain(watch) {
      const { archive, frame } = state;
      const { coarse, ...rest } = frame;
      const emptied = { ...rest, ...scalarsOf(frame), watch };
      archive.replace(emptied);
      set({ frame: emptied, watch, kept: state.kept + 1 });
    },

    /**
     * Add to a kept frame what it lacked; the text `example` describes its example.
     *
     * @param {number} iteration
     * @param {Frame["arrays"]} arrays
     * @param {Frame["text"]} [text]
     */
    complete(iteration, arrays, { example, ...text } = {}) {
      const frame = state.archive.complete(iteration, arrays, text);
      if (frame === null) return;
      if (example !== undefined) frame.example = JSON.parse(example);
      set({ kept: state.kept + 1, ...(state.past === iteration ? asRecorded(frame) : {}) });
    },

    /**
     * Forget an earlier run.
     *
     * @param {number} id
     */
    dismissEarlier(id) {
      set({ earlier: state.earlier.filter((run) => run.id !== id) });
    },

    /**
     * Compare with the kept frame nearest to an iteration; null: with the first again.
     *
     * @param {number | null} iteration
     */
    pin(iteration) {
      set({ pinned: iteration === null ? null : state.archive.nearest(iteration) });
    },
  };
}
