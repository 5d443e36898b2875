// The spectrum of W_hh of the watched lane, and a handle that sets its radius anew.

import { brokenLines, createSurface, emptyMessage, font } from "../canvas.js";
import { palette } from "../colors.js";
import { count, number } from "../format.js";
import { scalar, values, watching } from "../frames.js";
import { spectrumTable } from "../pictures/gradient_table.js";
import { Layer } from "../pictures/layer.js";
import {
  allowedRadius, arrangePlane, DOT, paintEigenvalues, paintPlane, paintRadius, radiusPath, reachFor,
} from "../pictures/spectrum_plane.js";
import { valueAt } from "../recipe.js";
import { segmented } from "../segmented.js";

const LOST = ["No connection", "It comes back with the server."];
const COMING = ["Not computed yet", "It comes with the next frame."];
const PARTS = ["frame", "first", "pinned", "past", "lanes", "recipe", "watch", "view"];
const LOOKS = ["theme", "run", "connection", "errors"];
const WRITE_EVERY = 250; // ms
const KEYS = { ArrowUp: 0.01, ArrowRight: 0.01, ArrowDown: -0.01, ArrowLeft: -0.01, PageUp: 0.1, PageDown: -0.1 };
const written = new WeakMap(); // element → its style, as it was set
const GRIP = { mouse: 8, pen: 10, touch: 16 }; // px from the circle where it can be taken
const FAINT = 0.75; // opacity of the words' rings and dots that are compared with

