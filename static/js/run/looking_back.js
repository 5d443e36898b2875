// Looking back: an earlier frame may lack what is looked at now. It is computed again then, lane by
// lane, and the frame keeps it.

import { watching } from "../state/selectors.js";
import { missingIn } from "../state/view_settings.js";
import { same } from "../text/json.js";

const SETTLED = 120; // ms for which nothing may change: whoever walks through time is not held up

/**
 * @param {object} options
 * @param {Store} options.store
 * @param {Pick<Studies, "ask" | "end">} options.studies
 * @param {Pick<Socket, "hasRun">} options.socket
 * @param {Clock} options.clock
 */
export function createLookingBack({ store, studies, socket, clock }) {
  const changed = watching("past", "view", "watch", "frame", "studies", "connection");
  let timer = 0;
  /** @type {Set<string>} what was asked for already: no frame lacks it for want of asking */
  const asked = new Set();
  /** @type {StudyState | undefined} */
  let taken;

  store.subscribe((state) => {
    const found = state.studies.frame;
    if (found !== undefined && found !== taken && found.status === "there") {
      taken = found;
      store.complete(found.iteration, found.arrays, found.text);
      return; // the store has called again
    }
    if (!changed(state)) return;
    clock.clearTimeout(timer);
    if (state.past === null) {
      if (found?.status === "computing") studies.end("frame");
    } else timer = clock.setTimeout(complete, SETTLED);
  });

  /** Ask for what the shown frame lacks of the first lane that lacks anything. */
  function complete() {
    const { past, frame, lanes, view, watch, studies: known } = store.state;
    if (past === null || !socket.hasRun) return;
    for (const lane of lanes) {
      const views = missingIn(frame, lane, view);
      const { layer, example } = watch;
      const study = { kind: "frame", lane: lane.index, watch: { layer, example, views } };
      const key = JSON.stringify([past, study]);
      if (views.length === 0) continue;
      const before = known.frame;
      if (before?.status === "computing" && same(before.request, study)) return;
      if (asked.has(key)) continue;
      asked.add(key);
      studies.ask(study);
      return;
    }
  }
}
