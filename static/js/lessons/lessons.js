// Lessons: the list of them, the one that is open beside the lab, and what ends its steps.

import { folded } from "../recipe/in_force.js";
import { forAnyScreen, USUAL } from "../state/view_settings.js";
import { html } from "../text/format.js";
import { button, make } from "../ui/elements.js";
import { met, strayed } from "./check.js";
import { placeOf, placeText } from "./progress.js";
import { createSheet } from "./sheet.js";

const LOOK_EVERY = 200; // ms between two looks at the numbers while a run plays
const HINT_AFTER = 60_000; // ms on a step
const NOTHING = "@null"; // TOML has no word for it
const FIRST = "first_minute";

/**
 * @param {object} options
 * @param {HTMLElement} options.element
 * @param {HTMLButtonElement} options.opener
 * @param {HTMLElement} options.offer where the first lesson offers itself
 * @param {Store} options.store
 * @param {Actions} options.actions
 * @param {(path: string) => Promise<any>} options.load JSON of the server; null if it has none
 * @param {ReturnType<typeof import("./progress.js").createProgress>} options.progress
 * @param {Clock} options.clock
 * @param {() => string} options.phase of the sweep
 * @param {(phase: string) => void} options.sweep
 * @param {(place: {lesson: string | null, step: number | null}) => void} options.onPlace
 * @param {(place: string) => void} options.bringUp has the page show what a step is about
 * @param {Parameters<typeof createSheet>[1]["onClass"]} options.prepare puts a question before the
 *   class, where this page leads one
 * @param {boolean} options.offers whether this visit may be offered the first lesson
 */
