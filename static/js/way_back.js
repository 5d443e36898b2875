// The way back from what somebody did to the forms, and forth again: how things stood before each
// change, and how they come to stand so once more.

import { createUndo } from "./undo.js";

/**
 * @param {object} options
 * @param {object} options.store
 * @param {{restore: function(object): void}} options.editor
 * @param {{lookAt: function(?number, object): void}} options.playback
 * @param {{view: function(object): void}} options.watched
 * @param {function(): number} options.now milliseconds
 */
export function createWayBack({ store, editor, playback, watched, now }) {
  const stack = createUndo({ now, onChange: (undoable) => store.set({ undoable }) });

  /** How things stand. */
  function standing(form = store.state.form) {
    const { preset, view: { hidden } } = store.state;
    return { form, preset, hidden };
  }

  /** Go to how things stood, which `move` takes off the stack. */
  function travel(move) {
    const { form } = store.state;
    const to = form === null ? null : move(standing());
    if (to === null) return;
    playback.lookAt(null, { resumes: false });
    editor.restore(to.form);
    store.set({ preset: to.preset });
    // The places of lanes are theirs only as long as there are as many.
    if (to.form.lanes.length !== form.lanes.length) watched.view({ hidden: to.hidden });
  }

  return {
    /** `what` is about to be changed in the form, as undo.js has it. */
    note: (what, form, how) => stack.note(what, standing(form), how),
    undo: () => travel(stack.undo),
    redo: () => travel(stack.redo),
    forget: stack.forget,
  };
}
