// How a run begins: by a recipe, as a fork of another run, or by the link in the address; and what
// is looked at once it is there.

import { fromFragment } from "../recipe/link.js";
import { forkedAt } from "../recipe/recipe.js";
import { viewOf } from "../state/view_settings.js";
import { count } from "../text/format.js";
import { wholeOrNull } from "../text/json.js";
import { refusesStart } from "./socket.js";

/**
 * @param {object} options
 * @param {Store} options.store
 * @param {Socket} options.socket
 * @param {Editor} options.editor
 * @param {LinkReplay} options.arrival
 * @param {Cursor} options.cursor
 * @param {Undo} options.wayBack
 * @param {Watched} options.watched
 * @param {(text: string) => void} options.say a short message
 */
export function createRuns({ store, socket, editor, arrival, cursor, wayBack, watched, say }) {
  let linked = null; // the recipe of the address, until the server has taken it
  /** @type {(LinkPlace & {lanes?: Pick<ViewSettings, "hidden" | "colors">}) | null} */
  let place = null; // what is looked at once the run is shown: by the address, or of its lanes

  /**
   * Begin a recipe, as socket.js does.
   *
   * @param {object} recipe of which any field may be left out
   * @param {StartOptions} [options]
   */
  function start(recipe, options) {
    arrival.forget();
    socket.start(recipe, options);
    store.set({ wanted: socket.playing });
  }

  return {
    start,

    /** Begin the run of an address; by itself plays only what nobody has linked to. */
    visit(address, { autoplay }) {
      const { recipe, place: looked, problem } = fromFragment(new URL(address).hash);
      linked = recipe;
      place = looked;
      editor.forget();
      const view = viewOf(looked.view);
      const { t = null, unit = null } = { ...view.inspect.at(-1), ...looked.cursor };
      wayBack.forget();
      cursor.leave();
      store.set({ notice: problem, view, preset: null });
      cursor.select({ t: wholeOrNull(t), unit: wholeOrNull(unit) });
      const at = recipe === null ? 0 : (wholeOrNull(looked.at) ?? 0);
      const pinned = wholeOrNull(looked.pinned) ?? at;
      start(recipe ?? {}, { play: autoplay && recipe === null });
      arrival.head({ at, pinned });
    },

    /**
     * Begin another recipe; of a preset, say what to look at.
     *
     * @param {Recipe} recipe
     */
    open(recipe, { preset = null, view = {}, ...options } = {}) {
      const { form } = store.state;
      if (form !== null) wayBack.note("recipe", form, { whole: true }, Object.keys(view));
      editor.forget();
      store.set({ preset });
      watched.view(view);
      place = { lanes: { hidden: [], colors: [] } };
      start(recipe, options);
    },

    /** Begin a new run that branches off at the iteration that is shown. */
    fork() {
      const { frame, recipe, pinned } = store.state;
      if (frame === null) return;
      const { iteration } = frame;
      editor.forget();
      // With itself nothing is compared, nor with what the new run has not come to.
      if (pinned?.iteration >= iteration) store.pin(null);
      start(forkedAt(recipe, iteration), { play: false, at: iteration });
      say(`Forked at iteration ${count(iteration)}`);
    },

    /** The server has taken a recipe. */
    accepted() {
      linked = null;
    },

    /**
     * Whether what the server refused is the recipe of the address: then the default one begins.
     */
    refused(problem) {
      if (linked === null || !refusesStart(problem)) return false;
      linked = null;
      const { message } = problem;
      const notice = `This link's recipe was refused. ${message} Here is the default recipe.`;
      start({}, { play: false });
      store.set({ notice });
      return true;
    },

    /** A run is shown for the first time. */
    shown() {
      if (place?.watch !== undefined) watched.watch(place.watch);
      else watched.tell();
      if (place?.lanes !== undefined) watched.view(place.lanes);
      place = null;
    },
  };
}
