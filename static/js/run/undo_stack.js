/**
 * Changes that can be undone: a stack of snapshots, each taken before a change. Knows neither forms
 * nor recipes: a snapshot is whatever the caller gives.
 */

const MOST = 100;
const MERGE_WITHIN = 800; // ms between two changes of one drag

/**
 * @template Snapshot
 * @param {object} options
 * @param {() => number} options.now milliseconds
 * @param {(can: State["undoable"]) => void} options.onChange called after each change with the
 *   names of the changes that undo and redo would concern
 * @param {number} [options.most] snapshots that are kept
 */
export function createUndoStack({ now, onChange, most = MOST }) {
  /** @type {{name: string, snapshot: Snapshot}[]} */
  let done = []; // before each change, the latest last
  /** @type {typeof done} */
  let undone = []; // after each change that was taken back
  let lastAt = -Infinity;

  function publish() {
    onChange({ undo: done.at(-1)?.name ?? null, redo: undone.at(-1)?.name ?? null });
  }

  /**
   * @param {typeof done} from
   * @param {typeof done} to
   * @param {(target: Snapshot) => Snapshot} now
   * @returns {Snapshot | null}
   */
  function move(from, to, now) {
    const entry = from.pop();
    if (entry === undefined) return null;
    to.push({ name: entry.name, snapshot: now(entry.snapshot) });
    // The next change is a new one, even of the same thing.
    lastAt = -Infinity;
    publish();
    return entry.snapshot;
  }

  return {
    /**
     * Something is about to be changed.
     *
     * @param {string} name of what is changed; changes of the same name in quick succession, as
     *   from a dragged slider, are one change
     * @param {Snapshot} snapshot taken before it
     * @param {{whole?: boolean}} [options] a whole change is never one with the change before it
     */
    note(name, snapshot, { whole = false } = {}) {
      const at = now();
      const more =
        !whole && undone.length === 0 && done.at(-1)?.name === name && at - lastAt < MERGE_WITHIN;
      lastAt = whole ? -Infinity : at;
      if (more) return;
      done.push({ name, snapshot });
      done = done.slice(-most);
      undone = [];
      publish();
    },

    /**
     * Take the last change back.
     *
     * @param {(target: Snapshot) => Snapshot} now takes a snapshot of the present, given the one
     *   that is to be returned to
     * @returns {Snapshot | null} the snapshot from before the change, null if there was none
     */
    undo: (now) => move(done, undone, now),

    /**
     * Redo the last change taken back.
     *
     * @param {(target: Snapshot) => Snapshot} now
     * @returns {Snapshot | null} the snapshot from after the change, null if there was none
     */
    redo: (now) => move(undone, done, now),

    /** Forget all changes: none of them concerns the present run. */
    forget() {
      done = [];
      undone = [];
      lastAt = -Infinity;
      publish();
    },
  };
}
