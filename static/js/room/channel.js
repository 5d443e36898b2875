// The channel of a class: a websocket of its own beside the stream, which connects and reconnects
// by itself, sends, and hands messages out by their type. Knows nothing of the page.

import { backoff } from "../run/socket.js";
import { createWatchdog } from "../run/watchdog.js";

const OVER = 1000; // the class has ended
const NO_SUCH_CLASS = 4404;

/**
 * @param {object} options
 * @param {string} options.url
 * @param {typeof globalThis.WebSocket} options.WebSocket
 * @param {Clock} options.clock
 * @param {() => number} options.now milliseconds
 * @param {() => number} options.random
 */
export function createChannel({ url, WebSocket, clock, now, random }) {
  /** @type {Map<string, Set<(message: any) => void>>} */
  const listeners = new Map();
  const watchdog = createWatchdog({
    clock,
    now,
    ask: () => send({ type: "ping" }),
    onDead: () => lost(null, "no answer"),
  });
  /** @type {WebSocket | null} */
  let socket = null;
  let timer = null;
  let attempt = 0;
  let closed = false;

  /**
   * @param {string} type of a message; or "frame", "open", "lost", "gone"
   * @param {any} [message]
   */
  function tell(type, message) {
    for (const listener of listeners.get(type) ?? []) listener(message);
  }

  function open() {
    const mine = new WebSocket(url);
    socket = mine;
    mine.binaryType = "arraybuffer";
    mine.onopen = () => {
      if (socket !== mine) return;
      watchdog.alive();
      tell("open");
    };
    mine.onmessage = ({ data }) => {
      if (socket !== mine) return;
      watchdog.alive();
      attempt = 0;
      if (typeof data !== "string") return tell("frame", data);
      const message = JSON.parse(data);
      tell(message.type, message);
    };
    mine.onclose = ({ code, reason }) => {
      if (socket === mine) lost(code, reason);
    };
    watchdog.opening();
  }

  /**
   * @param {number | null} code null if this side gave it up
   * @param {string} reason
   */
  function lost(code, reason) {
    const dead = socket;
    socket = null;
    watchdog.stop();
    dead.close();
    if (closed) return;
    if (code === OVER || code === NO_SUCH_CLASS) {
      closed = true;
      tell("gone", { over: code === OVER });
      return;
    }
    timer = clock.setTimeout(open, backoff(attempt, random));
    attempt += 1;
    tell("lost", { code, reason });
  }

  /**
   * Send a message; false if there is no connection.
   *
   * @param {{type: string, [field: string]: unknown}} message
   */
  function send(message) {
    if (socket === null || socket.readyState !== WebSocket.OPEN) return false;
    socket.send(JSON.stringify(message));
    return true;
  }

  return {
    open,
    send,

    /**
     * Have a listener called with every message of a type; "frame" with its bytes, "open", "lost"
     * with {code, reason}, and "gone" with {over} when there is no such class any more.
     *
     * @param {string} type
     * @param {(message: any) => void} listener
     */
    on(type, listener) {
      if (!listeners.has(type)) listeners.set(type, new Set());
      listeners.get(type).add(listener);
    },

    /** Try again now instead of waiting. */
    retry() {
      if (closed || socket !== null) return;
      clock.clearTimeout(timer);
      open();
    },

    /** Leave for good. */
    close() {
      closed = true;
      clock.clearTimeout(timer);
      if (socket !== null) lost(null, "");
    },
  };
}
