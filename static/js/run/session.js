// The modules that act on one run, without the views, wired together: the forms' editor, what is
// watched, undo, how runs begin, and what comes from the server.

import { createArrival } from "./link_replay.js";
import { createCursor } from "./cursor.js";
import { createEditor } from "./editor.js";
import { createPlayback } from "./playback.js";
import { createReception } from "./inbox.js";
import { createRuns } from "./starts.js";
import { createWatched } from "./watch.js";
import { createWayBack } from "./undo.js";

/**
 * @param {object} options
 * @param {object} options.store
 * @param {object} options.socket as socket.js makes it
 * @param {{awaits: function(number): void}} options.screen
 * @param {string[]} options.live fields that can be changed while a run goes on
 * @param {number} options.lastIteration the last one that a run may have
 * @param {function(string): void} options.say show a short message
 * @param {{setTimeout: Function, clearTimeout: Function}} options.clock
 * @param {function(): number} options.now milliseconds
 */
export function createDesk(options) {
  const { store, socket, screen, live, lastIteration, say, clock, now } = options;
  const editor = createEditor({
    live,
    run: () => store.state,
    start: (recipe, options) => runs.start(recipe, options),
    // One that was announced is under way until it is shown.
    starts: () => [reception.announced?.request ?? [], socket.starts].flat(),
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
  const runs = createRuns({
    store,
    socket,
    editor,
    arrival,
    cursor,
    wayBack,
    watched,
    lastIteration,
    say,
  });
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
