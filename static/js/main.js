// The page: one socket, one store, one animation frame in which every view draws. What there is,
// and what knows what; everything else is in the modules.

import { createDesk } from "./run/session.js";
import { listenToKeys } from "./ui/hotkeys.js";
import { wear } from "./state/lane_hues.js";
import { loadPlotly } from "./chart/plotly_loader.js";
import { createSaveMenu } from "./page/save_menu.js";
import { createScreen } from "./page/render_loop.js";
import { createShare } from "./page/share.js";
import { listenToPrint } from "./page/print.js";
import { shortcuts } from "./page/shortcuts.js";
import { createSocket } from "./run/socket.js";
import { createStore } from "./state/store.js";
import { createThemeSwitch } from "./ui/theme_switch.js";
import { createTooltip } from "./ui/tooltip.js";
import { viewOf } from "./state/view_settings.js";
import { create as createCellInspector } from "./panels/cell_inspector/cell_inspector.js";
import { create as createControls } from "./panels/controls/controls.js";
import { create as createGradientFlow } from "./panels/gradient_flow/gradient_flow.js";
import { create as createHelp } from "./page/help.js";
import { create as createInsideCell } from "./panels/inside_cell/inside_cell.js";
import { create as createLaneTable } from "./panels/training/lane_table.js";
import { create as createLanes } from "./panels/controls/lanes.js";
import { create as createNotices } from "./page/notices.js";
import { create as createPrediction } from "./panels/prediction/prediction.js";
import { create as createPresets } from "./page/presets.js";
import { create as createStatus } from "./page/status.js";
import { create as createTimeBar } from "./panels/training/time_bar.js";
import { create as createTraining } from "./panels/training/training.js";
import { create as createTransport } from "./page/transport.js";
import { create as createUnrolledNetwork } from "./panels/unrolled_network/unrolled_network.js";

const PACE = 60; // iterations a second, at first

const root = document.documentElement;
const byId = (id) => document.getElementById(id);
const facts = JSON.parse(byId("facts").textContent);
const clock = {
  setTimeout: (callback, wait) => setTimeout(callback, wait),
  clearTimeout: (timer) => clearTimeout(timer),
};

globalThis.unrolledPlotly = loadPlotly(facts.plotly);

// --- the run, and what is done with it ----------------------------------------------------------

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
  onConnection: (connection) => reception.connection(connection),
  onMessage: (message) => reception.message(message),
  onFrame: (bytes) => reception.frame(bytes),
});

const { editor, cursor, playback, watched, wayBack, runs, reception } = createDesk({
  store,
  socket,
  screen: { awaits: (iteration) => screen.awaits(iteration) },
  live: facts.live,
  say: (text) => share.say(text),
  clock,
  now: () => performance.now(),
});

// --- what views may ask for -----------------------------------------------------------------------

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
  fork: runs.fork,
  open: runs.open,
  dismissPreset: () => store.set({ preset: null }),
  change: editor.change,
  replace: editor.replace,
  undo: wayBack.undo,
  redo: wayBack.redo,
  retry: socket.retry,
  dismiss: () => store.set({ notice: null }),

  /** Whether a field of the recipe is on the page, to be seen. */
  hasPlace(path) {
    const field = byId("forms").querySelector(`[data-path="${CSS.escape(path)}"]`);
    return field !== null && field.getClientRects().length > 0;
  },
};

// --- the views ------------------------------------------------------------------------------------

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
  createSaveMenu(byId(id), exports, () => store.state.frame?.iteration ?? null);
}

// Before anything is drawn in them.
store.subscribe(({ view }) => wear(root, view.colors));
const screen = createScreen({ store, views, onDrawn: socket.ack });
listenToPrint(screen.draw);

// --- and begin ------------------------------------------------------------------------------------

createTooltip(byId("tip"), byId("controls"));
const { toggleProjector } = createThemeSwitch(
  { theme: byId("theme"), projector: byId("projector") },
  (theme) => store.set({ theme }),
);
const { open: help } = createHelp(byId("help"), byId("help-open"));
const share = createShare({ store, defaults: facts, button: byId("share"), toast: byId("toast") });
listenToKeys(shortcuts({ store, actions, cursor, toggleProjector, help }));

addEventListener("hashchange", ({ newURL }) => runs.visit(newURL, { autoplay: false }));
addEventListener("online", socket.retry);

const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
socket.setPace(PACE);
runs.visit(location.href, { autoplay: root.dataset.autoplay !== "off" && !still });
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
