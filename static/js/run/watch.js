// What is looked at: a lane, a layer and an example, the open panels, the inspected cells. Each
// change is sent to the server, which computes the views that the panels need.

import { opened } from "../state/inspected_cells.js";
import { watching } from "../state/selectors.js";
import { neededFor } from "../state/view_settings.js";
import { isWhole, same } from "../text/json.js";

/**
 * @param {object} options
 * @param {Store} options.store
 * @param {Pick<Socket, "watch" | "starts" | "hasRun">} options.socket
 * @param {Pick<Playback, "lookAt">} options.playback
 * @param {Pick<Cursor, "select">} options.cursor
 */
export function createWatch({ store, socket, playback, cursor }) {
  /** @type {WatchWithViews | null} */
  let requested = null; // the last watch that was sent

  /** Have the server compute what is looked at, if that has changed. */
  function request() {
    const {
      watch: { lane, layer, example },
      view: panels,
      away,
      recipe,
      run,
    } = store.state;
    const needed = neededFor({ view: panels, lane, away, live: run === "playing" });
    const wanted = { layer, example, ...needed };
    // A run that is to begin may have fewer lanes; what it needs is asked for when it is shown.
    if (recipe === null || socket.starts.length > 0 || same(wanted, requested)) return;
    requested = wanted;
    socket.watch(wanted);
  }

  // The run plays or pauses, another one has other lanes, panels come into sight.
  const changed = watching("watch", "recipe", "run", "away", "past");
  store.subscribe((state) => {
    // An earlier frame has a layer and an example of its own, which are not to be computed.
    if (changed(state) && state.past === null) request();
  });

  /**
   * Watch another lane, layer or example.
   *
   * @param {Partial<Watch>} change
   */
  function watch(change) {
    const { lanes, recipe, past, watch: before } = store.state;
    const last = { lane: lanes.length - 1, example: (recipe?.batch_size ?? 1) - 1 };
    const wanted = Object.entries(change).filter(([name, value]) => {
      return isWhole(value) && value <= (last[name] ?? Infinity);
    });
    const next = { ...before, ...Object.fromEntries(wanted) };
    next.layer = Math.min(next.layer, (lanes[next.lane]?.num_layers ?? 1) - 1);
    // An earlier frame holds something of every lane, but of one layer and example.
    const held = next.layer === before.layer && next.example === before.example;
    if (held || past === null) store.set({ watch: next });
    else if (socket.hasRun) store.lookAgain(next);
    else {
      // Nobody here can have it computed.
      playback.lookAt(null);
      store.set({ watch: next });
    }
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
