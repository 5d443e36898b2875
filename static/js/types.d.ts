/**
 * What the page's modules hand to each other, for the type checker alone: nothing here is served.
 * Types of the recipe are in recipe.d.ts, which is generated from the engine's schema.
 */

// --- frames and runs, as the stream brings them (app/stream/answers.py) -------------------------

/** Any typed array: what they have in common is used, and that one class stands for. */
type Numbers = Float64Array;

interface FrameArray {
  shape: number[];
  dtype: string;
  data: Numbers;
}

interface Frame {
  iteration: number;
  /** Size of the message that brought it. */
  bytes: number;
  /** Of so many timesteps of the heatmaps one came, because the link is slow. */
  coarse?: number;
  /** What is text: of a lane that diverged, `"<lane>/diverged"` says where. */
  text: Record<string, string>;
  /** By `"<lane>/<name>"`: see DESIGN's table of quantities. */
  arrays: Record<string, FrameArray>;
  /** What was watched when it was recorded; the store adds this, and the example. */
  watch?: Watch;
  example?: Example | null;
}

/** A lane of the run that is shown. What the recipe says of a lane is a `RecipeLane`. */
interface Lane {
  index: number;
  label: string;
  cell: Hyperparameters["cell"];
  gate_names: string[];
  state_names: string[];
  /** How many numbers it learns. */
  parameters: number;
  hidden_size: number;
  num_layers: number;
  /** Whether a second half of it reads the sequence from its end. */
  bidirectional: boolean;
  /** Bytes that a pass over a batch keeps for the way back, and those that do not grow with T. */
  kept_bytes: number;
  kept_bytes_a_timestep: number;
  scratch_bytes: number;
  /** Paths of a gradient from t to t − 1 that the study "what if" can switch off. */
  switchable_paths: string[];
}

/** A lane, or one half of a lane that reads in both directions. */
interface Half extends Lane {
  reverse?: boolean;
}

/** What a task says of itself; facts of one kind of task are optional. */
interface TaskFacts {
  name: string;
  title: string;
  kind: string;
  timesteps: number;
  input_size: number;
  output_size: number;
  loss: string;
  loss_unit: string;
  /** Inputs, from 0, after which a loss enters. */
  loss_timesteps: number[];
  /** Timesteps of the shortest sequence, which each end at a loss of their own. */
  shortest?: number | null;
  baseline: { loss: number; says: string };
  input_names?: string[];
  vocabulary?: string[];
  classes?: string[];
  delay?: number;
  symbol?: string;
  unit?: string;
  scale?: number;
  offset?: number;
  from_training_set?: boolean;
}

/** One sequence of a task, as its `kind` shows it. */
interface Example {
  kind: string;
  title: string;
  [fact: string]: any;
}

interface Watch {
  lane: number;
  layer: number;
  example: number;
}

/** A watch as the server has it: with the views to compute; lane null: of every lane. */
interface WatchWithViews extends Watch {
  views: string[];
  /** Of the lanes that `lane` does not name. */
  others?: string[];
}

/** What every message of the server may carry: the id of the message that it answers. */
interface Answer {
  id?: number;
}

interface Ready extends Answer {
  type: "ready";
  recipe: Recipe;
  task: TaskFacts;
  lanes: Lane[];
  iteration: number;
  pace: number | null;
  watch: WatchWithViews;
  example: Example;
}

/** State of the run. The answer to a ping has none of it: only socket.js sees that one. */
interface RunStatus extends Answer {
  type: "state";
  state: "replaying" | "paused" | "playing";
  iteration: number;
  pace?: number | null;
  milliseconds?: number[];
  recipe?: Recipe;
  labels?: string[];
  example?: Example;
  /** Iteration that a replay goes to. */
  of?: number;
  /** Share of the views of the frame that is computed, from 0 to 1, where that takes long. */
  views?: number;
  /** How far a study is; then it holds nothing of the run. */
  study?: { kind: string; done: number };
}

interface Problem {
  field: string;
  value: unknown;
  allowed: string;
  message: string;
}

interface Refusal extends Problem, Answer {
  type: "error";
  detail: Problem[];
}

type Message = Ready | RunStatus | Refusal;

/** The scalars of all iterations, in columns: `loss`, `grad_norm`, `clip_factor`, `diverged`. */
interface RunHistory {
  length: number;
  iteration: Column;
  lanes: Record<string, Column>[];
}