/** @param {Element} element @param {object} actions */
export function create(element, actions) {
  const changed = watching(...PARTS, ...LOOKS);
  const body = document.createElement("div");
  const handle = document.createElement("div");
  body.className = "view-canvas flow-plane";
  handle.className = "flow-handle";
  handle.tabIndex = 0;
  handle.title = "Drag to another spectral radius: restarts";
  handle.innerHTML = ARROWS;
  const gates = segmented("Gate", [], (gate) => actions.view({ gate }));
  gates.element.classList.add("flow-gates");
  const roles = {
    role: "slider",
    "aria-label": "Spectral radius of W_hh",
    "aria-valuemin": "0.01",
    "aria-valuemax": "10",
  };
  for (const [name, value] of Object.entries(roles)) handle.setAttribute(name, value);
  element.append(body);
  const surface = createSurface(body, { onResize: draw });
  body.append(handle, gates.element);
  const still = new Layer();
  let state = null;
  let place = null;
  let reach = 0;
  let measured = null; // what the reach was measured for
  let offered = null;
  let preview = null; // the radius that is asked for, until the run has it
  let dragging = false;
  let grip = 0; // how much nearer than the circle it was taken
  let committed = null; // the lanes of the run that was asked to begin anew
  let told = -Infinity;

  body.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !grips(event, event.pointerType)) return;
    dragging = true;
    committed = null;
    grip = (preview ?? radius()) - place.radiusAt(...pointOf(event));
    handle.setPointerCapture(event.pointerId);
    handle.focus({ preventScroll: true, focusVisible: false });
    event.preventDefault();
  });
  body.addEventListener("pointermove", (event) => {
    if (dragging) ask(place.radiusAt(...pointOf(event)) + grip);
    else body.classList.toggle("grips", grips(event, event.pointerType));
  });
  // A finger on the circle drags it and does not scroll the page.
  body.addEventListener("touchstart", (event) => {
    if (event.touches.length === 1 && grips(event.touches[0], "touch")) event.preventDefault();
  }, { passive: false });
  handle.addEventListener("pointerup", () => {
    if (!dragging) return;
    dragging = false;
    if (preview !== null) commit();
  });
  handle.addEventListener("pointercancel", cancel);
  handle.addEventListener("keydown", (event) => {
    const { key } = event;
    if (key === "Escape" && committed === null) cancel();
    if (!Object.hasOwn(KEYS, key) || place === null) return;
    // The page's own arrows move the cursor.
    event.preventDefault();
    event.stopPropagation();
    ask((preview ?? radius()) + KEYS[key]);
    commit({ typing: true });
  });

  function pointOf({ clientX, clientY }) {
    const box = body.getBoundingClientRect();
    return [clientX - box.left, clientY - box.top];
  }

  /** Whether the pointer is on the handle or anywhere on the circle. */
  function grips(event, kind) {
    if (place === null || gates.element.contains(event.target)) return false;
    if (handle.contains(event.target)) return true;
    return place.distance(preview ?? radius(), ...pointOf(event)) <= (GRIP[kind] ?? GRIP.mouse);
  }

  function ask(wanted) {
    if (!Number.isFinite(wanted)) return;
    preview = allowedRadius(wanted);
    draw();
    tell();
  }

  function commit(how) {
    const path = radiusPath(state.recipe, state.watch.lane);
    const known = valueAt(state.recipe, path) === preview;
    committed = state.lanes;
    actions.change(path, preview, how);
    // Training has moved ρ away from what the recipe says: nothing changes but to begin anew.
    if (known && how === undefined) actions.reset();
    else if (known) cancel();
  }

  function cancel() {
    dragging = false;
    preview = committed = null;
    draw();
    tell();
  }

  function render(next) {
    if (!changed(next)) return;
    if (state !== null && next.watch.lane !== state.watch.lane && committed === null) preview = null;
    state = next;
    if (committed !== null) {
      // The run that was asked for is here, or was refused.
      const path = lane() ? radiusPath(next.recipe, next.watch.lane) : null;
      if (next.lanes !== committed || next.errors.has(path)) preview = committed = null;
    }
    offerGates();
    draw();
    const live = next.run === "playing";
    surface.describe(live, inWords);
    if (!live || performance.now() - told > WRITE_EVERY) tell();
  }

  const lane = () => state.lanes[state.watch.lane];
  const names = () => gatesOf(state.frame, lane());
  const gate = () => (names().includes(state.view.gate) ? state.view.gate : names()[0]);
  const radius = () => scalar(state.frame, lane().index, `spectral_radius.${gate()}`);
  const ghostFrame = () => state.pinned ?? state.first;

  function offerGates() {
    const all = names();
    if (all.join() !== offered) {
      offered = all.join();
      gates.offer(all.map((value) => ({ value, text: value, title: `Weights from h to ${value}` })));
      gates.element.hidden = all.length < 2;
    }
    if (all.length > 0) gates.show(gate());
  }

  function draw() {
    if (state === null) return;
    const context = surface.begin(state.run === "playing");
    if (context === null) return;
    paint(context, surface, (key, own) => still.draw(context, surface, key, own));
    handle.hidden = place === null;
    if (place === null) return;
    const { x, y } = place.handle(preview ?? radius());
    style(handle, "transform", `translate(${x.toFixed(1)}px, ${y.toFixed(1)}px) translate(-50%, -50%)`);
    style(handle, "--own", `var(--lane-${lane().index})`);
    placeGates();
  }

  /** Above the words, or at their right where they stand beneath the plane. */
  function placeGates() {
    const { words, beside } = place;
    const { small } = palette();
    const x = beside ? `${words.left}px` : `calc(${words.left + words.width}px - 100%)`;
    const y = words.top - small * (beside ? 3.6 : 0.8);
    style(gates.element, "transform", `translate(${x}, ${y}px)`);
  }

  function paint(context, { width, height }, keep) {
    const colors = palette();
    const data = lane() && gate() ? values(state.frame, lane().index, `spectrum.${gate()}`) : null;
    if (data === null || Number.isNaN(radius())) {
      place = null;
      return emptyMessage(context, { width, height }, colors, ...missingMessage(data));
    }
    const rho = radius();
    const ghost = ghostOf();
    const key = [state.lanes.length, lane().index, gate()].join("|");
    if (!dragging) {
      const farthest = Math.max(preview ?? rho, ghost === null ? 0 : Math.hypot(ghost[0], ghost[1]));
      reach = reachFor(farthest, key === measured ? reach : 0);
      measured = key;
    }
    place = arrangePlane({ width, height, small: colors.small, reach });
    keep([state.theme, reach].join("|"), (own) => paintPlane(own, place, colors));
    const color = colors.lanes[lane().index];
    paintEigenvalues(context, place, ghost, 1, colors.soft, true);
    paintEigenvalues(context, place, data, preview === null || rho === 0 ? 1 : preview / rho, color);
    paintRadius(context, place, preview ?? rho, color);
    paintWords(context, colors, ghost !== null);
    return undefined;
  }

  function ghostOf() {
    const other = ghostFrame();
    const { frame } = state;
    if (other === null || other.iteration === frame.iteration) return null;
    if (other.watch !== undefined && other.watch.layer !== frame.watch.layer) return null;
    return values(other, lane().index, `spectrum.${gate()}`);
  }

  function paintWords(context, colors, compared) {
    const { words } = place;
    const { small } = colors;
    const { index } = lane();
    const norm = scalar(state.frame, index, `singular_value.${gate()}`);
    const lettering = font(colors.font, small);
    const strong = font(colors.font, small + 1, 600);
    let y = words.top;
    const say = (text, of, color, indent = 0) => {
      context.font = of;
      context.textAlign = "left";
      context.textBaseline = "middle";
      for (const line of brokenLines(text, of, words.width - indent)) {
        context.fillStyle = color;
        context.fillText(line, words.left + indent, y);
        y += small * 1.5;
      }
    };
    const mark = (color, ring) => {
      context.fillStyle = context.strokeStyle = color;
      context.lineWidth = 1;
      context.globalAlpha = ring ? FAINT : 1;
      context.beginPath();
      context.arc(words.left + DOT + 1, y, DOT, 0, 2 * Math.PI);
      if (ring) context.stroke();
      else context.fill();
      context.globalAlpha = 1;
    };
    const wanted = preview === null ? "" : ` → ${number(preview, 3)}`;
    say(`ρ = ${number(radius(), 3)}${wanted}`, strong, colors.ink);
    say(`‖W‖₂ = ${number(norm, 3)}`, strong, colors.ink);
    y += small * 0.3;
    mark(colors.lanes[index], false);
    say(`λ at iteration ${count(state.frame.iteration)}`, lettering, colors.soft, small * 1.2);
    if (compared) {
      mark(colors.soft, true);
      say(`λ at iteration ${count(ghostFrame().iteration)}`, lettering, colors.soft, small * 1.2);
    }
    y += small * 0.3;
    const own = radiusPath(state.recipe, state.watch.lane) !== "base.spectral_radius";
    const whose = own || state.lanes.length === 1 ? lane().label : "every lane";
    say(`Dashed: ρ. Drag it and ${whose} begins anew with that ρ (restarts).`, lettering, colors.soft);
  }

  function missingMessage(data) {
    const { frame, past, connection } = state;
    if (frame === null) return connection === "lost" ? LOST : ["No weights yet", "They come with the first iteration."];
    if (data !== null) return ["Not finite", "The recurrent weights overflowed."];
    if (past === null) return COMING;
    return [`Not recorded at iteration ${count(frame.iteration)}`, "It is computed from now on, once the run goes on."];
  }

  /** What a screen reader is told of the handle. */
  function tell() {
    told = performance.now();
    if (place === null) return;
    const now = number(preview ?? radius(), 3);
    if (handle.dataset.now === now) return;
    handle.dataset.now = now;
    handle.setAttribute("aria-valuenow", String(Number((preview ?? radius()).toFixed(3))));
    handle.setAttribute("aria-valuetext", `${now}, a new value restarts`);
  }

  function headline() {
    if (state.frame === null || !lane()) return [""];
    const of = gate() === undefined || gate() === "h" ? "" : `, gate ${gate()}`;
    const when = `iteration ${count(state.frame.iteration)}`;
    return [
      `eigenvalues λ of W_hh, ${lane().label}${of} · inside the unit circle they shrink what passes`,
      `Eigenvalues λ of W_hh, ${lane().label}${of}, ${when}. Directions with |λ| < 1 shrink with every timestep, with |λ| > 1 they grow, as far as the nonlinearity lets them.`,
    ];
  }

  function inWords() {
    if (place === null) return "Spectrum of the recurrent weights: not computed yet.";
    const data = values(state.frame, lane().index, `spectrum.${gate()}`);
    let outside = 0;
    for (let k = 0; k < data.length; k += 2) outside += Math.hypot(data[k], data[k + 1]) > 1 ? 1 : 0;
    const what = `Eigenvalues of W_hh of ${lane().label}, gate ${gate()}, iteration ${state.frame.iteration}`;
    return `${what}: spectral radius ${number(radius(), 3)}, ${outside} of ${data.length / 2} outside the unit circle.`;
  }

  function exports() {
    return {
      name: "spectrum",
      picture: () => ({
        width: surface.width,
        height: surface.height,
        paint: (context) => paint(context, surface, (_, own) => own(context)),
      }),
      table: () => spectrumTable(state.frame, lane(), names()),
    };
  }

  function destroy() {
    surface.destroy();
    body.remove();
  }

  return { render, headline, exports, destroy };
}

// Unlike any eigenvalue: an arrow to either side, across the circle.
const ARROWS = `<svg viewBox="0 0 26 16" width="26" height="16" aria-hidden="true" focusable="false">
  <rect x="1" y="1" width="24" height="14" rx="4"/><path d="M9 4.5 5.5 8 9 11.5M5.5 8h15M17 4.5 20.5 8 17 11.5"/></svg>`;

/** Set a property of an element's style, unless it has that value since last time. */
function style(element, name, value) {
  if (!written.has(element)) written.set(element, {});
  const before = written.get(element);
  if (before[name] === value) return;
  before[name] = value;
  element.style.setProperty(name, value);
}

/** The gates whose weights a frame brings the spectrum of; that of an RNN goes by "h". */
function gatesOf(frame, lane) {
  const names = lane === undefined ? [] : [...lane.gate_names, "h"];
  return names.filter((name) => values(frame, lane.index, `spectrum.${name}`) !== null);
}
