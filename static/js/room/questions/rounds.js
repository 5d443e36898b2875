// What a vote came to, round beside round.

import { make } from "../../ui/elements.js";
import { roundNames } from "./results.js";
import { createRound } from "./round.js";

/**
 * @param {(round: number) => any} ownIn the answer that this page gave in a round, counted from 1
 */
export function createRounds(ownIn = () => undefined) {
  const element = make("div", "vote-rounds");
  let shown = null;
  let rounds = [];

  return {
    element,

    /** @param {Question | null} question */
    render(question) {
      const results = question?.state === "open" ? [] : (question?.results ?? []);
      const wanted = JSON.stringify([
        question?.id,
        question?.state,
        question?.round,
        results.length,
        results.map((_, index) => ownIn(index + 1) ?? null),
      ]);
      if (wanted === shown) return;
      shown = wanted;
      const names = roundNames(results.length);
      rounds = results.map((result, index) =>
        createRound(question, result, ownIn(index + 1), names[index]),
      );
      // The first and the last: what a discussion has changed.
      const told = rounds.length > 2 ? [rounds[0], rounds.at(-1)] : rounds;
      element.dataset.rounds = String(told.length);
      element.replaceChildren(...told.map((round) => round.element));
      if (results.length === 0 && question !== null && question.state !== "open") {
        element.append(make("p", "vote-summary", "Nobody has answered."));
      }
    },

    /** The page's colours or sizes are others. */
    paint: () => rounds.forEach((round) => round.paint()),
  };
}
