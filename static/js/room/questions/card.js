// A student's card: the question, where to answer it, and what came of it.

import { button, make, write } from "../../ui/elements.js";
import { createChoiceField } from "./choice_field.js";
import { createCurveField } from "./curve_field.js";
import { askedOf } from "./guess.js";
import { writeMath } from "./math_text.js";
import { createNumberField } from "./number_field.js";
import { createRounds } from "./rounds.js";

const FIELDS = { choice: createChoiceField, number: createNumberField, curve: createCurveField };

const STATES = {
  none: "",
  sending: "Sending …",
  unsent: "It is sent as soon as the class is there again.",
  taken: "Taken. You can change it until the vote is closed.",
  cleared: "What you gave before counts until you give another.",
  late: "The vote was closed before your last answer was there.",
};

const EARLIER = "This is what you gave before. Change it, or give it again: nothing counts yet.";

/** What the card says over the text. */
export function headline({ state, round }) {
  if (state === "closed") return "The vote is closed";
  if (state === "revealed") return "This is true";
  return round > 1 ? "The lecturer asks again" : "The lecturer asks";
}

/**
 * @param {ReturnType<typeof import("./answer.js").createAnswer>} answer
 */
export function createCard(answer) {
  const head = make("h2", "room-head");
  const text = make("bdi", "vote-text");
  const lane = make("bdi");
  const of = make("p", "vote-lane", "Lane: ", lane);
  const place = make("div", "vote-field");
  const state = make("p", "vote-state");
  const again = button("Give it again", null, () => answer.choose(answer.earlier));
  const rounds = createRounds((round) => answer.inRound(round));
  // For a screen reader: a question comes while somebody is elsewhere on the page.
  const news = make("p", "vh");
  news.setAttribute("role", "status");
  state.setAttribute("role", "status");
  const body = make("div", "vote-body", text, of, place, state, again, rounds.element);
  // It lies over the page, which a student may want to see meanwhile.
  const fold = button("Fold", "Fold the question away", () => folded(!body.hidden));
  fold.className = "vote-fold";
  const element = make("article", "vote-card", make("div", "vote-top", head, fold), news, body);
  element.hidden = true;
  folded(false);
  let field = null;
  let asked = null; // the question that the field is for
  let shown = null; // question, round and state

  function folded(away) {
    body.hidden = away;
    write(fold, away ? "Show" : "Fold");
    fold.setAttribute("aria-expanded", String(!away));
    fold.setAttribute("aria-label", away ? "Show the question" : "Fold the question away");
  }

  /** @param {Question | null} question */
  function render(question) {
    element.hidden = question === null;
    if (question === null) {
      [field, asked, shown] = [null, null, null];
      place.replaceChildren();
      write(head, "");
      return;
    }
    // What is new is not to be missed.
    const now = `${question.id}/${question.round}/${question.state}`;
    if (now !== shown) folded(false);
    shown = now;
    write(head, headline(question));
    write(news, `${headline(question)}: ${question.text}`);
    writeMath(text, question.text);
    of.hidden = askedOf(question) === "";
    write(lane, askedOf(question));
    element.dataset.state = question.state;
    const open = question.state === "open";
    const wanted = open ? `${question.id}/${question.round}/${question.text}` : null;
    if (wanted !== asked) {
      asked = wanted;
      const choose = (value, options) =>
        value === null ? answer.clear() : answer.choose(value, options);
      field = open ? FIELDS[question.kind](question, choose) : null;
      place.replaceChildren(...(field === null ? [] : [field.element]));
      // Before a discussion's second vote: what one said in the first, to be changed or left.
      const before = answer.value ?? answer.earlier;
      if (before !== undefined) field?.show(before);
    }
    rounds.render(question);
    const refused = !Object.hasOwn(STATES, answer.state);
    const undecided = open && answer.state === "none" && answer.earlier !== undefined;
    const told = open || answer.state === "late";
    state.hidden = !told;
    if (undecided) write(state, EARLIER);
    else write(state, told ? (STATES[answer.state] ?? answer.state) : "");
    state.classList.toggle("room-error", open && refused);
    again.hidden = !undecided;
  }

  return {
    element,
    render,

    /** An answer from before the page was loaded again. */
    show: (value) => field?.show(value),

    paint() {
      field?.paint();
      rounds.paint();
    },
  };
}
