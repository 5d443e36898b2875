// Undo and redo of changes in the forms: a snapshot of the page before each change, and how the
// page returns to one.

import { createUndoStack } from "./undo_stack.js";

/**
 * @param {object} options
 * @param {Store} options.store
 * @param {{restore: (value: any, value2: any | null) => void}} options.editor
 * @param {{lookAt: (value: number | null, value2: any) => void}} options.playback
 * @param {{view: (value: any) => void}} options.watched
 * @param {() => number} options.now milliseconds
 */
export function createUndo({ store, editor, playback, watched, now }) {
  const stack = createUndoStack({ now, onChange: (undoable) => store.set({ undoable }) });

  /** A snapshot: the form with its lanes, and some settings of the view. */
  function snapshot(form = store.state.form, settings = []) {
    const { preset, view, along, lanes } = store.state;
    const { hidden, colors } = along ?? view;
    const labels = along?.labels ?? lanes.map(({ label }) => label);
    const own = Object.fromEntries(settings.map((name) => [name, view[name]]));
    return { form, preset, labels, hidden, colors, view: own };
  }

  /** Return to the snapshot that `move` takes off the stack. */
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
    /** `name` is about to be changed in the form (see undo_stack.js), with settings of the view. */
    note: (name, form, options, settings) => stack.note(name, snapshot(form, settings), options),
    undo: () => travel(stack.undo),
    redo: () => travel(stack.redo),
    forget: stack.forget,
  };
}
