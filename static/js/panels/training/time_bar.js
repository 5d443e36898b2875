// The time bar: goes back to any iteration that is kept, compares with it, forks from it.

import { palette } from "../../canvas/palette.js";
import { watching } from "../../state/selectors.js";
import { count } from "../../text/format.js";
import { parsedCount } from "../../text/typed_number.js";
import { inTime } from "../../ui/text_clock.js";
import { tickPixels } from "./time_marks.js";
import { arrive, travel } from "./time_travel.js";

const PAGE = 10; // frames
const TICK = 4; // px
const STEPS = {
  ArrowLeft: -1,
  ArrowDown: -1,
  ArrowRight: 1,
  ArrowUp: 1,
  PageDown: -PAGE,
  PageUp: PAGE,
};

/**
 * @param {HTMLElement} element
 * @param {Actions} actions
 */
export function create(element, actions) {
  const changed = watching("frame", "latest", "past", "pinned", "kept", "recipe", "theme", "run");
  const button = (name) => element.querySelector(`[data-do="${name}"]`);
  /** @type {HTMLInputElement} */
  const range = element.querySelector(".time-range");
  /** @type {HTMLInputElement} */
  const entry = element.querySelector(".time-entry");
  const of = element.querySelector(".time-of");
  const note = element.closest("section").querySelector(".time-note");
  /** @type {HTMLCanvasElement} */
  const ticks = element.querySelector(".time-ticks");
  const context = ticks.getContext("2d");
  /** @type {State} */
  let state = null;
  let asked = null; // the iteration that the slider was dragged to
  let edited = false; // whether an iteration is being typed
  let noted = {}; // what the note belongs to: the iteration that is shown, live or not, of a run
  let pinnedText = null;
  let ticked = "";
  const texts = inTime(write);

  const observer = new ResizeObserver(() => state !== null && drawTicks());
  observer.observe(ticks.parentElement);

  const handlers = {
    earlier: () => actions.stepInTime(-1),
    later: () => actions.stepInTime(1),
    compare: () => actions.pin(state.pinned === null ? state.frame.iteration : null),
    fork: actions.fork,
    live() {
      actions.lookAt(null);
      // The button disappears; keep the focus in the time bar.
      if (document.activeElement === button("live")) range.focus();
    },
    again() {
      const { recipe } = state;
      const at = Number(note.querySelector("button").dataset.at);
      note.hidden = true;
      entry.focus();
      actions.open(recipe, { play: false, at });
    },
  };

  function onClick({ target }) {
    const pressed = target.closest("[data-do]");
    if (pressed === null || pressed.getAttribute("aria-disabled") === "true") return;
    if (state?.frame) handlers[pressed.dataset.do]();
  }

  element.addEventListener("click", onClick);
  note.addEventListener("click", onClick);

  range.addEventListener("input", () => {
    asked = range.valueAsNumber;
    travel(actions, state, asked);
    // Go to the nearest kept frame, even if it is already shown.
    requestAnimationFrame(() => texts.ask(true));
  });
  for (const ending of ["change", "pointerup"]) range.addEventListener(ending, letGo);
  range.addEventListener("keydown", (event) => {
    const { key } = event;
    if (Object.hasOwn(STEPS, key)) actions.stepInTime(STEPS[key]);
    else if (key === "Home") travel(actions, state, 0);
    else if (key === "End") actions.lookAt(null, { resumes: false });
    else return;
    event.preventDefault();
  });

  function letGo() {
    if (asked !== null) arrive(actions, state, asked);
    asked = null;
  }

  entry.addEventListener("focus", () => entry.select());
  entry.addEventListener("input", () => (edited = true));
  entry.addEventListener("change", goToTyped);
  entry.addEventListener("blur", () => (edited = false));
  entry.addEventListener("keydown", (event) => {
    const { key } = event;
    const letters = {
      "[": handlers.earlier,
      "]": handlers.later,
      l: handlers.live,
      L: handlers.live,
    };
    if (key === "ArrowUp") handlers.later();
    else if (key === "ArrowDown") handlers.earlier();
    else if (key === "Escape") edited = false;
    else if (Object.hasOwn(letters, key)) letters[key]();
    else return;
    event.preventDefault();
    texts.ask(true);
  });

  function goToTyped() {
    edited = false;
    const wanted = parsedCount(entry.value);
    if (state?.frame && wanted !== null) {
      const { archive, latest } = state;
      const found = wanted >= latest.iteration ? latest : archive.nearest(wanted);
      if (found === latest) actions.lookAt(null, { resumes: false });
      else actions.lookAt(found.iteration);
      say(wanted, found.iteration, latest.iteration, found === latest ? null : found.iteration);
      if (found === state.frame) texts.ask(true);
    } else {
      refuse(entry.value);
      texts.ask(true);
    }
  }

  /** The note on a typed text that is no iteration. */
  function refuse(text) {
    if (!state?.frame) return;
    noted = { iteration: state.frame.iteration, past: state.past, recipe: state.recipe };
    note.textContent = `An iteration is a whole number from 0 on, not “${text}”.`;
    note.hidden = false;
  }

  /** The note that another iteration than the requested one is shown. */
  function say(wanted, found, last, past) {
    note.hidden = wanted === found;
    noted = { iteration: found, past, recipe: state.recipe };
    if (wanted === found) return;
    if (wanted > last) {
      note.textContent = `The run has come to ${count(last)} so far.`;
      return;
    }
    const again = document.createElement("button");
    again.type = "button";
    again.className = "small";
    again.dataset.do = "again";
    again.dataset.at = String(wanted);
    again.textContent = `Compute ${count(wanted)} again`;
    const after = "Deletes the later iterations; Play computes them again";
    again.title = `Computes the same run from its start to iteration ${count(wanted)}. ${after}`;
    const label = document.createElement("span");
    label.textContent =
      `Iteration ${count(wanted)} was not kept; this is ${count(found)}, the nearest. ` +
      "Computing it deletes the later ones.";
    note.replaceChildren(label, again);
  }

  function write() {
    if (state === null) return;
    const { frame, latest, past, pinned, archive } = state;
    const now = frame?.iteration ?? 0;
    const last = latest?.iteration ?? 0;
    range.max = String(last);
    range.value = String(now);
    range.style.setProperty("--share", `${last === 0 ? 0 : (100 * now) / last}%`);
    range.setAttribute("aria-valuetext", `iteration ${count(now)} of ${count(last)}`);
    range.disabled = entry.disabled = frame === null;
    if (!edited && entry.value !== count(now)) entry.value = count(now);
    const text = `of ${count(last)}`;
    if (of.textContent !== text) of.textContent = text;
    element.classList.toggle("past", past !== null);
    button("live").classList.toggle("idle", past === null);
    const first = frame === null || archive.beside(now, -1)?.iteration === now;
    button("earlier").setAttribute("aria-disabled", String(first));
    button("later").setAttribute("aria-disabled", String(past === null));
    button("fork").setAttribute("aria-disabled", String(frame === null));
    writePinned(pinned);
    drawTicks();
  }

  function writePinned(pinned) {
    const text = pinned === null ? null : count(pinned.iteration);
    const compare = button("compare");
    compare.setAttribute("aria-pressed", String(pinned !== null));
    if (text === pinnedText) return;
    pinnedText = text;
    const hidden = (text) => {
      return Object.assign(document.createElement("span"), { className: "vh", textContent: text });
    };
    if (text === null) compare.textContent = "Compare";
    else compare.replaceChildren("compared ", hidden("with iteration "), text);
  }

  function drawTicks() {
    const { width } = ticks.getBoundingClientRect();
    const { kept, latest, pinned, theme } = state;
    const key = [width, kept, latest?.iteration, pinned?.iteration, theme].join();
    if (key === ticked || width === 0) return;
    ticked = key;
    const ratio = devicePixelRatio || 1;
    const last = latest?.iteration ?? 0;
    ticks.width = Math.round(width * ratio);
    ticks.height = Math.round(TICK * ratio);
    context.fillStyle = palette().soft;
    context.globalAlpha = 0.55;
    for (const x of tickPixels(state.archive.iterations, last, ticks.width - ratio)) {
      context.fillRect(x, 0, Math.max(1, Math.round(ratio)), ticks.height);
    }
    if (pinned === null) return;
    context.globalAlpha = 1;
    context.fillStyle = palette().ink;
    const [x] = tickPixels([pinned.iteration], last, ticks.width - ratio);
    context.fillRect(x - ratio, 0, 3 * ratio, ticks.height);
  }

  return {
    /** @param {State} next */
    render(next) {
      if (!changed(next)) return;
      const before = state;
      state = next;
      const moved = before?.past !== next.past || before.pinned !== next.pinned;
      const { frame, past, recipe } = next;
      const here = { iteration: frame?.iteration, past, recipe };
      if (Object.keys(here).some((part) => here[part] !== noted[part])) note.hidden = true;
      texts.ask(moved || next.run !== "playing");
    },
  };
}
