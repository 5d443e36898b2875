/** One tip for the whole page: what a control means, while it is pointed at or has the focus. */

const DELAY = 350;
const GAP = 10;
const EDGE = 8;

/**
 * @param {HTMLElement} tip shows the text
 * @param {HTMLElement} area holds elements `.field`, each with a `.help`
 */
export function createTooltip(tip, area) {
  let timer = 0;
  let shownFor = null;

  function show(field) {
    const text = field.querySelector(".help")?.textContent ?? "";
    if (text === "") return;
    shownFor = field;
    tip.textContent = text;
    tip.hidden = false;
    place(field.getBoundingClientRect());
  }

  // Beside the column where there is room, or else above or below the control.
  function place(box) {
    const { width, height } = tip.getBoundingClientRect();
    const beside = area.getBoundingClientRect().right + GAP + width < innerWidth - EDGE;
    const below = box.bottom + GAP + height < innerHeight - EDGE;
    const x = beside ? area.getBoundingClientRect().right + GAP : box.left;
    const y = beside ? box.top : below ? box.bottom + GAP : box.top - height - GAP;
    tip.style.left = `${Math.max(EDGE, Math.min(x, innerWidth - width - EDGE))}px`;
    tip.style.top = `${Math.max(EDGE, Math.min(y, innerHeight - height - EDGE))}px`;
  }

  function hide() {
    clearTimeout(timer);
    shownFor = null;
    tip.hidden = true;
  }

  area.addEventListener("pointerover", ({ target, pointerType }) => {
    const field = target.closest(".field");
    if (pointerType === "touch" || field === shownFor) return;
    hide();
    if (field !== null && target.closest("label, select") !== null) {
      timer = setTimeout(() => show(field), DELAY);
    }
  });
  area.addEventListener("pointerleave", hide);
  area.addEventListener("focusin", ({ target }) => {
    hide();
    const field = target.closest(".field");
    if (field !== null && target.matches(".entry:focus-visible")) show(field);
  });
  area.addEventListener("focusout", hide);
  area.addEventListener("scroll", hide, { capture: true, passive: true });
  area.addEventListener("keydown", ({ key }) => key === "Escape" && hide());
}
