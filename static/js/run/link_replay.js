// A linked run on its way to the iteration that its link shows: it is computed at iteration 0,
// whose gradients are what later ones are compared with, then at the iteration that the link
// compares with, if there is one, and last where the link leads.

/**
 * @param {object} options
 * @param {(recipe: Recipe, at: number) => OpenRequest} options.replay begin a recipe silently at an
 *   iteration; returns the request
 * @param {(iteration: number) => void} options.pin compare with an iteration
 */
export function createLinkReplay({ replay, pin }) {
  /**
   * On its way from iteration 0; of the run there, its announcement and its frame, once they are
   * here.
   *
   * @type {{at: number, request: OpenRequest, message: Ready | null, first: Frame | null} | null}
   */
  let early = null;
  let onward = null; // {at, pinned}: where it goes on to, once what it compares with is here

  /** Something else begins. */
  function forget() {
    early = onward = null;
  }

  return {
    /** Whether what comes is of a run that is not to be shown. */
    get hidden() {
      return early !== null;
    },

    forget,

    /** Go on to iteration `at` with the run of `request`, which is being begun at iteration 0. */
    head({ at, pinned }, request) {
      const next = Math.min(at, pinned);
      early = next > 0 ? { at: next, request, message: null, first: null } : null;
      onward = pinned < at ? { at, pinned } : null;
    },

    /**
     * A run was announced, in answer to `request`.
     *
     * @returns {{first: Frame | null} | null} its frame of iteration 0, if that is known already;
     *   null if the run is not to be shown
     */
    ready(message, request) {
      if (early === null || request !== early.request) return { first: null };
      if (early.first === null) {
        early.message = message;
        return null;
      }
      const { first } = early;
      early = null;
      return { first };
    },

    /**
     * A start was refused.
     *
     * @returns {{message: Ready, first: Frame} | null} the announcement and the frame of the run
     *   that it was to go on from, if they were held back until now
     */
    refused(request) {
      if (early === null || request !== early.request) return null;
      const { message, first } = early;
      forget();
      return first === null ? null : { message, first };
    },

    /** A frame came; returns whether it is on the way, and not to be shown. */
    passes(frame) {
      if (early === null || early.message === null || early.first !== null) return false;
      early.first = frame;
      early.request = replay(early.message.recipe, early.at);
      return true;
    },

    /**
     * A frame was shown: keep it if the link compares with it, and go on.
     *
     * @param {Frame} frame
     * @param {Recipe} recipe
     */
    shown({ iteration }, recipe) {
      if (iteration !== onward?.pinned) return;
      const { at, pinned } = onward;
      onward = null;
      pin(pinned);
      replay(recipe, at);
    },
  };
}
