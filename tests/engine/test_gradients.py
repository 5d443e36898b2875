"""Every gradient of every cell, against finite differences and against the bare equations.

Two oracles. Directional finite differences of the engine's own forward pass say that backward
fits forward, whatever forward computes. The recurrence written out in `reference`, pushed off
its course at one timestep, says what ∂L/∂h_t and ∂L/∂c_t through all paths are, to the last
digits. Where the two sides differ, the message shows both numbers.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.diagnostics import weight_contributions
from tests.engine import reference
from tests.engine.kinds import KINDS, build, pieces_of
from tests.engine.reference import STEP, Nudge

POSITIONS = ["last", "every", "masked", "first"]


class Problem:
    """A cell at random weights, inputs and initial states, under a random linear loss Σ w · h."""

    def __init__(self, kind: str, position: str, seed: int, T=7, B=3, D=2, H=4) -> None:
        self.kind, self.T = kind, T
        self.name, self.chosen = KINDS[kind]
        rng = np.random.default_rng([seed, T, B, D, H])
        self.cell = build(kind, D, H)
        params = reference.random_params(rng, self.name, D, H)
        self.inputs = params | {"x": rng.standard_normal((T, B, D)), "h_0": self.state(rng, B, H)}
        if self.name in reference.WITH_C:
            self.inputs["c_0"] = self.state(rng, B, H)
        self.weights = rng.standard_normal((T, B, H)) * self.mask(rng, position, T, B)
        self.rng = rng

    @staticmethod
    def state(rng, B, H):
        return 0.5 * rng.standard_normal((B, H))

    @staticmethod
    def mask(rng, position: str, T: int, B: int) -> np.ndarray:
        mask = np.zeros((T, B, 1))
        if position == "last":
            mask[-1] = 1
        elif position == "first":
            mask[0] = 1
        elif position == "every":
            mask[:] = 1
        else:
            mask[:, :, 0] = rng.random((T, B)) < 0.4
            mask[T // 2] = 0  # at least one timestep at which nothing enters
            mask[-1, 0] = 1
        return mask

    def split(self, inputs):
        params = {k: v for k, v in inputs.items() if k not in ("x", "h_0", "c_0")}
        return params, inputs["x"], inputs["h_0"], inputs.get("c_0")

    def trace(self, inputs=None):
        return self.cell.forward(*self.split(inputs or self.inputs))

    def pieces(self, inputs) -> bytes:
        """Return on which straight piece each ReLU and each hard σ is."""
        return pieces_of(self.chosen, self.trace(inputs))

    def loss(self, inputs) -> float:
        return float(np.sum(self.weights * self.trace(inputs).h[1:]))

    def reference_states(self, inputs=None, nudge: Nudge | None = None):
        return reference.forward(
            self.name,
            *self.split(inputs or self.inputs),
            nudge=nudge,
            **self.chosen,
        )

    def reference_loss(self, inputs=None, nudge: Nudge | None = None):
        return np.sum(self.weights * self.reference_states(inputs, nudge)["h"][1:])

    def gradients(self) -> dict[str, np.ndarray]:
        """Return the engine's gradient by every input, named like the inputs."""
        trace = self.trace()
        grads = self.cell.backward(self.split(self.inputs)[0], trace, self.weights)
        out = dict(grads.params) | {"x": grads.dx, "h_0": grads.dh[0]}
        if grads.dc is not None:
            out["c_0"] = grads.dc[0]
        return out

    def direction(self, names):
        return {n: self.rng.standard_normal(self.inputs[n].shape) for n in names}

    def moved(self, direction, by):
        return self.inputs | {n: self.inputs[n] + by * d for n, d in direction.items()}


def slope(gradients, direction) -> float:
    return float(sum(np.sum(gradients[n] * d) for n, d in direction.items()))


def assert_close(found: float, expected: float, tolerance: float, what: str) -> None:
    error = abs(found - expected) / max(abs(found), abs(expected))
    assert error < tolerance, f"{what}: backward {found!r}, expected {expected!r}: {error:.1e} off"


@pytest.mark.parametrize("position", POSITIONS)
@pytest.mark.parametrize("kind", KINDS)
def test_gradients_agree_with_finite_differences(kind: str, position: str):
    assert any(agrees(Problem(kind, position, seed)) for seed in range(1, 20))


