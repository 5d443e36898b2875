// Messages that the server has not answered yet. Each carries an id, and its answer the same one:
// here, and nowhere else, an answer is matched to what it answers.

/** @returns the requests of one page; a request is an object with the `type` of its message */
export function createRequests() {
  const open = new Map(); // id → request, in the order in which they were made
  let last = 0;

  return {
    /** Open a request, and return the id that its message has to carry. */
    add(request) {
      last += 1;
      open.set(last, request);
      return last;
    },

    /** Close the request that a message answers, and return it; null if it answers none. */
    answered({ type, id }) {
      const request = open.get(id) ?? null;
      open.delete(id);
      // With a new run the one before has ended, and what it has not answered it never will.
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
      return [...open.values()].filter(({ type }) => type === "start");
    },
  };
}
