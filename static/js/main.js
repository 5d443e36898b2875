// The page: one socket, one store, one animation frame in which every view draws.

import { createArrival } from "./arrival.js";
import { createEditor } from "./editor.js";
import { count } from "./format.js";
import { opened } from "./inspected.js";
import { listenToKeys } from "./keys.js";
import { wear } from "./lane_colors.js";
import { loadPlotly } from "./plotly_loader.js";
import { createCursor } from "./cursor.js";
import { forkedAt, fromFragment, same } from "./recipe.js";
import { createSaveMenu } from "./save_menu.js";
import { createShare } from "./share.js";
import { createSocket, refusesStart } from "./socket.js";
import { createStore } from "./store.js";
import { createThemeSwitch } from "./theme_switch.js";
import { createTooltip } from "./tooltip.js";
import { createUndo } from "./undo.js";
import { create as createCellInspector } from "./views/cell_inspector.js";
import { create as createControls } from "./views/controls.js";
import { create as createGradientFlow } from "./views/gradient_flow.js";
import { create as createHelp } from "./views/help.js";
import { create as createInsideCell } from "./views/inside_cell.js";
import { create as createLaneTable } from "./views/lane_table.js";
import { create as createLanes } from "./views/lanes.js";
import { create as createNotices } from "./views/notices.js";
import { create as createPrediction } from "./views/prediction.js";
import { create as createPresets } from "./views/presets.js";
import { create as createStatus } from "./views/status.js";
import { create as createTimeBar } from "./views/time_bar.js";
import { create as createTraining } from "./views/training.js";
import { create as createTransport } from "./views/transport.js";
import { create as createUnrolledNetwork } from "./views/unrolled_network.js";
import { neededFor, viewOf } from "./view.js";
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
  view: viewOf({}),
  undoable: { undo: null, redo: null }, // what undo and redo would concern
  preset: null, // the demonstration that was chosen, as long as its note is read
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
  rename: socket.rename,
  onEdit: (what, form, how) => undo.note(what, standing(form), how),
  onChange: store.set,
  onTaken: ({ hidden, colors }) => actions.view({ hidden, colors }),
  clock,
});

const undo = createUndo({
  now: () => performance.now(),
  onChange: (undoable) => store.set({ undoable }),
});

const arrival = createArrival({
  replay: (recipe, at) => socket.start(recipe, { play: false, at }),
  pin: (iteration) => store.pin(iteration),
});

const cursor = createCursor(store);

/** How things stand, for an undo: the form with its lanes, and those settings of the view. */
function standing(form = store.state.form, settings = []) {
  const { preset, view, along, lanes } = store.state;
  const { hidden, colors } = along ?? view;
  const labels = along?.labels ?? lanes.map(({ label }) => label);
  const own = Object.fromEntries(settings.map((name) => [name, view[name]]));
  return { form, preset, labels, hidden, colors, view: own };
}

/** Go to how things stood, which `move` takes off the stack. */
function travel(move) {
  const { form } = store.state;
  const to = form === null ? null : move(({ view }) => standing(form, Object.keys(view)));
  if (to === null) return;
  actions.lookAt(null, { resumes: false });
  // Which lanes are hidden is of the change only where it brought others.
  const { preset, view, labels, hidden, colors } = to;
  const others = to.form.lanes.length !== form.lanes.length || Object.keys(view).length > 0;
  editor.restore(to.form, others ? { labels, hidden, colors } : null);
  store.set({ preset });
  actions.view(view);
}

// --- what comes from the server ---------------------------------------------------------------

let undrawn = []; // iterations whose frames were not drawn yet
let announced = null; // the recipe of a run that is not shown yet
let showTimer = 0;
let linked = null; // the recipe of the address, until the server has taken it
let place = null; // what the address says is looked at, until its run is shown
let resume = false; // whether the run played when somebody went back in time

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
  linked = null;
  const known = arrival.ready(message);
  if (known === null) return;
  show();
  announced = message.recipe;
  store.ready(message, known.first);
  store.set({ outage: null });
  showTimer = setTimeout(show, FIRST_FRAME_WITHIN);
}

/** Show the announced run; with its first frame, or without one that takes too long. */
function show() {
  clearTimeout(showTimer);
  store.settle();
  if (announced !== null) {
    editor.ready(announced);
    if (place?.watch !== undefined) actions.watch(place.watch);
    else tellWatched();
    if (place?.lanes !== undefined) actions.view(place.lanes);
    place = null;
  }
  announced = null;
}

