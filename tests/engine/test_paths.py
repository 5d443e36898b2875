"""By which way a gradient came back: the parts add up to the whole, and are what they claim."""

from __future__ import annotations

import numpy as np
import pytest

from engine import (
    GRU,
    RNN,
    Watch,
)
from engine.diagnostics import paths
from tests.engine import reference
from tests.engine.kinds import KINDS, build
from tests.engine.reference import STEP
from tests.engine.runs import experiment

T, D, H = 6, 2, 4


SLOPES = {
    reference.FUNCTIONS["tanh"]: lambda y: 1 - y**2,
    reference.relu: lambda y: np.where(y > 0, 1, 0),
    reference.sigmoid: lambda y: y * (1 - y),
    reference.softsign: lambda y: (1 - abs(y)) ** 2,
    reference.hard_sigmoid: lambda y: np.where((y > 0) & (y < 1), 1 / 6, 0),
}
"""φ′ by y = φ(a)."""


class Case:
    """One example, with a gradient that enters at some timesteps."""

    def __init__(self, name: str, enters: list[int]) -> None:
        rng = np.random.default_rng(7)
        self.kind, chosen = KINDS[name]
        self.phi = reference.phi_of(self.kind, **chosen)
        self.cell = build(name, D, H)
        self.params = reference.random_params(rng, self.kind, D, H)
        if name == "rnn-relu":
            self.params["bias_ih"] += 1.5  # some units speak at every timestep
        self.x, h_0, c_0 = (rng.standard_normal(s) for s in ((T, 1, D), (1, H), (1, H)))
        c_0 = c_0 if self.kind in reference.WITH_C else None
        self.trace = self.cell.forward(self.params, self.x, h_0, c_0)
        self.outside = np.zeros((T + 1, H))
        self.outside[enters] = rng.standard_normal((len(enters), H))
        self.grads = self.cell.backward(self.params, self.trace, self.outside[1:, np.newaxis])
        self.found = reference.forward(self.kind, self.params, self.x, h_0, c_0, **chosen)

    def parts(self, length: int) -> dict[str, np.ndarray]:
        """Return the parts as vectors (T, H), put together from blocks."""
        blocks = [slice(t, min(t + length, T)) for t in range(0, T, length)]
        made = []
        for block in blocks:
            parts = self.cell.paths(self.params, self.trace.workspace, block)
            made.append({name: part[:, :, 0].copy() for name, part in parts.items()})
        return {name: np.concatenate([parts[name] for parts in made]) for name in made[0]}

    def through_h(self, dh: np.ndarray) -> np.ndarray:
        """Return what ∂L/∂h_t (T, H) brings to ∂L/∂c_t within the timestep."""
        o, c = self.found["gates"]["o"][:, 0], self.found["c"][1:, 0]
        if self.kind == "ln_lstm":
            normed = {name: self.params[f"ln_c_{name}"] for name in ("weight", "bias")}
            brought = []
            for unit in range(H):
                moved = c + STEP * np.eye(H)[unit]
                moved = reference.layer_norm(moved, normed["weight"], normed["bias"])
                moved = o * self.phi.state(moved)
                brought.append((moved.imag / STEP.imag * dh).sum(axis=1))
            return np.stack(brought, axis=1)
        slope = o * SLOPES[self.phi.state](self.phi.state(c))
        if self.kind == "peephole_lstm":
            of_o = SLOPES[self.phi.gate](o)
            slope = slope + self.params["weight_co"] * of_o * self.phi.state(c)
        return slope * dh

    def through_norm(self, da: np.ndarray) -> np.ndarray:
        """Return what ∂L/∂LN (T, H) of an LN-RNN brings to ∂L/∂(W_ih x + W_hh h)."""
        p = self.params
        h = self.found["h"][:-1, 0]
        sums = self.x[:, 0] @ p["weight_ih"].T + h @ p["weight_hh"].T
        brought = []
        for unit in range(H):
            moved = sums + STEP * np.eye(H)[unit]
            moved = reference.layer_norm(moved, p["ln_weight"], p["ln_bias"])
            brought.append((moved.imag / STEP.imag * da).sum(axis=1))
        return np.stack(brought, axis=1)

    def norms(self, truncate: int | None = None) -> dict[str, np.ndarray]:
        space = self.trace.workspace
        return paths(self.cell, self.params, space, self.grads.reached, truncate)


