/** One control of a form: reads and writes its element, and tells when somebody changed it. */

import { count } from "../../text/format.js";
import { same } from "../../text/json.js";
import { beginsNoNumber, parsed, unfinished, withPoint } from "../../text/typed_number.js";
import { complaint } from "./complaint.js";

const LOG_STEP = 1.1;
const LOG_PAGE = 10;
const LINEAR_PAGE = 10;

/** A number as one would say it: two significant digits. */
function rounded(value) {
  return Number(value.toPrecision(2));
}

/**
 * @param {HTMLElement} element what the macro `field` made
 * @param {Actions["change"]} onChange
 */
export function createField(element, onChange) {
  const { path, kind } = element.dataset;
  const nullable = "nullable" in element.dataset;
  const own = "own" in element.dataset;
  /** @type {any} */ // an input, a select or a text area
  const entry = element.querySelector(".entry");
  /** @type {HTMLInputElement | null} */
  const slider = element.querySelector(".slider");
  const back = element.querySelector("[data-inherit]");
  const error = element.querySelector(".error");
  const unlike = element.querySelector(".unlike");
  const live = element.querySelector(".tag.live");
  const label = element.querySelector("label").textContent.trim();
  const numeric = kind === "number" || kind === "integer";
  let value;
  let kept; // the value that the run has
  let shared = false; // whether that is the one of all lanes
  let problem = "";
  let typing = false; // what stands in the entry has not been told to anybody yet
  let begun = false; // keys have been typed since the field got the focus, or since Enter

  function read() {
    const text = entry.value;
    if (text === "" && own && !nullable) return undefined;
    if (text === "" && (nullable || numeric)) return null;
    if (kind === "switch") return text === "true";
    return numeric ? parsed(text) : text;
  }

  /** Put a point for the decimal comma of a number that was taken: everybody sees which it is. */
  function readable() {
    const text = withPoint(entry.value);
    if (text === entry.value) return;
    const caret = entry.selectionStart;
    entry.value = text;
    entry.setSelectionRange(caret, caret);
  }

  function changed(more) {
    typing = begun = more;
    if (numeric && more && unfinished(entry.value)) {
      onChange(path, value, { typing: true, unfinished: true });
      return;
    }
    const now = read();
    if (!more) {
      value = now;
      if (typeof now === "number") spell(now);
    }
    onChange(path, now, { typing: more });
  }

  function set(next) {
    typing = begun = false;
    spell(next);
    write(next);
    onChange(path, next, {});
  }

  function spell(next) {
    const text = next === null || next === undefined ? "" : String(next);
    if (entry.value !== text) entry.value = text;
  }

  function write(next) {
    value = next;
    if (same(read(), next)) {
      if (numeric && !unfinished(entry.value)) readable();
      typing = false;
    }
    // Nobody's "0.0" becomes "0" on the way to "0.01", nor what was there before.
    else if (!typing) spell(next);
    if (numeric && typeof next === "number") entry.setAttribute("aria-valuenow", String(next));
    else entry.removeAttribute("aria-valuenow");
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

  const { minimum = -Infinity, maximum = Infinity } = entry.dataset;

  /** Where the arrows start: what is typed, or the value in force if that is no good. */
  function standing() {
    const now = read();
    const good = typeof now === "number" && now >= Number(minimum) && now <= Number(maximum);
    if (good && problem === "") return now;
    if (typeof kept === "number") return kept;
    return slider === null ? 0 : (low + high) / 2;
  }

  function moved(by, page) {
    const from = standing();
    if (logarithmic && kind === "number") {
      return Math.min(Number(maximum), rounded(from * (page ? LOG_PAGE : LOG_STEP) ** by));
    }
    const step = Number(entry.dataset.step ?? 1) * (page ? LINEAR_PAGE : 1);
    const next = kind === "integer" ? Math.round(from + by * step) : from + by * step;
    return Number(Math.min(Number(maximum), Math.max(Number(minimum), next)).toPrecision(10));
  }

  function tell(from) {
    const text = from === 0 ? "live" : `from ${count(from)}`;
    if (live.textContent === text) return;
    live.classList.toggle("later", from !== 0);
    live.textContent = text;
    live.title = from === 0 ? "" : `This value acts from the update of iteration ${count(from)} on`;
  }

  function restore() {
    typing = begun = false;
    spell(kept);
    write(kept);
    onChange(path, shared ? undefined : kept, {});
  }

  function onKey(event) {
    const move = {
      ArrowUp: [1, false],
      ArrowDown: [-1, false],
      PageUp: [1, true],
      PageDown: [-1, true],
    };
    // The page's letters do not replace a number by accident; within one they count as typed.
    if (!begun && beginsNoNumber(event)) event.preventDefault();
    else if (event.key === "Escape") restore();
    else if (event.key in move) {
      event.preventDefault();
      set(moved(...move[event.key]));
    }
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

  function inWords(known) {
    if (known === null || known === undefined) return entry.placeholder || "none";
    if (entry.tagName === "SELECT") {
      return [...entry.options].find((option) => option.value === String(known))?.text ?? known;
    }
    if (numeric) return Number.isInteger(known) ? count(known) : String(known);
    return kind === "text" ? "the one before" : String(known);
  }

  entry.addEventListener("input", (event) => {
    // What is pasted or chosen is whole; what is typed comes letter by letter, and "1" on the
    // way to "1e-3" would be a learning rate that no network survives.
    const typed = entry.tagName !== "SELECT" && !(event.data?.length > 1);
    changed(typed && event.inputType !== "insertFromPaste");
  });
  entry.addEventListener("change", () => changed(false));
  entry.addEventListener("blur", () => {
    typing = begun = false;
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

    /**
     * Show a value.
     *
     * @param {unknown} next
     * @param {{inForce?: unknown, inherited?: boolean, inheritedInForce?: boolean, from?: number}}
     *   how the value that the run has meanwhile, whether each of the two is the shared one, and
     *   from which iteration on the value acts
     */
    write(next, { inForce, inherited = false, inheritedInForce = false, from = 0 } = {}) {
      kept = inForce;
      if (live !== null) tell(from);
      shared = inheritedInForce;
      write(next);
      if (own) {
        element.classList.toggle("inherited", inherited);
        back.hidden = inherited;
      }
    },

    /** Show what the server says is wrong with it; undefined if nothing is. */
    fail(refusal) {
      show(refusal === undefined ? "" : complaint(refusal, label, inWords(kept)));
    },

    /** Mark it as one that is not the same in all lanes. */
    mark(differs) {
      element.classList.toggle("differing", differs);
      if (unlike !== null && unlike.hidden === differs) unlike.hidden = !differs;
    },

    /** Show or hide the control. */
    toggle(visible) {
      if (element.hidden === visible) element.hidden = !visible;
    },
  };
}