function onState(message) {
  if (arrival.hidden) return;
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
  if (arrival.passes(frame)) {
    socket.ack(frame.iteration);
    return;
  }
  undrawn.push(frame.iteration);
  store.frame(frame);
  show();
  arrival.shown(frame, store.state.recipe);
}

// --- what somebody does -----------------------------------------------------------------------

function begin(recipe, options) {
  arrival.forget();
  socket.start(recipe, options);
  store.set({ wanted: socket.playing });
}

/** Begin the run of an address; by itself plays only what nobody has linked to. */
function open(address, { autoplay }) {
  const { recipe, place: looked, problem } = fromFragment(new URL(address).hash);
  linked = recipe;
  place = looked;
  editor.forget();
  const view = viewOf(looked.view);
  const { t = null, unit = null } = { ...view.inspect.at(-1), ...looked.cursor };
  undo.forget();
  cursor.leave();
  store.set({ notice: problem, view, preset: null });
  actions.select({ t: wholeOrNull(t), unit: wholeOrNull(unit) });
  const at = recipe === null ? 0 : (wholeOrNull(looked.at) ?? 0);
  const pinned = wholeOrNull(looked.pinned) ?? at;
  begin(recipe ?? {}, { play: autoplay && recipe === null });
  arrival.head({ at, pinned });
}

const wholeOrNull = (value) => (Number.isInteger(value) && value >= 0 ? value : null);

const actions = {
  play() {
    actions.lookAt(null, { resumes: false });
    socket.play();
    store.set({ wanted: true });
  },
  pause() {
    socket.pause();
    store.set({ wanted: false });
  },
  step() {
    actions.lookAt(null, { resumes: false });
    socket.step();
    store.set({ wanted: false });
  },
  reset: editor.reset,
  pace(iterationsPerSecond) {
    socket.setPace(iterationsPerSecond);
    store.set({ pace: iterationsPerSecond });
  },

  /** Watch another lane, layer or example. */
  watch(change) {
    const { lanes, recipe, watch: before } = store.state;
    const last = { lane: lanes.length - 1, example: (recipe?.batch_size ?? 1) - 1 };
    const wanted = Object.entries(change).filter(([name, value]) => {
      return wholeOrNull(value) !== null && value <= (last[name] ?? Infinity);
    });
    const watch = { ...before, ...Object.fromEntries(wanted) };
    watch.layer = Math.min(watch.layer, (lanes[watch.lane]?.num_layers ?? 1) - 1);
    // An earlier frame holds every lane, but no other layer or example.
    const held = watch.layer === before.layer && watch.example === before.example;
    if (!held) actions.lookAt(null);
    store.set({ watch });
    if (!held || store.state.past === null) tellWatched();
  },

  /** Open or close a panel, or show it in another way: see view.js. */
  view(change) {
    store.set({ view: { ...store.state.view, ...change } });
    tellWatched();
  },

  cursor: cursor.hover,
  select: cursor.select,

  /** Inspect a cell in place of the current one: of the cursor and the watched lane, unless told. */
  inspect(cell = {}) {
    const { view, watch, cursor, task } = store.state;
    if (task === null) return;
    const t = Math.max(1, cell.t ?? cursor.t ?? task.timesteps);
    const unit = cell.unit ?? cursor.unit ?? 0;
    actions.view({ inspect: opened(view.inspect, { lane: cell.lane ?? watch.lane, t, unit }) });
    actions.select({ t, unit });
  },

  /** Go back to an iteration in every view; null: to the latest, and on as it was before. */
  lookAt(iteration, { resumes = true } = {}) {
    const { wanted, past } = store.state;
    if (iteration !== null && past === null) {
      resume = wanted;
      if (wanted) actions.pause();
    }
    store.lookAt(iteration);
    if (iteration === null && past !== null) {
      if (resume && resumes) actions.play();
      resume = false;
    }
  },

  /** The kept frame before or after the one that is shown; after the last kept one, live again. */
  stepInTime(by) {
    const { archive, frame, latest } = store.state;
    if (frame === null) return;
    const next = archive.beside(frame.iteration, by);
    actions.lookAt(next === null || next === latest ? null : next.iteration, { resumes: false });
  },

  /** Compare with an earlier iteration; null: with the first. */
  pin: store.pin,

  /** Begin a new run that branches off at the iteration that is shown. */
  fork() {
    const { frame, recipe, pinned } = store.state;
    if (frame === null) return;
    const { iteration } = frame;
    editor.forget();
    // With itself nothing is compared, nor with what the new run has not come to.
    if (pinned?.iteration >= iteration) store.pin(null);
    begin(forkedAt(recipe, iteration), { play: false, at: iteration });
    say(`Forked at iteration ${count(iteration)}`);
  },

  /** Begin another recipe; of a preset, say what to look at. */
  open(recipe, { preset = null, view = {}, ...options } = {}) {
    const { form } = store.state;
    if (form !== null) undo.note("recipe", standing(form, Object.keys(view)), { whole: true });
    editor.forget();
    store.set({ preset });
    actions.view(view);
    place = { lanes: { hidden: [], colors: [] } };
    begin(recipe, options);
  },
  dismissPreset: () => store.set({ preset: null }),
  change: editor.change,
  replace: editor.replace,
  undo: () => travel(undo.undo),
  redo: () => travel(undo.redo),
  retry: socket.retry,
  dismiss: () => store.set({ notice: null }),
  hasPlace(path) {
    const field = byId("forms").querySelector(`[data-path="${CSS.escape(path)}"]`);
    return field !== null && field.getClientRects().length > 0;
  },
};

