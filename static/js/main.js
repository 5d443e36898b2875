// The page: one socket, one store, one animation frame that lets every view draw.

import { createEditor } from "./editor.js";
import { decode } from "./wire.js";
import { fromFragment, toFragment, difference } from "./recipe.js";
import { copy } from "./share.js";
import { createSocket, refusesStart } from "./socket.js";
import { createStore } from "./store.js";
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

const FIRST_FRAME_WITHIN = 150; // ms that an announced run may take before it is shown without one
const LINK_EVERY = 300; // ms between two changes of the address
const CONFIRMED_FOR = 2500; // ms

const root = document.documentElement;
const byId = (id) => document.getElementById(id);
const facts = JSON.parse(byId("facts").textContent);
const clock = {
  setTimeout: (callback, wait) => setTimeout(callback, wait),
  clearTimeout: (timer) => clearTimeout(timer),
};

// Plotly is large: the page is drawn and plays before it arrives.
globalThis.unrolledPlotly = new Promise((arrived) => {
  requestAnimationFrame(() => setTimeout(() => loadPlotly(arrived), 0));
});

function loadPlotly(arrived) {
  const script = document.createElement("script");
  script.src = facts.plotly;
  script.addEventListener("load", () => arrived(globalThis.Plotly));
  document.head.append(script);
}

const store = createStore({
  theme: root.dataset.theme,
  pace: 60,
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

let undrawn = [];
let settling = 0;
let firstRecipe = true; // the recipe of the link has not been answered yet

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
  if (message.type === "ready") {
    firstRecipe = false;
    store.ready(message);
    editor.ready(message.recipe);
    store.set({ outage: null });
    clearTimeout(settling);
    settling = setTimeout(store.settle, FIRST_FRAME_WITHIN);
  } else if (message.type === "state") {
    store.status(message);
    const replay = message.state === "replaying" ? (message.of ?? store.state.replay) : null;
    store.set({ replay, wanted: message.state === "playing" || socket.playing });
    editor.settled();
  } else if (message.type === "error") {
    onError(message);
  }
}

function onError(message) {
  const problems = message.detail ?? [message];
  if (firstRecipe && linked !== null && refusesStart(message)) {
    linked = null;
    begin({}, { play: false });
    store.set({
      notice: `This link's recipe was refused. ${message.message} Here is the default recipe.`,
    });
  } else if (!editor.refuse(problems)) {
    store.set({ notice: message.message });
  }
}

function onFrame(bytes) {
  const frame = decode(bytes);
  undrawn.push(frame.iteration);
  clearTimeout(settling);
  store.frame(frame);
}

// --- what somebody does -----------------------------------------------------------------------

function begin(recipe, options) {
  socket.start(recipe, options);
  store.set({ wanted: socket.playing });
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

const KEYS = { " ": () => (store.state.wanted ? actions.pause() : actions.play()), s: actions.step, r: actions.reset };

addEventListener("keydown", (event) => {
  const busy = event.target.closest?.("input, select, textarea, button, a, summary, [tabindex]");
  if (busy || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
  if (!(event.key in KEYS)) return;
  event.preventDefault();
  KEYS[event.key]();
});

// --- drawing ----------------------------------------------------------------------------------

const views = [
  [createTransport, byId("transport"), actions],
  [createStatus, byId("status")],
  [createControls, byId("controls"), actions, facts.tasks],
  [createLanes, byId("lanes"), actions],
  [createNotices, byId("notices"), actions],
  [createUnrolledNetwork, byId("unrolled-network"), actions],
  [createGradientFlow, byId("gradient-flow"), actions],
  [createInsideCell, byId("inside-cell"), actions],
  [createTraining, byId("training"), actions],
  [createPrediction, byId("prediction"), actions],
].map(([create, ...options]) => create(...options));

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

// --- the link -----------------------------------------------------------------------------------

let linkTimer = 0;
let linkOf = null;
let linked = null; // the recipe that the address brought
const withFragment = location.hash !== "";

/** A link to this run; it names its recipe even if that is the default. */
function link() {
  const { recipe } = store.state;
  return new URL(recipe === null ? "#" : toFragment(recipe, facts), location.href).href;
}

store.subscribe(({ recipe }) => {
  if (recipe === linkOf || recipe === null) return;
  linkOf = recipe;
  linkTimer ||= setTimeout(() => {
    linkTimer = 0;
    const plain = !withFragment && Object.keys(difference(linkOf, facts)).length === 0;
    history.replaceState(null, "", plain ? location.pathname + location.search : link());
  }, LINK_EVERY);
});

const toast = byId("toast");
let toastTimer = 0;

byId("share").addEventListener("click", async () => {
  const text = link();
  const copied = await copy(text);
  toast.hidden = false;
  if (copied) {
    toast.textContent = "Link copied: it opens this run at iteration 0.";
  } else {
    const field = document.createElement("input");
    field.readOnly = true;
    field.value = text;
    field.setAttribute("aria-label", "Link to this run");
    toast.replaceChildren("Copy this link: ", field);
    field.select();
  }
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => (toast.hidden = true), copied ? CONFIRMED_FOR : 6 * CONFIRMED_FOR);
});

function open({ autoplay }) {
  const { recipe, problem } = fromFragment(location.hash);
  linked = recipe;
  firstRecipe = true;
  editor.forget();
  store.set({ notice: problem });
  begin(recipe ?? {}, { play: autoplay && recipe === null });
}

addEventListener("hashchange", () => open({ autoplay: false }));

// --- the theme ------------------------------------------------------------------------------------

const themeButton = byId("theme");

function showTheme() {
  const { theme } = root.dataset;
  const words = `Switch to the ${theme === "dark" ? "light" : "dark"} theme`;
  themeButton.setAttribute("aria-label", words);
  themeButton.title = words;
  store.set({ theme });
}

themeButton.addEventListener("click", () => {
  const theme = root.dataset.theme === "dark" ? "light" : "dark";
  root.dataset.theme = theme;
  try {
    localStorage.setItem("unrolled.theme", theme);
  } catch {
    // Storage is switched off: the choice lasts as long as the page.
  }
});
new MutationObserver(showTheme).observe(root, { attributeFilter: ["data-theme"] });
showTheme();

// --- and begin ------------------------------------------------------------------------------------

createTooltip(byId("tip"), byId("controls"));
addEventListener("online", socket.retry);
const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
socket.setPace(store.state.pace);
open({ autoplay: root.dataset.autoplay !== "off" && !still });
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
