// What students send: questions that wait for an answer, and views that they offer.

import { button, make } from "../../ui/elements.js";
import { mathText } from "../questions/math_text.js";
import { createKeyedList } from "./keyed_list.js";

/**
 * @param {(message: {type: string, [more: string]: any}) => unknown} send
 */
export function createQueue(send) {
  const hands = make("ul", "room-queue");
  const offers = make("ul", "room-queue");
  const handsPart = part("From students", hands);
  const offersPart = part("Views offered", offers);
  const showHands = createKeyedList(
    hands,
    ({ id }) => String(id),
    ({ id, text }) => row(mathText(text), "Done", () => send({ type: "hand_done", hand: id })),
  );
  const showOffers = createKeyedList(
    offers,
    ({ id }) => String(id),
    ({ id }) =>
      row(make("span", "", `View ${id}`), "Show on the projector", () =>
        send({ type: "spotlight", offer: id }),
      ),
  );
  const element = make("div", "room-queues", handsPart, offersPart);

  function part(title, list) {
    const made = make("section", "", make("h2", "room-head", title), list);
    made.setAttribute("aria-label", title);
    made.tabIndex = -1;
    made.hidden = true;
    return made;
  }

  function row(text, action, act) {
    const made = button(action, null, act);
    made.className = "small";
    return make("li", "", text, made);
  }

  return {
    element,

    /** @param {ClassState} state */
    render(state) {
      handsPart.hidden = state.hands.length === 0;
      offersPart.hidden = state.offers.length === 0;
      showHands(state.hands);
      showOffers(state.offers);
    },
  };
}
