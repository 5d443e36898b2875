// The spectrum of W_hh of the watched lane, and a handle that sets its radius anew.

import { Layer } from "../../../canvas/cached_layer.js";
import { emptyMessage } from "../../../canvas/marks.js";
import { palette } from "../../../canvas/palette.js";
import { createSurface } from "../../../canvas/surface.js";
import { valueAt } from "../../../recipe/recipe.js";
import { watching } from "../../../state/selectors.js";
import { setStyle } from "../../../ui/elements.js";
import { segmented } from "../../../ui/tabs.js";
import {
  spectrumDescription,
  spectrumHeadline,
  whatDraggingDoes,
  whyNoSpectrum,
} from "./captions.js";
import { createNoteTerms } from "./note_terms.js";
import { paintNotes } from "./notes.js";
import * as plane from "./plane.js";
import { createRadiusHandle } from "./radius_handle.js";
import { WishedRadius } from "./requested_radius.js";
import { farthest, spectrumScene } from "./scene.js";
import { spectrumTable } from "./table.js";

/** @type {(keyof State)[]} */
const PARTS = ["frame", "first", "pinned", "past", "lanes", "recipe", "watch", "view"];
/** @type {(keyof State)[]} */
const LOOKS = ["theme", "run", "connection", "errors"];

/** @param {HTMLElement} element @param {Actions} actions */
export function create(element, actions) {
  const changed = watching(...PARTS, ...LOOKS);
  const body = document.createElement("div");
  body.className = "view-canvas flow-plane";
  element.append(body);
  const surface = createSurface(body, { onResize: draw });
  const gates = segmented("Gate", [], (gate) => actions.view({ gate }));
  gates.element.classList.add("flow-gates");
  const wish = new WishedRadius();
  const handle = createRadiusHandle(body, gates.element, {
    take: () => wish.held(),
    move: ask,
    drop: () => wish.value !== null && commit(),
    step(radius) {
      ask(radius);
      commit({ typing: true });
    },
    leave: () => !wish.isSent && cancel(),
    cancel,
  });
  body.append(gates.element);
  const terms = createNoteTerms(body);
  const still = new Layer();
  /** @type {State} */
  let state = null;
  /** @type {ReturnType<typeof spectrumScene>} */
  let scene = null;
  let place = null; // of the plane; null while there is nothing to show in it
  let reach = 0;
  let measured = null; // what the reach was measured for
  let offered = null;

  function ask(radius) {
    if (!Number.isFinite(radius)) return;
    wish.ask(radius);
    draw();
    handle.tell();
  }

  function commit(options) {
    const path = plane.radiusPath(state.recipe, state.watch.lane);
    const known = valueAt(state.recipe, path) === wish.value;
    wish.sent(state.lanes);
    actions.change(path, wish.value, options);
    // Training moved ρ away from the value in the recipe: the recipe stays, the run restarts.
    if (known && options === undefined) actions.reset();
    else if (known) cancel();
  }

  function cancel() {
    handle.release();
    wish.forget();
    draw();
    handle.tell();
  }

  /** @param {State} next */
  function render(next) {
    if (!changed(next)) return;
    wish.follow(next, state);
    state = next;
    scene = spectrumScene(state);
    offerGates();
    draw();
    const live = next.run === "playing";
    surface.describe(live, () => spectrumDescription(state, scene));
    handle.tell(live);
  }

  function offerGates() {
    const { gates: all, gate } = scene;
    if (all.join() !== offered) {
      offered = all.join();
      gates.offer(
        all.map((value) => ({ value, text: value, title: `Weights from h to ${value}` })),
      );
      gates.element.hidden = all.length < 2;
    }
    if (all.length > 0) gates.show(gate);
  }

  /** The radius that is shown: that of the weights, unless another is asked for. */
  const radius = () => wish.value ?? scene.radius;

  function draw() {
    if (state === null) return;
    const context = surface.begin(state.run === "playing");
    if (context === null) return;
    paint(context, surface, (key, own) => still.draw(context, surface, key, own));
    handle.stand(place, radius(), `var(--lane-${scene.lane?.index})`);
    const numbers = { radius: scene.radius, wanted: wish.value, norm: scene.norm };
    terms.place(place?.notes ?? null, numbers, palette());
    if (place !== null) placeGates();
  }

  /** Above the notes, or at their right where they stand beneath the plane. */
  function placeGates() {
    const { notes, beside } = place;
    const { small } = palette();
    const x = beside ? `${notes.left}px` : `calc(${notes.left + notes.width}px - 100%)`;
    const y = notes.top - small * (beside ? 3.6 : 0.8);
    setStyle(gates.element, "transform", `translate(${x}, ${y}px)`);
  }

  /** Everything, on any context; `keep(key, paint)` paints what seldom changes. */
  function paint(context, { width, height }, keep) {
    const colors = palette();
    const { lane, data, ghost, ghostIteration, norm, radius: own } = scene;
    if (data === null || Number.isNaN(own)) {
      place = null;
      emptyMessage(context, { width, height }, colors, ...whyNoSpectrum(state, scene));
      return;
    }
    measureReach();
    place = plane.arrangePlane({ width, height, small: colors.small, reach });
    keep([state.theme, reach].join("|"), (layer) => plane.paintPlane(layer, place, colors));
    const color = colors.lanes[lane.index];
    const wanted = wish.value;
    plane.paintEigenvalues(context, place, ghost, 1, colors.soft, true);
    plane.paintEigenvalues(
      context,
      place,
      data,
      wanted === null || own === 0 ? 1 : wanted / own,
      color,
    );
    plane.paintRadius(context, place, radius(), color);
    const { iteration } = state.frame;
    const hint = whatDraggingDoes(state, scene);
    paintNotes(
      context,
      place.notes,
      { radius: own, wanted, norm, color, iteration, ghostIteration, hint },
      colors,
    );
  }

  function measureReach() {
    if (handle.dragging) return;
    const key = [state.lanes.length, scene.lane.index, scene.gate].join("|");
    reach = plane.reachFor(farthest(radius(), scene.ghost), key === measured ? reach : 0);
    measured = key;
  }

  function exports() {
    return {
      name: "spectrum",
      picture: () => ({
        width: surface.width,
        height: surface.height,
        paint: (context) => paint(context, surface, (_, own) => own(context)),
      }),
      table: () => spectrumTable(state.frame, scene.lane, scene.gates),
    };
  }

  return { render, headline: () => spectrumHeadline(state, scene), exports };
}
