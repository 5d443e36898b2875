// One clock for all numbers that are written while a run plays: those that are written in the same
// frame of the screen agree.

const BEAT = 250; // ms between two texts

const waiting = new Set(); // what is written at the next beat
let timer = 0;

/** The beat that the current frame of the screen belongs to. */
export function beat() {
  return Math.floor(document.timeline.currentTime / BEAT);
}

/** Write in a later beat, all that waits in one frame, unless `forget` comes first. */
export function atNextBeat(write) {
  waiting.add(write);
  timer ||= setTimeout(() => requestAnimationFrame(flush), BEAT - (document.timeline.currentTime % BEAT));
}

/** What would wait has been written. */
export function forget(write) {
  waiting.delete(write);
  // Or what comes to wait after this would be written in the same beat.
  if (waiting.size > 0) return;
  clearTimeout(timer);
  timer = 0;
}

function flush() {
  timer = 0;
  const due = [...waiting];
  waiting.clear();
  for (const write of due) write();
}