type Column = import("./frames/history.js").Column;
type Archive = import("./frames/archive.js").Archive;

// --- the state -----------------------------------------------------------------------------------

/** A timestep and a unit; null where none is meant. */
interface Place {
  t: number | null;
  unit: number | null;
}

interface InspectedCell {
  lane: number;
  t: number;
  unit: number;
}

/** Which panels are open, and how: a link holds what is not as usual. */
interface ViewSettings {
  half: string;
  flow: string;
  quantity: string;
  range: string;
  gate: string | null;
  directions: string;
  zoom: string | null;
  cells: string;
  sort: string;
  story: string;
  curve: string;
  plane: string;
  relief: string;
  first: string | null;
  second: string | null;
  extent: number | null;
  draw: number;
  inspect: InspectedCell[];
  wires: string;
  lesson: string | null;
  /** Of "what if": the paths that are off, and the timestep before which the gradient is cut. */
  off: string[];
  cut: number;
  diagnosis: boolean;
  hidden: number[];
  projector: boolean;
  stage: string[];
  full: string | null;
  colors: number[];
}

/** Settings of the page that belong to lanes of the form which the run does not have yet. */
interface Along {
  labels: string[];
  hidden: number[];
  colors: number[];
}

interface Preset {
  name: string;
  text: string;
  recipe: PartialRecipe;
  view: Partial<ViewSettings>;
  play: boolean;
  /** Iteration that it begins at. */
  at: number;
}

/** A recipe of which any field may be left out, as in a link: the server fills it in. */
type PartialRecipe = {
  [Field in keyof Recipe]?: Recipe[Field] extends (infer Item)[]
    ? Partial<Item>[]
    : Recipe[Field] extends object
      ? Partial<Recipe[Field]>
      : Recipe[Field];
};

/** What was asked for and is not shown yet, as a link would hold it. */
interface Heading {
  recipe: PartialRecipe;
  at: number;
  pinned: number | null;
  watch: Partial<Watch> | null;
}

/** Why there is no connection; final: the page does not try again by itself. */
interface Outage {
  reason?: string;
  final?: boolean;
  /** Whether all places were taken. */
  full?: boolean;
}

/** All that views read: see state/store.js, which says what each part is. */
interface State {
  theme: string;
  connection: "connecting" | "open" | "lost";
  run: "idle" | "replaying" | "paused" | "playing";
  recipe: Recipe | null;
  lanes: Lane[];
  task: TaskFacts | null;
  example: Example | null;
  watch: Watch;
  frame: Frame | null;
  latest: Frame | null;
  first: Frame | null;
  past: number | null;
  pinned: Frame | null;
  heading: Heading | null;
  archive: Archive;
  finite: (Frame | null)[];
  kept: number;
  history: RunHistory;
  earlier: EarlierRun[];
  cursor: Place;
  selection: Place;
  pace: number | null;
  milliseconds: number[];
  views: number | null;
  studies: Record<string, StudyState>;
  view: ViewSettings;
  away: string[];
  reached: number;
  drafts: Map<string, unknown>;
  errors: Map<string, Problem>;
  along: Along | null;
  form: Recipe | null;
  wanted: boolean;
  notice: string | null;
  outage: Outage | null;
  refusal: string | null;
  replay: number | null;
  undoable: { undo: string | null; redo: string | null };
  preset: Preset | null;
}

/** A run before the present one, which can be compared with. */
interface EarlierRun {
  id: number;
  recipe: Recipe;
  lanes: Lane[];
  history: RunHistory;
  /** The hue of each of its lanes: see lane_hues.js. */
  hues: number[];
}

type Store = ReturnType<typeof import("./state/store.js").createStore>;

/**
 * What the pictures of a prediction are painted from: lanes that are shown; `names` of them, each
 * as long as it fits.
 */
type PredictionScene = State & {
  names: (fits: (text: string) => boolean) => string[];
  palette: Palette;
};

// --- views, and what they may ask for --------------------------------------------------------------

interface View {
  render(state: State): void;
  /** What the panel's menu can save; null or nothing while there is nothing to save. */
  exports?(): Exports | null;
}

interface Table {
  columns: string[];
  rows: (string | number | null)[][];
}

interface Picture {
  width: number;
  height: number;
  paint(context: CanvasRenderingContext2D): void;
}

