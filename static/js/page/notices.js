// Notices: the state of a lost connection, lanes that diverged, and errors of the server that have
// no field on the page to stand beside.

import { count } from "../text/format.js";

/**
 * @param {HTMLElement} element
 * @param {Pick<Actions, "retry" | "dismiss" | "hasPlace">} actions
 */
export function create(element, actions) {
  const divergence = createDivergence(() => render(last));
  let shown = "";
  /** @type {State} */
  let last = null;

  function line({ kind, text, act }) {
    const notice = document.createElement("p");
    notice.className = `notice ${kind}`;
    const label = document.createElement("span");
    label.append(...withSymbols(text));
    notice.append(label);
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

  /** @param {State} state */
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

/** Symbols like W_hh get their subscripts; names like batch_size stay as they are. */
function withSymbols(text) {
  return text.split(/\b([A-Za-z]_\w+)/).map((part, index) => {
    if (index % 2 === 0) return part;
    const [letter, ...low] = part.split("_");
    const symbol = document.createElement("span");
    const sub = document.createElement("sub");
    sub.textContent = low.join("_");
    symbol.append(letter, sub);
    return symbol;
  });
}

const FULL = "The lab is full: all places are taken. It tries again by itself …";

/**
 * @param {Pick<State, "connection" | "outage" | "refusal" | "run" | "replay">} state
 * @param {Pick<Actions, "retry">} actions
 */
function connection({ connection: link, outage, refusal, run, replay }, { retry }) {
  const act = { name: "Try now", run: retry };
  if (refusal !== null && link !== "open") {
    return [{ kind: "problem", text: `This page is not let in any more. ${refusal}`, act }];
  }
  if (outage?.full && link !== "open") {
    return [{ kind: "problem", text: FULL, act }];
  }
  if (link === "lost") {
    const reason = outage?.reason ? ` (${outage.reason})` : "";
    const next = outage?.final ? "." : " — reconnecting …";
    return [{ kind: "problem", text: `Connection lost${reason}${next}`, act }];
  }
  if (outage !== null && link === "connecting") {
    return [{ kind: "problem", text: "Connection lost — reconnecting …" }];
  }
  if (run === "replaying" && replay !== null) {
    return [{ kind: "news", text: `Replaying to iteration ${count(replay)} …` }];
  }
  return [];
}

/**
 * Finds the iteration since which each lane has been diverged.
 *
 * @param {() => void} changed called when a notice is dismissed
 */
function createDivergence(changed) {
  let scanned = 0;
  /** @type {RunHistory} */
  let history = null;
  /** @type {(number | null)[]} */
  let since = []; // by lane: the iteration at which it diverged
  /** @type {number[]} */
  let dismissed = []; // by lane: the same iteration, once its notice was dismissed

  return (/** @type {State} */ state) => {
    if (state.history !== history) {
      history = state.history;
      scanned = 0;
      since = [];
      dismissed = [];
    }
    for (; scanned < history.length; scanned += 1) {
      history.lanes.forEach(({ diverged }, lane) => {
        if (!diverged?.data[scanned]) since[lane] = null;
        else since[lane] ??= history.iteration.data[scanned];
      });
    }
    const isNews = ({ index }) => since[index] != null && since[index] !== dismissed[index];
    return state.lanes.filter(isNews).map(({ index, label }) => {
      const reason = state.frame?.text[`${index}/diverged`];
      const others = state.lanes.length > 1 ? "The other lanes go on. " : "";
      return {
        kind: `lane-${index} problem`,
        text:
          `${label} diverged at iteration ${count(since[index])}${reason ? ` (${reason})` : ""}. ` +
          `${others}Change its learning rate or clipping to restart it, or press Reset.`,
        act: {
          name: "Dismiss",
          run() {
            dismissed[index] = since[index];
            changed();
          },
        },
      };
    });
  };
}
