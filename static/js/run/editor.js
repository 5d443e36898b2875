/**
 * Changes of the forms on their way to the run. A live field becomes a tweak at once; any other
 * begins the run anew, with the values then in force. A value that the server has not taken yet is
 * a draft: the form shows it, the run does not have it, and a refused one stays where it was typed,
 * with the server's reason, until it is corrected or the run is reset. A lane's name is sent to the
 * run as it goes on, since no number depends on it.
 */

import { folded } from "../recipe/in_force.js";
import { valueAt, withValues } from "../recipe/recipe.js";
import { same } from "../text/json.js";

const TWEAK_EVERY = 50;
const RESTART_AFTER = 250;
const TYPED_AFTER = 400;

/**
 * @param {object} options
 * @param {Iterable<string>} options.live names of the hyperparameters that a tweak may change
 * @param {() => Pick<State, "recipe" | "reached">} options.run the run as the store has it
 * @param {(recipe: Recipe, options: StartOptions & {edit: Edit}) => void} options.start begin a
 *   run; the request keeps `edit`, which `ready` and `refuse` are given back
 * @param {() => StartRequest[]} options.starts the requests of runs that are not shown yet
 * @param {(lane: number | null, changes: Changes) => boolean} options.tweak false if not connected
 * @param {(lane: number, name: string | null) => boolean} options.rename false if not connected
 * @param {(path: string, form: Recipe, options: {whole: boolean}) => void} [options.onEdit] called
 *   before a change is made: with the path or part that is about to change, and the form before it
 * @param {(patch: Pick<State, "drafts" | "errors" | "along">) => void} options.onChange
 * @param {(along: Along) => void} [options.onTaken] called with the settings of the page that
 *   belong to new lanes, once the run has these lanes
 * @param {Clock} options.clock
 */