interface Exports {
  name: string;
  picture: (() => Picture) | null;
  chart?: {
    /** False until its library is loaded. */
    savable: boolean;
    whenSavable: Promise<void>;
    save(format: string, filename?: string): void;
  } | null;
  table(): Table;
}

/** Options of a start: whether it plays, and the iteration that it is replayed to first. */
interface StartOptions {
  play?: boolean;
  at?: number;
}

/** How a field was changed. */
interface ChangeOptions {
  /** Somebody types: wait for the rest. */
  typing?: boolean;
  /** What is there now is only the beginning of a value: take none. */
  unfinished?: boolean;
}

/** Made in main.js, and handed to every view. */
interface Actions {
  play(): void;
  pause(): void;
  step(): void;
  reset(): void;
  /** Iterations a second; null: as many as it can. */
  pace(iterationsPerSecond: number | null): void;
  /** Go back to an iteration in every view; null: to the latest. */
  lookAt(iteration: number | null, options?: { resumes?: boolean }): void;
  stepInTime(by: number): void;
  watch(change: Partial<Watch>): void;
  view(change: Partial<ViewSettings>): void;
  inspect(cell?: Partial<InspectedCell>): void;
  /** The pointer is at a timestep and unit; null: it has left. */
  cursor(t: number | null, unit?: number | null): void;
  select(change: Partial<Place>): void;
  /** Compare with an earlier iteration; null: with the first. */
  pin(iteration: number | null): void;
  dismissEarlier(id: number): void;
  fork(): void;
  open(
    recipe: PartialRecipe,
    options?: StartOptions & { preset?: Preset | null; view?: Partial<ViewSettings> },
  ): void;
  dismissPreset(): void;
  /** A field of the recipe was changed, by its dotted path; undefined: back to the shared value. */
  change(path: string, value: unknown, options?: ChangeOptions): void;
  /** A whole part of the recipe was replaced. */
  replace(part: "task" | "lanes", value: unknown, along?: Along | null): void;
  undo(): void;
  redo(): void;
  /** Have something computed of the iteration that is shown, in place of the last of its kind. */
  study(study: StudyRequest): void;
  endStudy(kind: string): void;
  retry(): void;
  dismiss(): void;
  /** Whether a field of the recipe is on the page, to be seen. */
  hasPlace(path: string): boolean;
}

// --- what the run's modules are to each other -------------------------------------------------------

type Socket = ReturnType<typeof import("./run/socket.js").createSocket>;
type Editor = ReturnType<typeof import("./run/editor.js").createEditor>;
type Cursor = ReturnType<typeof import("./run/cursor.js").createCursor>;
type Playback = ReturnType<typeof import("./run/playback.js").createPlayback>;
type LinkReplay = ReturnType<typeof import("./run/link_replay.js").createLinkReplay>;
type Requests = ReturnType<typeof import("./run/requests.js").createRequests>;
type Studies = ReturnType<typeof import("./run/studies.js").createStudies>;
type Starts = ReturnType<typeof import("./run/starts.js").createStarts>;
type Undo = ReturnType<typeof import("./run/undo.js").createUndo>;
type Watched = ReturnType<typeof import("./run/watch.js").createWatch>;
type Inbox = ReturnType<typeof import("./run/inbox.js").createInbox>;
type Session = ReturnType<typeof import("./run/session.js").createSession>;
type Channel = ReturnType<typeof import("./room/channel.js").createChannel>;

/** A page of a class, as the server renders it. */
interface RoomFacts {
  name: string;
  role: "lecturer" | "student";
  path: string;
  /** Where students join; null on their own pages. */
  studentUrl: string | null;
  /** Address of its QR code. */
  qr: string;
}

/** What a lecturer looks at. */
interface ClassView {
  /** Fragment of a link without a recipe. */
  link: string;
  cursor: Place;
  past: number | null;
}

/** The same, as a page of the class reads it. */
interface ClassLook {
  settings: Partial<ViewSettings>;
  selection: Place;
  cursor: Place;
  watch?: Watch;
  past: number | null;
  pinned: number | null;
}

/** The run of a student who is alone, as the tab keeps it while the page is loaded again. */
interface OwnRun {
  /** Iteration of the class at which it began; null: there is none. */
  since: number | null;
  /** Link to it. */
  link: string;
  /** Remember that there is one, or null. */
  keep(since: number | null): void;
  /** Begin the run of the address. */
  visit(): void;
}

