// A technical term or symbol with its meaning: underlined with dots wherever it stands, and
// explained in a tip to the mouse that rests on it, to the keys that reach it, and to a finger.

import { html } from "../text/format.js";

const DELAY = 250; // ms that the pointer rests
const [GAP, EDGE] = [6, 8]; // px

const meanings = new Map(); // by the term
/** @type {RegExp | null} */
let anyOf = null;

/** @param {{text: string, meaning: string, alone: boolean}[]} terms `alone`: not in sentences */
export function setTerms(terms) {
  meanings.clear();
  for (const { text, meaning } of terms) meanings.set(text, meaning);
  const inSentences = terms.filter(({ alone }) => !alone).map(({ text }) => text);
  const longest = inSentences.sort((one, other) => other.length - one.length);
  const escaped = longest.map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  // A word is no term within another word, nor is a letter of a formula.
  anyOf = new RegExp(`(?<![\\p{L}\\p{N}_|])(${escaped.join("|")})(?![\\p{L}\\p{N}_|])`, "u");
}

/** The meaning of a term. */
export function meaningOf(text) {
  if (!meanings.has(text)) throw new Error(`there is no term ${text}`);
  return meanings.get(text);
}

const inAttribute = (text) =>
  text.replace(/&/g, "&amp;").replace(/"/g, "&quot;").replace(/</g, "&lt;");

/** A term as mark-up; "_t" is a subscript. */
export function termHtml(text, meaning) {
  const tip = inAttribute(meaning);
  return `<button type="button" class="term" data-tip="${tip}">${html(text)}</button>`;
}

/** A sentence as mark-up, in which each term that it holds is marked where it stands first. */
export function withTerms(sentence) {
  const seen = new Set();
  let rest = sentence;
  let made = "";
  for (let found = anyOf?.exec(rest); found; found = anyOf.exec(rest)) {
    const [, text] = found;
    made += html(rest.slice(0, found.index));
    made += seen.has(text) ? html(text) : termHtml(text, meanings.get(text));
    seen.add(text);
    rest = rest.slice(found.index + text.length);
  }
  return made + html(rest);
}

/** Make an element that is there already a term. */
export function explain(element, meaning) {
  element.classList.add("term");
  element.dataset.tip = meaning;
}

/** @param {HTMLElement} tip shows the meanings of all terms on the page */
export function createTerms(tip) {
  let timer = 0;
  /** @type {HTMLElement | null} */
  let shownFor = null;

  const termAt = (target) => /** @type {HTMLElement} */ (target?.closest?.("[data-tip]")) ?? null;

  function show(term) {
    clearTimeout(timer);
    shownFor?.removeAttribute("aria-describedby");
    shownFor = term;
    tip.innerHTML = html(term.dataset.tip);
    tip.hidden = false;
    term.setAttribute("aria-describedby", tip.id);
    const box = term.getBoundingClientRect();
    const { width, height } = tip.getBoundingClientRect();
    const below = box.bottom + GAP + height < innerHeight - EDGE;
    tip.style.left = `${Math.max(EDGE, Math.min(box.left, innerWidth - width - EDGE))}px`;
    tip.style.top = `${Math.max(EDGE, below ? box.bottom + GAP : box.top - height - GAP)}px`;
  }

  function hide() {
    clearTimeout(timer);
    shownFor?.removeAttribute("aria-describedby");
    shownFor = null;
    tip.hidden = true;
  }

  addEventListener("pointerover", ({ target, pointerType }) => {
    if (pointerType === "touch") return;
    const term = termAt(target);
    if (term !== null && term === shownFor) return;
    hide();
    if (term !== null) timer = setTimeout(() => show(term), DELAY);
  });
  addEventListener("focusin", ({ target }) => {
    const focused = /** @type {HTMLElement} */ (target);
    const term = termAt(focused) ?? focused.querySelector?.(":scope > [data-tip]");
    if (term && focused.matches(":focus-visible")) show(term);
    else hide(); // whoever goes on to a field has read what the mouse still rests on
  });
  addEventListener("focusout", hide);
  // A finger has no hover: it taps, and taps again or elsewhere to be done.
  addEventListener("pointerdown", ({ target }) => {
    if (termAt(target) !== shownFor) hide();
  });
  addEventListener("click", (event) => {
    const term = termAt(event.target);
    // What was pressed does something else: the tip would cover what comes of it.
    if (term === null || !term.matches("button.term, [tabindex]")) return hide();
    event.preventDefault(); // within a label it would go to the field
    if (shownFor === term && /** @type {PointerEvent} */ (event).pointerType === "touch") hide();
    else show(term);
    return undefined;
  });
  addEventListener("keydown", ({ key }) => key === "Escape" && hide());
  addEventListener("scroll", hide, { capture: true, passive: true });
}
