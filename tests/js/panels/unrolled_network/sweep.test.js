import assert from "node:assert/strict";
import { test } from "node:test";

import {
  advance,
  begin,
  choose,
  end,
  front,
  neighbour,
  otherSpeed,
  PHASES,
  REST,
  scrub,
  SPEEDS,
  timestep,
  toggle,
} from "../../../../static/js/panels/unrolled_network/sweep.js";

const secondsOf = (sweep, most = 60) => {
  let seconds = 0;
  for (let at = sweep; at.playing && seconds < most; seconds += 0.01) at = advance(at, 0.01);
  return seconds;
};

test("a sweep goes through five phases in order, once, slowly enough to read what is said, and rests", () => {
  const seen = [];
  let sweep = begin(REST);
  for (let k = 0; k < 1000 && sweep.playing; k += 1) {
    if (sweep.phase !== seen.at(-1)) seen.push(sweep.phase);
    sweep = advance(sweep, 0.02);
  }
  assert.deepEqual(seen, ["forward", "loss", "backward", "clip", "update"]);
  assert.deepEqual(sweep, REST);
  const seconds = secondsOf(begin(REST));
  assert.ok(seconds > 8 && seconds < 9, `${seconds} s`);
});

test("whoever changes the speed is offered slower ones first; twice the speed takes half the time, and the speed outlives the sweep", () => {
  const usual = secondsOf(begin(REST));
  let sweep = begin(REST);
  const speeds = SPEEDS.map(() => (sweep = otherSpeed(sweep)).speed);
  assert.deepEqual(speeds, [0.5, 0.25, 2, 1]);
  for (const speed of SPEEDS) {
    assert.ok(Math.abs(secondsOf(begin({ ...REST, speed })) - usual / speed) < 0.05, `×${speed}`);
  }
  assert.equal(end({ ...begin(REST), speed: 0.25 }).speed, 0.25);
});

test("one long frame passes over whole phases and loses no time", () => {
  const small = Array.from({ length: 20 }).reduce((sweep) => advance(sweep, 0.1), begin(REST));
  const large = advance(begin(REST), 2);
  assert.equal(large.phase, small.phase);
  assert.ok(Math.abs(large.progress - small.progress) < 1e-9);
  assert.deepEqual(advance(begin(REST), 100), REST);
});

test("a phase alone halts at its end, and without motion it is there at once", () => {
  const moved = advance(choose(REST, "loss", true), 5);
  assert.deepEqual([moved.phase, moved.progress, moved.playing], ["loss", 1, false]);
  const still = choose(REST, "backward", false);
  assert.deepEqual([still.phase, still.progress, still.playing], ["backward", 1, false]);
  assert.equal(advance(still, 9).progress, 1);
});

test("the phases have neighbours, with the whole picture at both ends", () => {
  assert.equal(neighbour(REST, 1), "forward");
  assert.equal(neighbour(REST, -1), "update");
  assert.deepEqual(
    PHASES.map((phase) => neighbour({ phase }, 1)),
    ["loss", "backward", "clip", "update", null],
  );
  assert.equal(neighbour({ phase: "forward" }, -1), null);
});

test("play goes on from where it stands, and from the end of a phase with the next", () => {
  assert.equal(toggle(begin(REST)).playing, false);
  const halted = toggle({ ...advance(begin(REST), 0.8), playing: false });
  assert.ok(halted.playing && halted.phase === "forward" && halted.progress > 0.2);
  const next = toggle(choose(REST, "loss", false));
  assert.deepEqual(
    [next.phase, next.progress, next.playing, next.alone],
    ["backward", 0, true, false],
  );
  assert.equal(toggle(choose(REST, "update", false)).phase, "forward");
});

test("forward runs from 0 to T, backward from T to 0", () => {
  const places = (phase) =>
    [0, 0.2, 0.4, 0.6, 0.8, 1].map((progress) => front({ phase, progress }, 50));
  const forward = places("forward");
  assert.deepEqual([forward[0], forward.at(-1)], [0, 50]);
  assert.deepEqual(
    forward,
    forward.toSorted((a, b) => a - b),
  );
  places("backward").forEach((t, k) => assert.ok(Math.abs(t - (50 - forward[k])) < 1e-9));
  assert.equal(front({ phase: "clip", progress: 0.5 }, 50), null);
});

test("scrubbing to a timestep is at that timestep, for every one and both ways", () => {
  for (const phase of ["forward", "backward"]) {
    for (const last of [1, 20, 33, 50, 500]) {
      for (let t = 0; t <= last; t += 1) {
        const sweep = scrub(choose(REST, phase, true), t, last);
        assert.equal(timestep(sweep, last), t, `${phase} ${t} of ${last}`);
        assert.equal(sweep.playing, false);
      }
    }
  }
  const clip = choose(REST, "clip", false);
  assert.equal(scrub(clip, 3, 50), clip);
  assert.equal(timestep(clip, 50), null);
});
