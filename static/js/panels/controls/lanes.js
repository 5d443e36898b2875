// Lanes: the networks of the comparison, each with its cell and what it has of its own.

import { withCopy, withLane, withoutLane } from "../../recipe/lanes.js";
import { huesOf } from "../../state/lane_hues.js";
import { labelOf as labelIn, withSettings } from "../../state/lane_settings.js";
import { inSentence } from "../../text/format.js";
import { make } from "../../ui/elements.js";
import { inTime } from "../../ui/text_clock.js";
import { createCost } from "./cost/cost.js";
import { createCostButtons } from "./cost/cost_buttons.js";
import { whatDiffers } from "./lane_differences.js";
import { createLaneRow } from "./lane_row.js";
import { reachAndHorizon, reachMeaning } from "./reach.js";

const PARTS = ["form", "errors", "lanes", "view", "along"];

/**
 * @param {HTMLElement} element
 * @param {Pick<Actions, "change" | "replace" | "view" | "study" | "endStudy">} actions
 */
export function create(element, actions) {
  const list = element.querySelector(".lanes");
  /** @type {HTMLButtonElement} */
  const add = element.querySelector(".add");
  const differs = element.querySelector(".differs");
  /** @type {{lane: HTMLTemplateElement, own: HTMLTemplateElement}} */
  const templates = {
    lane: element.querySelector("#lane"),
    own: element.querySelector("#lane-own"),
  };
  const limits = { least: Number(list.dataset.least), most: Number(list.dataset.most) };
  const cost = createCost(element.closest(".controls").querySelector(".cost"), actions);
  const costs = createCostButtons(element.querySelector(".lane-costs"), cost.open);
  const reachHelp = element.querySelector("#reach-help");
  const titles = { cell: "cell", ...titlesIn(templates.own.content) };
  let rows = [];
  /** @type {State} */
  let last = null;
  const reaches = inTime(showReach);
  let added = null; // a copy that is to be opened when it is there

  function createRow(index) {
    return createLaneRow(() => last, templates, index, {
      change: actions.change,
      hide: () => hide(index),
      duplicate() {
        reorder(withCopy(last.form, index).lanes, (at) => (at > index ? at + 1 : at));
        added = index + 1;
      },
      remove() {
        reorder(withoutLane(last.form, index).lanes, (at) =>
          at > index ? at - 1 : at === index ? null : at,
        );
        add.focus();
      },
    });
  }

  /** Other lanes; they stay hidden and keep their colours at their new places. */
  function reorder(lanes, moved) {
    actions.replace("lanes", ...withSettings(last, lanes, moved));
  }

  /** What the view says of the form's lanes, which may be ahead of the run's. */
  const ofLanes = () => last.along ?? last.view;

  const labelOf = (index) => labelIn(last, index);

  function hide(index) {
    if (last.along !== null) return; // in a moment, when the run has these lanes
    const hidden = new Set(last.view.hidden);
    if (!hidden.delete(index)) hidden.add(index);
    actions.view({ hidden: [...hidden].sort() });
  }

  function onAdd() {
    reorder(withLane(last.form).lanes, (at) => at);
    added = last.form.lanes.length;
  }

  add.addEventListener("click", onAdd);

  function showAll() {
    const { form } = last;
    if (rows.length !== form.lanes.length) {
      rows = form.lanes.map((_, index) => createRow(index));
      list.replaceChildren(...rows.map((row) => row.element));
    }
    const { hidden, colors } = ofLanes();
    const hues = huesOf(colors);
    rows.forEach((row, index) => {
      row.render({ ...limits, labelOf, hidden: hidden.includes(index), hue: hues[index] });
    });
    if (added !== null) rows[added]?.enter();
    added = null;
    add.disabled = rows.length >= limits.most;
    differs.textContent = whatDiffers(form, titles);
  }

  let compared = ""; // names and lengths of the texts then
  new ResizeObserver(() => {
    compared = "";
    if (last !== null) reaches.ask(last.run !== "playing");
  }).observe(list);

  function showReach() {
    const meaning = last.task === null ? "" : reachMeaning(last.task);
    if (reachHelp.textContent !== meaning) reachHelp.textContent = meaning;
    rows.forEach(({ reach, fit }, index) => {
      const text = reachAndHorizon(last, index);
      if (reach.textContent === text && reach.dataset.tip === meaning) return;
      // Where a long name leaves no room for both, the horizon goes: it stands in the chart too.
      reach.replaceChildren(
        ...text.split(/(?= · )/).map((part) => make("span", "", ...withPowers(part))),
      );
      reach.dataset.tip = meaning;
      fit();
    });
    // To see what has room costs a layout of the page: not four times a second while it plays.
    const now = rows.map(({ reach }, index) => [labelOf(index), reach.textContent.length]).join();
    if (now !== compared) compare();
    compared = now;
  }

  /** Lanes are compared by what all of them show: where one has no room, none has its horizon. */
  function compare() {
    list.classList.remove("without-horizon");
    const cramped = rows.some(({ reach }) => reach.scrollHeight > 1.5 * reach.clientHeight);
    list.classList.toggle("without-horizon", cramped);
  }

  return {
    /** @param {State} state */
    render(state) {
      const before = last;
      last = state;
      if (state.form === null) return;
      cost.render(state);
      costs.render(state);
      if (before === null || PARTS.some((part) => before[part] !== state[part])) showAll();
      if (before !== null && before.frame === state.frame) return;
      reaches.ask(state.run !== "playing");
    },
  };
}

/** A text with its powers of ten as large as they can be read. */
function withPowers(text) {
  const parts = text.split(/([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)/);
  return parts.map((part, k) => (k % 2 === 1 ? make("span", "power", part) : part));
}

/** Title of each field, as a sentence has it. */
function titlesIn(root) {
  const labels = [...root.querySelectorAll("[data-path]")].map((node) => {
    return [
      node.dataset.path.split(".").at(-1),
      inSentence(node.querySelector("label").textContent),
    ];
  });
  return Object.fromEntries(labels);
}
