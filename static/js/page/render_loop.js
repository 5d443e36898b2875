// The screen: after a change of the state, every view draws in the next animation frame. Only
// frames that were drawn are acknowledged, so that the server sends no more than can be shown.

/**
 * @param {object} options
 * @param {Store} options.store
 * @param {View[]} options.views
 * @param {(iteration: number) => void} options.onDrawn the frame of an iteration is on the screen
 */
export function createScreen({ store, views, onDrawn }) {
  let due = false;
  /** @type {number[]} */
  let undrawn = []; // iterations whose frames were not drawn yet
  const failed = new Set();

  /**
   * A view that fails must not stop the others; it is reported once.
   *
   * @param {View} view
   * @param {State} state
   */
  function render(view, state) {
    try {
      view.render(state);
    } catch (error) {
      if (!failed.has(view)) reportError(error);
      failed.add(view);
    }
  }

  function draw() {
    due = false;
    const { state } = store;
    for (const view of views) render(view, state);
    const drawn = undrawn;
    undrawn = [];
    for (const iteration of drawn) onDrawn(iteration);
  }

  store.subscribe(() => {
    if (due) return;
    due = true;
    requestAnimationFrame(draw);
  });

  return {
    /**
     * A frame is about to come into the store.
     *
     * @param {number} iteration
     */
    awaits(iteration) {
      undrawn.push(iteration);
    },
  };
}
