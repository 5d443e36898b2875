// A line of text to the lecturer, without a name.

import { count } from "../../text/format.js";
import { button, make, write } from "../../ui/elements.js";

export const LONGEST = 280; // characters

/** What is wrong with a line; "" if nothing is. */
export function lineProblem(text) {
  const length = [...text.trim()].length;
  if (length === 0) return "Write your question first.";
  if (length > LONGEST)
    return `A question has ${LONGEST} characters at most, this one ${count(length)}.`;
  return "";
}

/**
 * @param {(text: string) => string} send returns why it could not be sent, or ""
 */
export function createLineForm(send) {
  const area = make("textarea", "hand-text");
  const label = make("label", "", "Ask the lecturer");
  const left = make("span", "hand-left");
  const said = make("p", "vote-state");
  area.id = label.htmlFor = "hand-text";
  area.rows = 2;
  area.dir = "auto";
  area.placeholder = "Nobody sees who asks.";
  said.setAttribute("role", "status");
  const submit = button("Send", null, give);
  submit.className = "small";

  function give() {
    const problem = lineProblem(area.value) || send(area.value.trim());
    said.classList.toggle("room-error", problem !== "");
    write(said, problem || "Sent. The lecturer sees it, without a name.");
    if (problem !== "") return area.focus();
    area.value = "";
    showLeft();
    return undefined;
  }

  function showLeft() {
    const length = [...area.value.trim()].length;
    write(left, `${count(LONGEST - length).replace("-", "−")} left`);
    left.classList.toggle("room-error", length > LONGEST);
  }

  area.addEventListener("input", () => {
    showLeft();
    write(said, "");
  });
  area.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    give();
  });
  showLeft();

  return {
    element: make("div", "hand-form", label, area, make("div", "room-row", submit, left), said),
    focus: () => area.focus(),

    /** The server has not taken it. */
    refuse(reason) {
      said.classList.add("room-error");
      write(said, reason);
    },
  };
}
