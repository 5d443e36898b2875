// Heavier work, one piece a task: no two of them together hold the page for long.

let queue = Promise.resolve();

/** Have `work()` done in a task of its own, after all that was asked for before. */
export function inTurn(work) {
  queue = queue.then(() => new Promise((done) => setTimeout(() => run(work, done), 0)));
}

function run(work, done) {
  try {
    work();
  } finally {
    done();
  }
}
