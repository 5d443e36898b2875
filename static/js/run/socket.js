/**
 * The connection to the server: connects, reconnects by itself, and has a lost run replayed up to
 * where it was. Knows nothing of the page; the clock, the random numbers and the WebSocket are
 * handed in, so that it can be tested without a server.
 */

import { longestField, tooLong } from "./message_size.js";
import { createRequests } from "./requests.js";
import { createWatchdog } from "./watchdog.js";

const FIRST_WAIT = 500;
const LONGEST_WAIT = 8000;

/**
 * Milliseconds before attempt `attempt` (0, 1, …) to reconnect: doubling, with some jitter.
 *
 * @param {number} attempt
 * @param {() => number} random
 */
export function backoff(attempt, random) {
  const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** attempt);
  return wait * (0.75 + 0.25 * random());
}

const TOO_LONG = 1009;
const REFUSALS = [
  1003, // a kind of data that the other side does not take
  1007, // data that is not what it should be
  1008, // a policy
  TOO_LONG,
];

/**
 * Whether a connection was closed for what was sent: the same message would close it again.
 *
 * @param {number | null} code
 */
const isRefusal = (code) => REFUSALS.includes(code) || (code >= 4000 && code < 5000);

/**
 * @param {object} options
 * @param {string} options.url
 * @param {typeof WebSocket} options.WebSocket
 * @param {Clock} options.clock
 * @param {() => number} options.now milliseconds
 * @param {() => number} options.random
 * @param {number} options.limit bytes of the longest message that the server reads
 * @param {(connection: Connection) => void} options.onConnection
 * @param {(message: Message, request: StreamRequest | null) => void} options.onMessage a JSON
 *   message, and the request that it answers
 * @param {(bytes: ArrayBuffer) => void} options.onFrame binary messages
 */