/** What a lecturer knows of her class. */
interface ClassNow {
  connected: boolean;
  followers: number;
  alone: number;
  away: number;
  frozen: boolean;
  over: boolean;
}

/** Where a student is. */
interface Attendance {
  place: "class" | "alone";
  connected: boolean;
  /** Whether a lecturer is there. */
  present: boolean;
  /** Whether everybody is kept with the class. */
  frozen: boolean;
  /** Iteration of the class at which one's own run began. */
  forkedAt: number | null;
  /** Link to the own run that was left last. */
  kept: string | null;
  over: boolean;
  /** Whether the class had no place for this page. */
  full: boolean;
}
type RenderLoop = ReturnType<typeof import("./page/render_loop.js").createScreen>;

/** The changes of the forms that a start was made for: see run/editor.js. */
interface Edit {
  /** All drafts that it carries, by dotted path. */
  values: Map<string, unknown>;
  /** Paths that were changed since the start before it. */
  touched: Set<string>;
  /** Whether it goes back to iteration 0 on request. */
  reset: boolean;
  along: Along | null;
}

/** Settings of the page that another recipe replaces, as they were before it. */
type SettingsBefore = Pick<State, "view" | "selection" | "preset">;

/** What the sender of a start keeps with its request, for the answer. */
interface StartMemo {
  edit?: Edit | null;
  before?: SettingsBefore | null;
  /** Whether it begins the default recipe because there is no other run. */
  isDefault?: boolean;
}

interface StartRequest extends StartMemo {
  type: "start";
  recipe: PartialRecipe;
  at?: number;
  /** Whether a run played before it; null once somebody has decided since. */
  playedBefore?: { playing: boolean } | null;
}

interface WatchRequest {
  type: "watch";
  watch: WatchWithViews;
  before: WatchWithViews | null;
}

interface TweakRequest {
  type: "tweak";
  lane: number | null;
  changes: Changes;
}

interface RenameRequest {
  type: "rename";
  lane: number;
  name: string | null;
}

interface PlainRequest {
  type: "play" | "pause" | "step" | "pace" | "ping" | "end_study";
}

/** A study as the server takes it: see engine/studies. */
interface StudyRequest {
  kind: string;
  lane: number;
  [field: string]: unknown;
}

interface Asked {
  type: "study";
  study: StudyRequest;
  /** Of its message. */
  id: number | null;
}

/** A study as the page knows it. */
interface StudyState {
  /** What was asked for last. */
  request: StudyRequest | null;
  status: "computing" | "there" | "failed";
  /** Which share is computed, from 0 to 1. */
  done: number;
  error: string | null;
  /** What the arrays answer, and of which iteration; null while there are none. */
  found: StudyRequest | null;
  iteration: number | null;
  arrays: Record<string, FrameArray>;
  text: Record<string, string>;
}

/** A message that is to be answered, with what its sender needs to know then. */
type StreamRequest =
  StartRequest | WatchRequest | TweakRequest | RenameRequest | Asked | PlainRequest;

/** A message to the server: see app/stream/messages.py. */
interface OutgoingMessage {
  type: StreamRequest["type"] | "ack";
  id?: number;
  study?: StudyRequest;
  kind?: string;
  /** Of a start. */
  recipe?: PartialRecipe;
  at?: number;
  /** Of a step. */
  iterations?: number;
  /** Of a tweak, a rename or a watch; null: all lanes. */
  lane?: number | null;
  changes?: Changes;
  name?: string | null;
  layer?: number;
  example?: number;
  views?: string[];
  /** Of a pace; null: as fast as it can. */
  iterations_per_second?: number | null;
  /** Of an ack. */
  iteration?: number | null;
}

/** What the page was before a change of the forms, or after one that was taken back. */
interface Snapshot {
  form: Recipe;
  preset: Preset | null;
  labels: string[];
  hidden: number[];
  colors: number[];
  /** Settings of the view that the change replaced. */
  view: Partial<ViewSettings>;
}

/** What a link says besides its recipe; it may be anybody's. */
interface LinkPlace {
  at?: number;
  pinned?: number;
  view?: Partial<ViewSettings>;
  cursor?: Partial<Place>;
  watch?: Partial<Watch>;
}

/** What a start that the forms made was to change. */
interface Edit {
  values: Map<string, unknown>;
  touched: Set<string>;
  reset: boolean;
  along: Along | null;
}

