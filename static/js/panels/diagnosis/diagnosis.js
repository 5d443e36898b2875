// The diagnosis: what is wrong with each lane, in the engine's words; where to see it, what to try.

import { constant } from "../../state/catalogue.js";
import { withSettings } from "../../state/lane_settings.js";
import { shownLanes, watching } from "../../state/selectors.js";
import { notInFrame } from "../../state/why_missing.js";
import { count } from "../../text/format.js";
import { button, make, setStyle, write } from "../../ui/elements.js";
import { createCard } from "./card.js";
import { Diagnosis } from "./findings.js";
import { placeOf } from "./place.js";
import { triedBy, withRemedy } from "./remedy.js";

const POINTED = 1600; // ms for which the panel that is shown is outlined

/**
 * @param {HTMLElement} element
 * @param {HTMLElement} opener
 * @param {Pick<Actions, "view" | "watch" | "replace">} actions
 */
export function create(element, opener, actions) {
  const at = make("span", "diagnosis-at");
  const title = make("h2", "", "Diagnosis");
  const close = button("×", "Close the diagnosis", shut);
  close.classList.add("plain", "square");
  const said = make("p", "vh");
  said.setAttribute("role", "status");
  const none = make("p", "diagnosis-none");
  const list = make("div", "diagnosis-lanes");
  const body = make("div", "diagnosis-body", none, list);
  // What scrolls can be scrolled by keys.
  Object.assign(body, { tabIndex: 0 });
  body.setAttribute("role", "group");
  body.setAttribute("aria-label", "Findings by lane");
  element.append(make("header", "diagnosis-head", title, at, close), body, said);

  const diagnosis = new Diagnosis();
  const changed = watching("frame", "past", "studies", "lanes", "view", "form", "along", "run");
  /** @type {State} */
  let last = null;
  /** @type {Map<number, {part: HTMLElement, name: HTMLElement, findings: HTMLElement,
   *   cards: Map<string, ReturnType<typeof createCard>>}>} */
  const lanes = new Map();

  opener.addEventListener("click", () => {
    if (last?.view.diagnosis) shut();
    else actions.view({ diagnosis: true });
  });
  element.addEventListener("keydown", (event) => {
    if (event.key === "Escape") shut();
  });

  function shut() {
    actions.view({ diagnosis: false });
    opener.focus();
  }

  function findingOf(lane, name) {
    return diagnosis.of(lane).find((each) => each.name === name);
  }

  function show(lane, name) {
    const { quantity, layer } = findingOf(lane, name).where;
    const { panel, view } = placeOf(quantity);
    actions.watch({ lane, layer });
    actions.view(view);
    const section = document.getElementById(panel).closest("section");
    section.scrollIntoView({ block: "start" });
    const heading = section.querySelector("h2");
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
    section.dataset.pointed = "";
    setTimeout(() => delete section.dataset.pointed, POINTED);
  }

  function attempt(lane, name) {
    const { remedy } = findingOf(lane, name);
    if (remedy === null || reasonAgainst(lane, remedy) !== "") return;
    const [next, along] = withSettings(last, withRemedy(last.form, lane, remedy), (place) => place);
    actions.replace("lanes", next, along);
  }

  /** Why a remedy can't be tried in a new lane; "" if it can. */
  function reasonAgainst(lane, remedy) {
    const { form, along, lanes: known } = last;
    const tried = triedBy(form, lane, remedy);
    if (tried === lane) return "";
    // A page that follows a class shows a run that is not its own.
    if (document.getElementById("controls").inert) return "Fork to try it in a run of your own.";
    if (tried >= 0) return `Tried in lane ${known[tried]?.label ?? tried + 1}.`;
    if (along !== null) return "The run begins anew …";
    const most = constant("most_lanes");
    return form.lanes.length < most
      ? ""
      : `To try ${remedy.name}, remove one of the ${most} lanes.`;
  }

  function createLane() {
    const name = make("bdi", "diagnosis-name");
    const findings = make("ul", "diagnosis-findings");
    const part = make("section", "diagnosis-lane", make("h3", "", name), findings);
    return { part, name, findings, cards: new Map() };
  }

  function showLane({ index, label }) {
    if (!lanes.has(index)) lanes.set(index, createLane());
    const { part, name, findings, cards } = lanes.get(index);
    setStyle(part, "--lane", `var(--lane-${index})`);
    write(name, label);
    const shown = diagnosis.of(index);
    for (const finding of shown) {
      const key = finding.name;
      if (!cards.has(key)) {
        const handlers = { show: () => show(index, key), attempt: () => attempt(index, key) };
        cards.set(key, createCard(handlers));
      }
      const { remedy } = finding;
      const reason = remedy === null ? "" : reasonAgainst(index, remedy);
      cards.get(key).render(finding, { label, reason });
    }
    for (const key of [...cards.keys()]) {
      if (!shown.some((each) => each.name === key)) cards.delete(key);
    }
    arrange(
      findings,
      shown.map((each) => cards.get(each.name).element),
    );
    return part;
  }

  function showAll() {
    const seen = shownLanes(last).filter(({ index }) => diagnosis.of(index).length > 0);
    arrange(list, seen.map(showLane));
    write(at, diagnosis.iteration === null ? "" : `iteration ${count(diagnosis.iteration)}`);
    none.hidden = seen.length > 0;
    write(none, seen.length > 0 ? "" : whyNone());
  }

  function whyNone() {
    const { frame, past } = last;
    if (past === null || frame === null) return "It comes with the next frame.";
    return notInFrame(last)[1];
  }

  return {
    /** @param {State} state */
    render(state) {
      const open = state.view.diagnosis;
      const before = last?.view.diagnosis ?? false;
      last = state;
      if (open !== before) {
        element.hidden = !open;
        opener.setAttribute("aria-expanded", String(open));
        if (open) document.documentElement.dataset.diagnosis = "open";
        else delete document.documentElement.dataset.diagnosis;
        diagnosis.clear();
        write(said, "");
      }
      if (!changed(state) || !open || state.form === null) return;
      diagnosis.follow(state);
      write(said, diagnosis.news);
      showAll();
    },
  };
}

/** Have these children in this order; those that stand there already are not touched. */
function arrange(parent, children) {
  const now = [...parent.children];
  if (now.length === children.length && now.every((each, at) => each === children[at])) return;
  for (const each of now) if (!children.includes(each)) each.remove();
  children.forEach((each, at) => {
    if (parent.children[at] !== each) parent.insertBefore(each, parent.children[at] ?? null);
  });
}
