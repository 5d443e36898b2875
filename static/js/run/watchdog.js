// Notices a dead connection that nobody closed, as when a proxy swallows all packets: a server that
// has been silent for a while is sent a ping.

const SILENT_FOR = 3000; // ms without a message before the server is asked
const ANSWER_WITHIN = 5000; // ms that its answer may take
const OPEN_WITHIN = 10_000; // ms that a connection may take to open
const MOST_PATIENCE = 60_000; // ms
// A timer that is later than this, in ms, was held back by the browser, or the machine slept.
const LATE = 2000;

/**
 * @param {object} options
 * @param {Clock} options.clock
 * @param {() => number} options.now milliseconds of a clock that goes on while the machine sleeps
 * @param {() => void} options.ask send something that the server answers at once
 * @param {() => void} options.onDead called when it does not
 */
export function createWatchdog({ clock, now, ask, onDead }) {
  let timer = null;
  /** @type {number | null} */
  let askedAt = null; // when the ping was sent that is not answered yet
  // Milliseconds. The answer queues behind frames, so that a slow line may cause a false alarm:
  // each alarm doubles the time that the next answer may take.
  let patience = ANSWER_WITHIN;

  /**
   * @param {number} milliseconds
   * @param {() => void} then
   */
  function wait(milliseconds, then) {
    clock.clearTimeout(timer);
    const due = now() + milliseconds;
    timer = clock.setTimeout(() => {
      // After a sleep, messages that came meanwhile may not have been read yet: ask once more.
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
