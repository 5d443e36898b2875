// What the keys do on the whole page; help.js says it in words.

/**
 * @param {object} options
 * @param {object} options.store
 * @param {object} options.actions
 * @param {{move: function(object): void}} options.cursor
 * @param {function(): void} options.toggleProjector
 * @param {function(): void} options.help
 * @returns {Object<string, () => void>} by key, as keys.js names them
 */
export function shortcuts({ store, actions, cursor, toggleProjector, help }) {
  return {
    " ": () => (store.state.wanted ? actions.pause() : actions.play()),
    s: actions.step,
    r: actions.reset,
    l: () => actions.lookAt(null),
    i: () => actions.inspect(),
    "[": () => actions.stepInTime(-1),
    "]": () => actions.stepInTime(1),
    p: toggleProjector,
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
