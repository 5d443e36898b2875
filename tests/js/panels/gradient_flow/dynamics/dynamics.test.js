import assert from "node:assert/strict";
import { test } from "node:test";

import {
  ageText,
  becameOf,
  counted,
  exponentSentence,
  pointName,
  pointSentences,
} from "../../../../../static/js/panels/gradient_flow/dynamics/captions.js";
import {
  EVERY,
  Follower,
} from "../../../../../static/js/panels/gradient_flow/dynamics/follower.js";
import {
  arrange,
  SteadyPlane,
} from "../../../../../static/js/panels/gradient_flow/dynamics/layout.js";
import { crowding } from "../../../../../static/js/panels/gradient_flow/dynamics/points.js";
import {
  findings,
  jointStates,
  PLANES,
  projected,
  turnedAlike,
} from "../../../../../static/js/panels/gradient_flow/dynamics/scene.js";
import { dynamicsTable } from "../../../../../static/js/panels/gradient_flow/dynamics/table.js";
import { links, Trails } from "../../../../../static/js/panels/gradient_flow/dynamics/trails.js";

const array = (shape, data) => ({ shape, dtype: "F32", data: Float64Array.from(data) });
const lane = { index: 1, label: "LSTM", state_names: ["h", "c"], num_layers: 2 };

function point(state, patch = {}) {
  return {
    state: Float64Array.from(state),
    sort: "stable",
    unstable: 0,
    residual: -14,
    eigenvalues: Float64Array.of(0.5, 0),
    readout: null,
    ...patch,
  };
}

test("the joint state is h and c of each timestep, one after the other", () => {
  const arrays = {
    "1/h": array([2, 2], [1, 2, 3, 4]),
    "1/c": array([2, 2], [5, 6, 7, 8]),
  };
  const { data, size } = jointStates({ arrays }, lane);
  assert.equal(size, 4);
  assert.deepEqual([...data], [1, 2, 5, 6, 3, 4, 7, 8]);
  assert.equal(jointStates({ arrays: { "1/h": arrays["1/h"] } }, lane), null);
});

const plane = {
  mean: Float64Array.of(1, 0, 0),
  axes: Float64Array.of(0, 1, 0, 0, 0, 1, 1, 0, 0),
  share: Float64Array.of(0.6, 0.3, 0.1),
};

test("states are seen along the two directions that were chosen, from the mean", () => {
  const states = Float64Array.of(3, 4, 5, 1, 0, 0);
  assert.deepEqual([...projected(states, plane, PLANES["1·2"])], [4, 5, 0, 0]);
  assert.deepEqual([...projected(states, plane, PLANES["2·3"])], [5, 2, 0, 0]);
});

test("from the side, the picture is a turn of the three directions: it stretches nothing", () => {
  const { weights } = PLANES["1·2·3"];
  for (const row of weights) assert.ok(Math.abs(Math.hypot(...row) - 1) < 1e-12);
  const across = weights[0].reduce((sum, each, k) => sum + each * weights[1][k], 0);
  assert.ok(Math.abs(across) < 1e-12);
});

test("a main direction that came out the other way round is turned back", () => {
  const flipped = { ...plane, axes: plane.axes.map((each, n) => (n < 3 ? -each : each)) };
  assert.deepEqual([...turnedAlike(flipped, plane).axes], [...plane.axes]);
  assert.equal(turnedAlike(plane, null), plane);
});

function study(patch = {}) {
  return {
    status: "there",
    iteration: 40,
    found: { kind: "dynamics", lane: 1 },
    text: { layer: "1", inputs: "zero" },
    arrays: {
      points: array([2, 3], [1, 1, 1, 0, 0, 0]),
      fixed: array([2], [1, 1]),
      unstable: array([2], [0, 2]),
      log10_residual: array([2], [-15, -13]),
      eigenvalues: array([2, 1, 2], [0.5, 0, 1.5, 0]),
      readout: array([2, 1], [0.9, 0]),
      mean: array([3], [1, 0, 0]),
      axes: array([3, 3], plane.axes),
      share: array([3], plane.share),
      lyapunov: array([1], [-0.2]),
      lyapunov_spread: array([1], [0.01]),
    },
    ...patch,
  };
}