let told = null;

/** Have the server compute what is looked at, if that is something else than before. */
function tellWatched() {
  const { watch: { layer, example }, view, recipe } = store.state;
  const wanted = { lane: null, layer, example, views: neededFor(view) };
  if (recipe === null || same(wanted, told)) return;
  told = wanted;
  socket.watch(wanted);
}

// --- drawing ----------------------------------------------------------------------------------

const panels = {
  "unrolled-network": createUnrolledNetwork(byId("unrolled-network"), actions),
  "gradient-flow": createGradientFlow(byId("gradient-flow"), actions),
  "inside-cell": createInsideCell(byId("inside-cell"), actions),
  training: createTraining(byId("training"), actions),
  prediction: createPrediction(byId("prediction"), actions),
  "lane-table": createLaneTable(byId("lane-table"), actions),
  "time-bar": createTimeBar(byId("time-bar"), actions),
  "cell-inspector": createCellInspector(byId("cell-inspector"), actions),
};

const views = [
  createTransport(byId("transport"), actions),
  createStatus(byId("status")),
  createControls(byId("controls"), actions, facts),
  createPresets(
    { button: byId("presets-open"), menu: byId("presets"), note: byId("preset-note") },
    actions,
    facts.presets,
  ),
  createLanes(byId("lanes"), actions),
  createNotices(byId("notices"), actions),
  ...Object.values(panels),
];

for (const [id, { exports }] of Object.entries(panels)) {
  if (exports === undefined) continue;
  const section = byId(id).closest("section, aside");
  const title = section.querySelector("h2").textContent;
  createSaveMenu(section, title, exports, () => store.state.frame?.iteration ?? 0);
}

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

store.subscribe(({ view }) => wear(root, view.colors));
store.subscribe(() => {
  if (due) return;
  due = true;
  requestAnimationFrame(draw);
});

// --- and begin ------------------------------------------------------------------------------------

createTooltip(byId("tip"), byId("controls"));
const looks = createThemeSwitch(
  { theme: byId("theme"), projector: byId("projector") },
  (theme) => store.set({ theme }),
);
const help = createHelp(byId("help"), byId("help-open"));
const { link, say } = createShare({ store, defaults: facts, button: byId("share"), toast: byId("toast") });
listenToKeys({
  " ": () => (store.state.wanted ? actions.pause() : actions.play()),
  s: actions.step,
  r: actions.reset,
  l: () => actions.lookAt(null),
  i: () => actions.inspect(),
  "[": () => actions.stepInTime(-1),
  "]": () => actions.stepInTime(1),
  p: looks.toggleProjector,
  "?": help.open,
  "mod+z": actions.undo,
  "mod+shift+z": actions.redo,
  "mod+y": actions.redo,
  ArrowLeft: () => cursor.move({ t: -1 }),
  ArrowRight: () => cursor.move({ t: 1 }),
  ArrowUp: () => cursor.move({ unit: -1 }),
  ArrowDown: () => cursor.move({ unit: 1 }),
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
