// Looking back: an earlier frame may lack what is looked at now. It is computed again then, lane by
// lane, and the frame keeps it.

import { watching } from "../state/selectors.js";
import { missingIn } from "../state/view_settings.js";
import { same } from "../text/json.js";

const KIND = "frame";
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
  const anotherRun = watching("recipe");
  let timer = 0;
  /** @type {{past: number, study: StudyRequest} | null} */
  let asked = null; // what is being computed
  /** @type {Set<string>} what was answered: no frame lacks it for want of asking */
  const answered = new Set();

  store.subscribe((state) => {
    if (anotherRun(state)) answered.clear();
    const found = state.studies[KIND];
    if (asked !== null && found?.status !== "computing") {
      // Of another run there is no answer.
      if (found !== undefined) answered.add(JSON.stringify(asked));
      asked = null;
      if (found?.status === "there") {
        store.complete(found.iteration, found.arrays, found.text);
        return; // the store has called again
      }
    }
    if (!changed(state)) return;
    clock.clearTimeout(timer);
    if (state.past !== null) timer = clock.setTimeout(complete, SETTLED);
    else if (asked !== null) {
      asked = null;
      studies.end(KIND);
    }
  });

  /** Ask for what the shown frame lacks of the first lane that lacks anything. */
  function complete() {
    const { past, frame, lanes, view, watch } = store.state;
    if (past === null || !socket.hasRun) return;
    const { layer, example } = watch;
    for (const lane of lanes) {
      const views = missingIn(frame, lane, view);
      const study = { kind: KIND, lane: lane.index, watch: { layer, example, views } };
      const next = { past, study };
      if (views.length === 0 || answered.has(JSON.stringify(next))) continue;
      if (same(asked, next)) return;
      studies.ask(study);
      asked = next;
      return;
    }
  }
}
