"""Passes that drop and hold: their gradients, and the laws that follow from the equations."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine.cells import CELLS, DroppingWorkspace, HoldingWorkspace, Masks, Workspace
from engine.model import Model, Pass
from tests.engine.masked import KINDS, WHAT, Masked
from tests.engine.reference import STEP, Nudge
from tests.engine.runs import same_bits

HOLDING = ("zoneout", "ends")
problems = st.builds(
    Masked,
    kind=st.sampled_from(list(KINDS)),
    layers=st.integers(1, 3),
    what=st.sets(st.sampled_from(WHAT), min_size=1),
    seed=st.integers(0, 2**16),
    truncate=st.none() | st.integers(1, 5),
    carried=st.booleans(),
    T=st.integers(1, 7),
    B=st.integers(1, 4),
    D=st.integers(2, 3),
    H=st.integers(3, 5),
)


@settings(deadline=None, max_examples=150)
@given(problem=problems)
def test_gradients_are_those_of_the_equations(problem: Masked) -> None:
    loss = problem.reference_loss()
    scale = np.abs(problem.w * problem.run().output).sum()
    assert problem.loss(problem.params) == pytest.approx(loss, rel=1e-12, abs=1e-13 * scale)
    gradients = problem.gradients().params
    assert set(gradients) == set(problem.params)
    for name, gradient in gradients.items():
        direction = problem.direction(name)
        moved = problem.params | {name: problem.params[name] + STEP * direction}
        expected = problem.reference_loss(moved).imag / STEP.imag
        allowed = 1e-11 * np.abs(gradient * direction).sum() + 1e-14 * scale
        assert abs(np.sum(gradient * direction) - expected) <= allowed, name


def slope(problem: Masked, name: str, direction: np.ndarray, e: float) -> float:
    """Return the loss's slope along a direction, with an error of order e⁴."""

    def loss(by: float) -> float:
        return problem.loss(problem.params | {name: problem.params[name] + by * direction})

    return (8 * (loss(e) - loss(-e)) - (loss(2 * e) - loss(-2 * e))) / (12 * e)


@settings(deadline=None, max_examples=100)
@given(problem=problems.filter(lambda problem: problem.truncate is None))
def test_gradients_agree_with_finite_differences(problem: Masked) -> None:
    gradients = problem.gradients().params
    on = [trace.h > 0 for trace in problem.run().traces]
    for name, gradient in gradients.items():
        length = np.linalg.norm(gradient)
        assume(not 0 < length < 1e-6)  # rounding would drown the differences
        # Along the gradient and to a side of it: a slope that rounding does not drown.
        aside = problem.direction(name)
        direction = gradient / (length or 1) + 0.5 * aside / np.linalg.norm(aside)
        if problem.nonlinearity == "relu":  # a kink on the way would spoil the differences
            for by in (-2e-3, 2e-3):
                moved = problem.params | {name: problem.params[name] + by * direction}
                there = [trace.h > 0 for trace in problem.run(moved).traces]
                assume(all(map(np.array_equal, on, there)))
        found = float(np.sum(gradient * direction))
        # Layer normalisation of sums that are almost equal bends within a short way.
        slopes = [slope(problem, name, direction, e) for e in (1e-3, 1e-4, 1e-5)]
        error = min(abs(found - each) for each in slopes) / max(length, 1)
        assert error < 1e-6, f"∂L/∂{name}: backward {found!r}, finite differences {slopes}"


@pytest.mark.parametrize("what", [("recurrent", "inputs", "between"), HOLDING, WHAT])
@pytest.mark.parametrize("kind", KINDS)
def test_dh_and_dc_are_total_at_every_timestep(kind: str, what: tuple[str, ...]) -> None:
    problem = Masked(kind, 2, what, seed=3, carried=True, T=4, B=2, H=3)
    for layer, grads in enumerate(problem.gradients().layers):
        for state, found in (("h", grads.dh), ("c", grads.dc)):
            if found is None:
                continue
            expected = np.empty(found.shape)
            for place in np.ndindex(found.shape):
                by = np.zeros(found.shape[1:], dtype=complex)
                by[place[1:]] = STEP
                nudge = Nudge(state, place[0], by)
                expected[place] = problem.reference_loss(None, layer, nudge).imag / STEP.imag
            np.testing.assert_allclose(found, expected, rtol=1e-10, atol=1e-15)


# Laws


def passed_back(problem: Masked) -> tuple[Pass, list[Any]]:
    passed = problem.run()
    return passed, problem.model.backward(problem.params, passed, problem.w).layers


