// Where the lecturer says what is true: an option, a number, or a lane's computed curve.

import { parsed } from "../../text/typed_number.js";
import { button, make, write } from "../../ui/elements.js";
import { curveTruth, laneAskedOf } from "./truth.js";

/**
 * @param {object} options
 * @param {() => State} options.state
 * @param {(truth: any) => void} options.onReveal
 */
export function createReveal({ state, onReveal }) {
  const place = make("span", "reveal-truth");
  const error = make("p", "room-error");
  error.setAttribute("role", "alert");
  const reveal = button("Reveal", null, () => give());
  reveal.className = "primary";
  const element = make("div", "room-row reveal", place, reveal, error);
  let asked = null;
  let question = null;
  let control = null;

  function give() {
    const found = truth();
    write(error, "problem" in found ? found.problem : "");
    if ("truth" in found) onReveal(found.truth);
    else control.focus();
  }

  /** @returns {{truth: any} | {problem: string}} */
  function truth() {
    if (question.kind === "curve") return curveTruth(state(), question, Number(control.value));
    if (question.kind === "choice") {
      return control.value === ""
        ? { problem: "Choose the option that is true." }
        : { truth: Number(control.value) };
    }
    const number = parsed(control.value);
    return typeof number === "number"
      ? { truth: number }
      : { problem: `Give the true number, such as 0.02, 0,02 or 1e-3, not “${control.value}”.` };
  }

  function offer(suggested) {
    const label = make("label", "");
    if (question.kind === "number") {
      control = make("input", "number-entry");
      [control.type, control.autocomplete] = ["text", "off"];
      control.value = suggested === undefined ? "" : String(suggested).replace("-", "−");
      label.append("True: ", control, " ", make("bdi", "", question.unit));
    } else {
      control = make("select");
      if (question.kind === "choice") {
        control.append(
          new Option("Which is true?", ""),
          ...question.options.map((text, option) => new Option(text, String(option))),
        );
        if (suggested !== undefined) control.value = String(suggested);
        label.append("True: ", control);
      } else {
        const { lanes } = state();
        control.append(...lanes.map(({ label: name, index }) => new Option(name, String(index))));
        control.value = String(laneAskedOf(state(), question.label));
        label.append("As computed for ", control);
      }
    }
    place.replaceChildren(label);
  }

  return {
    element,

    /**
     * @param {Question} next
     * @param {number} [suggested] truth of a ready-made question
     */
    render(next, suggested) {
      question = next;
      const lanes =
        next.kind === "curve"
          ? state()
              .lanes.map(({ label }) => label)
              .join("\n")
          : "";
      const wanted = `${next.id}/${next.text}/${lanes}`;
      if (wanted === asked) return;
      asked = wanted;
      write(error, "");
      offer(suggested);
    },
  };
}
