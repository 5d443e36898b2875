// What the keys do on the whole page; help.js says it in words.

import { PANELS } from "../state/view_settings.js";

/**
 * @param {object} options
 * @param {Store} options.store
 * @param {Actions} options.actions
 * @param {Pick<Session["cursor"], "move">} options.cursor
 * @param {ReturnType<typeof import("./projector.js").createProjector>} options.projector
 * @param {() => void} options.help
 * @returns {Record<string, () => void>} by key, as hotkeys.js names them
 */
export function shortcuts({ store, actions, cursor, projector, help }) {
  return {
    " ": () => (store.state.wanted ? actions.pause() : actions.play()),
    s: actions.step,
    r: actions.reset,
    l: () => actions.lookAt(null),
    i: () => actions.inspect(),
    "[": () => actions.stepInTime(-1),
    "]": () => actions.stepInTime(1),
    d: () => actions.view({ diagnosis: !store.state.view.diagnosis }),
    p: projector.toggle,
    f: projector.fill,
    ...Object.fromEntries(PANELS.map((_, place) => [place + 1, () => projector.choose(place)])),
    "?": help,
    "mod+z": actions.undo,
    "mod+shift+z": actions.redo,
    "mod+y": actions.redo,
    ArrowLeft: () => cursor.move({ t: -1 }),
    ArrowRight: () => cursor.move({ t: 1 }),
    ArrowUp: () => cursor.move({ unit: -1 }),
    ArrowDown: () => cursor.move({ unit: 1 }),
  };
}
