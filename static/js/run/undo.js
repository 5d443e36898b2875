// The way back from what somebody did to the forms, and forth again: how things stood before each
// change, and how they come to stand so once more.

import { createUndo } from "./undo_stack.js";

/**
 * @param {object} options
 * @param {Store} options.store
 * @param {{restore: (value: any, value2: any | null) => void}} options.editor
 * @param {{lookAt: (value: number | null, value2: any) => void}} options.playback
 * @param {{view: (value: any) => void}} options.watched
 * @param {() => number} options.now milliseconds
 */
export function createWayBack({ store, editor, playback, watched, now }) {
  const stack = createUndo({ now, onChange: (undoable) => store.set({ undoable }) });

  /** How things stand: the form with its lanes, and those settings of the view. */
  function standing(form = store.state.form, settings = []) {
    const { preset, view, along, lanes } = store.state;
    const { hidden, colors } = along ?? view;
    const labels = along?.labels ?? lanes.map(({ label }) => label);
    const own = Object.fromEntries(settings.map((name) => [name, view[name]]));
    return { form, preset, labels, hidden, colors, view: own };
  }

  /** Go to how things stood, which `move` takes off the stack. */
  function travel(move) {
    const { form } = store.state;
    const to = form === null ? null : move(({ view }) => standing(form, Object.keys(view)));
    if (to === null) return;
    playback.lookAt(null, { resumes: false });
    // Which lanes are hidden is of the change only where it brought others.
    const { preset, view, labels, hidden, colors } = to;
    const others = to.form.lanes.length !== form.lanes.length || Object.keys(view).length > 0;
    editor.restore(to.form, others ? { labels, hidden, colors } : null);
    store.set({ preset });
    watched.view(view);
  }

  return {
    /**
     * `what` is about to be changed in the form, as undo.js has it, and those settings of the view.
     */
    note: (what, form, how, settings) => stack.note(what, standing(form, settings), how),
    undo: () => travel(stack.undo),
    redo: () => travel(stack.redo),
    forget: stack.forget,
  };
}
