// One inspected cell: the ways back, verdict, circuit, equations and local derivatives. Elements
// are made once for a kind of cell; later only texts and bars that change are set.

import { logNumber, number, subscripts } from "../../text/format.js";
import { make, write } from "../../ui/elements.js";
import { createCircuit, DIGITS } from "./circuit.js";
import { mathml, plainText } from "./mathml.js";
import { ratioOf, verdict } from "./verdict.js";

/** @typedef {import("./kinds/kinds.js").Kind} Kind */
/** @typedef {import("./numbers.js").CellNumbers} CellNumbers */

// The scale of the bars, in powers of ten.
const LEAST = -4;
const MOST = 1;
const ONE = (100 * -LEAST) / (MOST - LEAST);

/** Text with its subscripts as elements. */
function withSubscripts(text) {
  return subscripts(text).map(([part, below]) => (below ? make("sub", "", part) : part));
}

/**
 * @param {HTMLElement} element holds it
 * @param {Kind} kind of the cell: see kinds/kinds.js
 */
export function createCard(element, kind) {
  const slots = []; // {id, element, guarded}
  const bars = []; // {log(numbers), element, shown}
  const rows = []; // {path, norm, ratio}
  const whyLine = make("p", "inspector-why");
  const verdictLine = make("p", "inspector-verdict");
  const gap = make("p", "inspector-missing");
  gap.hidden = true;
  const picture = make("div", "inspector-circuit");
  // In a narrow column it scrolls, so that the keyboard has to reach it.
  picture.tabIndex = 0;
  picture.setAttribute("role", "group");
  picture.setAttribute("aria-label", "Circuit");
  const circuit = createCircuit(picture, kind.circuit);
  element.replaceChildren(whyLine, verdictLine, gap, picture, equations(), table());

  function formula(source, tag = "span") {
    const { element: math, slots: found } = mathml(source);
    slots.push(...found);
    return make(tag, "", math);
  }

  // Browsers do not break a line inside a formula: each step is a formula of its own.
  function steps(source) {
    return make(
      "div",
      "",
      ...source
        .split(/ (?== )/)
        .map((step) => formula(step))
        .flatMap((each) => [each, " "]),
    );
  }

  function equations() {
    const box = make("div", "inspector-equations", make("h4", "", "Equations"));
    box.append(...kind.equations.map(equation));
    box.append(make("h4", "", "Backward, of this unit"));
    box.append(...kind.backward.map(equation));
    return box;
  }

  function equation([symbols, numbers, note]) {
    const line = steps(numbers);
    if (note !== undefined) line.append(make("span", "note", ...withSubscripts(note)));
    return make("div", "equation", formula(symbols, "div"), line);
  }

  function table() {
    const body = make(
      "tbody",
      "",
      group("Local derivatives of this unit (a: what the nonlinearity is taken of)"),
    );
    for (const { symbols, formula: source, id, note } of kind.factors) {
      const what = make("td", "", formula(source));
      if (note) what.append(make("span", "note", ...withSubscripts(note)));
      const value = make("td", "number", "–");
      value.dataset.value = id;
      slots.push({ id, element: value, guarded: false });
      const name = formula(symbols, "th");
      name.className = what.className = "formula";
      name.scope = "row";
      name.firstChild.setAttribute("aria-hidden", "true"); // not every reader knows fractions
      name.prepend(make("span", "vh", plainText(symbols)));
      body.append(
        make(
          "tr",
          "",
          name,
          what,
          value,
          bar(({ values }) => Math.log10(Math.abs(values[id]))),
        ),
      );
    }
    const passed = make(
      "tbody",
      "",
      group(`From t to t ${kind.reverse ? "+" : "−"} 1, of all units (δ_t = ∂ℓ/∂a_t)`),
    );
    for (const path of kind.paths) {
      const { id, label, formula: source, isNorm } = path;
      const name = make("th", "", ...withSubscripts(label));
      name.scope = "row";
      const norm = make("span", "number", "–");
      const ratio = make("td", "number", "–");
      norm.dataset.value = `path.${id}`;
      ratio.dataset.value = `ratio.${id}`;
      const what = make("td", "", ...withSubscripts(source), ...(isNorm ? [" = ", norm] : []));
      rows.push({ path, norm, ratio });
      const log = ({ passage }) => (passage === null ? NaN : ratioOf(passage, path));
      passed.append(make("tr", "", name, what, ratio, bar(log)));
    }
    const heads = ["Factor", "Formula", "Value", "10⁻⁴ … 1 … 10"].map((text) => {
      const head = make("th", "", text);
      head.scope = "col";
      return head;
    });
    const whole = make(
      "table",
      "inspector-factors",
      make("thead", "", make("tr", "", ...heads)),
      body,
      passed,
    );
    return make("div", "inspector-table", whole);
  }

  function group(text) {
    const head = make("th", "", ...withSubscripts(text));
    head.colSpan = 4;
    head.scope = "rowgroup";
    return make("tr", "factor-group", head);
  }

  function bar(log) {
    const drawn = make("span");
    const track = make("span", "factor-bar", drawn);
    track.style.setProperty("--one", `${ONE}%`);
    bars.push({ log, element: drawn, shown: "" });
    return make("td", "", track);
  }

  let sentence = null;
  let why = null;

  /**
   * @param {CellNumbers} numbers as `cellNumbers` returns them
   * @param {{wires: string, diverged: boolean, reason: string}} options `reason` is the sentence on
   *   why some numbers are missing
   */
  function render(numbers, { wires, diverged, reason }) {
    const { values, place, missing, passage } = numbers;
    const ways = kind.why(values, place);
    if (ways !== why) whyLine.replaceChildren(...withSubscripts(ways));
    why = ways;
    const text = passage === null ? "" : verdict(numbers, diverged);
    if (text !== sentence) verdictLine.replaceChildren(...withSubscripts(text));
    sentence = text;
    gap.hidden = missing.length === 0;
    write(gap, missing.length === 0 ? "" : reason);
    circuit.render(values, wires);
    for (const { id, element: slot, guarded } of slots) {
      const shown = number(values[id], DIGITS);
      write(slot, guarded && values[id] < 0 ? `(${shown})` : shown);
    }
    for (const { path, norm, ratio } of rows) {
      write(norm, passage === null ? "–" : logNumber(passage.parts[path.id], DIGITS));
      const left = passage === null ? NaN : ratioOf(passage, path);
      write(ratio, Number.isNaN(left) ? "–" : `×${logNumber(left, DIGITS)}`);
    }
    for (const each of bars) draw(each, each.log(numbers));
  }

  function draw(each, log) {
    const place = Math.min(100, Math.max(0, (100 * (log - LEAST)) / (MOST - LEAST)));
    const drawn = Number.isNaN(log) ? "" : place.toFixed(0);
    if (drawn === each.shown) return;
    each.shown = drawn;
    const { style, classList } = each.element;
    classList.toggle("grows", place > ONE);
    style.setProperty("left", `${Math.min(place, ONE)}%`);
    style.setProperty("width", drawn === "" ? "0" : `${Math.abs(place - ONE)}%`);
  }

  return { render };
}
