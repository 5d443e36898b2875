"""A model's gradients, for every cell, depth, loss and loss position, whole and truncated."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.losses import LOSSES
from engine.model import Model
from tests.engine import reference
from tests.engine.kinds import KINDS, pieces_of
from tests.engine.reference import STEP, Nudge

POSITIONS = ["mse at the last", "mse under a mask", "cross_entropy under a mask"]


class Problem:
    """A model at random weights on a random batch, with a loss at some timesteps."""

    def __init__(self, kind: str, layers: int, position: str, seed: int, T=6, B=3, D=2, H=4, out=3):
        self.name, self.chosen = KINDS[kind]
        self.loss = position.split()[0]
        if self.loss == "cross_entropy":
            out = max(out, 2)  # of one class the gradient is 0 but for rounding
        rng = self.rng = np.random.default_rng([seed, layers, T])
        self.model = Model(self.name, D, H, out, num_layers=layers, **self.chosen)
        self.params = reference.random_model_params(rng, self.name, D, H, out, layers)
        if kind == "rnn-relu":  # or whole layers would be dead, and their gradients 0
            for name in self.params:
                if name.startswith("bias"):
                    self.params[name] = 0.2 + abs(self.params[name])
        self.x = rng.standard_normal((T, B, D))
        self.mask = np.zeros((T, B), dtype=bool)
        if position.endswith("last"):
            self.mask[-1] = True
            self.at = slice(T - 1, T)
        else:
            self.mask = rng.random((T, B)) < 0.5
            self.mask[rng.integers(0, T, B), np.arange(B)] = True  # every example has some loss
            self.at = slice(None)
        classes = rng.integers(0, out, (T, B))
        self.y = rng.standard_normal((T, B, out)) if self.loss == "mse" else classes

    def value(self, params=None):
        """Return the engine's loss of its own forward pass."""
        passed = self.model.forward(params or self.params, self.x, self.at)
        return passed, LOSSES[self.loss](passed.output, self.y[self.at], self.mask[self.at])

    def gradients(self, truncate: int | None = None):
        passed, value = self.value()
        return self.model.backward(self.params, passed, value.doutput, truncate=truncate)

    def reference_loss(self, params=None, **options):
        output = reference.model_outputs(
            self.name, params or self.params, self.x, **self.chosen, **options
        )
        return reference.example_losses(self.loss, output, self.y, self.mask).mean()

    def direction(self, name):
        return self.rng.standard_normal(self.params[name].shape)

    def moved(self, name, by):
        return self.params | {name: self.params[name] + by}

    def check_params(self, gradients, tolerance, **options) -> None:
        """Compare with the equations in a random direction of every parameter."""
        assert set(gradients) == set(self.params)
        for name, gradient in gradients.items():
            assert gradient.shape == self.params[name].shape
            direction = self.direction(name)
            loss = self.reference_loss(self.moved(name, STEP * direction), **options)
            expected = loss.imag / STEP.imag
            found = np.sum(gradient * direction)
            scale = np.abs(gradient * direction).sum()
            assert abs(found - expected) <= tolerance * scale + 1e-15, (name, found, expected)

    def expected_dh(self, layer: int, state: str, **options) -> np.ndarray:
        """Return ∂L/∂h_t (T+1, B, H) of a layer by nudging each entry of each state."""
        T, B, H = len(self.x), self.x.shape[1], self.model.hidden_size
        out = np.empty((T + 1, B, H))
        for t, b, k in np.ndindex(out.shape):
            by = np.zeros((B, H), dtype=complex)
            by[b, k] = STEP
            nudge = Nudge(state, t, by)
            out[t, b, k] = self.reference_loss(layer=layer, nudge=nudge, **options).imag
        return out / STEP.imag


