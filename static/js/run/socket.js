/**
 * The wire to the server, kept alive: connects, reconnects by itself, and has the run that was
 * lost replayed up to where it was. Knows nothing of the page; time, chance and the WebSocket are
 * given to it, so that all of it can be tested without any.
 */

const FIRST_WAIT = 500;
const LONGEST_WAIT = 8000;

/** Milliseconds before attempt `attempt` (0, 1, …) to reconnect: doubling, with some jitter. */
export function backoff(attempt, random) {
  const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** attempt);
  return wait * (0.75 + 0.25 * random());
}

/** Whether an error answers a start, and not a tweak, a watch or the wish to be served at all. */
export function refusesStart({ field }) {
  return !/^(changes\..*|lane|name|example|type|message|viewers|run)$/.test(field);
}

/**
 * @param {object} options
 * @param {string} options.url
 * @param {any} options.WebSocket the class, or what tests have in its place
 * @param {Clock} options.clock
 * @param {() => number} options.random
 * @param {(connection: Connection) => void} options.onConnection
 * @param {(message: Message) => void} options.onMessage JSON messages
 * @param {(bytes: ArrayBuffer) => void} options.onFrame binary messages
 */
export function createSocket({ url, WebSocket, clock, random, onConnection, onMessage, onFrame }) {
  let socket = null;
  let timer = null;
  let attempt = 0;
  let closed = false;

  // What is needed to have the run again.
  /** @type {Recipe} */
  let recipe = null; // as the server last told it
  let reached = 0; // the last iteration that was drawn
  let asked = []; // {recipe, at} of starts that were not answered yet
  let playing = false;
  let pace = null;
  let watched = null;
  // Play is asked for when the run stands at its first frame, not while it is being replayed.
  let held = false;

  function connect() {
    timer = null;
    onConnection({ state: "connecting", wait: 0, attempt, replayTo: null });
    const mine = new WebSocket(url);
    socket = mine;
    mine.binaryType = "arraybuffer";
    mine.onopen = opened;
    mine.onmessage = ({ data }) =>
      typeof data === "string" ? heard(JSON.parse(data)) : framed(data);
    mine.onclose = ({ code, reason }) => {
      if (socket === mine) lost(code, reason);
    };
  }

  function opened() {
    asked = asked.slice(-1);
    const goingOn = asked.length === 0 && recipe !== null ? reached : (asked[0]?.at ?? 0);
    const replayTo = goingOn > 0 ? goingOn : null;
    onConnection({ state: "open", wait: 0, attempt, replayTo });
    if (asked.length > 0) send({ type: "start", ...asked[0] });
    else if (recipe !== null) send({ type: "start", recipe, at: reached });
  }

  function lost(code, reason) {
    socket = null;
    if (closed) return;
    const wait = backoff(attempt, random);
    attempt += 1;
    onConnection({ state: "lost", wait, attempt, replayTo: null, code, reason });
    timer = clock.setTimeout(connect, wait);
  }

  function heard(message) {
    if (message.type === "ready") {
      attempt = 0;
      asked.shift();
      recipe = message.recipe;
      reached = message.iteration;
      send({ type: "pace", iterations_per_second: pace });
      if (watched !== null) {
        const last = (message.recipe.batch_size ?? Infinity) - 1;
        watched = { ...watched, example: Math.min(watched.example ?? 0, last) };
        send({ type: "watch", ...watched });
      }
      held = true;
    } else if (message.type === "state") {
      if (message.recipe !== undefined) recipe = message.recipe;
      if (message.state === "paused") release();
    } else if (message.type === "error") {
      if (refusesStart(message)) asked.shift();
    }
    onMessage(message);
  }

  function framed(bytes) {
    onFrame(bytes);
    release();
  }

  function release() {
    if (!held) return;
    held = false;
    if (playing) send({ type: "play" });
  }

  function send(message) {
    const open = socket !== null && socket.readyState === WebSocket.OPEN;
    if (open) socket.send(JSON.stringify(message));
    return open;
  }

  return {
    /** Whether a run plays, or will as soon as it can. */
    get playing() {
      return playing;
    },

    open() {
      connect();
    },

    /** Leave for good. */
    close() {
      closed = true;
      clock.clearTimeout(timer);
      socket?.close();
    },

    /** Try again now instead of waiting. */
    retry() {
      if (timer === null) return;
      clock.clearTimeout(timer);
      connect();
    },

    /**
     * Begin another run; it plays on if the last one did, or as `play` says. With `at` it is
     * replayed up to that iteration first.
     */
    start(newRecipe, { play = playing, at = 0 } = {}) {
      playing = play;
      asked.push({ recipe: newRecipe, at });
      send({ type: "start", recipe: newRecipe, at });
    },

    play() {
      playing = true;
      if (!held) send({ type: "play" });
    },

    pause() {
      playing = false;
      send({ type: "pause" });
    },

    /** Advance one iteration, and stand there. */
    step() {
      if (playing) send({ type: "pause" });
      playing = false;
      send({ type: "step", iterations: 1 });
    },

    /** Change hyperparameters of the run; false if nobody is there to hear it. */
    tweak(lane, changes) {
      return send({ type: "tweak", lane, changes });
    },

    /** Call a lane something else; false if nobody is there to hear it. */
    rename(lane, name) {
      return send({ type: "rename", lane, name });
    },

    /** Iterations a second; null: as many as it can. */
    setPace(iterationsPerSecond) {
      pace = iterationsPerSecond;
      send({ type: "pace", iterations_per_second: pace });
    },

    watch(what) {
      watched = what;
      send({ type: "watch", ...what });
    },

    /** The frame of `iteration` was drawn: the next one may come. */
    ack(iteration) {
      reached = iteration;
      send({ type: "ack", iteration });
    },
  };
}
