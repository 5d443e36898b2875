// The lecturer's half of the class panel: questions to the class and what came of them, and what
// students ask, offer and are at.

import { count } from "../../text/format.js";
import { button, make, write } from "../../ui/elements.js";
import { hideAnswer } from "../questions/guess.js";
import { createAskForm } from "./ask_form.js";
import { createPlaces } from "./places.js";
import { createQueue } from "./queue.js";
import { createVote } from "./vote.js";

/** @type {ClassState} */
const NOBODY = { followers: 0, alone: 0, away: 0, places: [], answers: 0, hands: [], offers: [] };

/** What the button says that shows what comes from students; "" while nothing does. */
export function waitingText({ hands, offers, places }) {
  const waiting = hands.length + offers.length;
  if (waiting > 0) return `${count(waiting)} from the class`;
  return places.length > 0 ? "Who is where" : "";
}

/**
 * @param {HTMLElement} element is there as long as there is something in it
 * @param {object} options
 * @param {ClassChannel} options.channel
 * @param {Store} options.store
 * @param {string} options.record address of the record
 * @param {(link: string) => void} options.openLink on this page
 * @param {() => string} options.link the link to what this page shows
 * @param {HTMLDialogElement} options.dialog in which results fill the screen
 * @param {HTMLElement} options.tools of the class's bar
 */
export function createConsole(element, { channel, store, record, openLink, link, dialog, tools }) {
  let state = NOBODY;
  /** @type {Question | null} */
  let question = null;
  let asking = false; // the form waits for the server, which may refuse what is in it
  const send = (message) => {
    write(error, "");
    if (channel.send(message) !== false) return true;
    write(error, "Not sent: the class is not connected.");
    settle();
    return false;
  };
  const error = make("p", "room-error");
  error.setAttribute("role", "alert");
  const queue = createQueue(send);
  const places = createPlaces();
  const inbox = make("div", "console-inbox", queue.element, places.element);
  const vote = createVote({ send, dialog, state: () => store.state });
  const form = createAskForm({
    state: () => store.state,
    onAsk(asked, truth) {
      vote.suggest(asked.text, truth);
      asking = send({ type: "ask", question: asked });
    },
  });
  const ask = button("Ask …", "Ask the class", () => showForm(form.element.hidden));
  const waiting = button("", null, () => {
    inbox.hidden = !inbox.hidden;
    settle();
  });
  const saved = make("a", "console-record", "Save the record (CSV)");
  saved.href = record;
  saved.download = "";
  form.element.id = "ask-form";
  inbox.id = "class-inbox";
  ask.setAttribute("aria-controls", form.element.id);
  waiting.setAttribute("aria-controls", inbox.id);
  form.element.hidden = inbox.hidden = true;
  let own = null; // the link to the run whose place a student's view has taken
  const home = button("Back to my run", null, () => {
    openLink(own);
    own = null;
    home.hidden = true;
    ask.focus();
  });
  home.hidden = true;
  tools.append(home, ask, waiting, saved);
  element.append(error, form.element, vote.element, inbox);
  render();

  function showForm(shown) {
    const held = form.element.contains(document.activeElement);
    form.element.hidden = !shown;
    settle();
    if (shown) form.begin();
    else if (held) ask.focus();
  }

  function settle() {
    const words = waitingText(state);
    waiting.hidden = words === "";
    write(waiting, words);
    if (words === "") inbox.hidden = true;
    ask.setAttribute("aria-expanded", String(!form.element.hidden));
    waiting.setAttribute("aria-expanded", String(!inbox.hidden));
    const empty = form.element.hidden && inbox.hidden && question === null;
    element.hidden = empty && error.textContent === "";
  }

  function render() {
    queue.render(state);
    places.render(state.places);
    vote.render(question, state.answers, state.followers);
    hideAnswer(question);
    settle();
  }

  form.element.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    showForm(false);
  });
  channel.on("room", (room) => {
    question = room.question;
    state = { ...state, followers: room.followers, answers: question?.answers ?? 0 };
    write(error, "");
    render();
  });
  channel.on("class", (message) => {
    state = message;
    render();
  });
  channel.on("question", (message) => {
    question = message.question;
    state = { ...state, answers: question?.answers ?? 0 };
    if (asking) {
      asking = false;
      form.clear();
      showForm(false);
    }
    render();
  });
  channel.on("spotlight", (offer) => {
    own ??= link();
    home.hidden = false;
    openLink(offer.link);
  });
  channel.on("error", ({ message }) => {
    asking = false;
    write(error, message);
    settle();
  });
  channel.on("gone", () => {
    hideAnswer(null);
    form.element.hidden = true;
    ask.hidden = home.hidden = true;
    settle();
  });

  return {
    paint: vote.paint,

    /**
     * Put a question into the form, to be looked over and asked.
     *
     * @param {Parameters<typeof form.fill>[0]} question
     */
    prepare(question) {
      form.fill(question);
      showForm(true);
      form.element.scrollIntoView({ block: "nearest" });
    },
  };
}
