/**
 * The state of a sweep through the five phases of an iteration, as pure functions; the caller keeps
 * the time.
 *
 * A sweep is {phase, progress, playing, alone, speed}. At rest `phase` is null and everything is
 * shown. `progress` goes from 0 to 1 in each phase; with `alone` it stops at the end of the phase.
 */

export const PHASES = ["forward", "loss", "backward", "clip", "update"];
/** In the order in which they are gone through: whoever asks for another wants to read. */
export const SPEEDS = [1, 0.5, 0.25, 2];

const SECONDS = { forward: 2, loss: 1.4, backward: 2.2, clip: 1.4, update: 1.4 };
const RUNNING = 0.85; // of forward and backward: then the complete phase is shown

/** At rest: everything is shown. */
export const REST = Object.freeze({
  phase: null,
  progress: 1,
  playing: false,
  alone: false,
  speed: 1,
});

/** Play all phases from the first. */
export function begin(sweep) {
  return { ...sweep, phase: PHASES[0], progress: 0, playing: true, alone: false };
}

/** End the sweep. */
export function end({ speed }) {
  return { ...REST, speed };
}

/** The sweep `seconds` later. */
export function advance(sweep, seconds) {
  let { phase, progress, playing, alone, speed } = sweep;
  let left = seconds * speed;
  while (playing && left > 0) {
    const needed = (1 - progress) * SECONDS[phase];
    if (left < needed) {
      progress += left / SECONDS[phase];
      break;
    }
    left -= needed;
    const next = PHASES[PHASES.indexOf(phase) + 1];
    if (alone) return { ...sweep, progress: 1, playing: false };
    if (next === undefined) return end(sweep);
    [phase, progress] = [next, 0];
  }
  return { ...sweep, phase, progress };
}

/** One phase alone: played to its end, or at its end at once if motion is not wanted. */
export function choose(sweep, phase, moves) {
  return { ...sweep, phase, progress: moves ? 0 : 1, playing: moves, alone: true };
}

/**
 * The phase after or before this one; there is the whole picture before the first and after the
 *   last.
 */
export function neighbour({ phase }, by) {
  const at = phase === null ? (by > 0 ? -1 : PHASES.length) : PHASES.indexOf(phase);
  return PHASES[at + by] ?? null;
}

/** Play or pause. */
export function toggle(sweep) {
  if (sweep.playing) return { ...sweep, playing: false };
  if (sweep.phase === null) return begin(sweep);
  if (sweep.progress < 1) return { ...sweep, playing: true, alone: false };
  const next = neighbour(sweep, 1);
  return next === null
    ? begin(sweep)
    : { ...sweep, phase: next, progress: 0, playing: true, alone: false };
}

/** The next of the speeds: first the slower ones. */
export function otherSpeed(sweep) {
  return { ...sweep, speed: SPEEDS[(SPEEDS.indexOf(sweep.speed) + 1) % SPEEDS.length] };
}

/** Whether a phase runs along the timesteps. */
export function isAlong({ phase }) {
  return phase === "forward" || phase === "backward";
}

/** Pause at timestep t of 0 … last, in a phase along timesteps. */
export function scrub(sweep, t, last) {
  if (!isAlong(sweep)) return sweep;
  const share = Math.min(1, Math.max(0, t / last));
  const progress = RUNNING * (sweep.phase === "forward" ? share : 1 - share);
  return { ...sweep, progress, playing: false, alone: true };
}

/** The (fractional) timestep that the sweep has reached; null in a phase without timesteps. */
export function front(sweep, last) {
  if (!isAlong(sweep)) return null;
  const share = Math.min(1, sweep.progress / RUNNING);
  return last * (sweep.phase === "forward" ? share : 1 - share);
}

/** The last whole timestep that it has reached. */
export function timestep(sweep, last) {
  const at = front(sweep, last);
  if (at === null) return null;
  // A little slack, since a timestep scrubbed to comes back through divisions.
  return sweep.phase === "forward" ? Math.floor(at + 1e-6) : Math.max(0, Math.ceil(at - 1e-6));
}
