// A cell's circuit as SVG. It is built once; later only numbers, widths and colours that change are
// set.

import { number, subscripts } from "../../text/format.js";
import { write } from "../../ui/elements.js";

const NAMESPACE = "http://www.w3.org/2000/svg";
const WIDTH = 540;
const CIRCLE = 8;
const BOX = { width: 72, height: 22 };
const LONG = 92; // the width of a box with a name longer than σ and a number beside it
const DECADES = 6; // of gradients, between the thickest wire and the thinnest
export const DIGITS = 3;
let circuits = 0; // made so far, so that each has a marker id of its own

function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS(NAMESPACE, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** Text with its subscripts, as in "c_t−1", set lower. */
function lowered(text) {
  let low = false;
  return subscripts(text).map(([part, below]) => {
    const dy = below ? 3 : low ? -3 : 0;
    low = below;
    return dy === 0 ? part : svg("tspan", { ...(below ? { class: "below" } : {}), dy }, part);
  });
}

/**
 * @param {HTMLElement} element holds the picture
 * @param {any} plan of the cell: see circuit_parts.js
 * @returns {{render: (values: Record<string, number>, mode: string) => void}} `mode` is what the
 *   wires carry, "values" or "gradients"
 */
export function createCircuit(element, plan) {
  const marker = `arrow-${(circuits += 1)}`;
  const texts = []; // [id, element]
  const wires = [];
  const { left = 0 } = plan;
  const root = svg("svg", {
    viewBox: `${-left} 0 ${WIDTH + left} ${plan.height}`,
    class: "circuit",
    role: "img",
    "aria-label": "Circuit of the cell: its numbers stand in the equations and the table below.",
  });
  root.append(
    svg(
      "defs",
      {},
      svg(
        "marker",
        {
          id: marker,
          viewBox: "0 0 6 6",
          refX: 5.5,
          refY: 3,
          orient: "auto-start-reverse",
          markerWidth: 6,
          markerHeight: 6,
          markerUnits: "userSpaceOnUse",
        },
        svg("path", { d: "M0 0L6 3L0 6Z", class: "arrow" }),
      ),
    ),
  );

  for (const wire of plan.wires) {
    const path = svg("path", { d: wire.d, class: wire.bus ? "wire bus" : "wire" });
    root.append(path);
    if (!wire.bus) wires.push({ ...wire, path, shown: "" });
  }
  for (const [cx, cy] of plan.dots)
    root.append(svg("circle", { cx, cy, r: 2.5, class: "junction" }));
  for (const circle of plan.circles) root.append(...node(circle));
  for (const box of plan.boxes) root.append(...boxOf(box));
  for (const { text, x, y, gate } of plan.names) {
    root.append(svg("text", { x, y, class: gate ? "gate" : "state" }, ...lowered(text)));
  }
  for (const wire of wires) if (wire.at) root.append(...labels(wire));
  element.append(root);

  function node({ x, y, sign }) {
    return [
      svg("circle", { cx: x, cy: y, r: CIRCLE, class: "node" }),
      svg("text", { x, y: y + 4, class: "sign", "text-anchor": "middle" }, sign),
    ];
  }

  function boxOf({
    x,
    y,
    text,
    short = text,
    slope,
    transposed,
    back,
    width = widthOf(text, slope),
  }) {
    const { height } = BOX;
    const parts = [
      svg("rect", { x: x - width / 2, y: y - height / 2, width, height, rx: 4, class: "box" }),
    ];
    const plain = { x, y: y + 4, class: "sign", "text-anchor": "middle" };
    const other = transposed ? `${text}ᵀ` : back;
    if (other !== undefined)
      return [
        ...parts,
        svg("text", { ...plain, class: "sign values" }, ...lowered(text)),
        svg("text", { ...plain, class: "sign gradients" }, ...lowered(other)),
      ];
    if (slope === undefined) return [...parts, svg("text", plain, ...lowered(text))];
    const value = slot(slope, "tspan");
    return [
      ...parts,
      svg("text", { ...plain, class: "sign values" }, text),
      svg("text", { ...plain, class: "sign gradients" }, `${short}′ `, value),
    ];
  }

  function slot(id, tag, attributes) {
    const text = svg(tag, { class: "number", ...attributes }, "–");
    text.dataset.value = id;
    texts.push([id, text]);
    return text;
  }

  function labels({
    value,
    gradient = null,
    name,
    gradientName,
    by,
    quiet,
    at: [x, y, anchor = "start"],
    byAt = [x, y + 13, anchor],
  }) {
    const place = { x, y, "text-anchor": anchor };
    const label = (mode, ...children) =>
      svg("text", { ...place, class: `label ${mode}` }, ...children);
    const named = (text) => (text ? [svg("tspan", { class: "name" }, ...lowered(`${text} `))] : []);
    const found = [];
    if (!quiet) found.push(label("values", ...named(name), slot(value, "tspan")));
    if (gradient !== null)
      found.push(label("gradients", ...named(gradientName), slot(gradient, "tspan")));
    if (by) {
      const [what, id] = by;
      found.push(
        svg(
          "text",
          {
            x: byAt[0],
            y: byAt[1],
            "text-anchor": byAt[2] ?? "start",
            class: "label local gradients",
          },
          svg("tspan", { class: "name" }, ...lowered(`×${what} `)),
          slot(id, "tspan"),
        ),
      );
    }
    return found;
  }

  let shownMode = null;

  function render(values, mode) {
    for (const [id, text] of texts) write(text, number(values[id], DIGITS));
    const backward = mode === "gradients";
    if (mode !== shownMode) {
      shownMode = mode;
      root.classList.toggle("backward", backward);
      for (const { path } of wires) {
        path.removeAttribute(backward ? "marker-end" : "marker-start");
        path.setAttribute(backward ? "marker-start" : "marker-end", `url(#${marker})`);
      }
    }
    const largest = Math.max(...wires.map(({ gradient }) => Math.abs(values[gradient]) || 0));
    for (const wire of wires) {
      const value = values[backward ? wire.gradient : wire.value];
      const width = backward
        ? thickness(value, largest)
        : 1 + 2.5 * Math.min(1, Math.abs(value) || 0);
      const sign = value > 0 ? "positive" : value < 0 ? "negative" : "none";
      const drawn = `${sign} ${width.toFixed(1)}`;
      if (drawn === wire.shown) continue;
      wire.shown = drawn;
      wire.path.setAttribute("class", `wire ${sign}`);
      wire.path.setAttribute("stroke-width", width.toFixed(1));
    }
  }

  return { render };
}

const widthOf = (text, slope) => (slope !== undefined && text.length > 1 ? LONG : BOX.width);

function thickness(value, largest) {
  const below = Math.log10(largest / Math.abs(value));
  return 1 + 2.5 * (below >= 0 ? Math.max(0, 1 - below / DECADES) : 0);
}
