/** The link to a run: kept in the address, and copied on request. */

import { toFragment } from "../recipe/link.js";
import { unusual } from "../state/view_settings.js";
import { usualWatch } from "../state/watch_defaults.js";
import { count } from "../text/format.js";

const PLAIN = toFragment({}, /** @type {Facts} */ ({}));

const ADDRESS_EVERY = 400; // ms between two changes of the address
const LIVE_EVERY = 1000; // ms of a run that plays, which has another iteration every frame
const CONFIRMED_FOR = 4000; // ms at least
const READ = 65; // ms a letter
const OFFERED_FOR = 15_000; // ms

/**
 * @param {object} options
 * @param {Store} options.store
 * @param {Pick<Facts, "recipe" | "tasks">} options.defaults
 * @param {string} options.page where links lead, without a fragment
 * @param {HTMLElement} options.button copies the link
 * @param {HTMLElement} options.toast confirms it
 * @returns {{link: () => string, copy: (link: string) => void, say: (text: string) => void}}
 *   `link` returns the link to the run as it is now, `copy` has one copied, `say` shows a short
 *   message
 */
export function createShare({ store, defaults, page, button, toast }) {
  // A page that was opened by a link keeps one in its address, even for the default recipe.
  const withFragment = location.hash !== "";
  let written = null;
  let addressTimer = 0;
  let toastTimer = 0;

  function fragment() {
    const { recipe, heading } = store.state;
    return toFragment(heading?.recipe ?? recipe ?? {}, defaults, placeOf(store.state));
  }

  function link() {
    return new URL(page + fragment(), location.href).href;
  }

  // The browser takes only so many changes of the address: 200 in half a minute.
  function write() {
    addressTimer = 0;
    const { recipe, heading } = store.state;
    if (recipe === null && heading === null) return;
    const plain = !withFragment && fragment() === PLAIN;
    const address = location.pathname + location.search + (plain ? "" : fragment());
    if (address === written) return;
    written = address;
    history.replaceState(null, "", address);
  }

  store.subscribe(() => {
    addressTimer ||= setTimeout(write, store.state.run === "playing" ? LIVE_EVERY : ADDRESS_EVERY);
  });

  button.addEventListener("click", () => hand(link(), confirmation(store.state)));

  /**
   * Copy a link, or show it where that is not allowed.
   *
   * @param {string} text
   * @param {string} confirmed
   */
  async function hand(text, confirmed) {
    if (await copy(text)) return say(confirmed);
    offer(text, toast);
    show(OFFERED_FOR);
    /** @type {HTMLInputElement | null} */
    const field = toast.querySelector("input");
    field?.select();
  }

  function say(text) {
    toast.textContent = text;
    show(Math.max(CONFIRMED_FOR, READ * text.length));
  }

  function show(time) {
    toast.hidden = false;
    clearTimeout(toastTimer);
    toastTimer = setTimeout(() => (toast.hidden = true), time);
  }

  return { link, copy: (text) => void hand(text, "Link copied."), say };
}

/**
 * The iteration that is shown, or that the run is on its way to.
 *
 * @param {Pick<State, "frame" | "heading">} state
 */
function iterationOf({ frame, heading }) {
  return heading?.at ?? frame?.iteration ?? 0;
}

/**
 * What is looked at, as far as it is not what a plain visit sees at first; on the way to where a
 * link leads, what that asks for.
 *
 * @param {State} state
 */
function placeOf(state) {
  const { pinned, selection, watch, lanes, view, heading } = state;
  const usual = lanes.length > 0 ? usualWatch({ lanes }) : watch;
  return {
    at: iterationOf(state) || null,
    pinned: heading === null ? (pinned?.iteration ?? null) : heading.pinned,
    cursor: only(selection, ([, value]) => value !== null),
    watch: heading?.watch ?? only(watch, ([name, value]) => value !== usual[name]),
    view: only(unusual(view), () => true),
  };
}

/** The entries that are wanted as an object; null if there is none. */
function only(object, wanted) {
  const entries = Object.entries(object).filter(wanted);
  return entries.length === 0 ? null : Object.fromEntries(entries);
}

function confirmation(state) {
  const { recipe, heading } = state;
  const changes = (heading?.recipe ?? recipe)?.tweaks?.length ?? 0;
  const made = `${count(changes)} ${changes === 1 ? "change" : "changes"} made on the way`;
  const to = `It opens this view at iteration ${count(iterationOf(state))}`;
  return `Link copied. ${to}${changes === 0 ? "" : `, with ${made}`}.`;
}

/** Copy `text`; false if the browser does not allow it. */
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Over plain http, as in a classroom, browsers offer the old way only.
    return copyBySelection(text);
  }
}

function copyBySelection(text) {
  const focused = /** @type {HTMLElement | null} */ (document.activeElement);
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "vh";
  document.body.append(area);
  area.select();
  const copied = document.execCommand("copy");
  area.remove();
  focused?.focus();
  return copied;
}

function offer(text, toast) {
  const field = document.createElement("input");
  field.readOnly = true;
  field.value = text;
  field.setAttribute("aria-label", "Link to this run");
  toast.replaceChildren("Copy this link: ", field);
}