/** A message that is to be answered, with what its sender has to know then. */
interface OpenRequest {
  type: string;
  [more: string]: any;
}

interface Connection {
  state: State["connection"];
  /** Milliseconds until the next attempt; null if there will be none. */
  wait: number | null;
  attempt: number;
  /** Iteration that a run is brought back to. */
  replayTo: number | null;
  /** Whether it is open and no run is to be started. */
  idle?: boolean;
  code?: number;
  reason?: string;
}

/** Timers, so that tests can have time pass. */
interface Clock {
  setTimeout(callback: () => void, wait: number): any;
  clearTimeout(timer: any): void;
}

/** What the server writes into the page (app/routes/pages.py). */
interface Facts {
  /** Of a page of a class; null elsewhere. */
  room: RoomFacts | null;
  recipe: Recipe;
  tasks: Record<string, Recipe["task"]>;
  live: string[];
  presets: Preset[];
  plotly: string;
  /** The most bytes of a message, and the last iteration that a run may have. */
  limits: { message: number; iteration: number };
  catalogue: Catalogue;
}

// --- what the engine says of itself (engine/quantities.py, engine/recipe/catalogue.py) -----------

/** Something that is measured; `name` may hold "*" for a gate, a path or a parameter. */
interface Quantity {
  name: string;
  symbol: string;
  /** One plain sentence, without its full stop. */
  meaning: string;
  unit: string;
  /** Whether its log10 is sent. */
  log: boolean;
  axes: string[];
  /** Timestep of index 0 along its axis t. */
  first_timestep: number | null;
  /** The view that has to be asked for. */
  view: string | null;
  history: boolean;
  /** Whether quantiles over the batch stand beside it. */
  spread: boolean;
  /** Whether clipping multiplies it. */
  clipped: boolean;
}

interface CellFacts {
  title: string;
  gates: string[];
  /** Gates that let through; the others are candidates, between -1 and 1. */
  sigmoids: string[];
  /** Hyperparameters that choose its nonlinearities. */
  choices: string[];
  states: string[];
  blocks: string[];
}

interface NonlinearityFacts {
  title: string;
  /** Whether an activation can be negative: then it is between -1 and 1. */
  signed: boolean;
  /** A gate below the first, or above the second, is saturated. */
  saturated: [number, number];
  /** Whether it is so at exactly these, its ends. */
  at_ends_alone: boolean;
}

interface Catalogue {
  quantities: Quantity[];
  constants: Record<string, number>;
  cells: Record<string, CellFacts>;
  nonlinearities: Record<string, NonlinearityFacts>;
  tasks: Record<string, { title: string; description: string }>;
  hyperparameters: Record<
    string,
    { title: string; symbol?: string; labels?: Record<string, string> }
  >;
}

// --- what is drawn ----------------------------------------------------------------------------------

type Palette = ReturnType<typeof import("./canvas/palette.js").palette>;
type Surface = ReturnType<typeof import("./canvas/surface.js").createSurface>;

/** From what is measured to CSS pixels, and back. */
interface Scale {
  (value: number): number;
  invert(pixel: number): number;
}

interface Tick {
  at: number;
  text: string;
}

/** Where one of a chart's plots lies, in CSS pixels. */
interface PanelPlace {
  left: number;
  top: number;
  width: number;
  height: number;
  /** Whether y is in powers of ten. */
  log?: boolean;
  /** Whether x takes whole numbers only. */
  whole?: boolean;
  /** Whether it goes without labels of x. */
  bare?: boolean;
}

/** The same with its scales, ranges and ticks. */
interface Panel extends PanelPlace {
  x: Scale;
  y: Scale;
  xRange: number[];
  yRange: number[];
  xTicks: Tick[];
  yTicks: Tick[];
}

interface Title {
  text: string;
  x: number;
  y: number;
  align: string;
  upright?: boolean;
}

interface LegendEntry {
  key: string | number;
  name: string;
  color: string;
  dash?: number[];
  hidden?: boolean;
}

interface Legend {
  shown: boolean;
  x: number;
  y: number;
  width: number;
  entries?: LegendEntry[];
}

/** What a chart draws by Plotly, which has no types here. */
interface FigureData {
  traces: any[];
  annotations: any[];
  shapes: any[];
}

/** How a chart is painted now. */
interface Look {
  palette: Palette;
  live: boolean;
  settled: boolean;
  width: number;
  thin: number;
}

