// Dynamics: the path of the watched lane's state in its main directions, and the points at which it
// would stay.

import { Layer } from "../../../canvas/cached_layer.js";
import { emptyMessage } from "../../../canvas/marks.js";
import { palette } from "../../../canvas/palette.js";
import { createSurface } from "../../../canvas/surface.js";
import { watching } from "../../../state/selectors.js";
import { make } from "../../../ui/elements.js";
import { meaningOf } from "../../../ui/term.js";
import { termOver } from "../../../ui/term_over.js";
import { ageText, description, headline, overflowed, progressText, whyNoPath } from "./captions.js";
import { createControls } from "./controls.js";
import { Follower } from "./follower.js";
import { arrange, SteadyPlane } from "./layout.js";
import { paintNotes } from "./notes.js";
import { paintCursor, paintPath, paintTimeScale, timestepAt } from "./path.js";
import { paintPlane, within } from "./plane.js";
import { paintPoints, paintTrails, pointAt } from "./points.js";
import { findings, framePlane, jointStates, KIND, layerOf, PLANES, projected } from "./scene.js";
import { turnedAlike } from "./scene.js";
import { dynamicsTable } from "./table.js";
import { Trails } from "./trails.js";

const FAINT = 0.4; // opacity of points of another iteration than the path
const GRIP = 12; // px from a mark, or from the path
const EMPTY = new Float64Array(0);
/** @type {(keyof State)[]} */
const PARTS = ["frame", "lanes", "watch", "view", "studies", "cursor"];
/** @type {(keyof State)[]} */
const LOOKS = ["theme", "run", "connection"];