export function createEditor(options) {
  const { live, run, start, starts, tweak, rename, onChange, clock } = options;
  const { onEdit = () => {}, onTaken = () => {} } = options;
  const liveNames = new Set(live);
  /** @type {State["drafts"]} */
  let drafts = new Map();
  /** @type {State["errors"]} */
  let errors = new Map();
  /** @type {Set<string>} */
  const refused = new Set();
  /** @type {Set<string>} */
  const touched = new Set(); // paths changed since the last start
  /** @type {Along | null} */
  let along = null;
  let restartTimer = null;
  let tweakTimer = null;
  const typing = new Map(); // path → timer
  /** @type {Map<number | null, Changes & {name?: string | null}>} */
  const waiting = new Map(); // lane, null for all → changes not sent yet

  /**
   * The changes of the starts that were made here and are under way.
   *
   * @returns {Edit[]}
   */
  function underWay() {
    return starts().flatMap(({ edit }) => edit ?? []);
  }

  function publish() {
    drafts = new Map(drafts);
    errors = new Map(errors);
    onChange({ drafts, errors, along });
  }

  function inForce() {
    const { recipe, reached } = run();
    return recipe === null ? null : folded(recipe, reached);
  }

  /** The recipe as the forms show it. */
  function form() {
    return withValues(inForce(), drafts);
  }

  /**
   * Whether the run can take a value as it goes on.
   *
   * @param {string} path
   * @param {unknown} value
   */
  function isLive(path, value) {
    const [place, index, name] = path.split(".");
    const restarting = restartTimer !== null || underWay().length > 0;
    if (isName(path)) return !restarting;
    if (value === undefined || restarting) return false;
    return (
      liveNames.has(place === "base" ? index : name) && (place === "base" || place === "lanes")
    );
  }

  /** @param {string} path */
  function drop(path) {
    drafts.delete(path);
    errors.delete(path);
    refused.delete(path);
  }

  /**
   * Make a change of a field a draft, and send it.
   *
   * @param {string} path
   * @param {unknown} value
   */
  function apply(path, value) {
    clock.clearTimeout(typing.get(path));
    typing.delete(path);
    const known = drafts.has(path) && same(drafts.get(path), value);
    if (known || inForce() === null) return;
    const before = form();
    if (!same(valueAt(before, path), value)) onEdit(path, before, { whole: false });
    const target = withValues(inForce(), underWay().at(-1)?.values ?? []);
    const sent = drafts.has(path) && !refused.has(path);
    refused.delete(path);
    if (same(valueAt(target, path), value)) {
      // The value that this one replaces may still be on its way to the server.
      if (sent && isLive(path, value)) queueTweak(path, value);
      drop(path);
      touched.delete(path);
      const left = [...drafts.keys()].some((each) => !isLive(each, drafts.get(each)));
      if (left) restartSoon();
      else cancelRestart();
    } else {
      drafts.set(path, value);
      if (isLive(path, value)) queueTweak(path, value);
      else {
        touched.add(path);
        restartSoon();
      }
    }
    publish();
  }

  /**
   * Send a value to the run, together with others that change within `TWEAK_EVERY`.
   *
   * @param {string} path
   * @param {unknown} value
   */
  function queueTweak(path, value) {
    const keys = path.split(".");
    const name = keys.at(-1);
    const lane = keys[0] === "lanes" ? Number(keys[1]) : null;
    waiting.set(lane, { ...waiting.get(lane), [name]: value });
    if (tweakTimer === null) sendTweaks();
  }

  function sendTweaks() {
    tweakTimer = null;
    if (waiting.size === 0) return;
    for (const [lane, changes] of waiting) {
      const { name = null, ...hyperparameters } = changes;
      if (Object.hasOwn(changes, "name")) rename(lane, name);
      if (Object.keys(hyperparameters).length > 0) tweak(lane, hyperparameters);
    }
    waiting.clear();
    tweakTimer = clock.setTimeout(sendTweaks, TWEAK_EVERY);
  }

  function restartSoon() {
    clock.clearTimeout(restartTimer);
    restartTimer = clock.setTimeout(() => restart(), RESTART_AFTER);
  }

  function cancelRestart() {
    clock.clearTimeout(restartTimer);
    restartTimer = null;
    errors.clear();
  }

  /**
   * Begin anew with all drafts but `without`.
   *
   * @param {StartOptions & {without?: Set<string>, reset?: boolean}} [options]
   */
  function restart({ without = new Set(), reset = false, ...options } = {}) {
    clock.clearTimeout(restartTimer);
    restartTimer = null;
    waiting.clear();
    const values = new Map([...drafts].filter(([path]) => !without.has(path)));
    /** @type {Edit} */
    const edit = {
      values,
      touched: new Set(touched),
      reset,
      along: without.has("lanes") ? null : along,
    };
    touched.clear();
    start(withValues(inForce(), values), { ...options, edit });
  }

  /**
   * Show the problems of a tweak at its fields. If none of them is of a field, the fields return to
   * the values in force.
   *
   * @param {Problem[]} problems
   * @param {number | null} lane null: the values that all lanes share
   * @param {Changes | {name: string | null}} changes
   * @returns {boolean} whether a problem is of a field
   */
  function refuseTweak(problems, lane, changes) {
    const place = lane === null ? "base" : `lanes.${lane}`;
    let ofFields = false;
    for (const [name, value] of Object.entries(changes)) {
      const path = `${place}.${name}`;
      const problem = problems.find(({ field }) => field.split(".").at(-1) === name);
      ofFields ||= problem !== undefined;
      // Another value may have taken its place meanwhile, and is not refused.
      if (!drafts.has(path) || !same(drafts.get(path) ?? null, value)) continue;
      if (problem === undefined) continue;
      errors.set(path, problem);
      refused.add(path);
    }
    if (!ofFields) {
      for (const name of Object.keys(changes)) drop(`${place}.${name}`);
    }
    return ofFields;
  }

  /**
   * Show the problems of a start at their fields. If only earlier changes are at fault, begin again
   * without those.
   *
   * @param {Problem[]} problems
   * @param {Edit} edit
   */
  function refuseStart(problems, { values, touched: fresh, reset }) {
    errors.clear();
    for (const problem of problems) {
      errors.set(problem.field, problem);
      refused.add(problem.field);
    }
    // A value that was refused before must not hold up a good one that is changed now.
    const blamed = new Set(problems.map(({ field }) => field).filter((field) => drafts.has(field)));
    // Where the problem is in no changed field, any of the changes may be its cause.
    if (blamed.size === 0) for (const path of reset ? values.keys() : fresh) refused.add(path);
    // Nor may a value that was refused only now hold up a reset.
    if (reset && [...refused].some((path) => drafts.has(path))) {
      backToStart();
      return;
    }
    const stale = blamed.size > 0 && ![...fresh].some((path) => blamed.has(path));
    if (stale && blamed.size < drafts.size) restart({ without: blamed });
  }

  /**
   * The run has the lanes that some settings of the page belong to.
   *
   * @param {Along | null} taken
   */
  function arrive(taken) {
    if (taken === null) return;
    for (const edit of underWay()) if (edit.along === taken) edit.along = null;
    if (along === taken) along = null;
    onTaken(taken);
  }

  /** Begin anew, without what was refused: those fields return to the values in force. */
  function backToStart() {
    if (refused.has("lanes")) along = null;
    for (const path of [...refused]) drop(path);
    restart({ play: false, reset: true });
  }

  return {
    /**
     * A field was changed.
     *
     * @param {string} path dotted place in the recipe
     * @param {unknown} value undefined: back to the shared value
     * @param {ChangeOptions} [options]
     */
    change(path, value, { typing: typed = false, unfinished = false } = {}) {
      clock.clearTimeout(typing.get(path));
      if (unfinished) return;
      const next = isName(path) && (value === null || value === "") ? undefined : value;
      if (!typed) apply(path, next);
      else
        typing.set(
          path,
          clock.setTimeout(() => apply(path, next), TYPED_AFTER),
        );
    },

    /**
     * A whole part of the recipe was replaced: the task, or the list of lanes.
     *
     * @param {"task" | "lanes"} part
     * @param {unknown} value
     * @param {Along | null} [goes] settings of the page that belong to these lanes
     */
    replace(part, value, goes = null) {
      if (inForce() === null) return;
      onEdit(part, form(), { whole: true });
      along = goes ?? along;
      for (const path of [...drafts.keys()]) if (path.startsWith(`${part}.`)) drop(path);
      drafts.set(part, value);
      touched.add(part);
      // Another task may have nothing that could be read in order.
      if (part === "task" && form().stateful) drafts.set("stateful", false);
      restart();
      publish();
    },

    /**
     * Bring the forms back to an earlier recipe: by tweaks where only live fields differ, or else
     * by beginning anew. It is no edit: `onEdit` is not called.
     *
     * @param {Recipe} wanted a recipe as the forms show it
     * @param {Along | null} [goes] settings of the page that belong to its lanes, if these are
     *   others
     */
    restore(wanted, goes = null) {
      if (inForce() === null) return;
      along = goes ?? along;
      for (const timer of typing.values()) clock.clearTimeout(timer);
      typing.clear();
      const changes = changesBetween(form(), wanted);
      if (changes.every(([path, value]) => isLive(path, value))) {
        for (const [path, value] of changes) {
          const covered = refused.has(path) && same(valueAt(inForce(), path), value);
          drop(path);
          if (covered) continue; // the run never had the value that is taken back
          drafts.set(path, value);
          queueTweak(path, value);
        }
        arrive(goes);
      } else {
        for (const path of [...drafts.keys()]) drop(path);
        for (const [path, value] of changesBetween(inForce(), wanted)) {
          drafts.set(path, value);
          touched.add(path);
        }
        if (drafts.size > 0 || underWay().length > 0) restart();
        else {
          cancelRestart();
          along = null;
          arrive(goes);
        }
      }
      publish();
    },

    /** Back to iteration 0, with the values of the forms that were not refused. */
    reset() {
      if (inForce() === null) return;
      backToStart();
      publish();
    },

    /** Another recipe replaces this one: forget all changes. */
    forget() {
      for (const timer of [restartTimer, ...typing.values()]) clock.clearTimeout(timer);
      restartTimer = null;
      for (const request of starts()) request.edit = null;
      along = null;
      for (const each of [drafts, errors, refused, touched, typing, waiting]) each.clear();
      publish();
    },

    /**
     * A run is shown.
     *
     * @param {Recipe} recipe its own
     * @param {Edit | null} [edit] of the start that began it, if it was made here
     */
    ready(recipe, edit = null) {
      const { values: accepted, along: goes } = edit ?? { values: new Map(), along: null };
      for (const [path, value] of [...drafts]) {
        const taken = accepted.has(path) && same(accepted.get(path), value);
        if (taken || same(valueAt(recipe, path), value)) drop(path);
      }
      arrive(goes);
      for (const path of [...errors.keys()]) if (!drafts.has(path)) errors.delete(path);
      // Sent to a server that was gone: send it again.
      for (const [path, value] of drafts) {
        if (!refused.has(path) && isLive(path, value)) queueTweak(path, value);
      }
      publish();
    },

    /** The run's recipe has changed: what it took is no draft any more. */
    settled() {
      const now = inForce();
      const taken = [...drafts].filter(([path, value]) => same(valueAt(now, path), value));
      if (taken.length === 0) return;
      for (const [path] of taken) drop(path);
      publish();
    },

    /**
     * The server refused something.
     *
     * @param {Problem[]} problems
     * @param {StreamRequest | null} request as it was made
     * @returns {boolean} whether the forms say what is wrong
     */
    refuse(problems, request) {
      let shown = true;
      if (request?.type === "tweak") {
        shown = refuseTweak(problems, request.lane, request.changes);
      } else if (request?.type === "rename") {
        shown = refuseTweak(problems, request.lane, { name: request.name });
      } else if (request?.type === "start" && request.edit) refuseStart(problems, request.edit);
      else return false;
      publish();
      return shown;
    },
  };
}

const isName = (path) => /^lanes\.\d+\.name$/.test(path);

/**
 * The changes that turn one recipe of the forms into another, by dotted path; undefined: the field
 * is taken away.
 *
 * @param {Recipe} from
 * @param {Recipe} to
 * @returns {[path: string, value: unknown][]}
 */
function changesBetween(from, to) {
  /** @type {[path: string, value: unknown][]} */
  const found = [];
  const compare = (path, one, other) => {
    for (const key of new Set([...Object.keys(one), ...Object.keys(other)])) {
      if (!same(one[key], other[key])) found.push([`${path}${key}`, other[key]]);
    }
  };
  const { base, lanes, task, tweaks, ...rest } = from;
  const { base: toBase, lanes: toLanes, task: toTask, tweaks: _, ...toRest } = to;
  compare("", rest, toRest);
  if (task.name === toTask.name) compare("task.", task, toTask);
  else found.push(["task", toTask]);
  compare("base.", base, toBase);
  if (lanes.length !== toLanes.length) found.push(["lanes", toLanes]);
  else lanes.forEach((lane, index) => compare(`lanes.${index}.`, lane, toLanes[index]));
  return found;
}
