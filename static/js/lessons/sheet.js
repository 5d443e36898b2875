// The sheet of a lesson: its text, its steps, and what is to be done now.

import { count, html } from "../text/format.js";
import { button, make, write } from "../ui/elements.js";

/**
 * @param {any} lesson as the server tells it
 * @param {object} options
 * @param {Set<number>} options.done
 * @param {(check: number, option: number) => void} options.onAnswer of the step that is due
 * @param {((question: LessonQuestion) => void) | null} options.onClass a question is to be put to
 *   the class; null where there is none
 * @param {(step: number) => void} options.onShow the answer of a step is to be shown
 * @param {(step: number) => void} options.onGo a step is chosen
 * @param {() => void} options.onBegin the lesson's run is to be begun anew
 * @param {() => void} options.onNext the next lesson
 *
 * @typedef {{name: string, kind: "choice", text: string, options: string[], truth: number}}
 *   LessonQuestion as the form for the class takes it
 */
export function createSheet(lesson, options) {
  const { done, onAnswer, onClass, onShow, onGo, onBegin, onNext } = options;
  const element = make("article", "lesson-text");
  const title = make("h2");
  title.innerHTML = html(lesson.title);
  const said = make("p", "vh");
  said.setAttribute("role", "status");
  const intro = textOf("lesson-intro", lesson.html);
  const again = small("Begin its run anew", onBegin);
  const steps = lesson.steps.map((step, index) => createStep(step, index));
  const end = make("div", "lesson-end", textOf("lesson-conclusion", lesson.end));
  end.append(make("p", "lesson-next", "Done. ", button("Next lesson", null, onNext)));
  element.append(title, intro, make("p", "lesson-again", again), ...steps.map((each) => each.part));
  element.append(end, said);
  let due = null;

  function createStep(step, index) {
    const mark = make("span", "lesson-mark");
    mark.setAttribute("aria-hidden", "true");
    const state = make("span", "vh");
    const head = make(
      "h3",
      "",
      mark,
      button(step.title, null, () => onGo(index)),
      state,
    );
    const text = textOf("lesson-step-text", step.html);
    const questions = step.checks
      .map((check, at) => (check.kind === "question" ? questionOf(check, at, index) : null))
      .filter((each) => each !== null);
    const hint = textOf("lesson-hint", step.hint);
    const answer = textOf("lesson-answer", step.answer);
    hint.hidden = answer.hidden = true;
    const ask = small("Hint", () => {
      hint.hidden = false;
      ask.hidden = true;
    });
    const show = small("Show me", () => {
      answer.hidden = false;
      onShow(index);
    });
    const tools = make("p", "lesson-tools", ask, show);
    const part = make("section", "lesson-step", head, text, ...questions, hint, answer, tools);
    return { part, mark, state, hint, ask, tools, answer };
  }

  function questionOf({ text, options, answer, reasons }, at, step) {
    const list = make("div", "lesson-options");
    list.setAttribute("role", "radiogroup");
    list.setAttribute("aria-label", text);
    for (const [option, words] of options.entries()) {
      const input = make("input");
      Object.assign(input, { type: "radio", name: `lesson-${step}-${at}`, value: String(option) });
      input.addEventListener("change", () => {
        judge(option);
        onAnswer(at, option);
      });
      list.append(make("label", "", input, textOf("", html(words))));
    }
    const verdict = make("div", "lesson-verdict");
    verdict.setAttribute("role", "status");
    /** Say whether an option is right, and why. */
    function judge(option) {
      const right = option === answer;
      verdict.dataset.is = right ? "right" : "wrong";
      const word = make("b", "", right ? "Right." : "Not that one.");
      const reason = textOf("", reasons[option]);
      if (!right && reasons[option] === "") reason.textContent = "Look again.";
      verdict.replaceChildren(word, reason);
    }
    const asked = textOf("lesson-asked", html(text));
    const whole = make("div", "lesson-question", asked, list, verdict);
    /** @type {LessonQuestion} */
    const question = { name: text, kind: "choice", text, options, truth: answer };
    if (onClass !== null) whole.append(small("Put it to the class …", () => onClass(question)));
    return whole;
  }

  return {
    element,

    /** Show which step is due (null: none is left) and which are done. */
    render(step) {
      steps.forEach(({ part, mark, state, tools }, index) => {
        const is = done.has(index) ? "done" : index === step ? "due" : "later";
        part.dataset.is = is;
        write(mark, is === "done" ? "✓" : count(index + 1));
        write(state, is === "done" ? " (done)" : is === "due" ? " (now)" : "");
        tools.hidden = index !== step;
        if (index === step) part.setAttribute("aria-current", "step");
        else part.removeAttribute("aria-current");
      });
      end.hidden = step !== null;
      if (due !== null && done.has(due) && step !== due) {
        const next = step === null ? "The lesson is done." : `Next: ${lesson.steps[step].title}`;
        write(said, `Done: ${lesson.steps[due].title}. ${next}`);
        const place = step === null ? end : steps[step].part;
        place.scrollIntoView({ block: "nearest" });
      }
      due = step;
    },

    /** A hint, after a while. */
    help(step) {
      const { hint, ask } = steps[step];
      hint.hidden = false;
      ask.hidden = true;
    },
  };
}

function small(text, click) {
  const made = button(text, null, click);
  made.className = "small";
  return made;
}

/** HTML that the server made of Markdown: it has neither scripts nor links. */
function textOf(name, html) {
  const part = make("div", name);
  part.innerHTML = html;
  return part;
}
