// Notices that a connection is dead though nobody closed it, as when a proxy swallows all packets:
// a server that has been silent for a while is asked for a sign of life.

const SILENT_FOR = 3000; // ms without a message before the server is asked
const ANSWER_WITHIN = 5000; // ms that its answer may take
const OPEN_WITHIN = 10_000; // ms that a connection may take to open
const MOST_PATIENCE = 60_000; // ms
const LATE = 2000; // ms that a timer may be late; a later one was held back, or slept

/**
 * @param {object} options
 * @param {Clock} options.clock
 * @param {() => number} options.now milliseconds, which go on while the machine sleeps
 * @param {() => void} options.ask send something that the server answers at once
 * @param {() => void} options.onDead called when it does not
 */
export function createWatchdog({ clock, now, ask, onDead }) {
  let timer = null;
  let askedAt = null; // null: no answer is waited for
  // An answer queues behind frames: on a slow line each false alarm makes the next one rarer.
  let patience = ANSWER_WITHIN;

  function wait(milliseconds, then) {
    clock.clearTimeout(timer);
    const due = now() + milliseconds;
    timer = clock.setTimeout(() => {
      // Whoever slept has not listened: what the server sent meanwhile may be about to be read.
      if (now() - due > LATE) question();
      else then();
    }, milliseconds);
  }

  function question() {
    askedAt = now();
    ask();
    wait(patience, dead);
  }

  function dead() {
    stop();
    patience = Math.min(MOST_PATIENCE, 2 * patience);
    onDead();
  }

  function stop() {
    clock.clearTimeout(timer);
    timer = askedAt = null;
  }

  return {
    /** A connection is being opened. */
    opening() {
      askedAt = null;
      wait(OPEN_WITHIN, dead);
    },

    /** The connection is open, or a message came. */
    alive() {
      if (askedAt !== null && now() - askedAt <= ANSWER_WITHIN) patience = ANSWER_WITHIN;
      askedAt = null;
      wait(SILENT_FOR, question);
    },

    /** The connection is closed. */
    stop,
  };
}
