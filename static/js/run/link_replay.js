// A linked run on its way to the iteration that its link shows: it is computed at iteration 0,
// whose gradients are what later ones are compared with, then at the iteration that the link
// compares with, if there is one, and last where the link leads.

/**
 * @param {object} options
 * @param {(recipe: Recipe, at: number) => void} options.replay begin a recipe silently at an
 *   iteration
 * @param {(iteration: number) => void} options.pin compare with an iteration
 */
export function createArrival({ replay, pin }) {
  /** @type {{at: number, recipe: Recipe | null, first: Frame | null} | null} */
  let early = null; // {at, recipe, first}: on its way from iteration 0
  /** @type {{at: number, pinned: number} | null} */
  let onward = null; // {at, pinned}: where it goes on to, once what it compares with is here

  return {
    /** Whether what comes is of a run that is not to be shown. */
    get hidden() {
      return early !== null;
    },

    /** Something else begins. */
    forget() {
      early = onward = null;
    },

    /** The run that has just been asked for, at iteration 0, is to go on. */
    head({ at, pinned }) {
      const next = Math.min(at, pinned);
      early = next > 0 ? { at: next, recipe: null, first: null } : null;
      onward = pinned < at ? { at, pinned } : null;
    },

    /**
     * A run was announced.
     *
     * @returns {{first: Frame | null} | null} what is known of it already; null if it is not to be
     *   shown
     * @param {Pick<Ready, "recipe">} message
     */
    ready({ recipe }) {
      if (early?.first === null) {
        early.recipe = recipe;
        return null;
      }
      const first = early?.first ?? null;
      early = null;
      return { first };
    },

    /**
     * A frame came; returns whether it is on the way, and not to be shown.
     *
     * @param {Frame} frame
     */
    passes(frame) {
      if (early === null || early.recipe === null) return false;
      const { recipe, at } = early;
      Object.assign(early, { first: frame, recipe: null });
      replay(recipe, at);
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
