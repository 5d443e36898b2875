// What if a path carried no gradient: the backward pass of the watched lane once more without it,
// beside the real one. It is computed on request and nothing is learnt from it.

import { emptyMessage } from "../../../canvas/marks.js";
import { palette } from "../../../canvas/palette.js";
import { createSurface } from "../../../canvas/surface.js";
import { watching } from "../../../state/selectors.js";
import { beforeAnyFrame } from "../../../state/why_missing.js";
import { html } from "../../../text/format.js";
import { button, make, write } from "../../../ui/elements.js";
import { GradientRange } from "../norms/range.js";
import { createBoxes } from "./boxes.js";
import { whatIfDescription, whatIfHeadline, whatIfSentence } from "./captions.js";
import { chosen, switched } from "./choice.js";
import { arrange, paintWhatIf } from "./paint.js";
import { requestOf, whatIfScene } from "./scene.js";
import { spokenRows, whatIfTable } from "./table.js";

const PAUSE = 150; // ms that a choice rests before it is computed: sliders pass many by
const NOTHING_YET = ["No gradients yet", "They appear with the first iteration."];
/** @type {(keyof State)[]} */
const PARTS = ["frame", "lanes", "task", "watch", "view", "studies", "run", "past", "recipe"];
/** @type {(keyof State)[]} */
const LOOKS = ["theme", "cursor", "connection"];

/** @param {HTMLElement} element @param {Actions} actions */
export function create(element, actions) {
  const changed = watching(...PARTS, ...LOOKS);
  const boxes = createBoxes({
    onPath: (path, isOff) => choose({ off: switched(choice().off, path, isOff, lane()) }),
    onCut: (t) => choose({ cut: t ?? 0 }),
  });
  const again = button("compute again", null, () => ask());
  again.className = "small what-if-again";
  const sentence = make("p", "what-if-says");
  sentence.setAttribute("aria-live", "polite");
  const body = make("div", "what-if-chart");
  const spoken = make("table", "vh");
  element.append(
    make(
      "div",
      "what-if",
      make("div", "what-if-head", boxes.element, again),
      sentence,
      body,
      spoken,
    ),
  );
  const surface = createSurface(body, { onResize: draw });
  const range = new GradientRange();
  /** @type {State} */
  let state = null;
  /** @type {ReturnType<typeof whatIfScene>} */
  let scene = null;
  let placed = null;
  let timer = 0;
  let asked = { key: null, lanes: null, iteration: null };
  let ranged = null; // what the range of the axis was chosen for
  let told = null; // the findings that the table tells

  body.addEventListener("pointermove", pointed);
  body.addEventListener("pointerdown", pointed);
  body.addEventListener("pointerleave", () => actions.cursor(null));
  body.addEventListener(
    "click",
    () => state.cursor.t !== null && actions.select({ t: state.cursor.t }),
  );

  const lane = () => state.lanes[state.watch.lane];
  const choice = () => chosen(state.view, lane(), state.task.timesteps);

  /**
   * A second choice may come before the first is drawn, and builds on it.
   *
   * @param {Partial<ViewSettings>} change
   */
  function choose(change) {
    state = { ...state, view: { ...state.view, ...change } };
    boxes.render(lane(), choice(), state.task.timesteps);
    actions.view(change);
  }

  const plays = () => state.run === "playing" && state.past === null;

  /** @param {State} next */
  function render(next) {
    if (!changed(next)) return;
    state = next;
    scene = whatIfScene(state);
    if (lane() && state.task) boxes.render(lane(), choice(), state.task.timesteps);
    plan();
    const text = whatIfSentence(scene);
    if (sentence.dataset.says !== text) {
      sentence.dataset.says = text;
      sentence.innerHTML = html(text);
    }
    again.hidden = scene.wanted === null || !(scene.isOld || plays());
    const computing = scene.study?.status === "computing";
    write(again, computing && scene.found !== null ? "computing …" : "compute again");
    draw();
    tell();
    surface.describe(plays(), () => whatIfDescription(scene));
  }

  /** Have it computed where it was not yet: of another choice, or another iteration at rest. */
  function plan() {
    const { wanted, study } = scene;
    if (wanted === null) {
      clearTimeout(timer);
      timer = 0;
      asked.key = null;
      if (study?.status === "computing") actions.endStudy("what_if");
      return;
    }
    if (isDue() && timer === 0) timer = setTimeout(() => ((timer = 0), isDue() && ask()), PAUSE);
  }

  function isDue() {
    const wanted = requestOf(state);
    if (wanted === null || state.connection !== "open") return false;
    if (asked.key !== JSON.stringify(wanted) || asked.lanes !== state.lanes) return true;
    return !plays() && asked.iteration !== state.frame.iteration && isElsewhere();
  }

  /** Whether what was found is of another iteration than the one that is shown. */
  const isElsewhere = () => state.studies.what_if?.iteration !== state.frame.iteration;

  function ask() {
    const wanted = requestOf(state);
    if (wanted === null) return;
    const iteration = plays() ? null : state.frame.iteration;
    asked = { key: JSON.stringify(wanted), lanes: state.lanes, iteration };
    actions.study(wanted);
  }

  function draw() {
    if (state === null) return;
    const context = surface.begin(plays());
    if (context === null) return;
    paint(context, surface);
  }

  function paint(context, size) {
    const colors = palette();
    placed = null;
    if (scene.lines.dh_norm === undefined) {
      emptyMessage(context, size, colors, ...beforeAnyFrame(state, NOTHING_YET));
      return;
    }
    const x = [0, scene.lines.dh_norm.real.length - 1];
    placed = arrange(size, scene, { x, y: decades() }, colors);
    paintWhatIf(context, placed, scene, state.cursor.t, colors);
  }

  function decades() {
    const key = JSON.stringify([scene.lane.index, scene.wanted]);
    if (key !== ranged) range.reset();
    ranged = key;
    const none = { low: null, high: null, ghost: null, clipped: null };
    const { dh_norm: dh, dc_norm: dc } = scene.lines;
    const lanes = [
      { ...none, line: dh.real, dc: dc?.real ?? null },
      { ...none, line: dh.whatIf, dc: dc?.whatIf ?? null },
    ];
    return range.recent(lanes, performance.now());
  }

  function tell() {
    if (told === scene.study?.arrays && spoken.rows.length > 0 === (scene.found !== null)) return;
    told = scene.study?.arrays ?? null;
    const rows = spokenRows(scene);
    const head = ["Quantity", "real", "what if", "cosine"];
    spoken.replaceChildren();
    if (rows.length === 0) return;
    spoken.createCaption().textContent =
      "What if, not the real gradient: compared with the real one";
    const cells = (row, tag) => row.map((text) => make(tag, "", text));
    spoken.createTHead().append(make("tr", "", ...cells(head, "th")));
    spoken.createTBody().append(...rows.map((row) => make("tr", "", ...cells(row, "td"))));
  }

  function pointed(event) {
    if (placed === null) return;
    const [panel] = placed.panels;
    const x = event.clientX - body.getBoundingClientRect().left;
    const t = Math.round(panel.x.invert(x));
    actions.cursor(t >= panel.xRange[0] && t <= panel.xRange[1] ? t : null);
  }

  function exports() {
    return {
      name: "what-if",
      picture: () => ({
        width: surface.width,
        height: surface.height,
        paint: (to) => paint(to, surface),
      }),
      table: () => whatIfTable(scene, state.frame.iteration),
    };
  }

  // The sentence says of which lane and iteration it is.
  return { render, headline: () => whatIfHeadline(state, scene), plain: () => true, exports };
}
