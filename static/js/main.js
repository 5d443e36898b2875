// The page: one socket, one store, one animation frame in which every view draws. This file makes
// the modules and hands each one what it needs; all else is in them.

import { loadPlotly } from "./chart/plotly_loader.js";
import { createLessons } from "./lessons/lessons.js";
import { createProgress } from "./lessons/progress.js";
import { createBringUp } from "./page/bring_up.js";
import { create as createHelp } from "./page/help.js";
import { create as createNotices } from "./page/notices.js";
import { create as createPresets } from "./page/presets.js";
import { listenToPrint } from "./page/print.js";
import { createProjector } from "./page/projector.js";
import { createScreen } from "./page/render_loop.js";
import { createSaveMenu } from "./page/save_menu.js";
import { createShare } from "./page/share.js";
import { shortcuts } from "./page/shortcuts.js";
import { keepSight } from "./page/sight.js";
import { create as createStatus } from "./page/status.js";
import { create as createTransport } from "./page/transport.js";
import { create as createCellInspector } from "./panels/cell_inspector/cell_inspector.js";
import { create as createControls } from "./panels/controls/controls.js";
import { create as createLanes } from "./panels/controls/lanes.js";
import { create as createDiagnosis } from "./panels/diagnosis/diagnosis.js";
import { create as createGradientFlow } from "./panels/gradient_flow/gradient_flow.js";
import { create as createInsideCell } from "./panels/inside_cell/inside_cell.js";
import { create as createPrediction } from "./panels/prediction/prediction.js";
import { create as createLandscape } from "./panels/training/landscape/landscape.js";
import { create as createLaneTable } from "./panels/training/lane_table.js";
import { create as createTimeBar } from "./panels/training/time_bar.js";
import { create as createTraining } from "./panels/training/training.js";
import { create as createUpdateTable } from "./panels/training/update_table.js";
import { create as createUnrolledNetwork } from "./panels/unrolled_network/unrolled_network.js";
import { createOpening } from "./room/opening.js";
import { createRoom, ownRunIn, seatOf } from "./room/room.js";
import { askWhy, watchAdmission } from "./run/admission.js";
import { createSession } from "./run/session.js";
import { createSocket } from "./run/socket.js";
import { setCatalogue } from "./state/catalogue.js";
import { applyHues } from "./state/lane_hues.js";
import { createStore } from "./state/store.js";
import { allTerms } from "./state/terms.js";
import { PANELS, viewOf } from "./state/view_settings.js";
import { listenToKeys } from "./ui/hotkeys.js";
import { createTerms, setTerms } from "./ui/term.js";
import { createThemeSwitch } from "./ui/theme_switch.js";
import { createTooltip } from "./ui/tooltip.js";

// Actions on the run itself, and not on how it is looked at.
const OF_THE_RUN = [
  "play",
  "pause",
  "step",
  "reset",
  "pace",
  "fork",
  "open",
  "change",
  "replace",
  "undo",
  "redo",
  "study",
  "endStudy",
];
const PACE = 60; // iterations a second, at first

const root = document.documentElement;
const byId = (id) => document.getElementById(id);
/** @type {Facts} */
const facts = JSON.parse(byId("facts").textContent);
const clock = {
  setTimeout: (callback, wait) => setTimeout(callback, wait),
  clearTimeout: (timer) => clearTimeout(timer),
};

setCatalogue(facts.catalogue);
setTerms(allTerms());
globalThis.unrolledPlotly = loadPlotly(facts.plotly);

// --- the run, and what is done with it ----------------------------------------------------------

const store = createStore({
  theme: root.dataset.theme,
  pace: PACE,
  wanted: false, // whether it plays, or will as soon as it can
  notice: null, // an error without a field on the page
  outage: null, // why the connection is lost, while it is
  refusal: null, // why this page is not let in again, if that is so
  replay: null, // the iteration that a run is brought back to, while it is
  view: viewOf({ projector: root.dataset.mode === "projector" }),
  undoable: { undo: null, redo: null }, // names of the changes that undo and redo concern
  preset: null, // the demonstration that was chosen, while its note is shown
});

