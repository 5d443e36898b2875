// One clock for all numbers that are written while a run plays: all that have changed are written
// in the same frame of the screen, so that they agree.

const BEAT = 250; // ms between two texts

const waiting = new Set(); // functions that write
let written = null; // the beat of the last texts
let asked = 0; // a frame of the screen

/** The beat that the current frame of the screen belongs to. */
function beat() {
  return Math.floor(Number(document.timeline.currentTime) / BEAT);
}

const isDue = () => beat() !== written;

/**
 * A text that is written once in a beat, together with all others that wait.
 *
 * @param {() => void} write
 * @returns {{ask: (on: boolean) => boolean, stop: () => void}} `ask` has it written before
 *   the current frame is shown where that is urgent or nothing was written in this beat, and in
 *   the first frame of the next otherwise; it returns whether this frame is the one
 */
export function inTime(write) {
  return {
    ask(urgent) {
      if (urgent) written = null;
      waiting.add(write);
      // Every view draws first: what is written then is of the same state.
      queueMicrotask(writeAll);
      asked ||= requestAnimationFrame(onFrame);
      return isDue();
    },
    stop: () => waiting.delete(write),
  };
}

function writeAll() {
  if (waiting.size === 0 || !isDue()) return;
  written = beat();
  const due = [...waiting];
  waiting.clear();
  for (const write of due) {
    try {
      write();
    } catch (error) {
      reportError(error);
    }
  }
}

function onFrame() {
  writeAll();
  asked = waiting.size > 0 ? requestAnimationFrame(onFrame) : 0;
}