@pytest.mark.parametrize("kind", KINDS)
def test_a_unit_that_zoneout_holds_passes_its_state_and_its_gradient_unchanged(kind: str) -> None:
    problem = Masked(kind, 1, (), seed=4, carried=True, T=5, B=2)
    t, unit = 3, 1
    hold = np.zeros((5, 4, 2), dtype=bool)
    hold[t - 1, unit] = True
    states = problem.model.cells[0].state_names
    problem.masks = [Masks(**{f"hold_{name}": hold for name in states})]
    # With nothing of W_hh in it, the state of t − 1 has no other way on than to be held.
    problem.params["weight_hh_l0"][:, unit] = 0
    for name in ("weight_ci_l0", "weight_cf_l0", "weight_co_l0"):
        if name in problem.params:
            problem.params[name][unit] = 0
    problem.w = problem.rng.standard_normal(problem.w.shape)
    problem.w[t - 2] = 0
    passed, (grads,) = passed_back(problem)
    (trace,) = passed.traces
    assert same_bits(trace.h[t, :, unit], trace.h[t - 1, :, unit])
    assert grads.dh[t, :, unit].all()
    assert same_bits(grads.dh[t - 1, :, unit], grads.dh[t, :, unit])
    if "c" in states:
        assert same_bits(trace.c[t, :, unit], trace.c[t - 1, :, unit])
        # c_{t−1} is also seen by h_{t−1}.
        o_ = trace.gates["o"][t - 2, :, unit]
        if kind != "ln_lstm":
            slope_of_h = o_ * (1 - np.tanh(trace.c[t - 1, :, unit]) ** 2)
            expected = grads.dc[t, :, unit] + slope_of_h * grads.dh[t - 1, :, unit]
            np.testing.assert_allclose(grads.dc[t - 1, :, unit], expected, rtol=1e-13)


@pytest.mark.parametrize("kind", KINDS)
def test_with_a_mask_of_0_the_columns_of_a_unit_are_not_used(kind: str) -> None:
    problem = Masked(kind, 1, (), seed=5, carried=True)
    mask = np.ones((4, 3))
    mask[2] = 0
    problem.masks = [Masks(hidden=mask)]
    gradients, trace = problem.gradients().params, problem.run().traces[0]
    assert not gradients["weight_hh_l0"][:, 2].any()
    assert gradients["weight_hh_l0"][:, [0, 1, 3]].any(axis=0).all()
    problem.params["weight_hh_l0"][:, 2] = 100
    again = problem.run().traces[0]
    assert same_bits(trace.h, again.h)


@pytest.mark.parametrize("p", [0.5, 0.25])
def test_a_mask_multiplies_what_it_keeps(p: float) -> None:
    problem = Masked("lstm", 1, (), seed=6)
    whole = np.full((4, 3), 1 / p)
    problem.masks = [Masks(input=np.full((1, 2, 3), 1 / p), hidden=whole)]
    masked = problem.loss(problem.params)
    problem.masks = [Masks()]
    scaled = {
        name: value / p if name.startswith("weight") else value
        for name, value in problem.params.items()
    }
    assert masked == pytest.approx(problem.loss(scaled), rel=1e-13)


@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("kind", KINDS)
def test_timesteps_that_pad_leave_the_state_and_carry_no_gradient(kind: str, layers: int) -> None:
    T, B = 7, 3
    problem = Masked(kind, layers, (), seed=7, carried=True, T=T, B=B)
    lengths = np.array([3, 7, 1])
    problem.masks = [Masks().padded(lengths, T)] * layers
    ends = np.arange(T)[:, np.newaxis] == lengths - 1
    problem.w = problem.rng.standard_normal((T, 2, B)) * ends[:, np.newaxis]
    passed, layer_grads = passed_back(problem)
    params = problem.gradients().params
    total = {name: np.zeros_like(value) for name, value in params.items()}
    for b, length in enumerate(lengths):
        alone = slice(b, b + 1)
        initial = problem.initial[..., alone]
        one = problem.model.forward(problem.params, problem.x[:length, alone], initial=initial)
        grads = problem.model.backward(problem.params, one, problem.w[:length, :, alone])
        for name, value in grads.params.items():
            total[name] += value
        for trace, found, its, expected in zip(
            passed.traces, layer_grads, one.traces, grads.layers, strict=True
        ):
            for state, by_itself, dstate, dby_itself in (
                (trace.h, its.h, found.dh, expected.dh),
                (trace.c, its.c, found.dc, expected.dc),
            ):
                if state is None:
                    continue
                np.testing.assert_allclose(state[: length + 1, b], by_itself[:, 0], rtol=1e-12)
                for t in range(length, T):
                    assert same_bits(state[t + 1, b], state[length, b])
                    assert not dstate[t + 1, b].any()
                np.testing.assert_allclose(
                    dstate[: length + 1, b], dby_itself[:, 0], rtol=1e-10, atol=1e-16
                )
    for name, value in total.items():
        np.testing.assert_allclose(params[name], value, rtol=1e-10, atol=1e-14)


