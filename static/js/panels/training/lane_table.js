// Lanes: the other face of Training, a table of the networks side by side.

import { cellFacts } from "../../state/catalogue.js";
import { toggled, watching } from "../../state/selectors.js";
import { count, html } from "../../text/format.js";
import { termHtml } from "../../ui/term.js";
import { inTime } from "../../ui/text_clock.js";
import { columnsOf, DIFFERS, MARK } from "./lane_columns.js";
import { Best, laneRows } from "./table.js";

/** @param {HTMLElement} element @param {Pick<Actions, "view">} actions */
export function create(element, actions) {
  const changed = watching("frame", "pinned", "lanes", "recipe", "milliseconds", "view", "run");
  const best = new Best();
  const table = document.createElement("table");
  const caption = table.createCaption();
  const head = table.createTHead();
  const body = table.createTBody();
  caption.className = "vh";
  element.tabIndex = 0;
  element.setAttribute("role", "group");
  element.setAttribute("aria-label", "Table of lanes");
  element.append(table);
  /** @type {State} */
  let state = null;
  const texts = inTime(write);
  let heading = "";

  body.addEventListener("click", ({ target }) => {
    const index = Number(target.closest("button")?.dataset.lane ?? NaN);
    if (Number.isNaN(index)) return;
    actions.view({ hidden: toggled(state.view.hidden, index) });
  });

  function cell(tag, text, scope) {
    const node = document.createElement(tag);
    if (scope) node.scope = scope;
    node.textContent = text;
    return node;
  }

  function writeHead(columns, cellDiffers) {
    const key = JSON.stringify([cellDiffers, columns.map(({ title, unit }) => [title, unit])]);
    if (key === heading) return;
    heading = key;
    const row = document.createElement("tr");
    const kind = cell("th", cellDiffers ? `${MARK}cell` : "cell", "col");
    kind.className = cellDiffers ? "text hyperparameter" : "text";
    if (cellDiffers) kind.innerHTML = termHtml(kind.textContent, DIFFERS);
    const lane = cell("th", "lane", "col");
    lane.className = "text";
    row.append(lane, kind);
    for (const { title, unit, meaning, hyperparameter } of columns) {
      const each = cell("th", "", "col");
      if (hyperparameter) each.className = "hyperparameter";
      const tip = unit === "" ? meaning : `${meaning} (${unit})`;
      each.innerHTML = `${termHtml(title, tip)}<small>${html(unit)}</small>`;
      row.append(each);
    }
    head.replaceChildren(row);
    body.replaceChildren();
  }

  /** @param {Pick<Lane, "index">} lane */
  function rowOf({ index }, columns) {
    const row = document.createElement("tr");
    const name = cell("th", "", "row");
    const toggle = document.createElement("button");
    name.className = "text";
    toggle.type = "button";
    toggle.className = "plain";
    toggle.dataset.lane = String(index);
    toggle.style.setProperty("--lane", `var(--lane-${index})`);
    toggle.append(document.createElement("i"), document.createElement("span"));
    name.append(toggle);
    const kind = cell("td", "");
    kind.className = "text";
    row.append(name, kind);
    for (const { hyperparameter } of columns) {
      row.append(
        Object.assign(cell("td", ""), { className: hyperparameter ? "hyperparameter" : "" }),
      );
    }
    return row;
  }

  function writeRow(row, lane, columns) {
    const toggle = row.cells[0].firstChild;
    set(toggle.lastChild, lane.label);
    toggle.title = `${lane.hidden ? "Show" : "Hide"} ${lane.label} in the charts`;
    toggle.setAttribute("aria-pressed", String(!lane.hidden));
    row.classList.toggle("hidden-lane", lane.hidden);
    set(row.cells[1], cellFacts(lane.cell).title);
    columns.forEach(({ read }, k) => set(row.cells[k + 2], read(lane)));
  }

  function write() {
    const found = laneRows(state, best);
    const columns = columnsOf(found.hyperparameters, state);
    writeHead(columns, found.cellDiffers);
    while (body.rows.length > found.rows.length) body.deleteRow(-1);
    found.rows.forEach((lane, k) => {
      if (body.rows.length <= k) body.append(rowOf(lane, columns));
      writeRow(body.rows[k], lane, columns);
    });
    set(caption, `Lanes at iteration ${count(state.frame?.iteration ?? 0)}`);
  }

  return {
    /** @param {State} next */
    render(next) {
      if (next.view.story !== "lanes" || !changed(next)) return;
      const before = state;
      state = next;
      const moved = ["past", "pinned", "view", "lanes"].some(
        (part) => before?.[part] !== next[part],
      );
      texts.ask(moved || next.run !== "playing");
    },
  };
}

function set(node, text) {
  if (node.textContent !== text) node.textContent = text;
}
