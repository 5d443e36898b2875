// What the points are asked for with: a search, now or again and again; which two directions; and
// which point is looked at.

import { button, make, tabs } from "../../../ui/elements.js";
import { menu, segmented } from "../../../ui/tabs.js";
import { pointName } from "./captions.js";
import { PLANES } from "./scene.js";

const NONE = "";
const DIRECTIONS = Object.keys(PLANES).map((value) => {
  const which =
    value.length > 3
      ? "The three main directions of the state's path, seen from the side"
      : `Main directions ${value.replace("·", " and ")} of the state's path`;
  const tip = `${which}: those along which it varies most.`;
  return { value, text: value, tip };
});

/**
 * @param {{find: () => void, stop: () => void, follow: () => void, plane: (name: string) => void,
 *   choose: (point: number | null) => void}} handlers
 */
export function createControls(handlers) {
  let searching = false;
  const find = button("Find fixed points", null, () => {
    if (searching) handlers.stop();
    else handlers.find();
  });
  const follow = button("follow", "Follow while training", () => handlers.follow());
  follow.dataset.tip =
    "Search again every 50 iterations while the run plays and this is open: see how points come, " +
    "go and move as training goes on.";
  const planes = segmented("Main directions", DIRECTIONS, (name) => handlers.plane(name));
  const points = menu("Point", [], (value) => {
    handlers.choose(value === NONE ? null : Number(value));
  });
  const element = make(
    "div",
    "dynamics-tools",
    tabs("Fixed points", [find, follow]),
    planes.element,
    points.element,
  );
  let offered = null;

  /** @param {DynamicsPoint[]} all */
  function offer(all) {
    if (all === offered) return;
    offered = all;
    points.element.replaceChildren(
      option(NONE, all.length === 0 ? "no point" : "choose a point"),
      ...all.map((point, k) => option(String(k), pointName(point, k))),
    );
    /** @type {HTMLSelectElement} */ (points.element).disabled = all.length === 0;
  }

  return {
    element,

    /**
     * @param {{computing: boolean, following: boolean, plane: string, points: DynamicsPoint[],
     *   chosen: number | null}} now
     */
    show({ computing, following, plane, points: all, chosen }) {
      if (searching !== computing) {
        searching = computing;
        find.textContent = computing ? "Stop the search" : "Find fixed points";
      }
      follow.setAttribute("aria-pressed", String(following));
      planes.show(plane);
      offer(all);
      points.show(chosen === null ? NONE : String(chosen));
    },
  };
}

function option(value, text) {
  const made = document.createElement("option");
  made.value = value;
  made.textContent = text;
  return made;
}
