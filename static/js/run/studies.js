// Studies: what the server computes on request, beside the run. What they found stands in the state
// by their kinds, until another run is shown.

/**
 * @param {object} options
 * @param {Store} options.store
 * @param {Pick<Socket, "study" | "endStudy">} options.socket
 */
export function createStudies({ store, socket }) {
  /** @type {Map<string, {study: StudyRequest, iteration: number | null, request: Asked | null}>} */
  const asked = new Map(); // by kind, as long as there is no answer

  /**
   * @param {string} kind
   * @param {Partial<StudyState>} patch
   */
  function set(kind, patch) {
    const { studies } = store.state;
    store.set({ studies: { ...studies, [kind]: { ...studies[kind], ...patch } } });
  }

  /**
   * Ask for a study of the iteration that is shown; it takes the place of the last of its kind.
   *
   * @param {StudyRequest} study
   */
  function ask(study) {
    const { frame, run, past } = store.state;
    if (frame === null) return;
    // Of a run that plays, the server studies the iteration it has reached by then.
    const iteration = run === "playing" && past === null ? null : frame.iteration;
    send(study, iteration);
    const before = store.state.studies[study.kind];
    set(study.kind, {
      arrays: before?.arrays ?? {},
      text: before?.text ?? {},
      iteration: before?.iteration ?? null,
      found: before?.found ?? null,
      request: study,
      status: "computing",
      done: 0,
      error: null,
    });
  }

  /**
   * @param {StudyRequest} study
   * @param {number | null} iteration
   */
  function send(study, iteration) {
    asked.set(study.kind, { study, iteration, request: socket.study(study, iteration) });
  }

  /**
   * Cancel a study; what was found before stays.
   *
   * @param {string} kind
   */
  function end(kind) {
    if (!asked.delete(kind)) return;
    socket.endStudy(kind);
    const { found } = store.state.studies[kind];
    if (found === null) {
      const { [kind]: _, ...studies } = store.state.studies;
      store.set({ studies });
    } else set(kind, { status: "there", request: found });
  }

  return {
    ask,
    end,

    /**
     * The server says how far a study is.
     *
     * @param {{kind: string, done: number}} progress
     */
    told({ kind, done }) {
      if (asked.has(kind)) set(kind, { done });
    },

    /**
     * Findings came.
     *
     * @param {Frame} findings
     */
    found({ iteration, text: { study: kind, id, request: given, ...text }, arrays }) {
      const mine = asked.get(kind);
      // Of a study that another one has taken the place of.
      if (mine !== undefined && String(mine.request?.id) !== id) return;
      asked.delete(kind);
      const request = mine?.study ?? JSON.parse(given);
      const findings = { iteration, text, arrays, request, found: request };
      set(kind, { ...findings, status: "there", done: 1, error: null });
    },

    /**
     * The server can't do a study.
     *
     * @param {Refusal} message
     * @param {Asked} request
     */
    refused({ message }, request) {
      const { kind } = request.study;
      if (asked.get(kind)?.request !== request) return;
      asked.delete(kind);
      set(kind, { status: "failed", error: message });
    },

    /** A run is shown: one that goes on has its unanswered studies asked for again. */
    shown() {
      for (const [kind, { study, iteration }] of [...asked]) {
        if (store.state.studies[kind]?.status === "computing") send(study, iteration);
        else asked.delete(kind);
      }
    },
  };
}
