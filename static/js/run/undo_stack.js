/**
 * What somebody did to the forms, so that it can be taken back: a stack of snapshots, each of how
 * things stood before a change. Knows neither forms nor recipes; what a snapshot is, is the
 * caller's affair.
 */

const MOST = 100;
const MERGE_WITHIN = 800; // ms between two changes of one drag

/**
 * @param {object} options
 * @param {() => number} options.now milliseconds
 * @param {(can: {undo: string|null, redo: string|null}) => void} options.onChange called with what
 *   undo and redo would concern, whenever that is something else
 * @param {number} [options.most] snapshots that are kept
 */
export function createUndo({ now, onChange, most = MOST }) {
  let done = []; // {what, snapshot}: before each change, the latest last
  let undone = []; // {what, snapshot}: after each change that was taken back
  let lastAt = -Infinity;

  function tell() {
    onChange({ undo: done.at(-1)?.what ?? null, redo: undone.at(-1)?.what ?? null });
  }

  function move(from, to, now) {
    const entry = from.pop();
    if (entry === undefined) return null;
    to.push({ what: entry.what, snapshot: now(entry.snapshot) });
    // The next change is another one, though it be of the same thing.
    lastAt = -Infinity;
    tell();
    return entry.snapshot;
  }

  return {
    /**
     * Something is about to be changed.
     *
     * @param {string} what is changed; a slider that is dragged says the same again and again,
     *   and all of it is one change
     * @param {unknown} snapshot how things stand before
     * @param {{whole?: boolean}} how a whole change is never one with the change before it
     */
    note(what, snapshot, { whole = false } = {}) {
      const at = now();
      const more =
        !whole && undone.length === 0 && done.at(-1)?.what === what && at - lastAt < MERGE_WITHIN;
      lastAt = whole ? -Infinity : at;
      if (more) return;
      done.push({ what, snapshot });
      done = done.slice(-most);
      undone = [];
      tell();
    },

    /**
     * Take the last change back.
     *
     * @param {(value: unknown) => unknown} now how things stand, as far as the change concerned
     *   them, by the snapshot that is to be gone to
     * @returns {unknown} how they stood before the change, null if there was none
     */
    undo: (now) => move(done, undone, now),

    /** Make it again: how things stood after it, null if there is none. */
    redo: (now) => move(undone, done, now),

    /** Begin anew: nothing of what was done here concerns what is here now. */
    forget() {
      done = [];
      undone = [];
      lastAt = -Infinity;
      tell();
    },
  };
}
