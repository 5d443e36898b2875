// The page: one socket, one store, one animation frame in which every view draws.

import { createEditor } from "./editor.js";
import { listenToKeys } from "./keys.js";
import { loadPlotly } from "./plotly_loader.js";
import { fromFragment } from "./recipe.js";
import { createShare } from "./share.js";
import { createSocket, refusesStart } from "./socket.js";
import { createStore } from "./store.js";
import { createThemeSwitch } from "./theme_switch.js";
import { createTooltip } from "./tooltip.js";
import { create as createControls } from "./views/controls.js";
import { create as createGradientFlow } from "./views/gradient_flow.js";
import { create as createInsideCell } from "./views/inside_cell.js";
import { create as createLanes } from "./views/lanes.js";
import { create as createNotices } from "./views/notices.js";
import { create as createPrediction } from "./views/prediction.js";
import { create as createStatus } from "./views/status.js";
import { create as createTraining } from "./views/training.js";
import { create as createTransport } from "./views/transport.js";
import { create as createUnrolledNetwork } from "./views/unrolled_network.js";
import { decode } from "./wire.js";

const PACE = 60; // iterations a second, at first
const FIRST_FRAME_WITHIN = 150; // ms that an announced run may take before it is shown without one

const root = document.documentElement;
const byId = (id) => document.getElementById(id);
const facts = JSON.parse(byId("facts").textContent);
const clock = {
  setTimeout: (callback, wait) => setTimeout(callback, wait),
  clearTimeout: (timer) => clearTimeout(timer),
};

globalThis.unrolledPlotly = loadPlotly(facts.plotly);

const store = createStore({
  theme: root.dataset.theme,
  pace: PACE,
  wanted: false, // whether it plays, or will as soon as it can
  notice: null, // a complaint that has no field
  outage: null, // while the connection is lost: why
  replay: null, // while a run is brought back: to which iteration
});

const socket = createSocket({
  url: `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/api/stream`,
  WebSocket,
  clock,
  random: Math.random,
  onConnection,
  onMessage,
  onFrame,
});

const editor = createEditor({
  live: facts.live,
  run: () => store.state,
  start: begin,
  tweak: socket.tweak,
  onChange: store.set,
  clock,
});

// --- what comes from the server ---------------------------------------------------------------

let undrawn = []; // iterations whose frames were not drawn yet
let announced = null; // the recipe of a run that is not shown yet
let showTimer = 0;
let linked = null; // the recipe of the address, until the server has taken it

function onConnection({ state, replayTo, reason }) {
  const patch = { connection: state };
  if (state === "lost") {
    Object.assign(patch, { outage: { reason }, run: "idle" });
  } else if (state === "open") {
    patch.replay = replayTo;
    editor.reconnected();
  }
  store.set(patch);
}

function onMessage(message) {
  if (message.type === "ready") onReady(message);
  else if (message.type === "state") onState(message);
  else if (message.type === "error") onError(message);
}

function onReady(message) {
  show();
  linked = null;
  announced = message.recipe;
  store.ready(message);
  store.set({ outage: null });
  showTimer = setTimeout(show, FIRST_FRAME_WITHIN);
}

/** Show the announced run; with its first frame, or without one that takes too long. */
function show() {
  clearTimeout(showTimer);
  store.settle();
  if (announced !== null) editor.ready(announced);
  announced = null;
}

function onState(message) {
  store.status(message);
  const replay = message.state === "replaying" ? (message.of ?? store.state.replay) : null;
  store.set({ replay, wanted: message.state === "playing" || socket.playing });
  editor.settled();
}

function onError(message) {
  show();
  // A computation that failed has paused its run: the keys have to say so.
  if (message.field === "run") actions.pause();
  if (linked !== null && refusesStart(message)) {
    linked = null;
    const notice = `This link's recipe was refused. ${message.message} Here is the default recipe.`;
    begin({}, { play: false });
    store.set({ notice });
  } else if (!editor.refuse(message.detail)) {
    store.set({ notice: message.message });
  }
}

function onFrame(bytes) {
  const frame = decode(bytes);
  undrawn.push(frame.iteration);
  store.frame(frame);
  show();
}

// --- what somebody does -----------------------------------------------------------------------

function begin(recipe, options) {
  socket.start(recipe, options);
  store.set({ wanted: socket.playing });
}

/** Begin the run of an address; by itself plays only what nobody has linked to. */
function open(address, { autoplay }) {
  const { recipe, problem } = fromFragment(new URL(address).hash);
  linked = recipe;
  editor.forget();
  store.set({ notice: problem });
  begin(recipe ?? {}, { play: autoplay && recipe === null });
}

const actions = {
  play() {
    socket.play();
    store.set({ wanted: true });
  },
  pause() {
    socket.pause();
    store.set({ wanted: false });
  },
  step() {
    socket.step();
    store.set({ wanted: false });
  },
  reset: editor.reset,
  pace(iterationsPerSecond) {
    socket.setPace(iterationsPerSecond);
    store.set({ pace: iterationsPerSecond });
  },
  watch(change) {
    const watch = { ...store.state.watch, ...change };
    store.set({ watch });
    socket.watch({ lane: null, layer: watch.layer, example: watch.example });
  },
  cursor(t) {
    if (t !== store.state.cursor.t) store.set({ cursor: { t } });
  },
  change: editor.change,
  replace: editor.replace,
  retry: socket.retry,
  dismiss: () => store.set({ notice: null }),
  hasPlace(path) {
    const field = byId("forms").querySelector(`[data-path="${CSS.escape(path)}"]`);
    return field !== null && field.getClientRects().length > 0;
  },
};

// --- drawing ----------------------------------------------------------------------------------

const views = [
  createTransport(byId("transport"), actions),
  createStatus(byId("status")),
  createControls(byId("controls"), actions, facts.tasks),
  createLanes(byId("lanes"), actions),
  createNotices(byId("notices"), actions),
  createUnrolledNetwork(byId("unrolled-network"), actions),
  createGradientFlow(byId("gradient-flow"), actions),
  createInsideCell(byId("inside-cell"), actions),
  createTraining(byId("training"), actions),
  createPrediction(byId("prediction"), actions),
];

let due = false;
const failed = new Set();

/** A view that fails must not take the others with it; it is reported once. */
function render(view, state) {
  try {
    view.render(state);
  } catch (error) {
    if (!failed.has(view)) reportError(error);
    failed.add(view);
  }
}

function draw() {
  due = false;
  const { state } = store;
  for (const view of views) render(view, state);
  const drawn = undrawn;
  undrawn = [];
  for (const iteration of drawn) socket.ack(iteration);
}

store.subscribe(() => {
  if (due) return;
  due = true;
  requestAnimationFrame(draw);
});

// --- and begin ------------------------------------------------------------------------------------

createTooltip(byId("tip"), byId("controls"));
createThemeSwitch(byId("theme"), (theme) => store.set({ theme }));
const link = createShare({ store, defaults: facts, button: byId("share"), toast: byId("toast") });
listenToKeys({
  " ": () => (store.state.wanted ? actions.pause() : actions.play()),
  s: actions.step,
  r: actions.reset,
});
addEventListener("hashchange", ({ newURL }) => open(newURL, { autoplay: false }));
addEventListener("online", socket.retry);

const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
socket.setPace(PACE);
open(location.href, { autoplay: root.dataset.autoplay !== "off" && !still });
socket.open();

/** For tests and the curious: what the page knows, to be looked at. */
globalThis.unrolled = Object.freeze({
  store: Object.freeze({
    get state() {
      return store.state;
    },
  }),
  link,
});