/** @param {string} path */
function address(path) {
  return `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${path}`;
}

const leads = facts.room?.role === "lecturer";
const socket = createSocket({
  url: address(`/api/stream${leads ? `?room=${facts.room.name}` : ""}`),
  WebSocket,
  clock,
  now: Date.now,
  random: Math.random,
  limit: facts.limits.message,
  onConnection: (connection) => inbox.connection(connection),
  onMessage: (message, request) => inbox.message(message, request),
  onFrame: (bytes) => inbox.frame(bytes),
});

watchAdmission({ store, ask: () => askWhy(fetch) });

const { editor, cursor, playback, watched, undo, starts, studies, inbox } = createSession({
  store,
  socket,
  screen: { awaits: (iteration) => screen.awaits(iteration) },
  live: facts.live,
  lastIteration: facts.limits.iteration,
  say: (text) => share.say(text),
  clock,
  now: () => performance.now(),
});

// --- what views may ask for ----------------------------------------------------------------------

/** @type {Actions} */
const actions = {
  ...playback,
  reset: editor.reset,
  watch: watched.watch,
  view: watched.view,
  inspect: watched.inspect,
  cursor: cursor.hover,
  select: cursor.select,

  /** Compare with an earlier iteration; null: with the first. */
  pin: store.pin,
  dismissEarlier: store.dismissEarlier,
  fork: starts.fork,
  open: starts.open,
  dismissPreset: () => store.set({ preset: null }),
  change: editor.change,
  replace: editor.replace,
  undo: undo.undo,
  redo: undo.redo,
  study: studies.ask,
  endStudy: studies.end,
  retry() {
    room?.retry();
    socket.retry();
  },
  dismiss: () => store.set({ notice: null }),

  /** Whether a field of the recipe is on the page, to be seen. */
  hasPlace(path) {
    const field = byId("forms").querySelector(`[data-path="${CSS.escape(path)}"]`);
    return field !== null && field.getClientRects().length > 0;
  },
};

/** @type {ReturnType<typeof createRoom>["act"] | null} */
let room = null; // of a page in a class

// A page that follows shows a run that is not its own.
for (const name of OF_THE_RUN) {
  const act = /** @type {(...given: any[]) => any} */ (actions[name]);
  actions[name] = (...given) => {
    if (!room?.locked) return act(...given);
    // To go on from what is seen is what a student may do.
    if (name === "fork") room.fork();
  };
}

// Nor does looking at an earlier iteration of it pause it.
const { lookAt } = actions;
actions.lookAt = (iteration, options) => {
  if (room?.locked) store.lookAt(iteration);
  else lookAt(iteration, options);
};

// --- the views -----------------------------------------------------------------------------------

const landscape = createLandscape(byId("landscape"), actions);
const panels = {
  "unrolled-network": createUnrolledNetwork(byId("unrolled-network"), actions),
  "gradient-flow": createGradientFlow(byId("gradient-flow"), actions),
  "inside-cell": createInsideCell(byId("inside-cell"), actions),
  training: createTraining(byId("training"), actions, landscape),
  landscape,
  prediction: createPrediction(byId("prediction")),
  "lane-table": createLaneTable(byId("lane-table"), actions),
  "update-table": createUpdateTable(byId("update-table")),
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
  createDiagnosis(byId("diagnosis"), byId("diagnosis-open"), actions),
  ...Object.values(panels),
];

for (const [id, { exports }] of Object.entries(panels)) {
  if (exports === undefined) continue;
  createSaveMenu(byId(id), exports, () => store.state.frame?.iteration ?? null);
}