/** What a chart asks of its view: see `createChart`. */
interface ChartView {
  name: string;
  place(width: number, height: number): { panels: PanelPlace[]; titles: Title[]; legend: Legend };
  paint(context: CanvasRenderingContext2D, panel: Panel, index: number, look: Look): void;
  overlay?(context: CanvasRenderingContext2D, panels: Panel[], look: Look): void;
  figure(panels: Panel[]): FigureData;
  saved?(panels: Panel[]): FigureData;
  onLegend?(key: string | number): void;
  onPoint?(index: number, x: number | null): void;
  /** The pointer is dragged to x, and let go there; null: the drag was given up. */
  onScrub?(x: number): void;
  onDrop?(x: number | null): void;
  onClick?(x: number): void;
  /** A second click: the first one is to be taken back. */
  onTwice?(): void;
  /** Another part of the chart is shown. */
  onZoom?(): void;
}

/** What a pointer does on a chart, in CSS pixels: see `listenToGestures`. */
interface GestureHandlers {
  /** Index of the panel at a place, -1 if there is none. */
  panelAt(at: number[]): number;
  /** Whether a press draws a box to zoom into. */
  zooms(event: PointerEvent): boolean;
  scrub(index: number, at: number[]): void;
  drop(index: number, at: number[]): void;
  box(index: number, from: number[], to: number[]): void;
  zoom(index: number, from: number[], to: number[]): void;
  click(index: number, at: number[]): void;
  twice(): void;
  /** A drag was given up: of a box, or along the axis. */
  cancel(zooms: boolean): void;
}

/** What a chart shows now. A range or legend that is the same array is the same. */
interface ChartSpec {
  theme: string;
  live: boolean;
  ranges: { x: number[]; y: number[] }[];
  legend: LegendEntry[];
  /** Another object when the data are others. */
  version: unknown;
}

type PlotlyElement = HTMLDivElement & {
  on(event: string, listener: (change: any) => unknown): void;
  layout: any;
};

/** What a pointer does on a picture: see `createPointing`. */
interface PointerHandlers {
  hover(x: number, y: number): void;
  leave(): void;
  click(x: number, y: number): void;
  drags(): boolean;
  drag(right: number, down: number): void;
  twice(): void;
  /** Whether the wheel was of use. */
  wheel(pixels: number, x: number, y: number): boolean;
}

// --- the document ---------------------------------------------------------------------------------------

// What the page looks up is HTML, and its listeners are on elements.
interface ParentNode {
  querySelector<E extends Element = HTMLElement>(selectors: string): E | null;
  querySelectorAll<E extends Element = HTMLElement>(selectors: string): NodeListOf<E>;
}
interface EventTarget {
  closest(selectors: string): HTMLElement | null;
}
interface Element {
  closest(selectors: string): HTMLElement | null;
}

/** Plotly, once it has arrived. */
declare var unrolledPlotly: Promise<any>;
/** For tests and the curious. */
declare var unrolled: Readonly<{ store: Readonly<{ state: State }>; link: () => string }>;

/** Main directions of a lane's joint state: of N entries, `axes` holds three directions. */
interface Plane {
  mean: Numbers;
  axes: Numbers;
  share: Numbers;
}

/** A fixed or slow point that the study of dynamics found. */
interface DynamicsPoint {
  state: Numbers;
  sort: "stable" | "saddle" | "slow";
  /** Directions in which a nudge grows. */
  unstable: number;
  /** log10 of ‖F(s) − s‖. */
  residual: number;
  /** Re λ and Im λ one after the other, the largest |λ| first. */
  eigenvalues: Numbers;
  /** What the network says there; null of a layer that is not read out. */
  readout: Numbers | null;
}

/** What the study of dynamics found of one iteration. */
interface DynamicsFindings {
  iteration: number;
  inputs: string;
  points: DynamicsPoint[];
  plane: Plane;
  lyapunov: Numbers;
  spread: Numbers;
}

/** A part of a plane, by its middle and size. */
interface PlaneRange {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Where the plane of the dynamics is on the canvas. */
interface DynamicsPlace {
  beside: boolean;
  left: number;
  right: number;
  top: number;
  bottom: number;
  x: Scale;
  y: Scale;
  domain: { x: number[]; y: number[] };
  notes: { left: number; top: number; width: number; height: number };
  key: string;
}
