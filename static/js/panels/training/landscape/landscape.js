// Landscape: a face of Training, the loss round the weights of an iteration, and the step in it.

import { emptyMessage } from "../../../canvas/marks.js";
import { palette } from "../../../canvas/palette.js";
import { createChart } from "../../../chart/chart.js";
import { watching } from "../../../state/selectors.js";
import { make, write as writeText } from "../../../ui/elements.js";
import { subtitle, toolbar } from "../../../ui/panel_head.js";
import { inTime } from "../../../ui/text_clock.js";
import { description, headingOf, legendNames, whyNone } from "./captions.js";
import { createControls } from "./controls.js";
import { contourFigure } from "./figure.js";
import { placeLandscape } from "./layout.js";
import { colorOf, DASH, paintLandscape, paintMarks } from "./paint.js";
import { isToAsk, requestOf } from "./request.js";
import { ends, sceneOf } from "./scene.js";
import { createSide } from "./side.js";
import { createRelief } from "./surface.js";
import { gridTable } from "./table.js";

const KIND = "landscape";
const BEFORE_DATA = [-1, 1];
const AT_REST = "The surface is drawn at rest: pause the run, and it stands here.";
/** @type {(keyof State)[]} */
const PARTS = ["studies", "view", "watch", "lanes", "theme", "run", "connection", "past"];

/**
 * @param {HTMLElement} element
 * @param {Pick<Actions, "view" | "watch" | "study" | "endStudy">} actions
 */
export function create(element, actions) {
  const changed = watching(...PARTS);
  const clock = inTime(tell);
  const write = subtitle(element);
  const picture = make("div", "landscape-picture");
  const heading = make("p", "landscape-heading");
  /** @type {State} */
  let state = null;
  /** @type {import("./scene.js").LandscapeScene | null} */
  let scene = null;
  let sceneFrom = null; // the arrays that it was made from
  /** @type {{request: StudyRequest, lanes: Lane[]} | null} */
  let asked = null;
  let legend = { key: null, entries: [] };
  let ranges = [{ x: BEFORE_DATA, y: BEFORE_DATA }];

  const controls = createControls(actions, () => scene);
  const side = createSide(controls.element, { ask, cancel: () => actions.endStudy(KIND) });
  const tools = toolbar(element);
  tools.append(...controls.head);
  tools.hidden = true;
  element.append(make("div", "landscape-main", heading, picture), side.element);
  /** @type {ReturnType<typeof createChart>} */
  let chart = null;
  /** @type {ReturnType<typeof createRelief>} */
  let relief = null;

  /** What draws is made when the face is opened first: most visits never see it. */
  function build() {
    chart = createChart(picture, {
      name: KIND,
      place: (width, height) => placeLandscape(width, height, scene),
      paint: (context, panel) => {
        if (scene !== null) paintLandscape(context, panel, scene);
      },
      overlay(context, [panel], look) {
        if (scene === null) {
          const why = whyNone(state, state.studies[KIND]);
          emptyMessage(context, chart.surface, look.palette, why[0], why[1]);
        } else if (!look.settled) paintMarks(context, panel, scene, look.palette);
      },
      figure: (panels) => contourFigure(panels, scene, palette()),
    });
    relief = createRelief(picture);
  }

  function ask() {
    const request = requestOf(state);
    asked = { request, lanes: state.lanes };
    actions.study(request);
  }

  function askIfNew() {
    if (isToAsk(state, requestOf(state), asked)) ask();
  }

  /** @param {State} next */
  function render(next) {
    tools.hidden = next.view.story !== KIND;
    if (tools.hidden) return;
    if (chart === null) build();
    const came = state === null || state.frame === null;
    const moved = state?.frame !== next.frame;
    const others = changed(next);
    state = next;
    if (others || came) {
      askIfNew();
      if (asked !== null && next.frame !== null) asked.lanes = next.lanes;
      draw();
    } else if (moved) clock.ask(next.run !== "playing");
  }

  /** The lane's name, as it is now. */
  const label = () => state.lanes[scene?.lane ?? state.watch.lane]?.label ?? "";

  /** Words alone: the run has gone on. */
  function tell() {
    const waits = state.view.relief === "surface" && scene !== null && !surfaceIsSeen();
    side.render(state, scene, label(), waits ? AT_REST : "");
  }

  /** The surface that was drawn before stays; none is drawn while the run plays. */
  function surfaceIsSeen() {
    if (scene === null || state.view.relief !== "surface") return false;
    return state.run !== "playing" || relief.shows(keyOf());
  }

  const keyOf = () => [scene, state.theme, chart.surface.width, chart.surface.height];

  function draw() {
    if (state === null) return;
    const study = state.studies[KIND];
    if ((study?.arrays ?? null) !== sceneFrom) {
      sceneFrom = study?.arrays ?? null;
      scene = sceneOf(study);
      chart.showAll();
      if (scene !== null) ranges = [{ x: ends(scene.x), y: ends(scene.y) }];
    }
    const named = scene !== null && scene.along === "parameters" ? scene.names : [];
    controls.render(state, named, state.lanes[scene?.lane]);
    writeText(heading, headingOf(scene));
    write(false, ""); // the words stand beside the picture
    tell();
    const seen = surfaceIsSeen();
    relief.show(seen);
    picture.classList.toggle("landscape-flat", !seen);
    if (seen) {
      const { width, height } = chart.surface;
      relief.draw(scene, { width, height }, keyOf(), description(scene, label()));
    }
    chart.update({
      theme: state.theme,
      live: state.run === "playing",
      legend: entries(),
      ranges,
      version: scene,
    });
    chart.surface.describe(false, () => description(scene, label()));
  }

  function entries() {
    const names = scene === null ? [] : legendNames(scene);
    const key = [state.theme, scene?.names, ...names].join("|");
    if (key !== legend.key) {
      const colors = palette();
      const made = (scene?.steps ?? []).map((step, k) => ({
        key: step.key,
        name: names[k],
        color: colorOf(step.key, colors),
        dash: step.key === "clipped" ? undefined : DASH,
      }));
      legend = { key, entries: made };
    }
    return legend.entries;
  }

  /** What the panel's menu saves while this face is open. */
  function saved() {
    const { width, height } = chart.surface;
    const solid = {
      savable: true,
      whenSavable: Promise.resolve(),
      save: (format, name) => relief.save(format, name, { width, height }),
    };
    return {
      name: KIND,
      picture: null,
      chart: scene === null ? null : surfaceIsSeen() ? solid : chart,
      table: () => gridTable(scene),
    };
  }

  return {
    render,
    saved,
  };
}
