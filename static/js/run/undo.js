// Undo and redo of changes in the forms: takes a snapshot of the page before each change, and
// brings the page back to one.

import { createUndoStack } from "./undo_stack.js";

/**
 * @param {object} options
 * @param {Store} options.store
 * @param {Pick<Editor, "restore">} options.editor
 * @param {Pick<Playback, "lookAt">} options.playback
 * @param {Pick<Watched, "view">} options.watched
 * @param {() => number} options.now milliseconds
 */
export function createUndo({ store, editor, playback, watched, now }) {
  /** @type {ReturnType<typeof createUndoStack<Snapshot>>} */
  const stack = createUndoStack({ now, onChange: (undoable) => store.set({ undoable }) });

  /**
   * The page as it is.
   *
   * @param {Recipe} [form] of which a change is about to be made
   * @param {string[]} [settings] of the view, by name
   * @returns {Snapshot}
   */
  function snapshot(form = store.state.form, settings = []) {
    const { preset, view, along, lanes } = store.state;
    const { hidden, colors } = along ?? view;
    const labels = along?.labels ?? lanes.map(({ label }) => label);
    const own = Object.fromEntries(settings.map((name) => [name, view[name]]));
    return { form, preset, labels, hidden, colors, view: own };
  }

  /**
   * Return to the snapshot that `move` takes off the stack.
   *
   * @param {typeof stack.undo} move
   */
  function travel(move) {
    const { form } = store.state;
    const to = form === null ? null : move(({ view }) => snapshot(form, Object.keys(view)));
    if (to === null) return;
    playback.lookAt(null, { resumes: false });
    // Which lanes are hidden belongs to the change only where it replaced lanes.
    const { preset, view, labels, hidden, colors } = to;
    const others = to.form.lanes.length !== form.lanes.length || Object.keys(view).length > 0;
    editor.restore(to.form, others ? { labels, hidden, colors } : null);
    store.set({ preset });
    watched.view(view);
  }

  return {
    /**
     * A change is about to be made.
     *
     * @param {string} name of what is changed: see undo_stack.js
     * @param {Recipe} form before it
     * @param {{whole?: boolean}} options
     * @param {string[]} [settings] names of those of the view that it replaces
     */
    note: (name, form, options, settings) => stack.note(name, snapshot(form, settings), options),
    undo: () => travel(stack.undo),
    redo: () => travel(stack.redo),
    forget: stack.forget,
  };
}
