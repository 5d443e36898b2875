// The present question on the lecturer's page: how many have answered, what they answered once the
// vote is closed, and what comes next.

import { count } from "../../text/format.js";
import { button, make, write } from "../../ui/elements.js";
import { askedOf } from "../questions/guess.js";
import { writeMath } from "../questions/math_text.js";
import { createRounds } from "../questions/rounds.js";
import { createFullScreen } from "./full_screen.js";
import { createReveal } from "./reveal.js";

/** "12 of 38 have answered", or in later rounds "… again". */
export function answeredText({ round }, answers, followers) {
  const all = followers >= answers && followers > 0 ? ` of ${count(followers)}` : "";
  const verb = answers === 1 && all === "" ? "has" : "have";
  return `${count(answers)}${all} ${verb} answered${round > 1 ? " again" : ""}`;
}

/**
 * @param {object} options
 * @param {(message: {type: string, [more: string]: any}) => unknown} options.send
 * @param {HTMLDialogElement} options.dialog in which results fill the screen
 * @param {() => State} options.state
 */
export function createVote({ send, dialog, state }) {
  const head = make("h2", "room-head");
  const text = make("bdi", "vote-text");
  const answered = make("p", "vote-answered");
  answered.setAttribute("role", "status");
  const rounds = createRounds();
  const reveal = createReveal({ state, onReveal: (truth) => send({ type: "reveal", truth }) });
  const close = action("Close the vote", "close");
  close.className = "primary";
  const again = action("Vote again", "again");
  const done = action("Done", "drop");
  const lane = make("bdi");
  const of = make("p", "vote-lane", "Lane: ", lane);
  const stage = make("div", "vote-stage", text, of, rounds.element);
  const full = createFullScreen(dialog, stage, () => rounds.paint());
  const buttons = make("div", "room-row", close, again, full.opener, done);
  const element = make("article", "vote-card", head, full.place, answered, reveal.element, buttons);
  element.hidden = true;
  let suggestion = { text: "", truth: undefined };

  function action(words, type) {
    return button(words, null, () => send({ type }));
  }

  return {
    element,

    /** What a ready-made question that is about to be asked suggests as true. */
    suggest: (asked, truth) => (suggestion = { text: asked, truth }),

    /**
     * @param {Question | null} question
     * @param {number} answers
     * @param {number} followers
     */
    render(question, answers, followers) {
      element.hidden = question === null;
      if (question === null) {
        full.close();
        return;
      }
      const suggested = question.text === suggestion.text ? suggestion.truth : undefined;
      const open = question.state === "open";
      const focused = document.activeElement;
      element.dataset.state = question.state;
      write(
        head,
        { open: "The vote is open", closed: "The vote is closed", revealed: "Revealed" }[
          question.state
        ],
      );
      writeMath(text, question.text);
      of.hidden = askedOf(question) === "";
      write(lane, askedOf(question));
      answered.hidden = !open;
      write(answered, answeredText(question, answers, followers));
      close.hidden = !open;
      again.hidden = open;
      full.opener.hidden = open;
      reveal.element.hidden = question.state !== "closed";
      if (question.state === "closed") reveal.render(question, suggested);
      if (open) full.close();
      rounds.render(question);
      // The button that was pressed may be gone: whoever works by keyboard goes on from here.
      if (element.contains(focused) && focused.closest("[hidden]") !== null) {
        [close, again].find((each) => !each.hidden)?.focus();
      }
    },

    paint: rounds.paint,
  };
}
