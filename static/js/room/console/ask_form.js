// The form for a question to the class.

import { button, make, write } from "../../ui/elements.js";
import { segmented } from "../../ui/tabs.js";
import { questionOf } from "./form_check.js";
import { CURVE_TEXT, READY_MADE } from "./ready_made.js";
import { laneAskedOf } from "./truth.js";

const KINDS = [
  { value: "choice", text: "Choose", title: "One of several options" },
  { value: "number", text: "Number", title: "A number with a unit" },
  { value: "curve", text: "Draw a curve", title: "‖∂ℓ/∂h_t‖ over the timesteps, on a log axis" },
];

/**
 * @param {object} options
 * @param {() => State} options.state
 * @param {(question: AskedQuestion, truth: number | undefined) => void} options.onAsk
 */
export function createAskForm({ state, onAsk }) {
  const ready = make("select");
  ready.append(
    new Option("Ready-made questions …", ""),
    ...READY_MADE.map(({ name }, index) => new Option(name, String(index))),
  );
  ready.setAttribute("aria-label", "Ready-made questions");
  ready.className = "ask-ready";
  let kind = "choice";
  let suggested = null; // {text, truth} of the ready-made question in the form
  const kinds = segmented("Kind of question", KINDS, (value) => choose(value));
  const text = area("text", 2);
  const options = area("options", 4);
  options.placeholder = "One option a line";
  const unit = entry("unit");
  const low = entry("low", "−20");
  const high = entry("high", "5");
  low.inputMode = high.inputMode = "text";
  const lane = make("select");
  lane.name = "label";
  const error = make("p", "room-error");
  error.id = "ask-error";
  error.setAttribute("role", "alert");
  const fields = {
    text: field("Question", text),
    options: field("Options", options),
    unit: field("Unit", unit),
    label: field("Lane", lane),
    low: field("Lowest power of ten", low),
    high: field("Highest", high),
  };
  const of = { choice: ["options"], number: ["unit"], curve: ["label", "low", "high"] };
  const submit = button("Put it to the class", null, () => {});
  submit.type = "submit";
  submit.className = "primary";
  const element = make(
    "form",
    "ask-form",
    make("div", "room-row", kinds.element, ready),
    fields.text,
    fields.options,
    make("div", "room-row ask-short", fields.unit, fields.label, fields.low, fields.high),
    error,
    make("div", "room-row", submit),
  );
  element.noValidate = true;
  element.setAttribute("aria-label", "A question to the class");

  function area(name, rows) {
    const made = make("textarea");
    [made.name, made.rows, made.dir] = [name, rows, "auto"];
    return made;
  }

  function entry(name, value = "") {
    const made = make("input");
    [made.name, made.type, made.autocomplete, made.value] = [name, "text", "off", value];
    return made;
  }

  function field(label, control) {
    return make("label", `ask-field ask-${control.name}`, make("span", "", label), control);
  }

  /** Another kind of question. */
  function choose(value) {
    kind = value;
    kinds.show(kind);
    for (const [each, names] of Object.entries(of)) {
      for (const name of names) fields[name].hidden = each !== kind;
    }
    if (kind === "curve" && text.value.trim() === "") text.value = CURVE_TEXT;
    if (kind !== "curve" && text.value === CURVE_TEXT) text.value = "";
    say({ field: "", problem: "" });
    if (kind === "curve") offerLanes();
  }

  /** The lanes of the run, as it is now. */
  function offerLanes() {
    const { lanes } = state();
    const before = lane.value;
    lane.replaceChildren(...lanes.map(({ label }) => new Option(label, label)));
    const wanted = lanes.some(({ label }) => label === before)
      ? before
      : lanes[laneAskedOf(state(), before)]?.label;
    if (wanted !== undefined) lane.value = wanted;
  }

  /** @param {(typeof READY_MADE)[number]} made */
  function fill(made) {
    text.value = made.text;
    options.value = (made.options ?? []).join("\n");
    unit.value = made.unit ?? "";
    suggested = made;
    choose(made.kind);
  }

  function say({ field: name, problem }) {
    write(error, problem);
    for (const control of [text, options, unit, lane, low, high]) {
      const wrong = problem !== "" && control.name === name;
      control.toggleAttribute("aria-invalid", wrong);
      if (wrong) {
        control.setAttribute("aria-invalid", "true");
        control.setAttribute("aria-describedby", error.id);
        control.focus();
      } else control.removeAttribute("aria-describedby");
    }
  }

  ready.addEventListener("change", () => {
    const made = READY_MADE[Number(ready.value)];
    if (ready.value === "" || made === undefined) return;
    fill(made);
    ready.value = "";
  });
  lane.addEventListener("pointerdown", offerLanes);
  lane.addEventListener("focus", offerLanes);
  element.addEventListener("submit", (event) => {
    event.preventDefault();
    const typed = {
      kind,
      text: text.value,
      options: options.value,
      unit: unit.value,
      low: low.value,
      high: high.value,
      label: lane.value,
    };
    const found = questionOf(typed, { timesteps: state().task?.timesteps ?? null });
    if ("problem" in found) return say(found);
    say({ field: "", problem: "" });
    const unchanged =
      suggested?.text === found.question.text &&
      (suggested.options ?? []).join() === (found.question.options ?? []).join();
    onAsk(found.question, unchanged ? suggested.truth : undefined);
    return undefined;
  });
  choose(kind);

  return {
    element,
    fill,

    /** Before it is shown. */
    begin() {
      if (kind === "curve") offerLanes();
      text.focus();
    },

    /** After the question was asked. */
    clear() {
      text.value = options.value = unit.value = "";
      suggested = null;
      choose(kind);
    },
  };
}
