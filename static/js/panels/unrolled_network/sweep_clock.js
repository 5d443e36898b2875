// The clock of a sweep: it starts, advances by the time between two frames of the screen, and ends.

import * as sweeps from "./sweep.js";

const MOST_BETWEEN = 0.1; // s between frames: a page that comes back does not skip ahead

/**
 * @param {{pause: Function, drawn: (value: {byHand: boolean}) => void}} handlers `drawn` is called
 *   whenever the picture has to be drawn
 */
export function createSweeper({ pause, drawn }) {
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  let sweep = sweeps.REST;
  /** @type {Pick<State, "run" | "frame" | "past" | "lanes">} */
  let before = null; // the previous state
  let wanted = null; // what to do once the run has paused, instead of a sweep through all phases
  let due = 0;
  let last = 0;

  /**
   * A sweep begins when it is asked for, and ends when the run plays on or is stepped.
   *
   * @param {State} state
   */
  function follow(state) {
    const { run, frame, past, lanes } = state;
    const was = before;
    before = { run, frame, past, lanes };
    const another = was !== null && was.lanes !== lanes;
    if (another) wanted = null;
    if (another || run === "playing" || frame === null) return put(sweeps.end(sweep));
    if (was === null || was.frame === null) return undefined;
    const moved = was.frame.iteration !== frame.iteration;
    // Going back in time starts no sweep: a paused phase stays, with the numbers of that
    // iteration.
    if (past !== null || was.past !== null) {
      wanted = null;
      return (moved || past !== was.past) && sweep.playing ? put(sweeps.end(sweep)) : undefined;
    }
    const paused = run === "paused" && was.run === "playing";
    if (paused && wanted !== null) {
      put(wanted(sweep));
      wanted = null;
    } else if (run === "paused" && moved) {
      put(sweeps.end(sweep));
    }
    return undefined;
  }

  function put(next) {
    sweep = next;
    if (!sweep.playing) {
      cancelAnimationFrame(due);
      due = 0;
    } else if (due === 0) {
      last = performance.now();
      due = requestAnimationFrame(tick);
    }
  }

  function tick(now) {
    due = 0;
    const seconds = Math.max(0, Math.min(MOST_BETWEEN, (now - last) / 1000));
    last = now;
    put(sweeps.advance(sweep, seconds));
    drawn({ byHand: sweep.alone });
  }

  /** Apply a change of the user; while the run plays, pause it first. */
  function byHand(change) {
    if (before?.run === "playing") {
      wanted = change;
      pause();
      return;
    }
    if (before?.frame == null) return;
    put(change(sweep));
    drawn({ byHand: true });
  }

  const to = (phase) => (now) =>
    phase === null ? sweeps.end(now) : sweeps.choose(now, phase, !still.matches);

  return {
    get now() {
      return sweep;
    },
    follow,
    toggle: () => byHand(sweeps.toggle),
    choose: (phase) => byHand(to(phase)),
    go: (by) => byHand((now) => to(sweeps.neighbour(now, by))(now)),
    scrub: (t, end) => byHand((now) => sweeps.scrub(now, t, end)),
    otherSpeed() {
      put(sweeps.otherSpeed(sweep));
      drawn({ byHand: false });
    },
  };
}
