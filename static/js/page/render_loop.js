// The screen: after changes of the state, every view draws in its next frame. Only what was drawn
// is told to the server, which sends no more than that.

/**
 * @param {object} options
 * @param {Store} options.store
 * @param {View[]} options.views
 * @param {(iteration: number) => void} options.onDrawn the frame of an iteration is on the screen
 */
export function createScreen({ store, views, onDrawn }) {
  let due = false;
  let undrawn = []; // iterations whose frames were not drawn yet
  const failed = new Set();

  /**
   * A view that fails must not take the others with it; it is reported once.
   *
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
    /** Draw now, and not in the next frame of the screen. */
    draw,

    /** A frame is about to come into the store. */
    awaits(iteration) {
      undrawn.push(iteration);
    },
  };
}