/** @param {HTMLElement} element @param {Actions} actions */
export function create(element, actions) {
  const changed = watching(...PARTS, ...LOOKS);
  const controls = createControls({
    find: () => ask(),
    stop: () => actions.endStudy(KIND),
    follow: () => follow(!follower.on),
    plane: (directions) => actions.view({ directions }),
    choose,
  });
  const body = make("div", "dynamics-body");
  element.append(make("div", "dynamics-face", controls.element, body));
  const surface = createSurface(body, { onResize: draw });
  const putSorts = termOver(body, "Sorts of points", meaningOf("sorts of points"));
  const putExponents = termOver(body, "Lyapunov exponents", meaningOf("Lyapunov exponents"));
  const still = new Layer();
  const steady = new SteadyPlane();
  const trails = new Trails();
  const follower = new Follower();
  /** @type {State} */
  let state = null;
  /** @type {ReturnType<typeof makeScene>} */
  let scene = null;
  /** @type {DynamicsPlace | null} */
  let place = null;
  /** @type {Plane | null} */
  let drifting = null; // the plane of the frames, as it was last turned
  let chosen = null; // index of a point
  let chosenOf = null; // the findings that it is one of

  body.addEventListener("click", (event) => {
    if (scene?.found === null || place === null) return;
    choose(pointAt(place, scene.marks, pointOf(event), GRIP));
  });
  body.addEventListener("pointermove", (event) => {
    if (place === null || scene.path === null) return;
    const t = timestepAt(place, scene.path, pointOf(event), GRIP);
    if (t !== state.cursor.t) actions.cursor(t);
  });
  body.addEventListener("pointerleave", () => actions.cursor(null));

  /** @returns {[number, number]} */
  function pointOf({ clientX, clientY }) {
    const box = body.getBoundingClientRect();
    return [clientX - box.left, clientY - box.top];
  }

  /** @param {State} next */
  function render(next) {
    if (!changed(next)) return;
    state = next;
    scene = makeScene();
    if (scene.found !== chosenOf) {
      chosen = null;
      chosenOf = scene.found;
    }
    show();
    draw();
    surface.describe(next.run === "playing", () =>
      description(state, { ...scene, chosen: point() }),
    );
    if (follower.isDue(state)) queueMicrotask(ask);
  }

  const viewOf = () => PLANES[state.view.directions] ?? PLANES["1·2"];
  const point = () => (chosen === null ? null : (scene.found?.points[chosen] ?? null));

  /** Everything that is drawn, as numbers. */
  function makeScene() {
    const lane = state.lanes[state.watch.lane];
    const found = findings(state, lane);
    const nothing = { lane, found, plane: null, path: null, share: null, marks: EMPTY };
    if (lane === undefined) return nothing;
    const of = [lane.index, layerOf(state, lane)].join();
    trails.see(found, { run: state.lanes, of });
    const plane = found?.plane ?? ownPlane(lane);
    const states = jointStates(state.frame, lane);
    const fits = plane !== null && states?.size === plane.mean.length;
    const view = viewOf();
    const project = (cloud) => projected(cloud, plane, view);
    return {
      lane,
      found,
      plane,
      share: plane?.share ?? null,
      path: fits ? project(states.data) : null,
      marks: found === null ? EMPTY : project(joined(found.points.map((each) => each.state))),
    };
  }

  /** The plane of the frame that is shown, which turns slowly as training goes on. */
  function ownPlane(lane) {
    const plane = framePlane(state.frame, lane);
    if (plane !== null) drifting = turnedAlike(plane, drifting);
    return plane === null ? null : drifting;
  }

  function show() {
    controls.show({
      computing: state.studies[KIND]?.status === "computing",
      following: follower.on,
      plane: state.view.directions,
      points: scene.found?.points ?? NO_POINTS,
      chosen,
    });
  }

  function ask() {
    const lane = state.lanes[state.watch.lane];
    if (lane === undefined || state.frame === null) return;
    follower.asked(state);
    actions.study({ kind: KIND, lane: lane.index, layer: layerOf(state, lane) });
  }

  function follow(on) {
    follower.on = on;
    show();
    if (follower.isDue(state)) ask();
  }

  function choose(index) {
    chosen = index;
    show();
    draw();
    surface.describe(false, () => description(state, { ...scene, chosen: point() }));
  }

  function draw() {
    if (state === null) return;
    const context = surface.begin(state.run === "playing");
    if (context === null) return;
    const terms = paint(context, surface, (key, own) => still.draw(context, surface, key, own));
    putSorts(terms?.sorts ?? null);
    putExponents(terms?.exponents ?? null);
  }

  /**
   * Everything, on any context; `keep(key, paint)` paints what seldom changes. Returns where words
   * stand that need explaining, if there are any.
   */
  function paint(context, { width, height }, keep) {
    const colors = palette();
    const { path, plane, found, lane, marks } = scene;
    place = null;
    if (path === null) {
      emptyMessage(context, { width, height }, colors, ...whyNoPath(state));
      return null;
    }
    if (!path.every(Number.isFinite)) {
      emptyMessage(context, { width, height }, colors, ...overflowed());
      return null;
    }
    const view = viewOf();
    const old = earlier(view);
    const key = [
      lane.index,
      state.view.directions,
      found?.iteration ?? "own",
      state.watch.layer,
    ].join();
    const range = steady.of([path, marks, ...old.points], key);
    place = arrange({ width, height, small: colors.small, range });
    const last = path.length / 2 - 1;
    keep(
      [state.theme, place.key, last, state.view.directions, plane.share.join()].join("|"),
      (own) => {
        paintPlane(own, place, { of: view.of, share: plane.share }, colors);
        paintTimeScale(own, place, last, colors);
      },
    );
    const age = ageText(state.frame, found);
    within(context, place, () => {
      paintTrails(context, place, old, colors);
      paintPath(context, place, path, colors);
      context.globalAlpha = age === "" ? 1 : FAINT;
      paintPoints(context, place, found?.points ?? NO_POINTS, marks, chosen, colors);
      context.globalAlpha = 1;
      paintCursor(context, place, path, state.cursor.t, colors);
    });
    const progress = progressText(state);
    const facts = { found, chosen, studies: trails.studies, progress, age };
    return paintNotes(context, place.notes, facts, colors);
  }

  /** The points of the other studies in the plane of this one, and what became of them. */
  function earlier(view) {
    const { found, plane } = scene;
    if (found === null) return { points: [], links: EMPTY };
    const project = (points) => projected(joined(points.map((each) => each.state)), plane, view);
    const others = trails.studies.filter((each) => each !== found);
    return {
      points: others.map(({ points }) => project(points)),
      links: project(trails.links.flat()),
    };
  }

  function exports() {
    const view = viewOf();
    return {
      name: "dynamics",
      picture: () => ({
        width: surface.width,
        height: surface.height,
        paint: (context) => paint(context, surface, (_, own) => own(context)),
      }),
      table: () =>
        dynamicsTable({
          lane: scene.lane,
          iteration: state.frame?.iteration,
          path: scene.path,
          studies: scene.found === null ? [] : trails.studies,
          project: (states) => projected(states, scene.plane, view),
        }),
    };
  }

  return { render, headline: () => headline(state, scene), exports };
}

/** @type {DynamicsPoint[]} */
const NO_POINTS = [];

/** @param {Numbers[]} parts */
function joined(parts) {
  const whole = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