test("findings are read for the lane and layer that they are of, and for no other", () => {
  const state = (patch = {}) => ({ studies: { dynamics: study(patch) }, watch: { layer: 1 } });
  const found = findings(state(), lane);
  assert.deepEqual(
    found.points.map(({ sort, unstable }) => [sort, unstable]),
    [
      ["stable", 0],
      ["saddle", 2],
    ],
  );
  assert.deepEqual([...found.points[1].state], [0, 0, 0]);
  assert.equal(findings(state(), { ...lane, index: 0 }), null);
  assert.equal(findings(state({ text: { layer: "0" } }), lane), null);
  assert.equal(findings({ ...state(), studies: {} }, lane), null);
});

test("a point is what became of the nearest one, if it is nearest to that one too", () => {
  const [a, b] = [point([0]), point([4])];
  const [near, between] = [point([0.1]), point([3])];
  assert.deepEqual(links([a, b], [near, between]), [
    [a, near],
    [b, between],
  ]);
  assert.deepEqual(links([a, b], [near]), [[a, near]], "b went nowhere");
  assert.deepEqual(links([a], [point([0], { sort: "slow" })]), []);
});

test("trails keep studies by iteration and forget them with the run or the lane", () => {
  const trails = new Trails();
  const run = {};
  const found = (iteration) => ({ iteration, points: [point([iteration])] });
  const [late, early] = [found(200), found(0)];
  trails.see(late, { run, of: "0,0" });
  trails.see(early, { run, of: "0,0" });
  assert.deepEqual(trails.studies, [early, late]);
  assert.equal(trails.links.length, 1);
  const again = found(200);
  trails.see(again, { run, of: "0,0" });
  assert.deepEqual(trails.studies, [early, again], "the same iteration stands once");
  trails.see(null, { run, of: "1,0" });
  assert.deepEqual(trails.studies, []);
});

test("a search follows training one at a time, some iterations apart, where it is seen", () => {
  const follower = new Follower();
  const lanes = [];
  const at = (iteration, patch = {}) => {
    return { lanes, frame: { iteration }, studies: {}, away: [], ...patch };
  };
  assert.equal(follower.isDue(at(0)), false, "nobody asked for it");
  follower.on = true;
  assert.equal(follower.isDue(at(0)), true);
  follower.asked(at(0));
  assert.equal(follower.isDue(at(EVERY - 1)), false);
  assert.equal(follower.isDue(at(EVERY)), true);
  const busy = { dynamics: { status: "computing" } };
  assert.equal(follower.isDue(at(EVERY, { studies: busy })), false);
  assert.equal(follower.isDue(at(EVERY, { away: ["gradient-flow"] })), false);
  assert.equal(follower.isDue(at(3, { lanes: [] })), true, "another run");
});

test("what eigenvalues mean is said by how many of them are above 1", () => {
  const memory = pointSentences(point([0], { eigenvalues: Float64Array.of(0.8, 0, 0.1, 0) }));
  assert.match(memory, /^All \|λ\| < 1, the largest 0\.800: a memory\. .* after 21 timesteps\./);
  assert.match(memory, /‖F\(s\) − s‖ < 10⁻¹²\.$/);
  const turning = pointSentences(point([0], { eigenvalues: Float64Array.of(0.6, 0.6) }));
  assert.match(turning, /turns as it fades/);
  const saddle = point([0], {
    sort: "saddle",
    unstable: 1,
    eigenvalues: Float64Array.of(1.5, 0, 0.2, 0),
  });
  assert.match(pointSentences(saddle), /^1 of \|λ\| > 1, the largest 1\.50: a watershed/);
  const slow = point([0], { sort: "slow", residual: -2 });
  assert.match(pointSentences(slow), /Not fixed, but slow: .* = 0\.010\. A change by 1 takes 100/);
});