def test_what_overflows_where_it_is_held_is_not_seen() -> None:
    problem = Masked("rnn-relu", 1, (), seed=8, T=3, B=1)
    problem.x[1] = 1e308
    problem.params["weight_ih_l0"][...] = 10
    hold = np.zeros((3, 4, 1), dtype=bool)
    hold[1] = True
    problem.masks = [Masks(hold_h=hold)]
    with np.errstate(over="ignore"):
        gradients, trace = problem.gradients(), problem.run().traces[0]
    assert np.isfinite(trace.h).all()
    assert same_bits(trace.h[2], trace.h[1])
    assert np.isfinite(gradients.layers[0].dh).all()


# The same bits


def bits_of(
    model: Model,
    params: dict[str, np.ndarray],
    x: np.ndarray,
    kind: type[Workspace],
    masks: list[Masks] | None,
    members: int | None = None,
    truncate: int | None = None,
) -> dict[str, np.ndarray]:
    T, B, _ = x.shape
    dtype = params["readout.weight"].dtype
    spaces = model.workspaces(T, B, dtype, members=members, kind=kind)
    for space in spaces:  # what is not written would show
        for array in (space.entering, space.dh, space.dc, space.made_c, space.arriving_dh):
            array[...] = np.nan
    passed = model.forward(params, x, workspaces=spaces, masks=masks)
    w = np.random.default_rng(1).standard_normal(passed.output.shape)
    grads = model.backward(params, passed, w, truncate)
    found = {"output": passed.output, **grads.params}
    for layer, (trace, each) in enumerate(zip(passed.traces, grads.layers, strict=True)):
        found |= {f"h{layer}": trace.h, f"dh{layer}": each.dh}
        found |= {f"{name}{layer}": gate for name, gate in trace.gates.items()}
        if each.dc is not None:
            found |= {f"c{layer}": trace.c, f"dc{layer}": each.dc}
    return found


@pytest.mark.parametrize("truncate", [None, 4])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("members", [None, 3])
@pytest.mark.parametrize("cell", CELLS)
def test_where_nothing_is_left_out_the_bits_are_those_of_plain_passes(
    cell: str, members: int | None, dtype: str, truncate: int | None
) -> None:
    T, B, D, H, L = 9, 6, 3, 5, 2
    model, E = Model(cell, D, H, 2, L), members or 1
    seeds = [model.init(np.random.default_rng(seed), dtype=dtype) for seed in range(E)]
    params = {name: np.stack([each[name] for each in seeds]) for name in seeds[0]}
    if members is None:
        params = seeds[0]
    x = np.random.default_rng(9).standard_normal((T, E * B, D))
    ones = Masks(np.ones((T, D, E * B), dtype), np.ones((H, E * B), dtype))
    above = Masks(np.ones((T, H, E * B), dtype), ones.hidden)
    none_held = np.zeros((T, H, E * B), dtype=bool)
    unheld = Masks(hold_h=none_held, hold_c=none_held)
    full = Masks().padded(np.full(E * B, T), T)
    plain = bits_of(model, params, x, Workspace, None, members, truncate)
    for kind, masks in (
        (DroppingWorkspace, None),
        (DroppingWorkspace, [ones, above]),
        (HoldingWorkspace, None),
        (HoldingWorkspace, [unheld] * L),
        (HoldingWorkspace, [full] * L),
    ):
        found = bits_of(model, params, x, kind, masks, members, truncate)
        for name, array in plain.items():
            assert same_bits(found[name], array), (kind, name)


@pytest.mark.parametrize("cell", CELLS)
def test_an_ensemble_drops_and_holds_as_each_of_its_members_does(cell: str) -> None:
    E, problem = 3, Masked(cell if cell != "rnn" else "rnn-tanh", 2, WHAT, seed=10, B=4)
    model = problem.model
    seeds = [model.init(np.random.default_rng(seed)) for seed in range(E)]
    params = {name: np.stack([each[name] for each in seeds]) for name in seeds[0]}
    x = np.tile(problem.x, (1, E, 1))
    masks = [Masks.beside([each] * E) for each in problem.masks]
    together = bits_of(model, params, x, HoldingWorkspace, masks, members=E)
    w = np.random.default_rng(1).standard_normal((len(x), E, 2, 4))
    for member, one in enumerate(seeds):
        passed = model.forward(one, problem.x, masks=problem.masks)
        grads = model.backward(one, passed, w[:, member])
        for name, value in grads.params.items():
            scale = np.abs(value).max()
            np.testing.assert_allclose(together[name][member], value, rtol=0, atol=1e-13 * scale)
        dh = together["dh0"][:, 4 * member : 4 * (member + 1)]
        np.testing.assert_allclose(dh, grads.layers[0].dh, rtol=1e-10, atol=1e-15)
