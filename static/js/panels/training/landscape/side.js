// The column beside the landscape: what is seen, the numbers of the steps, and how far it is.

import { html } from "../../../text/format.js";
import { button, make, write } from "../../../ui/elements.js";
import { termHtml } from "../../../ui/term.js";
import { age, caption } from "./captions.js";
import { stepRows } from "./table.js";

const HEADINGS = ["", "loss", "length", "in this plane"];
const IN_THIS_PLANE =
  "Share of the step's length along the two directions of the picture; with the rest it moves " +
  "all other weights";
const PERCENT = 100;

/**
 * @param {HTMLElement} choices
 * @param {{ask: () => void, cancel: () => void}} on
 */
export function createSide(choices, { ask, cancel }) {
  const bar = make("progress");
  bar.max = 1;
  bar.setAttribute("aria-label", "Share of the surface that is computed");
  const told = make("span", "landscape-told");
  told.setAttribute("role", "status");
  const again = button("Compute", null, ask);
  const stop = button("Cancel", null, cancel);
  again.className = stop.className = "small";
  const line = make("div", "landscape-progress", bar, told, stop, again);
  const text = make("p", "landscape-caption");
  const note = make("p", "landscape-note");
  const table = make("table", "landscape-steps");
  const title = table.createCaption();
  title.className = "vh";
  title.textContent = "The loss here and after the step";
  const element = make("div", "landscape-side", choices, line, text, table, note);
  let rowsShown = null;
  let saidLast = null;

  /**
   * @param {State} state
   * @param {import("./scene.js").LandscapeScene | null} scene
   * @param {string} label of the lane
   * @param {string} remark
   */
  function render(state, scene, label, remark) {
    const study = state.studies.landscape;
    const computing = study?.status === "computing";
    const old = age(state, scene);
    bar.hidden = stop.hidden = !computing;
    again.hidden = computing || state.frame === null || (study?.status === "there" && old === "");
    line.hidden = !computing && again.hidden;
    if (computing) bar.value = study.done;
    write(again, scene === null ? "Compute" : "Compute again");
    write(told, computing ? `computing, ${Math.floor(PERCENT * study.done)} %` : old);
    const failed = study?.status === "failed" ? study.error : "";
    const said = scene === null ? "" : html(caption(scene, label));
    if (failed !== "") write(text, failed);
    else if (said !== saidLast || text.textContent === "") text.innerHTML = said;
    saidLast = failed === "" ? said : null;
    text.classList.toggle("landscape-failed", failed !== "");
    write(note, remark);
    note.hidden = remark === "";
    renderTable(failed === "" ? scene : null);
  }

  function renderTable(scene) {
    if (scene === rowsShown) return;
    rowsShown = scene;
    table.hidden = scene === null;
    if (scene === null) return;
    const head = make("tr", "", ...HEADINGS.map((each) => headOf(each, "col")));
    head.lastElementChild.innerHTML = termHtml(HEADINGS.at(-1), IN_THIS_PLANE);
    const rows = stepRows(scene).map(([name, ...cells]) => {
      return make("tr", "", headOf(name, "row"), ...cells.map((each) => make("td", "", each)));
    });
    table.replaceChildren(title, make("thead", "", head), make("tbody", "", ...rows));
  }

  return { element, render };
}

function headOf(text, scope) {
  const cell = make(text === "" ? "td" : "th", "", text);
  if (text !== "") cell.scope = scope;
  return cell;
}
