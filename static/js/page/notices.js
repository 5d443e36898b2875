// Notices: what somebody has to know now. The connection, lanes that diverged, and complaints of
// the server for which there is no place beside a field.

import { count } from "../text/format.js";

/**
 * @param {Element} element
 * @param {{retry: Function, dismiss: Function, hasPlace: function(string): boolean}} actions
 *   `hasPlace` says whether a field of that path is on the page
 */
export function create(element, actions) {
  const divergence = createDivergence(() => render(last));
  let shown = "";
  let last = null;

  function line({ kind, text, act }) {
    const notice = document.createElement("p");
    notice.className = `notice ${kind}`;
    const words = document.createElement("span");
    words.textContent = text;
    notice.append(words);
    if (act !== undefined) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "small";
      button.textContent = act.name;
      button.addEventListener("click", act.run);
      notice.append(button);
    }
    return notice;
  }

  function render(state) {
    last = state;
    const notices = [
      ...connection(state, actions),
      ...(state.notice === null
        ? []
        : [
            { kind: "problem", text: state.notice, act: { name: "Dismiss", run: actions.dismiss } },
          ]),
      ...[...state.errors]
        .filter(([path]) => !actions.hasPlace(path))
        .map(([, { message }]) => ({ kind: "problem", text: message })),
      ...divergence(state),
    ];
    const key = JSON.stringify(notices.map(({ kind, text }) => [kind, text]));
    if (key === shown) return;
    shown = key;
    element.replaceChildren(...notices.map(line));
  }

  return {
    render,
  };
}

function connection({ connection: link, outage, run, replay }, { retry }) {
  if (link === "lost") {
    const why = outage?.reason ? ` (${outage.reason})` : "";
    const act = { name: "Try now", run: retry };
    return [{ kind: "problem", text: `Connection lost${why} — reconnecting …`, act }];
  }
  if (outage !== null && link === "connecting") {
    return [{ kind: "problem", text: "Connection lost — reconnecting …" }];
  }
  if (run === "replaying" && replay !== null) {
    return [{ kind: "news", text: `Replaying to iteration ${count(replay)} …` }];
  }
  return [];
}

/** Finds, in the history, since when each lane has been diverged; `changed` when one is dismissed. */
function createDivergence(changed) {
  let scanned = 0;
  let history = null;
  let since = [];
  let read = []; // what was dismissed, by lane: since when it had been diverged

  return (state) => {
    if (state.history !== history) {
      history = state.history;
      scanned = 0;
      since = [];
      read = [];
    }
    for (; scanned < history.length; scanned += 1) {
      history.lanes.forEach(({ diverged }, lane) => {
        if (!diverged?.data[scanned]) since[lane] = null;
        else since[lane] ??= history.iteration.data[scanned];
      });
    }
    const told = ({ index }) => since[index] != null && since[index] !== read[index];
    return state.lanes.filter(told).map(({ index, label }) => {
      const how = state.frame?.text[`${index}/diverged`];
      const others = state.lanes.length > 1 ? "The other lanes go on. " : "";
      return {
        kind: `lane-${index} problem`,
        text:
          `${label} diverged at iteration ${count(since[index])}${how ? ` (${how})` : ""}. ` +
          `${others}Change its learning rate or clipping to restart it, or press Reset.`,
        act: {
          name: "Dismiss",
          run() {
            read[index] = since[index];
            changed();
          },
        },
      };
    });
  };
}