// Before anything is drawn in them.
store.subscribe(({ view }) => applyHues(root, view.colors));
const screen = createScreen({
  store,
  views,
  onDrawn: (iteration) => (room ?? socket).ack(iteration),
});
listenToPrint(screen.draw);
const sections = new Map(PANELS.map((id) => [id, byId(id).closest("section")]));
keepSight({ store, panels: new Map([...sections].map(([id, section]) => [section, id])) });

// --- and begin -----------------------------------------------------------------------------------

createTooltip(byId("tip"), byId("controls"));
createTerms(byId("term-tip"));
const { remember } = createThemeSwitch(byId("theme"), (theme) => store.set({ theme }));
const projector = createProjector({
  store,
  actions,
  root,
  sections,
  toggleButton: byId("projector"),
  keys: byId("stage"),
  remember: (on) => remember("mode", on ? "projector" : undefined),
});
const { open: help } = createHelp(
  /** @type {HTMLDialogElement} */ (byId("help")),
  byId("help-open"),
);
const share = createShare({
  store,
  defaults: facts,
  page: facts.room === null ? location.pathname + location.search : "/", // a class ends
  button: byId("share"),
  toast: byId("toast"),
});
listenToKeys(shortcuts({ store, actions, cursor, projector, help }));

createLessons({
  element: byId("lesson"),
  opener: /** @type {HTMLButtonElement} */ (byId("lessons-open")),
  offer: byId("lesson-offer"),
  store,
  actions,
  load: async (path) => {
    const answer = await fetch(path);
    if (answer.status === 404) return null;
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
    return answer.json();
  },
  progress: createProgress(localStorage),
  clock,
  phase: panels["unrolled-network"].phase,
  sweep: panels["unrolled-network"].sweep,
  onPlace: (place) => room?.where(place),
  bringUp: createBringUp({
    bar: document.querySelector("header.bar"),
    controls: byId("controls"),
    panel: (id) => sections.get(id) ?? null,
  }),
  prepare: leads ? (question) => room.prepare(question) : null,
  offers: facts.room === null && location.hash === "",
});

addEventListener("hashchange", ({ newURL }) => {
  if (!room?.locked) starts.visit(newURL, { autoplay: false });
});
addEventListener("online", actions.retry);

const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
const visit = () => {
  starts.visit(location.href, { autoplay: root.dataset.autoplay !== "off" && !still });
};
socket.setPace(PACE);
if (facts.room === null) {
  visit();
  socket.open();
} else {
  const [loading] = /** @type {PerformanceNavigationTiming[]} */ (
    performance.getEntriesByType("navigation")
  );
  room = createRoom({
    room: facts.room,
    store,
    socket,
    inbox,
    starts,
    clock,
    address,
    seat: seatOf(sessionStorage, crypto),
    asStudent: new URLSearchParams(location.search).get("as") === "student",
    elements: {
      bar: byId("class-bar"),
      dialog: /** @type {HTMLDialogElement} */ (byId("class-join")),
      panel: byId("class-panel"),
      screen: /** @type {HTMLDialogElement} */ (byId("class-screen")),
      locked: [byId("transport"), byId("controls")],
    },
    visit,
    again: loading?.type === "reload" || loading?.type === "back_forward",
    own: {
      ...ownRunIn(sessionStorage, facts.room.name),
      link: new URL(`/${location.hash}`, location.href).href,
      visit: () => starts.visit(location.href, { autoplay: false }),
    },
    link: share.link,
    copy: share.copy,
    openLink: (link) => starts.visit(new URL(link, location.href).href, { autoplay: false }),
  }).act;
  room.open();
}
const startClass = byId("start-class");
if (startClass !== null) {
  createOpening(startClass, {
    fetch: globalThis.fetch.bind(globalThis),
    go: (path) => location.assign(`${path}${new URL(share.link()).hash}`),
    say: share.say,
  });
}

/** For tests and the curious: what the page knows, to be looked at. */
globalThis.unrolled = Object.freeze({
  store: Object.freeze({
    get state() {
      return store.state;
    },
  }),
  link: share.link,
});