@pytest.mark.parametrize("length", [1, 4, T])
@pytest.mark.parametrize("enters", [[T], [2, 3, 5], list(range(1, T + 1))])
@pytest.mark.parametrize("name", KINDS)
def test_the_parts_add_up_to_what_backward_gives(name, enters, length):
    case = Case(name, enters)
    parts = case.parts(length)
    if case.kind in reference.WITH_C:
        outside = np.zeros((T, H))
        outside[1:] = case.through_h(case.outside[1:])[:-1]
        total = case.grads.dc[:-1, 0]
        found_total = sum(parts.values()) + outside
    else:
        total = case.grads.dh[:-1, 0]
        passed = parts.values() if case.cell.gate_names else [parts["weight"]]
        found_total = sum(passed) + case.outside[:-1]
    np.testing.assert_allclose(found_total, total, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("enters", [[T], [2, 3, T]])
@pytest.mark.parametrize("name", KINDS)
def test_each_part_is_what_its_name_says(name, enters):
    case = Case(name, enters)
    dh, found, norms = case.grads.dh[1:, 0], case.found, case.norms()
    if case.kind in reference.WITH_C:
        direct = found["gates"]["f"][:, 0] * case.grads.dc[1:, 0]
        np.testing.assert_allclose(norms["cell"], np.linalg.norm(direct, axis=1), rtol=1e-12)
        assert norms["gates"][0] == 0  # h_0 is given, so that c_0 has no way through it
        assert (norms["gates"][1:] > 0).all()
        if case.kind == "peephole_lstm":
            i, f, g = (found["gates"][gate][:, 0] for gate in "ifg")
            c_ = found["c"][:-1, 0]
            of_i, of_f = case.params["weight_ci"], case.params["weight_cf"]
            by_gate = SLOPES[case.phi.gate]
            slope = of_i * by_gate(i) * g + of_f * by_gate(f) * c_
            seen = np.linalg.norm(slope * case.grads.dc[1:, 0], axis=1)
            np.testing.assert_allclose(norms["peepholes"], seen, rtol=1e-12)
    elif "z" in found["gates"] or case.kind == "mgu":
        gates = found["gates"]
        direct = (1 - gates["f"] if case.kind == "mgu" else gates["z"])[:, 0] * dh
        np.testing.assert_allclose(norms["carry"], np.linalg.norm(direct, axis=1), rtol=1e-12)
        rest = case.grads.dh[:-1, 0] - case.outside[:-1] - direct
        np.testing.assert_allclose(norms["candidate"], np.linalg.norm(rest, axis=1), rtol=1e-10)
    else:
        h = found["h"][1:, 0]
        slope = SLOPES[case.phi.state](h)
        assert (slope < 1).any()
        da = dh * slope
        shrunk = np.linalg.norm(da, axis=1) / np.linalg.norm(dh, axis=1)
        np.testing.assert_allclose(norms["nonlinearity"], shrunk, rtol=1e-12)
        if case.kind == "ln_rnn":
            da = case.through_norm(da)
            shrunk *= norms["norm"]
            left = np.linalg.norm(da, axis=1) / np.linalg.norm(dh, axis=1)
            np.testing.assert_allclose(shrunk, left, rtol=1e-11)
        through = np.linalg.norm(da @ case.params["weight_hh"], axis=1)
        weight = through / np.linalg.norm(da, axis=1)
        np.testing.assert_allclose(norms["weight"], weight, rtol=1e-12)


@pytest.mark.parametrize("name", ["rnn-tanh", "rnn-relu"])
def test_the_two_factors_of_an_rnn_multiply_to_its_shrinkage(name):
    case = Case(name, [T])
    dh_norm = np.linalg.norm(case.grads.dh[:, 0], axis=1)
    factors = case.norms()
    np.testing.assert_allclose(
        factors["nonlinearity"] * factors["weight"], dh_norm[:-1] / dh_norm[1:], rtol=1e-12
    )


def test_a_dead_layer_is_killed_by_its_nonlinearity_and_not_by_its_weights():
    cell = RNN(1, 3, nonlinearity="relu")
    params = {name: np.ones(shape) for name, shape in cell.shapes().items()}
    params["bias_ih"] = np.full(3, -1e3)
    trace = cell.forward(params, np.zeros((2, 1, 1)))
    grads = cell.backward(params, trace, np.ones((2, 1, 3)))
    found = paths(cell, params, trace.workspace, grads.reached)
    np.testing.assert_array_equal(found["nonlinearity"], 0)
    assert np.isnan(found["weight"]).all()


def test_a_gru_that_keeps_its_state_carries_the_whole_gradient():
    cell = GRU(1, 3)
    rng = np.random.default_rng(0)
    params = reference.random_params(rng, "gru", 1, 3)
    params["bias_ih"][3:6] = 800  # z = 1
    trace = cell.forward(params, rng.standard_normal((5, 1, 1)))
    dh = np.zeros((5, 1, 3))
    dh[-1] = [[0, 3, 4]]
    grads = cell.backward(params, trace, dh)
    found = paths(cell, params, trace.workspace, grads.reached)
    np.testing.assert_allclose(found["carry"], 5, rtol=1e-12)
    np.testing.assert_array_equal(found["candidate"], 0)


@pytest.mark.parametrize("enters", [[T], list(range(1, T + 1))])
@pytest.mark.parametrize("name", KINDS)
def test_nothing_passes_where_truncation_cuts(name, enters):
    case = Case(name, enters)
    space = case.trace.workspace
    entering = np.zeros(T + 1, dtype=bool)
    entering[enters] = True
    space.dh[:, :, 0] = case.outside
    case.grads = case.cell.run_back(case.params, space, entering, with_dx=False, truncate=4)
    for values in case.norms(truncate=4).values():
        gaps = np.flatnonzero(np.isnan(values)).tolist()
        assert gaps == ([2] if len(enters) > 1 else [0, 1, 2])


@pytest.mark.parametrize(
    ("lane", "names"),
    [
        ({"cell": "rnn"}, {"nonlinearity", "weight"}),
        ({"cell": "lstm"}, {"cell", "gates"}),
        ({"cell": "gru"}, {"carry", "candidate"}),
        ({"cell": "peephole_lstm"}, {"cell", "peepholes", "gates"}),
        ({"cell": "ln_rnn"}, {"nonlinearity", "norm", "weight"}),
    ],
)
def test_a_frame_shows_the_paths_of_the_examples_gradient(lane, names):
    run = experiment(base={"num_layers": 2, **lane}, lanes=[{}])
    frame = run.advance(Watch(layer=0, example=1, views=("paths",)))
    found = {name: frame.arrays[f"0/paths.{name}"] for name in names}
    dh = np.linalg.norm(frame.arrays["0/example.dh"], axis=1)
    if lane["cell"] == "gru":
        z_is_below_one = found["carry"] < dh[1:]
        assert z_is_below_one.all()
    elif lane["cell"] in reference.WITH_C:
        dc = np.linalg.norm(frame.arrays["0/example.dc"], axis=1)
        if lane["cell"] == "lstm":
            assert found["cell"][0] == pytest.approx(dc[0], rel=1e-12)  # c_0 has no other way
        else:  # but for the peepholes
            assert abs(found["cell"][0] - dc[0]) <= found["peepholes"][0] * (1 + 1e-12)
    else:
        assert (found["nonlinearity"] <= 1).all()
    assert all((values[1:] > 0).all() for values in found.values())
