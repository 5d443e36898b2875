import assert from "node:assert/strict";
import { test } from "node:test";

import { createAnswer } from "../../../../static/js/room/questions/answer.js";
import { createClock } from "../../clock.js";

const OPEN = {
  id: 1,
  kind: "choice",
  text: "Which?",
  options: ["a", "b"],
  state: "open",
  round: 1,
};
const CLOSED = { ...OPEN, state: "closed" };

function setUp() {
  const clock = createClock();
  const sent = [];
  let connected = true;
  const answer = createAnswer({
    send(message) {
      if (connected) sent.push(message);
      return connected;
    },
    clock,
    now: () => clock.now,
    onChange() {},
  });
  return {
    answer,
    clock,
    sent,
    values: () => sent.map(({ value }) => value),
    cut: () => (connected = false),
    mend: () => (connected = true),
  };
}

test("a choice is sent at once, and taken when the server says so", () => {
  const { answer, sent } = setUp();
  answer.ask(OPEN);
  assert.equal(answer.state, "none");
  answer.choose(1);
  assert.deepEqual(sent, [{ type: "answer", question: 1, value: 1 }]);
  assert.equal(answer.state, "sending");
  answer.answered(1, 1);
  assert.equal(answer.state, "taken");
});

test("while somebody draws, at most two answers go out in a second, the last one always", () => {
  const { answer, clock, values } = setUp();
  answer.ask(OPEN);
  for (let step = 0; step <= 20; step += 1) {
    answer.choose([step], { final: step === 20 });
    clock.pass(50);
  }
  clock.pass(1000);
  assert.deepEqual(values()[0], [0]);
  assert.deepEqual(values().at(-1), [20]);
  assert.ok(values().length <= 4, `${values().length} in two seconds`);
});

test("an answer that is changed meanwhile is not taken yet", () => {
  const { answer, clock } = setUp();
  answer.ask(OPEN);
  answer.choose(0);
  answer.choose(1);
  answer.answered(1, 0);
  assert.equal(answer.state, "sending");
  clock.pass(500);
  answer.answered(1, 0); // the first one's answer, late
  assert.equal(answer.state, "sending");
  answer.answered(1, 1);
  assert.equal(answer.state, "taken");
});

test("joined again, the same question in the same round gets the answer once more", () => {
  const { answer, values, cut, mend } = setUp();
  answer.ask(OPEN);
  cut();
  answer.choose([-3, null]);
  assert.equal(answer.state, "unsent");
  mend();
  answer.rejoin({ ...OPEN });
  assert.deepEqual(values(), [[-3, null]]);
  // The server's own memory may be older than what is on its way.
  answer.answered(1, [-9, null]);
  assert.deepEqual(answer.value, [-3, null]);
  assert.equal(answer.state, "sending");
  answer.answered(1, [-3, null]);
  assert.equal(answer.state, "taken");
});

test("joined again, another question, round or a closed vote gets none", () => {
  for (const other of [
    { ...OPEN, id: 2 },
    { ...OPEN, round: 2 },
    { ...OPEN, text: "Else?" },
    CLOSED,
    null,
  ]) {
    const { answer, sent } = setUp();
    answer.ask(OPEN);
    answer.choose(0);
    answer.rejoin(other);
    assert.equal(sent.length, 1);
  }
});

test("what waits when the vote is closed is not sent", () => {
  const { answer, clock, values } = setUp();
  answer.ask(OPEN);
  answer.choose(0);
  answer.choose(1);
  answer.ask(CLOSED);
  clock.pass(1000);
  answer.choose(0);
  assert.deepEqual(values(), [0]);
});

test("a page that was loaded again has its answer from the server", () => {
  const { answer } = setUp();
  answer.ask(OPEN);
  answer.answered(2, 0); // of another question
  assert.equal(answer.value, undefined);
  answer.answered(1, 1);
  assert.equal(answer.value, 1);
  assert.equal(answer.state, "taken");
});

test("each round keeps its own answer", () => {
  const { answer } = setUp();
  answer.ask(OPEN);
  answer.choose(0);
  answer.answered(1, 0);
  answer.ask({ ...OPEN, round: 2 });
  assert.equal(answer.value, undefined);
  assert.equal(answer.earlier, 0, "what one gave before the discussion");
  answer.choose(1);
  answer.answered(1, 1);
  assert.deepEqual([answer.inRound(1), answer.inRound(2)], [0, 1]);
  answer.ask({ ...OPEN, round: 3 });
  assert.equal(answer.earlier, 1);
});

test("what one gave before the discussion is not sent after it by itself", () => {
  const { answer, values } = setUp();
  answer.ask(OPEN);
  answer.choose(0);
  answer.ask({ ...OPEN, round: 2 });
  answer.rejoin({ ...OPEN, round: 2 });
  assert.deepEqual(values(), [0]);
  assert.equal(answer.state, "none");
});

test("an answer that is cleared is not sent, and the one that was counts", () => {
  const { answer, clock, values } = setUp();
  answer.ask(OPEN);
  answer.clear();
  assert.equal(answer.state, "none", "nothing was given yet");
  answer.choose(0);
  answer.choose(1); // waits for its turn
  answer.clear();
  answer.answered(1, 0);
  clock.pass(1000);
  assert.deepEqual(values(), [0]);
  assert.deepEqual([answer.state, answer.value, answer.inRound(1)], ["cleared", undefined, 0]);
  answer.choose(1);
  answer.answered(1, 1);
  assert.deepEqual([answer.state, answer.inRound(1)], ["taken", 1]);
});

test("a page that comes back shows again what counts, though it was cleared", () => {
  const { answer } = setUp();
  answer.ask(OPEN);
  answer.choose(0);
  answer.clear();
  answer.rejoin(OPEN);
  answer.answered(1, 0);
  assert.deepEqual([answer.value, answer.state], [0, "taken"]);
});

test("what came too late is told, and not shown as an answer that counts", () => {
  const { answer, cut, mend } = setUp();
  answer.ask(OPEN);
  answer.choose(0);
  answer.answered(1, 0);
  cut();
  answer.choose(1);
  mend();
  answer.rejoin(CLOSED);
  answer.answered(1, 0); // as the server tells everybody who joins
  assert.deepEqual([answer.state, answer.inRound(1)], ["late", 0]);
});

test("what was there in time is not called late, though the vote is closed at once", () => {
  const { answer } = setUp();
  answer.ask(OPEN);
  answer.choose(0);
  answer.answered(1, 0);
  answer.ask(CLOSED);
  assert.equal(answer.state, "taken");
});

test("a refusal is told until something else is chosen", () => {
  const { answer } = setUp();
  answer.ask(OPEN);
  answer.choose(0);
  answer.refuse("value: an integer from 0 to 1");
  assert.equal(answer.state, "value: an integer from 0 to 1");
  answer.choose(1);
  assert.equal(answer.state, "sending");
});
