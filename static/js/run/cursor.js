// The cursor: a timestep and a unit that every view marks. It is where the pointer is, or else what
// was selected by a click or a key.

import { following } from "../state/inspected_cells.js";
import { same } from "../text/json.js";

/** @type {Readonly<Place>} */
const NOWHERE = Object.freeze({ t: null, unit: null });

/** @param {Store} store */
export function createCursor(store) {
  let pointer = NOWHERE;

  function point() {
    const { selection, cursor } = store.state;
    const next = { t: pointer.t ?? selection.t, unit: pointer.unit ?? selection.unit };
    if (!same(next, cursor)) store.set({ cursor: next });
  }

  /**
   * Select a timestep or unit: marked in every view until another is; the inspector follows.
   *
   * @param {Partial<Place>} change
   */
  function select(change) {
    const { selection, view } = store.state;
    const inspect = following(view.inspect, change);
    const patch = { selection: { ...selection, ...change } };
    store.set(inspect === view.inspect ? patch : { ...patch, view: { ...view, inspect } });
    point();
  }

  return {
    select,

    /**
     * The pointer is at a timestep and unit; null: it has left.
     *
     * @param {number | null} t
     * @param {number | null} [unit]
     */
    hover(t, unit = null) {
      pointer = { t, unit };
      point();
    },

    /**
     * Move the selection by timesteps or units, as the arrow keys do.
     *
     * @param {Partial<Place>} by
     */
    move({ t = 0, unit = 0 }) {
      const { cursor, task, lanes, watch } = store.state;
      if (task === null) return;
      pointer = NOWHERE;
      select({
        ...(t === 0 ? {} : { t: moved(cursor.t, t, task.timesteps) }),
        ...(unit === 0
          ? {}
          : { unit: moved(cursor.unit, unit, lanes[watch.lane].hidden_size - 1) }),
      });
    },

    /** Forget where the pointer was. */
    leave() {
      pointer = NOWHERE;
    },
  };
}

/**
 * From nowhere, the first step forward leads to the beginning, and backward to the end.
 *
 * @param {number | null} from
 * @param {number} by
 * @param {number} last
 */
function moved(from, by, last) {
  const start = from ?? (by > 0 ? -1 : last + 1);
  return Math.min(last, Math.max(0, start + by));
}
