// A student's answer on its way: sent as it is made, at most twice a second, and again after a
// lost connection.

import { same } from "../../text/json.js";

const EVERY = 500; // ms between two answers that are sent

// What is answered: a question in one of its rounds. After a restart that kept nothing, the server
// counts from one again, hence the text.
const roundOf = ({ id, round, text }) => `${id}/${round}/${text}`;

/**
 * @param {object} options
 * @param {ClassChannel["send"]} options.send
 * @param {Clock} options.clock
 * @param {() => number} options.now
 * @param {() => void} options.onChange called when a state or a value is another
 */
export function createAnswer({ send, clock, now, onChange }) {
  /** @type {Question | null} */
  let question = null;
  const given = new Map(); // round → the value that was chosen last
  const counted = new Map(); // round → the value that the server has said it has
  let sent; // the value on its way, or there
  let taken = false;
  let cleared = false; // what was chosen is taken back here, where that can be done alone
  let refused = null;
  let connected = true;
  let timer = null;
  let last = -Infinity; // when something was sent

  const key = () => (question === null ? null : roundOf(question));
  const waiting = () => timer !== null;

  function deliver() {
    clock.clearTimeout(timer);
    timer = null;
    const value = given.get(key());
    if (question?.state !== "open" || value === undefined) return;
    last = now();
    sent = value;
    taken = false;
    connected = send({ type: "answer", question: question.id, value }) !== false;
    onChange();
  }

  function forget() {
    clock.clearTimeout(timer);
    timer = null;
    sent = undefined;
    taken = false;
    cleared = false;
    refused = null;
  }

  const inRound = (round) => roundOf({ ...question, round });

  return {
    /** The answer to the present round, undefined if there is none. */
    get value() {
      return given.get(key());
    },

    /** This page's answer that counts in a round of the present question. */
    inRound: (round) => (question === null ? undefined : counted.get(inRound(round))),

    /** What was chosen in the last round before this one; undefined if nothing was. */
    get earlier() {
      for (let round = (question?.round ?? 0) - 1; round > 0; round -= 1) {
        const value = given.get(inRound(round));
        if (value !== undefined) return value;
      }
      return undefined;
    },

    /**
     * "none", "sending", "unsent", "taken"; "cleared", where an earlier one still counts; "late",
     * where the vote was closed before the last one was there; or the reason why it was refused.
     */
    get state() {
      if (refused !== null && question?.state === "open") return refused;
      const value = given.get(key());
      if (value === undefined) return cleared && sent !== undefined ? "cleared" : "none";
      if (question.state !== "open") return same(value, counted.get(key())) ? "taken" : "late";
      if (taken && !waiting()) return "taken";
      return connected ? "sending" : "unsent";
    },

    /** The present question is this one, or none. */
    ask(next) {
      const before = key();
      question = next;
      if (key() !== before) forget();
      // What is not sent when the vote is closed is lost, as it would be on paper.
      if (question?.state !== "open") {
        clock.clearTimeout(timer);
        timer = null;
      }
      onChange();
    },

    /** The answer is this now; `final`: the pointer is up, so send it at once. */
    choose(value, { final = true } = {}) {
      if (question?.state !== "open") return;
      given.set(key(), value);
      [taken, cleared, refused] = [false, false, null];
      const wait = last + EVERY - now();
      if (wait <= 0) deliver();
      else if (final || !waiting()) {
        clock.clearTimeout(timer);
        timer = clock.setTimeout(deliver, wait);
      }
      onChange();
    },

    /** The answer is taken back, and another not made yet: nothing is sent. */
    clear() {
      if (question?.state !== "open") return;
      clock.clearTimeout(timer);
      timer = null;
      given.delete(key());
      [cleared, refused] = [true, null];
      onChange();
    },

    /** Joined (again): what was chosen is sent once more, as it may not have arrived. */
    rejoin(present) {
      connected = true;
      cleared = false; // the server says what it has
      this.ask(present);
      if (given.get(key()) !== undefined) deliver();
      onChange();
    },

    /** The server has taken this answer: perhaps one from before the page was loaded again. */
    answered(id, value) {
      if (id !== question?.id) return;
      counted.set(key(), value);
      if (given.get(key()) === undefined && !cleared) {
        given.set(key(), value);
        sent = value;
      }
      if (same(value, sent)) taken = true;
      onChange();
    },

    /** The connection is lost; what it still carried is sent again by `rejoin`. */
    lost() {
      connected = false;
      onChange();
    },

    /** The server has refused the answer. */
    refuse(reason) {
      refused = reason;
      onChange();
    },
  };
}
