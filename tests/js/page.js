// The page without its views: real modules round a socket that writes down what it is told.

import "./catalogue.js";

import { createSession } from "../../static/js/run/session.js";
import { createStore } from "../../static/js/state/store.js";
import { viewOf } from "../../static/js/state/view_settings.js";
import { createClock } from "./clock.js";

export const RECIPE = {
  seed: 0,
  task: { name: "adding", seq_len: 20 },
  batch_size: 8,
  base: { cell: "lstm", hidden_size: 8, learning_rate: 0.003 },
  lanes: [{ cell: "rnn" }, { cell: "lstm" }],
  tweaks: [],
};

const LANES = [
  { index: 0, label: "RNN", gate_names: [], state_names: ["h"], hidden_size: 8, num_layers: 1 },
  {
    index: 1,
    label: "LSTM",
    gate_names: ["i", "f", "g", "o"],
    state_names: ["h", "c"],
    hidden_size: 8,
    num_layers: 2,
  },
];

/** What the server says of a run that it has begun. */
export function ready(recipe = RECIPE, iteration = 0) {
  const lanes = recipe.lanes.map((_, index) => LANES[index % 2]);
  const task = { name: recipe.task.name, timesteps: 20, loss_timesteps: [19] };
  return { type: "ready", recipe, lanes, task, example: { kind: "adding" }, iteration };
}

/** The bytes of a frame that holds nothing but its iteration. */
export function frameOf(iteration) {
  const json = new TextEncoder().encode(
    JSON.stringify({ __metadata__: { iteration: String(iteration) } }),
  );
  const buffer = new ArrayBuffer(8 + json.length);
  new DataView(buffer).setBigUint64(0, BigInt(json.length), true);
  new Uint8Array(buffer).set(json, 8);
  return buffer;
}

function createWire(sent) {
  let playing = false;
  const starts = [];
  const say =
    (type) =>
    (...given) =>
      sent.push([type, ...given]);
  return {
    starts,
    hasRun: false,
    get playing() {
      return playing;
    },
    play() {
      playing = true;
      sent.push(["play"]);
    },
    pause() {
      playing = false;
      sent.push(["pause"]);
    },
    step() {
      playing = false;
      sent.push(["step"]);
    },
    start(recipe, { play = playing, at = 0, ...more } = {}) {
      playing = play;
      sent.push(["start", recipe, { play, at }]);
      starts.push({ type: "start", recipe, at, ...more });
      return starts.at(-1);
    },
    resume() {
      return false;
    },
    setPace: say("pace"),
    watch: say("watch"),
    ack: say("ack"),
    tweak: (...given) => Boolean(sent.push(["tweak", ...given])),
    rename: (...given) => Boolean(sent.push(["rename", ...given])),
  };
}

export function createPage() {
  const sent = [];
  const said = [];
  const clock = createClock();
  const socket = createWire(sent);
  const store = createStore({
    wanted: false,
    notice: null,
    outage: null,
    replay: null,
    preset: null,
    view: viewOf({}),
  });
  const awaited = [];
  const session = createSession({
    store,
    socket,
    screen: { awaits: (iteration) => awaited.push(iteration) },
    live: ["learning_rate"],
    lastIteration: 1_000_000,
    say: (text) => said.push(text),
    clock,
    now: () => 0,
  });

  /** A message comes, which answers the first start under way if it can be the answer to one. */
  function message(given, request = null) {
    const answers = given.type === "ready" || given.type === "error";
    const answered = request ?? (answers ? (socket.starts.shift() ?? null) : null);
    if (given.type === "ready") socket.hasRun = true;
    session.inbox.message(given, answered);
  }
  const inbox = {
    message,
    frame: session.inbox.frame,
    connection: session.inbox.connection,
  };

  return {
    ...session,
    inbox,
    socket,
    store,
    clock,
    said,
    awaited,

    /** What the server was told since last time, of that kind or of any. */
    heard(type = null) {
      const heard = sent.splice(0);
      return type === null ? heard : heard.filter(([each]) => each === type);
    },

    /** The server begins a recipe, and computes it up to an iteration. */
    run(recipe = RECIPE, ...iterations) {
      inbox.message(ready(recipe));
      for (const iteration of [0, ...iterations]) inbox.frame(frameOf(iteration));
      sent.splice(0);
    },
  };
}
