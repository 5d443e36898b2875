// One tip for the whole page: what a control means, while it is pointed at or has the focus.

const DELAY = 350; // ms that the pointer rests
const READ_WITHIN = 4000; // ms after which the focus alone shows it no longer
const GAP = 6;
const EDGE = 8;
const POINTED_AT = ".field-line, select";

/**
 * @param {HTMLElement} tip shows the text
 * @param {HTMLElement} area holds elements `.field`, each with a `.help`
 */
export function createTooltip(tip, area) {
  let timer = 0;
  let shownFor = null;
  let tappedAway = null; // what a tap has just hidden: it is not to show it again

  function show(field) {
    const text = field.querySelector(".help")?.textContent ?? "";
    if (text === "") return;
    shownFor = field;
    tip.textContent = text;
    tip.hidden = false;
    place(field.getBoundingClientRect());
  }

  // Under the control that is pointed at or above it, no wider than its column: the charts are what
  // people look at. Whoever goes by keys is on the way to the fields below: beside the column then.
  function place(box) {
    tip.style.maxWidth = `${box.width}px`;
    const { width, height } = tip.getBoundingClientRect();
    const right = area.getBoundingClientRect().right + GAP;
    const byKeys = shownFor.contains(document.activeElement);
    if (byKeys && right + width < innerWidth - EDGE) {
      tip.style.left = `${right}px`;
      tip.style.top = `${Math.max(EDGE, Math.min(box.top, innerHeight - height - EDGE))}px`;
      return;
    }
    const below = box.bottom + GAP + height < innerHeight - EDGE;
    const y = below ? box.bottom + GAP : box.top - height - GAP;
    tip.style.left = `${Math.max(EDGE, Math.min(box.left, innerWidth - width - EDGE))}px`;
    tip.style.top = `${Math.max(EDGE, y)}px`;
  }

  // A field that gets the focus is often scrolled into view by it; one that is about to be shown
  // is placed where it is by then.
  function follow() {
    if (shownFor === null) return;
    if (shownFor.contains(document.activeElement)) place(shownFor.getBoundingClientRect());
    else hide();
  }

  function hide() {
    clearTimeout(timer);
    shownFor = null;
    tip.hidden = true;
  }

  area.addEventListener("pointerover", ({ target, pointerType }) => {
    const field = target.closest(".field");
    if (pointerType === "touch" || (field !== null && field === shownFor)) return;
    hide();
    if (field !== null && target.closest(POINTED_AT) !== null) {
      timer = setTimeout(() => show(field), DELAY);
    }
  });
  area.addEventListener("pointerleave", hide);
  // A finger has no hover: a tap on a field's name says what it is, instead of going to the field.
  area.addEventListener("click", (event) => {
    const label = event.pointerType === "touch" ? event.target.closest(".field label") : null;
    if (label === null) return;
    event.preventDefault();
    const field = label.closest(".field");
    if (field !== tappedAway) show(field);
  });
  area.addEventListener("focusin", ({ target }) => {
    hide();
    const field = target.closest(".field");
    if (field === null || !target.matches(".entry:focus-visible")) return;
    show(field);
    timer = setTimeout(hide, READ_WITHIN);
  });
  // Whoever changes the value has read it; what follows may be a complaint in the same place.
  area.addEventListener("pointerdown", () => (tappedAway = shownFor));
  for (const done of ["focusout", "input", "change", "pointerdown"]) {
    area.addEventListener(done, hide);
  }
  addEventListener("pointerdown", ({ pointerType }) => pointerType === "touch" && hide());
  area.addEventListener("scroll", follow, { capture: true, passive: true });
  area.addEventListener("keydown", ({ key }) => (key === "Escape" || key === "Enter") && hide());
}
