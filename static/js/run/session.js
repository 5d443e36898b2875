// The modules that act on one run, without the views, wired together: the forms' editor, what is
// watched, undo, how runs begin, and what comes from the server.

import { createCursor } from "./cursor.js";
import { createEditor } from "./editor.js";
import { createInbox } from "./inbox.js";
import { createLinkReplay } from "./link_replay.js";
import { createLookingBack } from "./looking_back.js";
import { createPlayback } from "./playback.js";
import { createStarts } from "./starts.js";
import { createStudies } from "./studies.js";
import { createUndo } from "./undo.js";
import { createWatch } from "./watch.js";

/**
 * @param {object} options
 * @param {Store} options.store
 * @param {Socket} options.socket
 * @param {Pick<RenderLoop, "awaits">} options.screen
 * @param {string[]} options.live fields that can be changed while a run goes on
 * @param {number} options.lastIteration the last one that a run may have
 * @param {(text: string) => void} options.say show a short message
 * @param {Clock} options.clock
 * @param {() => number} options.now milliseconds
 */
export function createSession(options) {
  const { store, socket, screen, live, lastIteration, say, clock, now } = options;
  const editor = createEditor({
    live,
    run: () => store.state,
    start: (recipe, options) => starts.start(recipe, options),
    // A run that was announced is still under way until it is shown.
    starts: () => [inbox.announced?.request ?? [], socket.starts].flat(),
    tweak: socket.tweak,
    rename: socket.rename,
    onEdit: (path, form, options) => undo.note(path, form, options),
    onChange: store.set,
    onTaken: ({ hidden, colors }) => watched.view({ hidden, colors }),
    clock,
  });
  const linkReplay = createLinkReplay({
    replay: (recipe, at) => socket.start(recipe, { play: false, at }),
    pin: store.pin,
  });
  const cursor = createCursor(store);
  const playback = createPlayback({ store, socket });
  const watched = createWatch({ store, socket, playback, cursor });
  const studies = createStudies({ store, socket });
  createLookingBack({ store, studies, socket, clock });
  const undo = createUndo({ store, editor, playback, watched, now });
  const starts = createStarts({
    store,
    socket,
    editor,
    linkReplay,
    cursor,
    undo,
    watched,
    lastIteration,
    say,
  });
  const inbox = createInbox({
    store,
    socket,
    editor,
    linkReplay,
    starts,
    playback,
    studies,
    screen,
    clock,
  });
  return { editor, cursor, playback, watched, undo, starts, studies, inbox };
}
