// Everything that comes from the server, on its way into the store: the connection, messages,
// frames. A run that was announced is shown with its first frame, so that no panel goes blank
// between two runs.

import { decode } from "../frames/wire.js";

const TRY_AGAIN_LATER = 1013; // closes a connection for which there is no place

const FIRST_FRAME_WITHIN = 150; // ms that an announced run may take before it is shown without one

/**
 * @param {object} options
 * @param {Store} options.store
 * @param {Socket} options.socket
 * @param {Editor} options.editor
 * @param {LinkReplay} options.linkReplay
 * @param {Starts} options.starts
 * @param {Pick<Playback, "pause">} options.playback
 * @param {Studies} options.studies
 * @param {Pick<RenderLoop, "awaits">} options.screen
 * @param {Clock} options.clock
 */
export function createInbox(options) {
  const { store, socket, editor, linkReplay, starts, playback, studies } = options;
  const { screen, clock } = options;
  /** @type {{recipe: Recipe, request: StartRequest | null} | null} */
  let announced = null; // a run that is not shown yet
  let showTimer = 0;

  /** Show the announced run; with its first frame, or without one that takes too long. */
  function show() {
    clock.clearTimeout(showTimer);
    store.settle();
    if (announced === null) return;
    const { recipe, request } = announced;
    announced = null;
    editor.ready(recipe, request?.edit);
    starts.shown();
    studies.shown();
  }

  /**
   * @param {Ready} message
   * @param {StartRequest | null} request
   */
  function ready(message, request) {
    starts.accepted(request);
    const known = linkReplay.ready(message, request);
    if (known === null) return;
    show();
    announced = { recipe: message.recipe, request };
    store.ready(message, known.first);
    store.set({ outage: null });
    showTimer = clock.setTimeout(show, FIRST_FRAME_WITHIN);
  }

  /** @param {RunStatus} message */
  function status(message) {
    if (message.study !== undefined) {
      studies.told(message.study);
      return;
    }
    if (linkReplay.hidden) return;
    store.status(message);
    const replay = message.state === "replaying" ? (message.of ?? store.state.replay) : null;
    store.set({ replay, wanted: message.state === "playing" || socket.playing });
    editor.settled();
  }

  /**
   * @param {Refusal} message
   * @param {StreamRequest | null} request
   */
  function failure(message, request) {
    show();
    if (request?.type === "start") {
      refusedStart(message, request);
      return;
    }
    if (request?.type === "study") {
      studies.refused(message, request);
      return;
    }
    // All places are taken: the connection says so as long as it lasts.
    if (message.field === "viewers") return;
    // A computation that failed has paused its run: the buttons have to show it.
    if (message.field === "run") playback.pause();
    if (!editor.refuse(message.detail, request)) store.set({ notice: message.message });
  }

  /**
   * @param {Refusal} message
   * @param {StartRequest} request
   */
  function refusedStart(message, request) {
    const held = linkReplay.refused(request);
    store.set({ heading: null });
    if (held !== null) showHeld(held);
    const atField = editor.refuse(message.detail, request);
    const notice = starts.refused(message, request);
    store.set({ wanted: socket.playing, ...(atField || notice === null ? {} : { notice }) });
  }

  /**
   * Show the run at iteration 0, which was held back, since it can't be brought to where it was
   * going.
   *
   * @param {{message: Ready, first: Frame}} held
   */
  function showHeld({ message, first }) {
    store.ready(message, first);
    store.frame(first);
    announced = { recipe: message.recipe, request: null };
    show();
  }

  /** @type {Record<string, (message: any, request: any) => void>} by the type of a message */
  const kinds = { ready, state: status, error: failure };

  return {
    /** The run that was announced and is not shown yet, {recipe, request}, or null. */
    get announced() {
      return announced;
    },

    /** @param {Connection} connection */
    connection({ state, replayTo, idle = false, code = null, reason, wait }) {
      /** @type {Partial<State>} */
      const patch = { connection: state };
      if (state === "lost") {
        const why = code === TRY_AGAIN_LATER ? { reason, full: true } : { reason };
        const outage = wait === null ? { ...why, final: true } : why;
        Object.assign(patch, { outage, run: "idle" });
      } else if (state === "open") {
        patch.replay = replayTo;
      }
      store.set(patch);
      if (state === "open") starts.connected({ replayTo, idle });
    },

    /**
     * @param {Message} message
     * @param {StreamRequest | null} [request] that it answers
     */
    message(message, request = null) {
      if (Object.hasOwn(kinds, message.type)) kinds[message.type](message, request);
    },

    /** @param {ArrayBuffer} bytes */
    frame(bytes) {
      const frame = decode(bytes);
      if (frame.text.study !== undefined) {
        studies.found(frame);
        return;
      }
      if (linkReplay.passes(frame)) {
        socket.ack(frame.iteration);
        return;
      }
      screen.awaits(frame.iteration);
      store.frame(frame);
      show();
      starts.reached(frame.iteration);
      linkReplay.shown(frame, store.state.recipe);
    },
  };
}
