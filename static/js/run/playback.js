// Whether the run goes on, and which of its iterations is shown. Going back in time pauses a run
// that plays; coming back lets it play on.

/**
 * @param {object} options
 * @param {Store} options.store
 * @param {Pick<Socket, "play" | "pause" | "step" | "setPace">} options.socket
 */
export function createPlayback({ store, socket }) {
  let resume = false; // whether the run played before the way back in time

  function play() {
    lookAt(null, { resumes: false });
    socket.play();
    store.set({ wanted: true });
  }

  function pause() {
    socket.pause();
    store.set({ wanted: false });
  }

  function step() {
    lookAt(null, { resumes: false });
    socket.step();
    store.set({ wanted: false });
  }

  /** @param {number | null} iterationsPerSecond */
  function pace(iterationsPerSecond) {
    socket.setPace(iterationsPerSecond);
    store.set({ pace: iterationsPerSecond });
  }

  /**
   * Go back to an iteration in every view; null: to the latest.
   *
   * @param {number | null} iteration
   * @param {{resumes?: boolean}} [options] whether a run that played before plays on
   */
  function lookAt(iteration, { resumes = true } = {}) {
    const { wanted, past } = store.state;
    if (iteration !== null && past === null) {
      resume = wanted;
      if (wanted) pause();
    }
    store.lookAt(iteration);
    if (iteration === null && past !== null) {
      if (resume && resumes) play();
      resume = false;
    }
  }

  /**
   * Show a kept frame before or after the shown one; after the last kept one, the latest.
   *
   * @param {number} by
   */
  function stepInTime(by) {
    const { archive, frame, latest } = store.state;
    if (frame === null) return;
    const next = archive.beside(frame.iteration, by);
    lookAt(next === null || next === latest ? null : next.iteration, { resumes: false });
  }

  return { play, pause, step, pace, lookAt, stepInTime };
}
