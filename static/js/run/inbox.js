// What comes from the server, on its way into the store: the connection, messages, frames. A run
// that was announced is shown with its first frame, so that no panel goes blank between two runs.

import { decode } from "../frames/wire.js";

const FIRST_FRAME_WITHIN = 150; // ms that an announced run may take before it is shown without one

/**
 * @param {object} options
 * @param {Store} options.store
 * @param {Socket} options.socket
 * @param {Editor} options.editor
 * @param {LinkReplay} options.arrival
 * @param {Runs} options.runs
 * @param {{pause: () => void}} options.playback
 * @param {{awaits: (value: number) => void}} options.screen
 * @param {Clock} options.clock
 */
export function createReception({ store, socket, editor, arrival, runs, playback, screen, clock }) {
  /** @type {Recipe} */
  let announced = null; // the recipe of a run that is not shown yet
  let showTimer = 0;

  /** Show the announced run; with its first frame, or without one that takes too long. */
  function show() {
    clock.clearTimeout(showTimer);
    store.settle();
    if (announced !== null) {
      editor.ready(announced);
      runs.shown();
    }
    announced = null;
  }

  /** @param {Ready} message */
  function ready(message) {
    runs.accepted();
    const known = arrival.ready(message);
    if (known === null) return;
    show();
    announced = message.recipe;
    store.ready(message, known.first);
    store.set({ outage: null });
    showTimer = clock.setTimeout(show, FIRST_FRAME_WITHIN);
  }

  /** @param {RunStatus} message */
  function status(message) {
    if (arrival.hidden) return;
    store.status(message);
    const replay = message.state === "replaying" ? (message.of ?? store.state.replay) : null;
    store.set({ replay, wanted: message.state === "playing" || socket.playing });
    editor.settled();
  }

  /** @param {Refusal} message */
  function failure(message) {
    show();
    // A computation that failed has paused its run: the keys have to say so.
    if (message.field === "run") playback.pause();
    if (runs.refused(message) || editor.refuse(message.detail)) return;
    store.set({ notice: message.message });
  }

  /** @type {Record<string, (message: any) => void>} */
  const kinds = { ready, state: status, error: failure };

  return {
    /** @param {Connection} connection */
    connection({ state, replayTo, reason }) {
      /** @type {Partial<State>} */
      const patch = { connection: state };
      if (state === "lost") {
        Object.assign(patch, { outage: { reason }, run: "idle" });
      } else if (state === "open") {
        patch.replay = replayTo;
        editor.reconnected();
      }
      store.set(patch);
    },

    /** @param {Message} message */
    message(message) {
      if (Object.hasOwn(kinds, message.type)) kinds[message.type](message);
    },

    /** @param {ArrayBuffer} bytes */
    frame(bytes) {
      const frame = decode(bytes);
      if (arrival.passes(frame)) {
        socket.ack(frame.iteration);
        return;
      }
      screen.awaits(frame.iteration);
      store.frame(frame);
      show();
      arrival.shown(frame, store.state.recipe);
    },
  };
}
