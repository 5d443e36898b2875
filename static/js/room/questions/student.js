// A student's half of the class panel: the lecturer's question, questions to the lecturer, and a
// view that is offered to be shown to all.

import { button, make, write } from "../../ui/elements.js";
import { createAnswer } from "./answer.js";
import { createCard } from "./card.js";
import { hideAnswer } from "./guess.js";
import { createLineForm } from "./line_form.js";

const LOST = "Not sent: the class is not connected.";

/**
 * @param {HTMLElement} element is there as long as there is something in it
 * @param {object} options
 * @param {ClassChannel} options.channel
 * @param {Clock} options.clock
 * @param {() => string} options.link the link to what this page shows
 * @param {HTMLElement} options.tools of the class's bar
 */
export function createStudent(element, { channel, clock, link, tools }) {
  /** @type {Question | null} */
  let question = null;
  const answer = createAnswer({
    send: channel.send,
    clock,
    now: () => performance.now(),
    onChange: () => card.render(question),
  });
  const card = createCard(answer);
  const hand = createLineForm((text) =>
    channel.send({ type: "hand", text }) === false ? LOST : "",
  );
  const said = make("span", "room-note");
  said.setAttribute("role", "status");
  const ask = button("Ask", "Ask the lecturer", () => {
    hand.element.hidden = !hand.element.hidden;
    settle();
    if (!hand.element.hidden) hand.focus();
  });
  const offer = button("Offer my view", null, () => {
    const { hash } = new URL(link(), location.href);
    const sent = channel.send({ type: "offer", link: hash }) !== false;
    write(said, sent ? "Offered: the lecturer may show it to all." : LOST);
  });
  offer.title = "Lets the lecturer open what your page shows now; nobody sees whose it is";
  hand.element.id = "class-hand";
  hand.element.hidden = true;
  ask.setAttribute("aria-controls", hand.element.id);
  tools.append(ask, offer, said);
  element.append(hand.element, card.element);
  settle();

  function settle() {
    ask.setAttribute("aria-expanded", String(!hand.element.hidden));
    element.hidden = hand.element.hidden && question === null;
    hideAnswer(question);
  }

  hand.element.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    hand.element.hidden = true;
    settle();
    ask.focus();
  });
  channel.on("room", (room) => {
    question = room.question;
    settle();
    answer.rejoin(question);
  });
  channel.on("question", (message) => {
    question = message.question;
    settle();
    answer.ask(question);
  });
  channel.on("answered", ({ question: id, value }) => {
    const isNew = answer.value === undefined;
    answer.answered(id, value);
    if (isNew && answer.value !== undefined) card.show(answer.value);
  });
  channel.on("lost", () => answer.lost());
  channel.on("gone", () => {
    question = null;
    hand.element.hidden = true;
    for (const each of [ask, offer, said]) each.hidden = true;
    settle();
  });
  channel.on("error", ({ field, message }) => {
    const [first] = field.split(".");
    if (first === "value" || first === "question") answer.refuse(message);
    else if (first === "text") hand.refuse(message);
    else if (first === "link") write(said, message);
  });

  return { paint: card.paint };
}
