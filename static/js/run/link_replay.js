// Brings a linked run to the iteration that its link shows. The run is computed at iteration 0
// first, since later gradients are compared with those; then at the iteration that the link
// compares with, if there is one; and last at the iteration that the link shows.

/**
 * @param {object} options
 * @param {(recipe: Recipe, at: number) => StartRequest} options.replay begin a recipe silently at
 *   an iteration; returns the request
 * @param {(iteration: number) => void} options.pin compare with an iteration
 */
export function createLinkReplay({ replay, pin }) {
  // A run on its way from iteration 0 to `at`: its request, and the announcement and the frame of
  // iteration 0 once they are here.
  /** @type {{at: number, request: StartRequest, message: Ready, first: Frame} | null} */
  let early = null;
  /** @type {{at: number, pinned: number} | null} */
  let onward = null; // the iteration `at` comes next, once the frame of `pinned` is here

  /** Something else begins. */
  function forget() {
    early = onward = null;
  }

  return {
    /** Whether messages and frames are now of a run that is not shown. */
    get hidden() {
      return early !== null;
    },

    forget,

    /**
     * Bring the run of `request`, which begins at iteration 0, to iteration `at`.
     *
     * @param {{at: number, pinned: number}} place
     * @param {StartRequest} request
     */
    head({ at, pinned }, request) {
      const next = Math.min(at, pinned);
      early = next > 0 ? { at: next, request, message: null, first: null } : null;
      onward = pinned < at ? { at, pinned } : null;
    },

    /**
     * A run was announced, in answer to `request`.
     *
     * @param {Ready} message
     * @param {StartRequest | null} request
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
     * @param {StartRequest} request
     * @returns {{message: Ready, first: Frame} | null} the announcement and the frame of iteration
     *   0, if they were held back until now
     */
    refused(request) {
      if (early === null || request !== early.request) return null;
      const { message, first } = early;
      forget();
      return first === null ? null : { message, first };
    },

    /**
     * A frame came.
     *
     * @param {Frame} frame
     * @returns {boolean} whether it is held back, and not to be shown
     */
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
