/** One control of a form: reads and writes its element, and tells when somebody changed it. */

import { same } from "./recipe.js";

const LOG_STEP = 1.1;
const LOG_PAGE = 10;
const LINEAR_PAGE = 10;
const NOT_A_NUMBER = "This is not a number.";

/** A number as one would say it: two significant digits. */
function rounded(value) {
  return Number(value.toPrecision(2));
}

/**
 * @param {HTMLElement} element what the macro `field` made
 * @param {(path: string, value: unknown, how: {typing: boolean, garbled: boolean}) => void} onChange
 *   `garbled` says that what is typed is no number, or none yet
 */
export function createField(element, onChange) {
  const { path, kind } = element.dataset;
  const nullable = "nullable" in element.dataset;
  const own = "own" in element.dataset;
  const entry = element.querySelector(".entry");
  const slider = element.querySelector(".slider");
  const back = element.querySelector("[data-inherit]");
  const error = element.querySelector(".error");
  const label = element.querySelector("label").textContent.trim();
  const numeric = kind === "number" || kind === "integer";
  let value;
  let problem = "";
  let garbled = false;
  let typing = false; // what stands in the entry has not been told to anybody yet

  function read() {
    const text = entry.value;
    if (text === "" && own && !nullable) return undefined;
    if (text === "" && (nullable || numeric)) return null;
    return numeric ? Number(text) : text;
  }

  function changed(more) {
    typing = more;
    garbled = numeric && entry.validity.badInput;
    if (garbled) show(NOT_A_NUMBER);
    else if (!more) value = read();
    onChange(path, read(), { typing: more, garbled });
  }

  function set(next) {
    typing = garbled = false;
    entry.value = String(next);
    write(next);
    onChange(path, next, {});
  }

  function write(next) {
    value = next;
    const text = next === null || next === undefined ? "" : String(next);
    if (!garbled && same(read(), next)) typing = false;
    // Nobody's "0.0" becomes "0" on the way to "0.01", nor what was there before.
    else if (!typing && !garbled && entry.value !== text) entry.value = text;
    if (slider !== null) moveSlider(next);
  }

  // --- the slider -----------------------------------------------------------------------------

  const low = Number(slider?.dataset.low);
  const high = Number(slider?.dataset.high);
  const logarithmic = slider !== null && "log" in slider.dataset;

  function moveSlider(next) {
    const empty = typeof next !== "number" || !Number.isFinite(next);
    slider.classList.toggle("empty", empty);
    const at = empty ? low : Math.min(high, Math.max(low, next));
    const place = logarithmic ? Math.log(at / low) / Math.log(high / low) : at;
    if (Math.abs(Number(slider.value) - place) > 1e-9) slider.value = String(place);
    const share = logarithmic ? place : (at - low) / (high - low);
    slider.style.setProperty("--share", empty ? "0%" : `${(100 * share).toFixed(1)}%`);
  }

  function slid() {
    const place = Number(slider.value);
    if (!logarithmic) return Number(place.toPrecision(6));
    const exact = low * (high / low) ** place;
    return kind === "integer" ? Math.round(exact) : rounded(exact);
  }

  // --- the keys -------------------------------------------------------------------------------

  function moved(by, page) {
    const from = typeof value === "number" ? value : slider === null ? 0 : (low + high) / 2;
    if (logarithmic && kind === "number") return rounded(from * (page ? LOG_PAGE : LOG_STEP) ** by);
    const step = Number(entry.dataset.step ?? 1) * (page ? LINEAR_PAGE : 1);
    const { minimum = -Infinity, maximum = Infinity } = entry.dataset;
    const next = kind === "integer" ? Math.round(from + by * step) : from + by * step;
    return Number(Math.min(Number(maximum), Math.max(Number(minimum), next)).toPrecision(10));
  }

  function onKey(event) {
    const move = { ArrowUp: [1, false], ArrowDown: [-1, false], PageUp: [1, true], PageDown: [-1, true] };
    if (!(event.key in move)) return;
    event.preventDefault();
    set(moved(...move[event.key]));
  }

  // --- what went wrong --------------------------------------------------------------------------

  function show(text) {
    if (text === problem) return;
    problem = text;
    error.textContent = text;
    error.hidden = text === "";
    const help = entry.getAttribute("aria-describedby").split(" ")[0];
    entry.setAttribute("aria-describedby", text === "" ? help : `${help} ${error.id}`);
    if (text === "") entry.removeAttribute("aria-invalid");
    else entry.setAttribute("aria-invalid", "true");
  }

  entry.addEventListener("input", (event) => {
    // What is pasted or chosen is whole; what is typed comes letter by letter, and "1" on the
    // way to "1e-3" would be a learning rate that no network survives.
    const typed = entry.tagName !== "SELECT" && !(event.data?.length > 1);
    changed(typed && event.inputType !== "insertFromPaste");
  });
  entry.addEventListener("change", () => changed(false));
  entry.addEventListener("blur", () => {
    typing = false;
    if (garbled) {
      garbled = false;
      show("");
    }
    write(value);
  });
  if (numeric) {
    entry.addEventListener("keydown", onKey);
    // A wheel meant for the page must not change a number that happens to have the focus.
    entry.addEventListener("wheel", () => entry.blur(), { passive: true });
  }
  slider?.addEventListener("input", () => set(slid()));
  back?.addEventListener("click", () => {
    onChange(path, undefined, {});
    entry.focus();
  });

  return {
    element,
    path,

    /** Show `value`; `inherited` if it is the shared one. */
    write(next, inherited = false) {
      write(next);
      if (own) {
        element.classList.toggle("inherited", inherited);
        back.hidden = inherited;
      }
    },

    /** Show what is wrong with it; an empty text if nothing is. */
    fail(text) {
      // The server names fields as recipes do; beside the field it is called as it is there.
      if (!garbled) show(text.replace(/^\S+(?= is )/, label));
    },

    /** Show or hide the control. */
    toggle(visible) {
      if (element.hidden === visible) element.hidden = !visible;
    },
  };
}