export function createSocket(options) {
  const { url, WebSocket, clock, now, random, limit, onConnection, onMessage, onFrame } = options;
  const requests = createRequests();
  const watchdog = createWatchdog({
    clock,
    now,
    ask: () => send({ type: "ping" }),
    onDead: () => lost(null, "no answer"),
  });
  /** @type {WebSocket | null} */
  let socket = null;
  let timer = null;
  let attempt = 0;
  let closed = true; // not opened yet, or left

  // What is needed to have the run again.
  /** @type {StartRequest | null} */
  let current = null; // the start that began it
  /** @type {Recipe | null} */
  let recipe = null; // as the server last sent it
  let reached = 0; // the last iteration that was drawn
  let hasRun = false; // whether the server has begun a run on this connection
  let playing = false;
  /** @type {number | null} */
  let pace = null;
  /** @type {WatchWithViews | null} */
  let watched = null;
  // Play is asked for when the run stands at its first frame, not while it is being replayed.
  let held = false;

  function connect() {
    timer = null;
    onConnection({ state: "connecting", wait: 0, attempt, replayTo: null });
    const mine = new WebSocket(url);
    socket = mine;
    mine.binaryType = "arraybuffer";
    mine.onopen = () => {
      if (socket === mine) opened();
    };
    mine.onmessage = ({ data }) => {
      if (socket !== mine) return;
      watchdog.alive();
      if (typeof data === "string") received(JSON.parse(data));
      else framed(data);
    };
    mine.onclose = ({ code, reason }) => {
      if (socket === mine) lost(code, reason);
    };
    watchdog.opening();
  }

  function opened() {
    watchdog.alive();
    // Of several unanswered starts only the last one is still wanted; if there is none, the run is.
    const start = requests.starts.at(-1) ?? renewed();
    requests.clear();
    const replayTo = start?.at || null;
    onConnection({ state: "open", wait: 0, attempt, replayTo, idle: start === null });
    if (start !== null) begin(start);
  }

  /**
   * The start that brings back the run that was here; null if there was none.
   *
   * @returns {StartRequest | null}
   */
  function renewed() {
    if (recipe === null) return null;
    // The same object, so that a module that waits for its frames still recognises it.
    const plain = { edit: null, before: null, playedBefore: null, isDefault: false };
    return Object.assign(current, plain, { recipe, at: reached });
  }

  /** @param {StartRequest} start */
  function begin(start) {
    send({ type: "start", recipe: start.recipe, at: start.at }, start);
  }

  /**
   * @param {number | null} code of its closing; null if this side gave it up
   * @param {string} reason
   */
  function lost(code, reason) {
    const dead = socket;
    socket = null;
    hasRun = false;
    watchdog.stop();
    dead.close();
    if (closed) return;
    // What hears of the refusal may ask for another start.
    if (isRefusal(code)) refuseAll(code, reason);
    const goesOn = requests.starts.length > 0 || recipe !== null;
    const wait = goesOn ? backoff(attempt, random) : null;
    attempt += 1;
    if (goesOn) timer = clock.setTimeout(connect, wait);
    onConnection({ state: "lost", wait, attempt, replayTo: null, code, reason });
  }

  /**
   * The server has closed the connection because of one of the messages that it has not answered.
   *
   * @param {number} code
   * @param {string} reason
   */
  function refuseAll(code, reason) {
    const why = reason ? `${reason}, code ${code}` : `code ${code}`;
    for (const request of requests.clear()) {
      const field = code === TOO_LONG ? longestField(request) : "message";
      const sentence =
        field === "message"
          ? `The server refused a message and closed the connection (${why}).`
          : `${field} is too long for the server, which closed the connection (${why}).`;
      const problem = { field, value: null, allowed: "", message: sentence };
      refused(request);
      onMessage({ type: "error", ...problem, detail: [problem] }, request);
    }
  }

  /** @param {Message} message */
  function received(message) {
    const request = requests.answered(message);
    if (message.id !== undefined && request === null) return; // of a request that is given up
    if (request?.type === "ping") return;
    if (message.type === "ready") begun(message, /** @type {StartRequest | null} */ (request));
    else if (message.type === "state") {
      if (message.recipe !== undefined) recipe = message.recipe;
      if (message.state === "paused") release();
    } else if (message.type === "error" && request !== null) refused(request);
    onMessage(message, request);
  }

  /**
   * @param {Ready} message
   * @param {StartRequest | null} request
   */
  function begun(message, request) {
    attempt = 0;
    hasRun = true;
    current = request ?? { type: "start", recipe: message.recipe };
    recipe = message.recipe;
    reached = message.iteration;
    sendPace();
    if (watched !== null) {
      // The page may still look at what this run has not: it will choose once the run is shown.
      const last = (message.recipe.batch_size ?? Infinity) - 1;
      const isThere = (watched.lane ?? 0) < (message.lanes?.length ?? Infinity);
      const lane = isThere ? watched.lane : null;
      sendWatch({ ...watched, lane, example: Math.min(watched.example ?? 0, last) });
    }
    held = true;
  }

  /**
   * Take back what a request that is refused had changed here.
   *
   * @param {StreamRequest} request
   */
  function refused(request) {
    if (request.type === "watch" && request.watch === watched) watched = request.before;
    if (request.type !== "start") return;
    // The run that was here can't be had again.
    if (request === current && !hasRun) current = recipe = null;
    const [next] = requests.starts;
    if (next !== undefined) next.playedBefore &&= request.playedBefore;
    else playing = request.playedBefore?.playing ?? playing;
  }

  /** @param {ArrayBuffer} bytes */
  function framed(bytes) {
    onFrame(bytes);
    release();
  }

  function release() {
    if (!held) return;
    held = false;
    if (playing) send({ type: "play" });
  }

  /**
   * Send a message.
   *
   * @param {OutgoingMessage} message
   * @param {StreamRequest | null} [request] null: it is not answered
   * @returns {boolean} false if there is no connection
   */
  function send(message, request = /** @type {PlainRequest} */ ({ type: message.type })) {
    const open = socket !== null && socket.readyState === WebSocket.OPEN;
    if (!open) {
      // A start waits for the connection.
      if (request?.type === "start") requests.add(request);
      return false;
    }
    const whole = request === null ? message : { ...message, id: requests.add(request) };
    if (request?.type === "study") request.id = whole.id;
    const text = JSON.stringify(whole);
    const problem = tooLong(message, text, limit);
    if (problem === null) socket.send(text);
    else {
      // Like any answer, it comes after the sender has returned.
      /** @type {Refusal} */
      const error = { type: "error", id: whole.id, ...problem, detail: [problem] };
      clock.setTimeout(() => received(error), 0);
    }
    return true;
  }

  function sendPace() {
    send({ type: "pace", iterations_per_second: pace });
  }

  /** @param {WatchWithViews} watch */
  function sendWatch(watch) {
    const before = watched;
    watched = watch;
    send({ type: "watch", ...watch }, { type: "watch", watch, before });
  }

  /**
   * The user decides whether the run plays; a refused start does not undo that.
   *
   * @param {boolean} plays
   */
  function decide(plays) {
    playing = plays;
    for (const start of requests.starts) start.playedBefore = null;
  }

  return {
    /** Whether a run plays, or will as soon as it can. */
    get playing() {
      return playing;
    },

    /** Whether the server has a run, on the present connection. */
    get hasRun() {
      return hasRun;
    },

    /** Starts that are not answered yet. */
    get starts() {
      return requests.starts;
    },

    open() {
      closed = false;
      connect();
    },

    /** Leave, with all that was asked for, until it is opened again. */
    close() {
      closed = true;
      playing = false;
      current = recipe = null;
      requests.clear();
      clock.clearTimeout(timer);
      if (socket !== null) lost(null, "");
    },

    /** Try again now instead of waiting. */
    retry() {
      if (closed || socket !== null) return;
      clock.clearTimeout(timer);
      connect();
    },

    /**
     * Begin another run. It plays if `play` says so or, without that, if the last one did. With
     * `at` it is replayed up to that iteration first.
     *
     * @param {PartialRecipe} newRecipe
     * @param {StartOptions & StartMemo} [options] the request keeps the other ones for its sender
     * @returns {StartRequest} the request, which comes back with its answer
     */
    start(newRecipe, { play = playing, at = 0, ...more } = {}) {
      /** @type {StartRequest} */
      const request = { type: "start", recipe: newRecipe, at, playedBefore: { playing }, ...more };
      playing = play;
      begin(request);
      return request;
    },

    /** Bring the run that was here back to where it was; false if there was none. */
    resume() {
      const start = renewed();
      if (start !== null) begin(start);
      return start !== null;
    },

    play() {
      if (closed) return;
      decide(true);
      if (!held) send({ type: "play" });
    },

    pause() {
      decide(false);
      send({ type: "pause" });
    },

    /** Advance one iteration, and stand there. */
    step() {
      if (playing) send({ type: "pause" });
      decide(false);
      send({ type: "step", iterations: 1 });
    },

    /**
     * Change hyperparameters of the run; false if there is no connection.
     *
     * @param {number | null} lane null: of all lanes
     * @param {Changes} changes
     */
    tweak(lane, changes) {
      return send({ type: "tweak", lane, changes }, { type: "tweak", lane, changes });
    },

    /**
     * Give a lane another name; false if there is no connection.
     *
     * @param {number} lane
     * @param {string | null} name
     */
    rename(lane, name) {
      return send({ type: "rename", lane, name }, { type: "rename", lane, name });
    },

    /**
     * Set how fast the run plays.
     *
     * @param {number | null} iterationsPerSecond null: as fast as it can
     */
    setPace(iterationsPerSecond) {
      pace = iterationsPerSecond;
      sendPace();
    },

    watch: sendWatch,

    /**
     * Have something computed beside the run; null if there is no connection.
     *
     * @param {StudyRequest} study
     * @param {number | null} iteration null: the one that is computed last
     * @returns {Asked | null}
     */
    study(study, iteration) {
      /** @type {Asked} */
      const request = { type: "study", study, id: null };
      return send({ type: "study", study, iteration }, request) ? request : null;
    },

    /**
     * Cancel a study.
     *
     * @param {string} kind
     */
    endStudy(kind) {
      send({ type: "end_study", kind });
    },

    /**
     * The frame of `iteration` was drawn: the next one may come.
     *
     * @param {number} iteration
     */
    ack(iteration) {
      reached = iteration;
      send({ type: "ack", iteration }, null);
    },
  };
}