test("a point's name holds what the network says there, if that is short", () => {
  const corner = point([0], { readout: Float64Array.of(0.98, -1.02, 1) });
  assert.equal(pointName(corner, 0), "● 1 stable: +0.98 −1.0 +1.0");
  assert.equal(pointName(point([0], { readout: new Float64Array(9) }), 2), "● 3 stable");
  assert.equal(pointName(point([0], { sort: "saddle", unstable: 2 }), 1), "◇ 2 saddle (2)");
});

test("an exponent is order below 0, chaos above and the edge at 0", () => {
  // λ is an eigenvalue on this face.
  for (const value of [-0.1, 0.001, 0.2, -Infinity])
    assert.doesNotMatch(exponentSentence(value), /λ/);
  assert.match(exponentSentence(-0.1), /^Largest −0\.10: order\. .* halves in 6\.9 timesteps/);
  assert.match(exponentSentence(0.2), /^Largest 0\.20: chaos\. .* doubles in 3\.5 timesteps/);
  assert.match(exponentSentence(0.001), /edge of chaos/);
  assert.match(exponentSentence(-Infinity), /wipes out every difference/);
  assert.match(exponentSentence(NaN), /not finite/);
});

test("points are counted by their sorts, and stable ones by iteration", () => {
  const points = [point([0]), point([1]), point([2], { sort: "saddle", unstable: 1 })];
  assert.equal(counted(points), "2 stable, 1 saddle, 0 slow");
  assert.equal(becameOf([{ iteration: 0, points }]), "");
  const both = [
    { iteration: 0, points: points.slice(2) },
    { iteration: 1200, points },
  ];
  assert.equal(becameOf(both), "stable, by iteration: 0 at 0 → 2 at 1,200");
});

test("one scale serves both axes, and all that has to be seen is within them", () => {
  const steady = new SteadyPlane();
  const cloud = Float64Array.of(-4, -1, 4, 1);
  const range = steady.of([cloud], "a");
  const place = arrange({ width: 500, height: 190, small: 11, range });
  const scale = (axis) => Math.abs(axis(1) - axis(0));
  assert.ok(Math.abs(scale(place.x) - scale(place.y)) < 1e-9);
  assert.ok(place.x(-4) > place.left && place.x(4) < place.right);
  assert.ok(place.y(1) > place.top && place.y(-1) < place.bottom);
  assert.equal(steady.of([cloud.map((each) => each * 0.9)], "a"), range, "it holds still");
  assert.notEqual(steady.of([cloud.map((each) => each * 2)], "a"), range);
  assert.ok(steady.of([Float64Array.of(NaN, NaN)], "b").width > 0);
});

test("the table holds the path and the points of every study, in the plane that is shown", () => {
  const { columns, rows } = dynamicsTable({
    lane,
    iteration: 7,
    path: Float64Array.of(0, 1, 2, 3),
    studies: [{ iteration: 5, points: [point([9])] }],
    project: ([value]) => Float64Array.of(value, -value),
  });
  const at = (row, name) => rows[row][columns.indexOf(name)];
  assert.deepEqual([at(1, "what"), at(1, "t"), at(1, "x"), at(1, "y")], ["path", 1, 2, 3]);
  assert.deepEqual([at(2, "what"), at(2, "iteration"), at(2, "x")], ["stable", 5, 9]);
  assert.equal(at(2, "largest |λ|"), 0.5);
});

test("points of another iteration than the path are said to be so", () => {
  const found = /** @type {any} */ ({ iteration: 0 });
  const frame = (iteration) => /** @type {any} */ ({ iteration });
  assert.equal(ageText(frame(0), found), "");
  assert.equal(ageText(frame(366), null), "");
  assert.equal(ageText(frame(1366), found), "Faint points: of iteration 0. Path: of 1,366.");
});

test("marks that would lie on each other are small", () => {
  const place = /** @type {any} */ ({ x: (x) => 10 * x, y: (y) => 10 * y });
  assert.deepEqual(crowding(place, [0, 0, 0.5, 0.5, 9, 9]), [true, true, false]);
  assert.deepEqual(crowding(place, []), []);
});
