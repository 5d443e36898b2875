// A clock that stands still until it is told to go on.

export function createClock() {
  let now = 0;
  let next = 1;
  const timers = new Map();
  return {
    setTimeout(callback, wait) {
      timers.set(next, { callback, at: now + wait });
      return next++;
    },
    clearTimeout(timer) {
      timers.delete(timer);
    },
    /** Let `wait` milliseconds pass. */
    pass(wait) {
      const end = now + wait;
      for (;;) {
        const due = [...timers].filter(([, { at }]) => at <= end).sort((a, b) => a[1].at - b[1].at);
        if (due.length === 0) break;
        const [timer, { callback, at }] = due[0];
        timers.delete(timer);
        now = at;
        callback();
      }
      now = end;
    },
    get now() {
      return now;
    },
    get waiting() {
      return timers.size;
    },
  };
}