def agrees(problem: Problem) -> bool:
    """Compare with finite differences; False where a kink between two points spoils them."""
    gradients = problem.gradients()
    assert set(gradients) == set(problem.inputs)
    e = 1e-5
    for names in [[name] for name in problem.inputs] + [list(problem.inputs)]:
        direction = problem.direction(names)
        moved = [problem.moved(direction, by) for by in (-2 * e, -e, e, 2 * e)]
        if len({problem.pieces(each) for each in moved}) > 1:
            return False
        far_below, below, above, far_above = map(problem.loss, moved)
        # Two central differences, combined so that the error is of order e⁴.
        expected = (8 * (above - below) - (far_above - far_below)) / (12 * e)
        assert_close(slope(gradients, direction), expected, 1e-6, f"∂L/∂({', '.join(names)})")
    return True


@pytest.mark.parametrize("kind", KINDS)
def test_states_and_gates_are_those_of_the_equations(kind: str):
    problem = Problem(kind, "every", seed=2)
    trace, expected = problem.trace(), problem.reference_states()
    np.testing.assert_allclose(trace.h, expected["h"], rtol=1e-14, atol=1e-14)
    if expected["c"] is None:
        assert trace.c is None
    else:
        np.testing.assert_allclose(trace.c, expected["c"], rtol=1e-14, atol=1e-14)
    assert tuple(trace.gates) == problem.cell.gate_names == tuple(expected["gates"])
    for name, gate in expected["gates"].items():
        np.testing.assert_allclose(trace.gates[name], gate, rtol=1e-14, atol=1e-14)


@pytest.mark.parametrize("kind", KINDS)
def test_a_state_that_is_not_given_is_zero(kind: str):
    problem = Problem(kind, "every", seed=2)
    zeros = problem.inputs | {s: np.zeros((3, 4)) for s in ("h_0", "c_0") if s in problem.inputs}
    params, x, _, _ = problem.split(problem.inputs)
    np.testing.assert_array_equal(problem.cell.forward(params, x).h, problem.trace(zeros).h)


@pytest.mark.parametrize("position", POSITIONS)
@pytest.mark.parametrize("kind", KINDS)
def test_dh_and_dc_are_total_at_every_timestep(kind: str, position: str):
    problem = Problem(kind, position, seed=3, T=5, B=2, D=2, H=3)
    grads = problem.cell.backward(
        problem.split(problem.inputs)[0], problem.trace(), problem.weights
    )
    found = {"h": grads.dh, "c": grads.dc}
    for state in problem.cell.state_names:
        assert found[state].shape == (6, 2, 3)
        expected = np.empty((6, 2, 3))
        for place in np.ndindex(expected.shape):
            by = np.zeros((2, 3), dtype=complex)
            by[place[1:]] = STEP
            nudged = problem.reference_loss(nudge=Nudge(state, place[0], by))
            expected[place] = nudged.imag / STEP.imag
        np.testing.assert_allclose(found[state], expected, rtol=1e-11, atol=1e-16)
    if not problem.cell.state_names[1:]:
        assert grads.dc is None


@settings(deadline=None, max_examples=60)
@given(
    kind=st.sampled_from(list(KINDS)),
    position=st.sampled_from(POSITIONS),
    seed=st.integers(0, 2**16),
    sizes=st.tuples(*[st.integers(1, 6)] * 4),
)
def test_gradients_agree_with_the_equations_at_any_size(kind, position, seed, sizes):
    problem = Problem(kind, position, seed, *sizes)
    gradients = problem.gradients()
    for name in problem.inputs:
        direction = problem.direction([name])
        expected = problem.reference_loss(problem.moved(direction, STEP)).imag / STEP.imag
        allowed = 1e-12 * np.abs(gradients[name] * direction[name]).sum() + 1e-300
        if kind.startswith("ln_"):
            # Of one input all but ε's part is normalised away, by subtraction of equal numbers.
            allowed += 1e-15 * np.abs(problem.weights).sum()
        found = slope(gradients, direction)
        assert abs(found - expected) <= allowed, (name, found, expected)


@pytest.mark.parametrize("kind", KINDS)
def test_gradients_of_a_long_sequence_agree_with_the_equations(kind: str):
    """Long and wide enough that backward has to work through it in several pieces."""
    problem = Problem(kind, "every", seed=5, T=400, B=24, D=3, H=12)
    for name in ("weight_ih", "weight_hh"):
        problem.inputs[name] *= 0.5
    gradients = problem.gradients()
    for name in problem.inputs:
        direction = problem.direction([name])
        expected = problem.reference_loss(problem.moved(direction, STEP)).imag / STEP.imag
        assert_close(slope(gradients, direction), expected, 1e-10, name)


