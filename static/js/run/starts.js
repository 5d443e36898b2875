// How a run begins: by a recipe, as a fork of another run, or by the link in the address; what is
// looked at once it is there, and what becomes of the page when the server refuses it.

import { fromFragment } from "../recipe/link.js";
import { forkedAt } from "../recipe/recipe.js";
import { LANDSCAPE_ANEW, ofTheScreen, viewOf } from "../state/view_settings.js";
import { count } from "../text/format.js";
import { wholeOrNull } from "../text/json.js";

const DEFAULT = "Here is the default recipe.";

/** What a fork did. @param {number} left changes of the run before that came later */
function whatForked(iteration, past, left) {
  const at = `Forked at iteration ${count(iteration)}: `;
  if (past === null) return `${at}a new run goes on from here, with all changes so far.`;
  const changes = left === 1 ? "one later change" : `${count(left)} later changes`;
  const without = left === 0 ? "" : `, without ${changes} of the run before`;
  return `${at}a new run goes on from here${without}; that run stays in Training, dashed.`;
}

/**
 * @param {object} options
 * @param {Store} options.store
 * @param {Socket} options.socket
 * @param {Editor} options.editor
 * @param {LinkReplay} options.linkReplay
 * @param {Cursor} options.cursor
 * @param {Undo} options.undo
 * @param {Watched} options.watched
 * @param {number} options.lastIteration the last one that a run may have
 * @param {(text: string) => void} options.say show a short message
 */
