// What of the lessons this browser has done.

const KEY = "unrolled-lessons";

/**
 * @param {Storage} storage may refuse to keep anything
 */
export function createProgress(storage) {
  let known = read();

  /** @returns {{done: Record<string, number[]>, offered: boolean}} */
  function read() {
    try {
      const { done = {}, offered = false } = JSON.parse(storage.getItem(KEY) ?? "{}");
      return { done, offered };
    } catch {
      return { done: {}, offered: false };
    }
  }

  function keep() {
    try {
      storage.setItem(KEY, JSON.stringify(known));
    } catch {
      // A browser that keeps nothing forgets it with the page.
    }
  }

  return {
    /** Whether the lessons have been offered, or found. */
    get offered() {
      return known.offered;
    },

    offer() {
      known = { ...known, offered: true };
      keep();
    },

    /** The steps of a lesson that are done. */
    of: (name) => new Set(known.done[name] ?? []),

    /** A step is done. */
    add(name, step) {
      const steps = [...new Set([...(known.done[name] ?? []), step])];
      known = { offered: true, done: { ...known.done, [name]: steps } };
      keep();
    },

    /** A lesson begins anew. */
    forget(name) {
      const { [name]: _, ...done } = known.done;
      known = { ...known, done };
      keep();
    },
  };
}

/** Where a link says one is: {name, step}, or null. */
export function placeOf(text) {
  const found = /^([a-z0-9_]{1,60})\.(\d{1,2})$/.exec(text ?? "");
  return found === null ? null : { name: found[1], step: Number(found[2]) };
}

export const placeText = (name, step) => `${name}.${step}`;
