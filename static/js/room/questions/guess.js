// While a class is to guess a curve, its pages don't show it.

/**
 * Whether a question asks for what the page would show.
 *
 * @param {Question | null} question
 */
export const isGuess = (question) => question?.kind === "curve" && question.state !== "revealed";

/**
 * Hide the panels that show gradients by timestep, or show them again.
 *
 * @param {Question | null} question
 */
export function hideAnswer(question) {
  document.body.toggleAttribute("data-guess", isGuess(question));
}

/**
 * Of what a curve is asked: the lane, where the question names one.
 *
 * @param {Pick<Question, "kind" | "label">} question
 */
export const askedOf = ({ kind, label }) => (kind === "curve" && label ? label : "");