export function createStarts(options) {
  const { store, socket, editor, linkReplay, cursor, undo, watched, lastIteration, say } = options;
  /** @type {StartRequest | null} */
  let linked = null; // the request of the link in the address, until it is answered
  /** @type {(LinkPlace & {lanes?: Pick<ViewSettings, "hidden" | "colors">}) | null} */
  let place = null; // what is looked at once the run is shown: a link's, or settings of its lanes

  /**
   * Begin a recipe, as socket.js does.
   *
   * @param {PartialRecipe} recipe
   * @param {StartOptions & StartMemo} [options]
   * @returns {StartRequest}
   */
  function start(recipe, options = {}) {
    linkReplay.forget();
    const { at = 0 } = options;
    const pinned = at > 0 ? (store.state.pinned?.iteration ?? null) : null;
    const request = socket.start(recipe, options);
    store.set({ wanted: socket.playing, heading: { recipe, at, pinned, watch: null } });
    return request;
  }

  /**
   * The run that was shown is being brought back to an iteration.
   *
   * @param {number} at
   */
  function headBack(at) {
    const { recipe, pinned } = store.state;
    if (recipe === null) return;
    store.set({ heading: { recipe, at, pinned: pinned?.iteration ?? null, watch: null } });
  }

  /**
   * The settings of the page that a link or another recipe replaces.
   *
   * @returns {SettingsBefore}
   */
  function settings() {
    const { view, selection, preset } = store.state;
    return { view, selection, preset };
  }

  return {
    start,

    /**
     * Begin a recipe that is not of this page's making, as that of a class: no change that was made
     * before belongs to it.
     *
     * @param {PartialRecipe} recipe
     * @param {StartOptions & {watch?: Partial<Watch>}} options `watch`: once it is shown
     */
    begin(recipe, { watch, ...options }) {
      this.leave();
      place = watch === undefined ? null : { watch };
      start(recipe, options);
    },

    /** Leave the run that is shown, with all that was changed or asked for and is not done. */
    leave() {
      editor.forget();
      undo.forget();
      linkReplay.forget();
      linked = place = null;
      store.set({ heading: null });
    },

    /**
     * Begin the run of an address.
     *
     * @param {string} address
     * @param {{autoplay: boolean}} options whether the default run plays; the run of a link waits
     */
    visit(address, { autoplay }) {
      const { recipe, place: looked, problem } = fromFragment(new URL(address).hash);
      const before = settings();
      place = looked;
      editor.forget();
      const view = viewOf({ ...ofTheScreen(store.state.view), ...looked.view });
      const { t = null, unit = null } = { ...view.inspect.at(-1), ...looked.cursor };
      undo.forget();
      cursor.leave();
      const wanted = recipe === null ? 0 : (wholeOrNull(looked.at) ?? 0);
      const at = wanted > lastIteration ? 0 : wanted;
      store.set({ notice: problem ?? beyond(wanted), view, preset: null });
      cursor.select({ t: wholeOrNull(t), unit: wholeOrNull(unit) });
      const pinned = wholeOrNull(looked.pinned) ?? at;
      const request = start(recipe ?? {}, { play: autoplay && recipe === null, before });
      linked = recipe === null ? null : request;
      linkReplay.head({ at, pinned }, request);
      const { watch = null } = looked;
      const { heading } = store.state;
      store.set({ heading: { ...heading, at, pinned: pinned < at ? pinned : null, watch } });
    },

    /**
     * Begin another recipe; with a preset, its note is shown.
     *
     * @type {Actions["open"]}
     */
    open(recipe, { preset = null, view = {}, ...options } = {}) {
      const { form } = store.state;
      // Another network has other weights, and another step.
      const looks = preset === null ? view : { ...LANDSCAPE_ANEW, ...view };
      if (form !== null) undo.note("recipe", form, { whole: true }, Object.keys(looks));
      editor.forget();
      const before = settings();
      store.set({ preset });
      watched.view(looks);
      place = { lanes: { hidden: [], colors: [] } };
      start(recipe, { ...options, before });
    },

    /** Begin a new run that branches off at the iteration that is shown. */
    fork() {
      const { frame, recipe, pinned, past } = store.state;
      if (frame === null) return;
      const { iteration } = frame;
      // What was changed at the latest iteration acts from the next one on: it belongs here.
      const forked = past === null ? recipe : forkedAt(recipe, iteration);
      editor.forget();
      // A frame is compared neither with itself nor with an iteration after it.
      if (pinned?.iteration >= iteration) store.pin(null);
      start(forked, { play: false, at: iteration });
      say(whatForked(iteration, past, recipe.tweaks.length - forked.tweaks.length));
    },

    /**
     * There is a connection.
     *
     * @param {Pick<Connection, "replayTo" | "idle">} connection
     */
    connected({ replayTo, idle }) {
      if (idle) start({}, { play: false, isDefault: true });
      else if (store.state.heading === null) headBack(replayTo ?? 0);
    },

    /**
     * A frame was shown: it may be the one that was asked for.
     *
     * @param {number} iteration
     */
    reached(iteration) {
      const { heading } = store.state;
      if (heading === null || socket.starts.length > 0) return;
      if (iteration >= heading.at) store.set({ heading: null });
    },

    /**
     * The server has taken the recipe of a request.
     *
     * @param {StartRequest | null} request
     */
    accepted(request) {
      if (linked === request) linked = null;
    },

    /**
     * The server refused a start: the run that was there goes on, or is brought back; if there was
     * none, the default one begins.
     *
     * @param {Pick<Refusal, "message">} refusal
     * @param {StartRequest} request
     * @returns {string | null} the sentence to show; null if there is none
     */
    refused({ message }, request) {
      const isLink = linked !== null && linked === request;
      if (isLink) linked = null;
      place = null;
      if (socket.starts.length > 0) return null; // another one has taken its place
      const stays = socket.hasRun || socket.resume();
      if (stays && !socket.hasRun) headBack(store.state.latest?.iteration ?? 0);
      if (stays && request.before) {
        const { selection, view, preset } = request.before;
        cursor.select(selection);
        watched.view(view);
        store.set({ preset });
      }
      if (!stays && !request.isDefault) start({}, { play: false, isDefault: true });
      if (isLink) {
        const next = stays ? "The run before it goes on." : DEFAULT;
        return `This link's recipe was refused. ${message} ${next}`;
      }
      if (stays || request.isDefault) return message;
      return `The run could not be brought back. ${message} ${DEFAULT}`;
    },

    /** A run is shown for the first time. */
    shown() {
      if (place?.watch !== undefined) watched.watch(place.watch);
      else watched.request();
      const { heading } = store.state;
      if (heading?.watch != null) store.set({ heading: { ...heading, watch: null } });
      if (place?.lanes !== undefined) watched.view(place.lanes);
      place = null;
    },
  };

  /**
   * The complaint about a link that leads beyond the last iteration; null if it does not.
   *
   * @param {number} iteration
   */
  function beyond(iteration) {
    if (iteration <= lastIteration) return null;
    return (
      `This link leads to iteration ${count(iteration)}; the last that a run can have is ` +
      `${count(lastIteration)}. Here is its beginning.`
    );
  }
}