@pytest.mark.parametrize("kind", KINDS)
def test_the_two_biases_get_what_pytorch_gives_them(kind: str):
    """Both biases of a gate enter the same sum, but for the GRU's n, where r comes between."""
    gradients = Problem(kind, "every", seed=6).gradients()
    ih, hh = gradients["bias_ih"], gradients["bias_hh"]
    shared = len(ih) - 4 if KINDS[kind][0] in ("gru", "ln_gru") else len(ih)
    np.testing.assert_allclose(ih[:shared], hh[:shared], rtol=1e-12)
    if KINDS[kind][0] in ("gru", "ln_gru"):
        assert not np.allclose(ih[shared:], hh[shared:], rtol=1e-2)


@pytest.mark.parametrize("kind", KINDS)
def test_examples_of_a_batch_do_not_touch_each_other(kind: str):
    problem = Problem(kind, "every", seed=7)
    together = problem.cell.backward(
        problem.split(problem.inputs)[0], problem.trace(), problem.weights
    )
    for b in range(3):
        alone = problem.inputs | {
            "x": problem.inputs["x"][:, [b]],
            **{s: problem.inputs[s][[b]] for s in ("h_0", "c_0") if s in problem.inputs},
        }
        params, *rest = problem.split(alone)
        grads = problem.cell.backward(
            params, problem.cell.forward(params, *rest), problem.weights[:, [b]]
        )
        np.testing.assert_allclose(grads.dh[:, 0], together.dh[:, b], rtol=1e-12, atol=1e-16)
        np.testing.assert_allclose(grads.dx[:, 0], together.dx[:, b], rtol=1e-12, atol=1e-16)


@pytest.mark.parametrize("kind", KINDS)
def test_backward_does_not_change_what_it_is_given(kind: str):
    problem = Problem(kind, "masked", seed=8)
    inputs = {n: v.copy() for n, v in problem.inputs.items()}
    weights, trace = problem.weights.copy(), problem.trace()
    h, gates = trace.h.copy(), {n: g.copy() for n, g in trace.gates.items()}
    params = problem.split(problem.inputs)[0]
    first = problem.cell.backward(params, trace, problem.weights)
    kept = first.dh.copy(), {n: g.copy() for n, g in first.params.items()}
    for name, value in inputs.items():
        np.testing.assert_array_equal(problem.inputs[name], value)
    np.testing.assert_array_equal(problem.weights, weights)
    np.testing.assert_array_equal(trace.h, h)
    for name, gate in gates.items():
        np.testing.assert_array_equal(trace.gates[name], gate)
    again = problem.cell.backward(params, trace, problem.weights)
    np.testing.assert_array_equal(again.dh, kept[0])
    for name, value in kept[1].items():
        np.testing.assert_array_equal(again.params[name], value)


@pytest.mark.parametrize("kind", KINDS)
def test_two_traces_of_one_cell_do_not_share_memory(kind: str):
    problem = Problem(kind, "every", seed=9)
    one = problem.trace()
    h = one.h.copy()
    problem.trace(problem.moved(problem.direction(["x"]), 1.0))
    np.testing.assert_array_equal(one.h, h)


@pytest.mark.parametrize("kind", KINDS)
def test_float32_weights_are_computed_in_float32_throughout(kind: str):
    problem = Problem(kind, "every", seed=10)
    exact, trace64 = problem.gradients(), problem.trace()
    problem.inputs = {n: v.astype(np.float32) for n, v in problem.inputs.items()}
    problem.weights = problem.weights.astype(np.float32)
    trace = problem.trace()
    assert trace.h.dtype == np.float32
    assert {g.dtype for g in trace.gates.values()} <= {np.dtype(np.float32)}
    gap = np.abs(trace.h - trace64.h).max()
    assert 1e-9 < gap < 1e-5
    for name, gradient in problem.gradients().items():
        assert gradient.dtype == np.float32, name
        scale = np.abs(exact[name]).max()
        error = np.abs(gradient - exact[name]).max() / scale
        assert 1e-10 < error < 1e-4, name


