// One clock for all numbers that are written while a run plays: those that are written in the same
// frame of the screen agree.

const BEAT = 250; // ms between two texts

const waiting = new Set(); // texts that have been written in this beat, and are to be again
let asked = 0; // a frame of the screen

/** The beat that the current frame of the screen belongs to. */
export function beat() {
  return Math.floor(document.timeline.currentTime / BEAT);
}

/**
 * A text that changes once in a beat, in the same frame as all others that waited for it.
 *
 * @param {function(): void} write
 * @returns {{ask: function(boolean): void, now: function(): void, stop: function(): void}} `ask`
 *   writes at once where that is urgent or the first time in this beat, and in the first frame of
 *   the next otherwise; `now` writes in any case
 */
export function inTime(write) {
  let written = null; // the beat of the last text
  const isDue = () => beat() !== written;
  const text = { isDue, now };

  function now() {
    stop();
    written = beat();
    write();
  }

  function stop() {
    waiting.delete(text);
  }

  return {
    ask(urgent) {
      if (urgent || isDue()) now();
      else wait(text);
    },
    now,
    stop,
  };
}

function wait(text) {
  waiting.add(text);
  asked ||= requestAnimationFrame(onFrame);
}

function onFrame() {
  for (const text of waiting) if (text.isDue()) text.now();
  asked = waiting.size > 0 ? requestAnimationFrame(onFrame) : 0;
}
