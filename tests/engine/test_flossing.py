"""Gradient flossing: its gradient against differences, and what it must leave alone."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from engine import Experiment
from engine.diagnostics import Chain, lyapunov_exponents
from engine.flossing import directions, flossed, flossing_gradient, flossing_penalty, timesteps
from engine.model import Model
from tests.engine import reference
from tests.engine.runs import CELLS, advance, differences, experiment

PLAIN = {"optimizer": "sgd", "learning_rate": 1.0, "clip": "none"}
KINDS = [*((cell, "tanh") for cell in CELLS), ("rnn", "relu")]
T, B, D, H = 7, 3, 2, 6


class Problem:
    """A model at random weights on random sequences, from random states."""

    def __init__(
        self, cell: str, nonlinearity: str = "tanh", layers: int = 1, T: int = T, H: int = H
    ):
        rng = self.rng = np.random.default_rng([layers, T])
        self.model = Model(cell, D, H, 1, layers, nonlinearity)
        self.params = reference.random_model_params(rng, cell, D, H, 1, layers)
        for name in self.params:  # in large layers of large weights every unit is saturated
            self.params[name] *= 0.5 if "weight" in name else 1.0
            if nonlinearity == "relu" and name.startswith("bias"):
                self.params[name] = 1 + abs(self.params[name])  # or whole layers would be dead
        self.x = rng.standard_normal((T, B, D))
        states = len(self.model.cells[0].state_names)
        self.initial = 0.3 * rng.standard_normal((layers, states, H, B))

    def spaces(self, params=None):
        spaces = self.model.workspaces(len(self.x), B)
        self.model.forward(params or self.params, self.x, slice(None), spaces, self.initial)
        return spaces

    def penalty(self, params=None, example: int = 0) -> float:
        return flossing_penalty(self.model, params or self.params, self.spaces(params), example)

    def gradient(self, example: int = 0):
        return flossing_gradient(self.model, self.params, self.spaces(), example)

    def slope(
        self, name: str, direction: np.ndarray, example: int = 0, step: float = 5e-6
    ) -> float:
        """Return how the penalty changes in a direction, by central differences of fourth order."""

        def at(by: float) -> float:
            return self.penalty(self.params | {name: self.params[name] + by * direction}, example)

        return (8 * (at(step) - at(-step)) - at(2 * step) + at(-2 * step)) / (12 * step)

    def check(self, tolerance: float, example: int = 0) -> None:
        gradient = self.gradient(example)
        assert set(gradient) == {name for name in self.params if not name.startswith("readout")}
        for name, found in gradient.items():
            assert found.shape == self.params[name].shape
            # Along the gradient and to a side of it: a slope that rounding does not drown.
            aside = self.rng.standard_normal(found.shape)
            direction = found / (np.linalg.norm(found) or 1) + 0.5 * aside / np.linalg.norm(aside)
            expected = np.sum(found * direction)
            slope = self.slope(name, direction, example)
            # With ReLU, J = diag(φ′) W_hh depends on no bias and no input.
            assert slope == pytest.approx(expected, rel=tolerance, abs=1e-9), name


@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize(("cell", "nonlinearity"), KINDS)
def test_the_gradient_is_that_of_the_penalty(cell, nonlinearity, layers):
    Problem(cell, nonlinearity, layers).check(1e-6, example=1)


@pytest.mark.parametrize("cell", ["rnn", "lstm"])
def test_long_sequences_whose_directions_part_keep_their_digits(cell):
    # Without taking rounding out on the way back, it would grow by e^(λ_1 − λ_K) a timestep.
    Problem(cell, T=150).check(1e-6)


def test_many_small_passes_add_up_to_a_large_one(monkeypatch):
    problem = Problem("gru", layers=2)
    expected = problem.gradient()
    monkeypatch.setattr(timesteps, "CHUNK_BYTES", 1)
    for name, found in problem.gradient().items():
        np.testing.assert_allclose(found, expected[name], rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("cell", CELLS)
def test_the_exponents_are_those_that_the_view_shows(cell):
    problem = Problem(cell, H=8, T=20)
    (space,) = problem.spaces()
    chain = Chain(problem.model.cells[0], problem.model.layer_params(problem.params, 0), space, 2)
    found = directions(chain, flossed(chain.size)).lyapunov
    expected = lyapunov_exponents(chain)
    assert len(found) >= len(expected) == 4
    np.testing.assert_allclose(found[:4], expected, rtol=1e-10)
    assert problem.penalty(example=2) == pytest.approx(np.mean(found**2))


class Jacobians:
    """Matrices with powers of two, in the place of a chain."""

    def __init__(self, matrices: np.ndarray, exponents: np.ndarray) -> None:
        self.matrices, self.exponents = matrices, exponents
        self.timesteps, self.size = matrices.shape[:2]

    def forward(self) -> Iterator[tuple[int, np.ndarray, int]]:
        yield from zip(range(self.timesteps), self.matrices, self.exponents.tolist(), strict=True)

    def backward(self) -> Iterator[tuple[int, np.ndarray, int]]:
        yield from reversed(list(self.forward()))


@pytest.mark.parametrize("k", range(4))
def test_each_exponent_has_the_derivative_by_each_jacobian_that_differences_have(k):
    rng = np.random.default_rng(4)
    J, exponents = rng.normal(size=(9, 6, 6)), rng.integers(-20, 20, 9)
    weights = np.eye(4)[k]

    def exponent(moved: np.ndarray) -> float:
        return 9 * directions(Jacobians(moved, exponents), 4).lyapunov[k]

    found = directions(Jacobians(J, exponents), 4)
    U, step = found.covectors(weights), 1e-6
    for t in range(9):
        by_jacobian = np.ldexp(U[t], exponents[t]) @ found.Q[t].T  # by the one without its power
        aside = np.zeros_like(J)
        aside[t] = rng.normal(size=(6, 6))
        difference = (exponent(J + step * aside) - exponent(J - step * aside)) / (2 * step)
        assert difference == pytest.approx(np.sum(by_jacobian * aside[t]), rel=1e-6, abs=1e-8)


def test_directions_that_dead_units_lose_are_left_out():
    problem = Problem("rnn", "relu")
    problem.params["bias_ih_l0"] += [-50, -50, -50, -50, 3, 3]
    (space,) = problem.spaces()
    chain = Chain(problem.model.cells[0], problem.model.layer_params(problem.params, 0), space)
    assert flossed(chain.size) == 3
    left = directions(chain, 3).lyapunov
    assert len(left) == 2  # units that are alive
    assert problem.penalty() == pytest.approx(np.sum(left**2) / 3)
    gradient = problem.gradient()
    assert np.abs(gradient["weight_hh_l0"][4:, 4:]).min() > 0
    np.testing.assert_array_equal(gradient["weight_hh_l0"][:4], 0)


def test_where_all_directions_are_lost_nothing_pulls():
    problem = Problem("rnn", "relu", layers=2)
    problem.params["bias_ih_l1"][:] = -50
    gradient = problem.gradient()
    assert all((gradient[name] == 0).all() for name in gradient if name.endswith("l1"))
    assert np.abs(gradient["weight_hh_l0"]).max() > 0


@pytest.mark.parametrize("cell", CELLS)
def test_numbers_that_are_lost_are_data(cell):
    problem = Problem(cell, layers=2)
    problem.params["weight_hh_l0"][0, 0] = np.nan
    with np.errstate(all="ignore"):
        assert np.isnan(problem.penalty())
        gradient = problem.gradient()
    assert set(gradient) == {name for name in problem.params if not name.startswith("readout")}
    assert all(np.isnan(each).all() for each in gradient.values())


def test_the_leading_half_of_the_exponents_is_pulled_at_sixteen_at_most():
    assert [flossed(size) for size in (1, 2, 5, 32, 33, 512)] == [1, 1, 2, 16, 16, 16]


@pytest.mark.parametrize("precision", ["float64", "float32"])
def test_it_joins_the_gradient_before_clipping_and_nothing_else(precision):
    base = {"num_layers": 2, "precision": precision, **PLAIN}
    plain = experiment(base=base)
    pulled = experiment(base={**base, "flossing": 0.2})
    (one,), (other,) = advance(plain, 1), advance(pulled, 1)
    changed = {name.split("/")[1].split(".")[0] for name in differences(one, other)}
    assert changed == {"grad_norm", "update_norm", "update_ratio"}
    for ours, theirs in zip(pulled.lanes, plain.lanes, strict=True):
        spaces = ours.model.workspaces(12, 6, precision)
        x = pulled.batch.x
        ours.model.forward(ours.params_before, x, ours.at, spaces)
        expected = flossing_gradient(ours.model, ours.params_before, spaces)
        for name, now in ours.params.items():
            moved = now - theirs.params[name]
            if name in expected:
                tolerance = 1e-9 if precision == "float64" else 3e-5
                scale = np.abs(expected[name]).max()
                np.testing.assert_allclose(moved, -0.2 * expected[name], atol=tolerance * scale)
            else:
                np.testing.assert_array_equal(moved, 0)


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_it_draws_the_exponents_towards_zero(cell):
    base = {"cell": cell, "hidden_size": 8, "learning_rate": 0.01, "flossing": 10.0}
    run = experiment(base=base, lanes=[{}])
    (learner,) = run.lanes

    def exponents() -> np.ndarray:
        chain = Chain(
            learner.cell, learner.model.layer_params(learner.params_before, 0), learner.space(0)
        )
        return np.abs(lyapunov_exponents(chain))

    advance(run, 1, watch=None)
    before = exponents()
    advance(run, 100, watch=None)
    assert exponents().max() < 0.25 * before.max()


def test_other_lanes_have_the_same_bits_beside_one_that_flosses():
    lanes = [{"cell": "rnn"}, {"cell": "lstm"}]
    alone = advance(experiment(lanes=lanes), 4)[-1]
    flossing = [lanes[0], {"cell": "gru", "flossing": 1.0}, lanes[1]]
    beside = advance(experiment(lanes=flossing), 4)[-1]
    assert not differences(alone, beside, {0: 0, 1: 2})


@pytest.mark.parametrize("precision", ["float64", "float32"])
def test_it_is_live_and_a_replay_has_the_same_bits(precision):
    run = experiment(base={"precision": precision})
    advance(run, 3)
    run.tweak(None, {"flossing": 0.5})
    advance(run, 3)
    snapshot = run.snapshot()
    expected = advance(run, 1)[0]
    again = Experiment(run.recipe)
    advance(again, 6, watch=None)
    assert not differences(expected, advance(again, 1)[0])
    from_there = Experiment(run.recipe)
    from_there.restore(snapshot)
    assert not differences(expected, advance(from_there, 1)[0])


def test_it_is_of_the_whole_sequence_however_short_the_loss_gradient_is_cut():
    base = {"truncate": 2, **PLAIN}
    plain, pulled = experiment(base=base), experiment(base={**base, "flossing": 1.0})
    whole = [experiment(base={**PLAIN, "flossing": each}) for each in (0.0, 1.0)]
    for run in (plain, pulled, *whole):
        advance(run, 1, watch=None)
    for lane in range(3):
        name = "weight_hh_l0"
        one, other, a, b = (run.lanes[lane].params[name] for run in (plain, pulled, *whole))
        np.testing.assert_allclose(other - one, b - a, rtol=1e-7, atol=1e-12)
