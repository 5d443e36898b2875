// What is looked at: a lane, a layer and an example, the open panels, the inspected cells. Each
// change is sent to the server, which computes the views that the panels need.

import { opened } from "../state/inspected_cells.js";
import { neededFor } from "../state/view_settings.js";
import { isWhole, same } from "../text/json.js";

/**
 * @param {object} options
 * @param {Store} options.store
 * @param {Pick<Socket, "watch">} options.socket
 * @param {Pick<Playback, "lookAt">} options.playback
 * @param {Pick<Cursor, "select">} options.cursor
 */
export function createWatch({ store, socket, playback, cursor }) {
  /** @type {WatchWithViews | null} */
  let requested = null; // the last watch that was sent

  /** Have the server compute what is looked at, if that has changed. */
  function request() {
    const {
      watch: { layer, example },
      view: panels,
      recipe,
    } = store.state;
    const wanted = { lane: null, layer, example, views: neededFor(panels) };
    if (recipe === null || same(wanted, requested)) return;
    requested = wanted;
    socket.watch(wanted);
  }

  /**
   * Watch another lane, layer or example.
   *
   * @param {Partial<Watch>} change
   */
  function watch(change) {
    const { lanes, recipe, watch: before } = store.state;
    const last = { lane: lanes.length - 1, example: (recipe?.batch_size ?? 1) - 1 };
    const wanted = Object.entries(change).filter(([name, value]) => {
      return isWhole(value) && value <= (last[name] ?? Infinity);
    });
    const next = { ...before, ...Object.fromEntries(wanted) };
    next.layer = Math.min(next.layer, (lanes[next.lane]?.num_layers ?? 1) - 1);
    // An earlier frame holds every lane, but no other layer or example.
    const held = next.layer === before.layer && next.example === before.example;
    if (!held) playback.lookAt(null);
    store.set({ watch: next });
    if (!held || store.state.past === null) request();
  }

  /**
   * Open or close a panel, or show it in another way: see view_settings.js.
   *
   * @param {Partial<ViewSettings>} change
   */
  function view(change) {
    store.set({ view: { ...store.state.view, ...change } });
    request();
  }

  /**
   * Inspect a cell in place of the current one; by default at the cursor, of the watched lane.
   *
   * @param {Partial<InspectedCell>} [cell]
   */
  function inspect(cell = {}) {
    const { view: panels, watch: now, cursor: at, task } = store.state;
    if (task === null) return;
    const t = Math.max(1, cell.t ?? at.t ?? task.timesteps);
    const unit = cell.unit ?? at.unit ?? 0;
    view({ inspect: opened(panels.inspect, { lane: cell.lane ?? now.lane, t, unit }) });
    cursor.select({ t, unit });
  }

  return { watch, view, inspect, request };
}