@pytest.mark.parametrize("kind", KINDS)
def test_each_timestep_contributes_to_the_weights_what_the_equations_say(kind: str):
    problem = Problem(kind, "every", seed=11, T=4, B=2, D=2, H=3)
    trace, params = problem.trace(), problem.split(problem.inputs)[0]
    problem.cell.backward(params, trace, problem.weights)
    found = weight_contributions(problem.cell, params, trace.workspace)
    for name, norms in (("weight_hh", found.dW_hh), ("weight_ih", found.dW_ih)):
        for t in range(4):
            gradient = np.empty(params[name].shape)
            for place in np.ndindex(gradient.shape):
                by = np.zeros(gradient.shape, dtype=complex)
                by[place] = STEP
                loss = problem.reference_loss(nudge=Nudge(name, t + 1, by))
                gradient[place] = loss.imag / STEP.imag
            np.testing.assert_allclose(norms[t], np.linalg.norm(gradient), rtol=1e-11)


@pytest.mark.parametrize("kind", KINDS)
def test_preactivations_add_up_to_what_the_nonlinearities_take(kind: str):
    problem = Problem(kind, "every", seed=12)
    trace, params = problem.trace(), problem.split(problem.inputs)[0]
    parts = problem.cell.preactivations(params, trace.workspace, example=1)
    gates = problem.reference_states()["gates"]
    own = {name for name in parts if name.startswith(("peephole.", "normed."))}
    expected = {
        "peephole_lstm": {f"peephole.{gate}" for gate in "ifo"},
        "ln_rnn": {"normed.h"},
        "ln_lstm": {"normed.c"},
    }
    assert own == expected.get(problem.name, set())
    assert set(parts) - own == {
        f"{part}.{chunk}" for part in ("input", "recurrent") for chunk in problem.cell.chunks
    }
    for chunk in problem.cell.chunks:
        from_x, from_h = parts[f"input.{chunk}"], parts[f"recurrent.{chunk}"]
        if KINDS[kind][0] in ("gru", "ln_gru") and chunk == "n":
            from_h = gates["r"][:, 1] * from_h
        from_h = from_h + parts.get(f"peephole.{chunk}", 0)
        if kind == "ln_rnn":
            mine = problem.split(problem.inputs)[0]
            normed = reference.layer_norm(from_x + from_h, mine["ln_weight"], mine["ln_bias"])
            summed = normed + mine["bias_ih"] + mine["bias_hh"]
            np.testing.assert_allclose(parts["normed.h"], summed, rtol=1e-12, atol=1e-14)
            found = np.tanh(parts["normed.h"])
        else:
            phi = reference.phi_of(problem.name, **problem.chosen)
            of_gate = chunk in problem.cell.sigmoids
            found = (phi.gate if of_gate else phi.state)(from_x + from_h)
        expected = gates[chunk][:, 1] if gates else trace.h[1:, 1]
        np.testing.assert_allclose(found, expected, rtol=1e-12)


@pytest.mark.parametrize("kind", KINDS)
def test_members_of_an_ensemble_have_the_gradients_that_each_has_alone(kind: str):
    E, T, B, D, H = 3, 7, 2, 2, 4
    problem = Problem(kind, "masked", seed=13, T=T, B=B)
    rng, cell = problem.rng, problem.cell
    params = {name: 0.6 * rng.standard_normal((E, *shape)) for name, shape in cell.shapes().items()}
    x, w = rng.standard_normal((T, E * B, D)), rng.standard_normal((T, E * B, H))
    enters = np.array([False] + [True, False] * 3 + [True])
    w[~enters[1:]] = 0
    space = cell.workspace(T, E * B, members=E)
    space.take_input(x)
    together = cell.run(params, space)
    space.dh[1:] = w.transpose(0, 2, 1)
    grads = cell.run_back(params, space, enters, with_dx=True, truncate=3)
    for e in range(E):
        own = {name: value[e] for name, value in params.items()}
        alone, mine = cell.workspace(T, B), slice(e * B, (e + 1) * B)
        alone.take_input(x[:, mine])
        trace = cell.run(own, alone)
        alone.dh[1:] = w[:, mine].transpose(0, 2, 1)
        expected = cell.run_back(own, alone, enters, with_dx=True, truncate=3)
        np.testing.assert_allclose(together.h[:, mine], trace.h, rtol=1e-12, atol=1e-15)
        np.testing.assert_allclose(grads.dh[:, mine], expected.dh, rtol=1e-11, atol=1e-15)
        np.testing.assert_allclose(grads.dx[:, mine], expected.dx, rtol=1e-11, atol=1e-15)
        for name, gradient in expected.params.items():
            np.testing.assert_allclose(grads.params[name][e], gradient, rtol=1e-11, atol=1e-14)