@pytest.mark.parametrize("layers", [1, 2, 3])
@pytest.mark.parametrize("position", POSITIONS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_models_gradients_agree_with_finite_differences(kind, position, layers):
    assert any(agrees(Problem(kind, layers, position, seed)) for seed in range(1, 20))


def agrees(problem: Problem) -> bool:
    """Compare with finite differences; False where a kink between two points spoils them."""
    gradients = problem.gradients().params
    on = [pieces_of(problem.chosen, trace) for trace in problem.value()[0].traces]
    for name, gradient in gradients.items():
        # Along the gradient and to a side of it: a slope that rounding does not drown.
        along, aside = gradient / np.linalg.norm(gradient), problem.direction(name)
        direction = along + 0.5 * aside / np.linalg.norm(aside)

        e = 1e-4
        moved = [problem.value(problem.moved(name, by * e * direction)) for by in (-2, -1, 1, 2)]
        for passed, _ in moved:
            if [pieces_of(problem.chosen, trace) for trace in passed.traces] != on:
                return False
        far_below, below, above, far_above = (value.loss for _, value in moved)
        # Two central differences, combined so that the error is of order e⁴.
        expected = (8 * (above - below) - (far_above - far_below)) / (12 * e)
        found = float(np.sum(gradient * direction))
        error = abs(found - expected) / max(abs(found), abs(expected))
        assert error < 1e-6, f"∂L/∂{name}: backward {found!r}, finite difference {expected!r}"
    return True


@pytest.mark.parametrize("position", POSITIONS)
@pytest.mark.parametrize("kind", KINDS)
def test_the_loss_is_that_of_the_equations(kind, position):
    problem = Problem(kind, 2, position, seed=2)
    _, value = problem.value()
    output = reference.model_outputs(problem.name, problem.params, problem.x, **problem.chosen)
    expected = reference.example_losses(problem.loss, output, problem.y, problem.mask)
    np.testing.assert_allclose(value.examples, expected, rtol=1e-13)
    assert value.loss == pytest.approx(expected.mean(), rel=1e-13)


@pytest.mark.parametrize("truncate", [None, 2])
@pytest.mark.parametrize("position", ["mse at the last", "cross_entropy under a mask"])
@pytest.mark.parametrize("kind", KINDS)
def test_dh_and_dc_of_every_layer_are_total(kind, position, truncate):
    problem = Problem(kind, 2, position, seed=3, T=5, B=2, H=3)
    detached = {5: (), 2: (1, 3)}[truncate or 5]
    grads = problem.gradients(truncate)
    for layer, found in enumerate(grads.layers):
        for state in problem.model.cells[layer].state_names:
            expected = problem.expected_dh(layer, state, detached=detached)
            np.testing.assert_allclose(
                found.dh if state == "h" else found.dc, expected, rtol=1e-11, atol=1e-16
            )


@settings(deadline=None, max_examples=60)
@given(
    kind=st.sampled_from(list(KINDS)),
    position=st.sampled_from(POSITIONS),
    layers=st.integers(1, 4),
    seed=st.integers(0, 2**16),
    sizes=st.tuples(*[st.integers(1, 6)] * 5),
    truncate=st.none() | st.integers(1, 7),
)
def test_gradients_agree_with_the_equations_truncated_or_not(
    kind, position, layers, seed, sizes, truncate
):
    problem = Problem(kind, layers, position, seed, *sizes)
    T = sizes[0]
    # Windows are counted from the end: no gradient goes from t + 1 to t at these t.
    cuts = [t for t in range(1, T) if truncate and (T - t) % truncate == 0]
    problem.check_params(problem.gradients(truncate).params, 1e-11, detached=cuts)


def test_a_gradient_that_truncation_stops_is_a_gap_and_not_a_vanished_one():
    problem = Problem("lstm", 2, "mse at the last", seed=4, T=7)
    for layer in problem.gradients(truncate=3).layers:
        np.testing.assert_array_equal(layer.reached, [False] * 5 + [True] * 3)
    for layer in problem.gradients(truncate=7).layers:
        assert layer.reached.all()


def test_with_a_loss_at_every_timestep_truncation_leaves_no_gap_but_the_initial_state():
    problem = Problem("gru", 1, "cross_entropy under a mask", seed=4, T=7)
    (layer,) = problem.gradients(truncate=3).layers
    np.testing.assert_array_equal(layer.reached, [True] * 8)
    problem = Problem("gru", 1, "cross_entropy under a mask", seed=4, T=6)
    (layer,) = problem.gradients(truncate=1).layers
    assert layer.reached[1:].all()


def test_reading_out_some_timesteps_gives_the_loss_and_gradients_of_reading_all():
    problem = Problem("lstm", 2, "mse at the last", seed=5)
    few = problem.gradients()
    _, few_value = problem.value()
    problem.at = slice(None)
    every = problem.gradients()
    _, value = problem.value()
    assert few_value.loss == pytest.approx(value.loss, rel=1e-15)
    for name, gradient in few.params.items():
        np.testing.assert_allclose(every.params[name], gradient, rtol=1e-12, atol=1e-17)


def test_workspaces_used_again_leave_no_trace_of_the_last_pass():
    problem = Problem("gru", 3, "cross_entropy under a mask", seed=6, T=9, B=4)
    spaces = problem.model.workspaces(9, 4)
    rng = np.random.default_rng(0)
    for _ in range(2):
        x = rng.standard_normal(problem.x.shape)
        passed = problem.model.forward(problem.params, x, problem.at, spaces)
        value = LOSSES[problem.loss](passed.output, problem.y, problem.mask)
        problem.model.backward(problem.params, passed, value.doutput, truncate=2)
    passed = problem.model.forward(problem.params, problem.x, problem.at, spaces)
    value = LOSSES[problem.loss](passed.output, problem.y, problem.mask)
    again = problem.model.backward(problem.params, passed, value.doutput)
    fresh = problem.gradients()
    for name, gradient in fresh.params.items():
        np.testing.assert_array_equal(again.params[name], gradient)
    for one, other in zip(fresh.layers, again.layers, strict=True):
        np.testing.assert_array_equal(one.dh, other.dh)
