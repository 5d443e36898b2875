/** The link to a run: kept in the address, and copied on request. */

import { count } from "./format.js";
import { difference, toFragment } from "./recipe.js";

const ADDRESS_EVERY = 300; // ms between two changes of the address
const CONFIRMED_FOR = 4000; // ms
const OFFERED_FOR = 15_000; // ms

/**
 * @param {object} options
 * @param {object} options.store
 * @param {object} options.defaults as recipe.js has them
 * @param {HTMLElement} options.button copies the link
 * @param {HTMLElement} options.toast confirms it
 * @returns {() => string} the link to the run as it is now
 */
export function createShare({ store, defaults, button, toast }) {
  // Whoever came by a link finds a link in the address, also when the recipe is the default.
  const withFragment = location.hash !== "";
  let known = null;
  let addressTimer = 0;
  let toastTimer = 0;

  function link() {
    const { recipe } = store.state;
    return new URL(recipe === null ? "#" : toFragment(recipe, defaults), location.href).href;
  }

  function write() {
    addressTimer = 0;
    const plain = !withFragment && Object.keys(difference(known, defaults)).length === 0;
    history.replaceState(null, "", plain ? location.pathname + location.search : link());
  }

  store.subscribe(({ recipe }) => {
    if (recipe === known || recipe === null) return;
    known = recipe;
    addressTimer ||= setTimeout(write, ADDRESS_EVERY);
  });

  button.addEventListener("click", async () => {
    const text = link();
    const copied = await copy(text);
    if (copied) toast.textContent = confirmation(store.state.recipe);
    else offer(text, toast);
    toast.hidden = false;
    toast.querySelector("input")?.select();
    clearTimeout(toastTimer);
    toastTimer = setTimeout(() => (toast.hidden = true), copied ? CONFIRMED_FOR : OFFERED_FOR);
  });

  return link;
}

function confirmation(recipe) {
  const changes = recipe?.tweaks.length ?? 0;
  const made = `${count(changes)} ${changes === 1 ? "change" : "changes"} made on the way`;
  return `Link copied. It replays this run from iteration 0${changes === 0 ? "" : `, with ${made}`}.`;
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
  const focused = document.activeElement;
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
