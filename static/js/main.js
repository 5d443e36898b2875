// The page: one socket, one store, one animation frame in which every view draws. This file makes
// the modules and hands each one what it needs; all else is in them.

import { loadPlotly } from "./chart/plotly_loader.js";
import { create as createHelp } from "./page/help.js";
import { create as createNotices } from "./page/notices.js";
import { create as createPresets } from "./page/presets.js";
import { listenToPrint } from "./page/print.js";
import { createScreen } from "./page/render_loop.js";
import { createSaveMenu } from "./page/save_menu.js";
import { createShare } from "./page/share.js";
import { shortcuts } from "./page/shortcuts.js";
import { create as createStatus } from "./page/status.js";
import { create as createTransport } from "./page/transport.js";
import { create as createCellInspector } from "./panels/cell_inspector/cell_inspector.js";
import { create as createControls } from "./panels/controls/controls.js";
import { create as createLanes } from "./panels/controls/lanes.js";
import { create as createGradientFlow } from "./panels/gradient_flow/gradient_flow.js";
import { create as createInsideCell } from "./panels/inside_cell/inside_cell.js";
import { create as createPrediction } from "./panels/prediction/prediction.js";
import { create as createLaneTable } from "./panels/training/lane_table.js";
import { create as createTimeBar } from "./panels/training/time_bar.js";
import { create as createTraining } from "./panels/training/training.js";
import { create as createUpdateTable } from "./panels/training/update_table.js";
import { create as createUnrolledNetwork } from "./panels/unrolled_network/unrolled_network.js";
import { createSession } from "./run/session.js";
import { createSocket } from "./run/socket.js";
import { setCatalogue } from "./state/catalogue.js";
import { applyHues } from "./state/lane_hues.js";
import { createStore } from "./state/store.js";
import { viewOf } from "./state/view_settings.js";
import { listenToKeys } from "./ui/hotkeys.js";
import { createThemeSwitch } from "./ui/theme_switch.js";
import { createTooltip } from "./ui/tooltip.js";

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
globalThis.unrolledPlotly = loadPlotly(facts.plotly);

// --- the run, and what is done with it ----------------------------------------------------------

const store = createStore({
  theme: root.dataset.theme,
  pace: PACE,
  wanted: false, // whether it plays, or will as soon as it can
  notice: null, // an error without a field on the page
  outage: null, // why the connection is lost, while it is
  replay: null, // the iteration that a run is brought back to, while it is
  view: viewOf({}),
  undoable: { undo: null, redo: null }, // names of the changes that undo and redo concern
  preset: null, // the demonstration that was chosen, while its note is shown
});

const socket = createSocket({
  url: `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/api/stream`,
  WebSocket,
  clock,
  now: Date.now,
  random: Math.random,
  limit: facts.limits.message,
  onConnection: (connection) => inbox.connection(connection),
  onMessage: (message, request) => inbox.message(message, request),
  onFrame: (bytes) => inbox.frame(bytes),
});

const { editor, cursor, playback, watched, undo, starts, inbox } = createSession({
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
  fork: starts.fork,
  open: starts.open,
  dismissPreset: () => store.set({ preset: null }),
  change: editor.change,
  replace: editor.replace,
  undo: undo.undo,
  redo: undo.redo,
  retry: socket.retry,
  dismiss: () => store.set({ notice: null }),

  /** Whether a field of the recipe is on the page, to be seen. */
  hasPlace(path) {
    const field = byId("forms").querySelector(`[data-path="${CSS.escape(path)}"]`);
    return field !== null && field.getClientRects().length > 0;
  },
};

// --- the views -----------------------------------------------------------------------------------

const panels = {
  "unrolled-network": createUnrolledNetwork(byId("unrolled-network"), actions),
  "gradient-flow": createGradientFlow(byId("gradient-flow"), actions),
  "inside-cell": createInsideCell(byId("inside-cell"), actions),
  training: createTraining(byId("training"), actions),
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
  ...Object.values(panels),
];

for (const [id, { exports }] of Object.entries(panels)) {
  if (exports === undefined) continue;
  createSaveMenu(byId(id), exports, () => store.state.frame?.iteration ?? null);
}

// Before anything is drawn in them.
store.subscribe(({ view }) => applyHues(root, view.colors));
const screen = createScreen({ store, views, onDrawn: socket.ack });
listenToPrint(screen.draw);

// --- and begin -----------------------------------------------------------------------------------

createTooltip(byId("tip"), byId("controls"));
const { toggleProjector } = createThemeSwitch(
  { theme: byId("theme"), projector: byId("projector") },
  (theme) => store.set({ theme }),
);
const { open: help } = createHelp(
  /** @type {HTMLDialogElement} */ (byId("help")),
  byId("help-open"),
);
const share = createShare({ store, defaults: facts, button: byId("share"), toast: byId("toast") });
listenToKeys(shortcuts({ store, actions, cursor, toggleProjector, help }));

addEventListener("hashchange", ({ newURL }) => starts.visit(newURL, { autoplay: false }));
addEventListener("online", socket.retry);

const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
socket.setPace(PACE);
starts.visit(location.href, { autoplay: root.dataset.autoplay !== "off" && !still });
socket.open();

/** For tests and the curious: what the page knows, to be looked at. */
globalThis.unrolled = Object.freeze({
  store: Object.freeze({
    get state() {
      return store.state;
    },
  }),
  link: share.link,
});