export function createLessons(options) {
  const { element, opener, offer, store, actions, load, progress, clock, onPlace } = options;
  const body = make("div", "lesson-body");
  const name = make("span", "lesson-head-title", "Lessons");
  const back = button("All lessons", null, () => go(null));
  const close = button("×", "Close the lesson", () => shut());
  back.classList.add("plain");
  close.classList.add("plain", "square");
  element.append(make("header", "lesson-head", name, back, close), body);
  /** @type {{name: string, title: string, summary: string, minutes: number, steps: number}[]} */
  let contents = null;
  let lesson = null; // the one that is open
  let sheet = null;
  let step = null; // that is due
  let done = new Set();
  let answers = new Map();
  let asked = null; // the place that is being loaded
  let looking = 0;
  let hinting = 0;
  let opened = false;

  /** Say that something could not be had, with a way to try again. */
  function complain(what, again) {
    if (!opened) return;
    const line = make("p", "lesson-missing", `${what} could not be loaded: is the server there? `);
    line.setAttribute("role", "alert");
    line.append(button("Try again", null, again));
    body.replaceChildren(line);
    back.hidden = true;
  }

  async function list() {
    contents ??= await load("/api/lessons").catch(() => null);
    if (contents === null) {
      complain("The lessons", list);
      return;
    }
    const items = contents.map(({ name: each, title, summary, minutes, steps }) => {
      const ready = progress.of(each).size >= steps;
      const item = button("", null, () => begin(each));
      item.className = "lesson-item";
      const name = make("b");
      name.innerHTML = html(title);
      item.append(
        name,
        make("span", "lesson-minutes", ready ? "✓ done" : `${minutes} min`),
        make("span", "lesson-summary", summary),
      );
      return make("li", "", item);
    });
    if (lesson !== null || !opened) return;
    body.replaceChildren(make("ol", "lesson-list", ...items));
    body.scrollTop = 0;
    back.hidden = true;
  }

  function show() {
    opened = true;
    element.hidden = false;
    document.documentElement.dataset.lesson = "open";
    opener.setAttribute("aria-pressed", "true");
    progress.offer();
    offer.hidden = true;
  }

  function shut() {
    opened = false;
    element.hidden = true;
    delete document.documentElement.dataset.lesson;
    opener.setAttribute("aria-pressed", "false");
    leave();
    actions.view({ lesson: null });
    onPlace({ lesson: null, step: null });
    opener.focus();
  }

  function leave() {
    lesson = sheet = step = asked = null;
    clock.clearTimeout(hinting);
  }

  /** Open a lesson where it was left, with its own run; null: the list. */
  async function go(which, at = null) {
    show();
    if (which === null) {
      leave();
      actions.view({ lesson: null });
      onPlace({ lesson: null, step: null });
      return list();
    }
    asked = which;
    const found = await load(`/api/lessons/${encodeURIComponent(which)}`).catch(() => undefined);
    if (asked !== which) return undefined;
    if (found === null) return go(null); // there is none of that name
    if (found === undefined) {
      asked = null;
      complain("This lesson", () => go(which, at));
      return undefined;
    }
    lesson = found;
    done = progress.of(which);
    answers = new Map();
    sheet = createSheet(lesson, {
      done,
      onAnswer(check, option) {
        answers.set(check, option);
        look();
      },
      onClass: options.prepare,
      onShow: (index) => {
        takeBack(lesson.steps[index].checks);
        demonstrate(lesson.steps[index].show);
      },
      onGo: (index) => turn(index),
      onBegin: run,
      onNext() {
        const at = contents?.findIndex((each) => each.name === which) ?? -1;
        const next = contents?.[at + 1];
        if (next === undefined) go(null);
        else begin(next.name);
      },
    });
    body.replaceChildren(sheet.element);
    body.scrollTop = 0;
    back.hidden = false;
    const first = lesson.steps.findIndex((_, index) => !done.has(index));
    turn(at ?? (first < 0 ? null : first));
    contents ??= await load("/api/lessons").catch(() => null);
    return undefined;
  }

  async function begin(which) {
    if (progress.of(which).size >= (contents?.find((each) => each.name === which)?.steps ?? 99)) {
      progress.forget(which);
    }
    await go(which);
    if (lesson?.name === which) run();
  }

  /** Begin the lesson's own run, as it is usually looked at but for what the lesson sets. */
  function run() {
    const { recipe, view, plays } = lesson;
    actions.open(recipe, {
      play: plays,
      view: { ...forAnyScreen(USUAL), ...view, lesson: placeText(lesson.name, step ?? 0) },
    });
  }

  /** A step is due; null: none is left. */
  function turn(index) {
    step = index !== null && index < lesson.steps.length ? index : null;
    answers = new Map();
    sheet.render(step);
    clock.clearTimeout(hinting);
    const place = step;
    if (step !== null) hinting = clock.setTimeout(() => sheet?.help(place), HINT_AFTER);
    const text = placeText(lesson.name, step ?? lesson.steps.length);
    if (store.state.view.lesson !== text) actions.view({ lesson: text });
    onPlace({ lesson: lesson.name, step });
    const see = lesson.steps[step]?.see ?? null;
    if (see !== null) options.bringUp(see);
  }

  function look() {
    if (lesson === null || step === null) return;
    const { checks } = lesson.steps[step];
    const { state } = store;
    const evidence = { state, recipe: lesson.recipe, phase: options.phase(), answers };
    if (!met(checks, evidence)) return;
    progress.add(lesson.name, step);
    done.add(step);
    const next = lesson.steps.findIndex((_, index) => !done.has(index));
    turn(next < 0 ? null : next);
  }

  /** Take back what was changed and must not be, before a step is shown. */
  function takeBack(checks) {
    const [only] = checks.filter(({ kind }) => kind === "same");
    const { recipe } = store.state;
    if (only === undefined || recipe === null) return;
    if (recipe.lanes.length !== lesson.recipe.lanes.length) {
      actions.open(lesson.recipe, { play: false });
      return;
    }
    for (const [path, value] of strayed(folded(recipe), folded(lesson.recipe), only.but)) {
      actions.change(path, value);
    }
  }

  /** Do what the answer of a step says. */
  function demonstrate({ recipe, changes = {}, view, inspect, phase, past, steps = 0, plays }) {
    if (recipe) actions.open(recipe, { play: false });
    for (const [path, value] of Object.entries(changes)) {
      actions.change(path, value === NOTHING ? null : value);
    }
    if (view) actions.view(view);
    if (inspect) actions.inspect(inspect);
    if (phase) {
      actions.pause();
      options.sweep(phase);
    }
    for (let k = 0; k < steps; k += 1) actions.step();
    if (past !== undefined) actions.lookAt(past);
    if (plays) actions.play();
  }

  opener.addEventListener("click", () => (opened ? shut() : go(null)));
  element.addEventListener("keydown", (event) => {
    if (event.key === "Escape") shut();
  });

  if (options.offers && !progress.offered) {
    const yes = button("Show me", null, () => begin(FIRST));
    const no = button("No, thanks", null, () => {
      progress.offer();
      offer.hidden = true;
    });
    const line = make("div", "notice news", "New here? A lesson of one minute shows around. ");
    line.append(yes, no);
    offer.replaceChildren(line);
    offer.hidden = false;
  }

  let seen = null;
  store.subscribe((state) => {
    looking ||= clock.setTimeout(() => {
      looking = 0;
      look();
    }, LOOK_EVERY);
    // A link, or the lecturer's page, says where one is.
    if (state.view.lesson === seen) return;
    seen = state.view.lesson;
    const place = placeOf(seen);
    if (place === null || (lesson?.name === place.name && (step ?? Infinity) >= place.step)) return;
    if (lesson?.name === place.name) turn(place.step);
    else if (asked !== place.name) go(place.name, place.step);
  });
}
