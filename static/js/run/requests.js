// Messages that the server has not answered yet. Each carries an id, and its answer carries the
// same id: only here are answers matched to requests.

/** The requests of one page. */
export function createRequests() {
  /** @type {Map<number, StreamRequest>} */
  const open = new Map(); // id → request, in the order in which they were made
  let last = 0;

  return {
    /**
     * Open a request, and return the id that its message has to carry.
     *
     * @param {StreamRequest} request
     */
    add(request) {
      last += 1;
      open.set(last, request);
      return last;
    },

    /**
     * Close the request that a message answers, and return it; null if it answers none.
     *
     * @param {Pick<Message, "type" | "id">} message
     */
    answered({ type, id }) {
      const request = open.get(id) ?? null;
      open.delete(id);
      // A new run ends the one before it, which answers no request any more.
      if (type === "ready") for (const each of open.keys()) if (each < id) open.delete(each);
      return request;
    },

    /** Close all, and return them. */
    clear() {
      const requests = [...open.values()];
      open.clear();
      return requests;
    },

    /** Starts that are not answered yet, in the order in which they were made. */
    get starts() {
      return [...open.values()].filter((request) => request.type === "start");
    },
  };
}
