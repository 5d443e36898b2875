// What is asked of the server for the landscape, and when.

import { USUAL } from "../../../state/view_settings.js";
import { same } from "../../../text/json.js";

/** By the names of the view's settings, what the engine calls those that a plane has. */
const NEEDED = {
  parameters: { first: "first", second: "second", extent: "extent" },
  random: { extent: "extent", draw: "seed" },
  updates: { extent: "extent" },
  cliff: {},
};
const CLIFF_POINTS = 41; // its network is small, and its wall thin

/**
 * @param {Pick<State, "view" | "watch">} state
 * @returns {StudyRequest}
 */
export function requestOf({ view, watch }) {
  const along = view.plane;
  const own = Object.entries(NEEDED[along]).filter(([name]) => view[name] !== USUAL[name]);
  return {
    kind: "landscape",
    lane: along === "cliff" ? 0 : watch.lane,
    along,
    ...Object.fromEntries(own.map(([name, asked]) => [asked, view[name]])),
    ...(along === "cliff" ? { resolution: CLIFF_POINTS } : {}),
  };
}

/**
 * Whether to ask by ourselves: somebody chose something else, or another run is shown. What the run
 * does since makes the picture old, and somebody may ask for a new one.
 *
 * @param {Pick<State, "frame" | "studies" | "lanes">} state
 * @param {StudyRequest} wanted
 * @param {{request: StudyRequest, lanes: Lane[]} | null} last what was asked last
 */
export function isToAsk({ frame, studies, lanes }, wanted, last) {
  if (frame === null) return false;
  if (last === null) return !same(studies.landscape?.request ?? null, wanted);
  if (!same(last.request, wanted)) return true;
  return last.lanes !== lanes && studies.landscape === undefined;
}

const ENTRY = /^\s*([\w.]+?)\s*\[\s*(\d{1,6})\s*(?:,\s*(\d{1,6})\s*)?\]\s*$/;

/** A weight as the engine reads it, of what somebody typed: null if it is none. */
export function entryOf(text) {
  const found = ENTRY.exec(text);
  if (found === null) return null;
  const [, name, row, column] = found;
  return `${name}[${column === undefined ? row : `${row}, ${column}`}]`;
}
