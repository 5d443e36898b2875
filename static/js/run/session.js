// What works on one run, without the views: the forms' editor, what is watched, the way back, how
// runs begin, and what becomes of what the server says. Here they are told of each other.

import { createCursor } from "./cursor.js";
import { createEditor } from "./editor.js";
import { createReception } from "./inbox.js";
import { createArrival } from "./link_replay.js";
import { createPlayback } from "./playback.js";
import { createRuns } from "./starts.js";
import { createWayBack } from "./undo.js";
import { createWatched } from "./watch.js";

/**
 * @param {object} options
 * @param {Store} options.store
 * @param {Socket} options.socket as socket.js makes it
 * @param {{awaits: (value: number) => void}} options.screen
 * @param {string[]} options.live fields that can be changed while a run goes on
 * @param {(text: string) => void} options.say a short message
 * @param {Clock} options.clock
 * @param {() => number} options.now milliseconds
 */
export function createDesk({ store, socket, screen, live, say, clock, now }) {
  const editor = createEditor({
    live,
    run: () => store.state,
    start: (recipe, options) => runs.start(recipe, options),
    tweak: socket.tweak,
    rename: socket.rename,
    onEdit: (what, form, how) => wayBack.note(what, form, how),
    onChange: store.set,
    onTaken: ({ hidden, colors }) => watched.view({ hidden, colors }),
    clock,
  });
  const arrival = createArrival({
    replay: (recipe, at) => socket.start(recipe, { play: false, at }),
    pin: store.pin,
  });
  const cursor = createCursor(store);
  const playback = createPlayback({ store, socket });
  const watched = createWatched({ store, socket, playback, cursor });
  const wayBack = createWayBack({ store, editor, playback, watched, now });
  const runs = createRuns({ store, socket, editor, arrival, cursor, wayBack, watched, say });
  const reception = createReception({
    store,
    socket,
    editor,
    arrival,
    runs,
    playback,
    screen,
    clock,
  });
  return { editor, cursor, playback, watched, wayBack, runs, reception };
}
