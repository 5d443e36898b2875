// One clock for all numbers that are written while a run plays: those that are written in the same
// frame of the screen agree.

export const BEAT = 250; // ms between two texts

/** The beat that the current frame of the screen belongs to. */
export function beat() {
  return Math.floor(document.timeline.currentTime / BEAT);
}
