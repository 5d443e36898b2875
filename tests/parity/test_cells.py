"""Every cell against PyTorch's, live: values, gates, all gradients, dh and dc at every timestep."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.cells import CELLS, NONLINEARITIES
from tests.parity.cases import KINDS, CellCase, ModelCase, engine_cell, engine_model
from tests.parity.near import assert_near
from tests.parity.pytorch import hard_sigmoid, torch_cell, torch_model

TOLERANCE = 1e-10


def with_units_to_normalise(case):
    """Return a case in which normalisation leaves more than rounding: a few inputs and units.

    Of one or two sums that are normalised, and of one input, the sign is all that is left.
    """
    if not CELLS[KINDS[case.kind][0]].norms:
        return case
    return replace(case, D=max(case.D, 2), H=max(case.H, 4))


def with_digits_left(case):
    """Return a case in which gates leave more than rounding: small weights, and few timesteps.

    Where hard gates are shut, all that is left of a gradient may be what saturated tanhs let
    through, 1 − tanh², which has few digits. A gate below 0 makes 1 − f more than 1, so that a
    state may double at each timestep; and few digits are left of 1 − |softsign|.
    """
    match KINDS[case.kind][1].get("gate_nonlinearity"):
        case "hard_sigmoid":
            return replace(case, weights=min(case.weights, 1.0))
        case "softsign":
            return replace(case, T=min(case.T, 8))
    return case


SEEDS = st.integers(0, 2**32 - 1)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(
    case=st.builds(
        CellCase,
        kind=st.sampled_from(list(KINDS)),
        position=st.sampled_from(["last", "every"]),
        T=st.integers(1, 30),
        B=st.integers(1, 6),
        D=st.integers(1, 6),
        H=st.integers(1, 12),
        seed=SEEDS,
        weights=st.sampled_from([0.1, 0.5, 1.0, 2.0]),
    )
    .map(with_units_to_normalise)
    .map(with_digits_left)
)
def test_a_cell_has_pytorchs_states_and_gradients_at_every_timestep(case):
    inputs = case.inputs()
    assert_near(engine_cell(case.kind, inputs), torch_cell(case.kind, inputs), TOLERANCE)


@st.composite
def models(draw):
    T = draw(st.integers(1, 15))
    where = draw(st.sampled_from(["last", "every", "between"]))
    first = {"last": T - 1, "every": 0}.get(where)
    if first is None:
        first = draw(st.integers(0, T - 1))
    return ModelCase(
        kind=draw(st.sampled_from(list(KINDS))),
        loss=draw(st.sampled_from(["mse", "cross_entropy"])),
        first=first,
        stop=draw(st.integers(first + 1, T)) if where == "between" else T,
        T=T,
        B=draw(st.integers(1, 5)),
        D=draw(st.integers(1, 5)),
        H=draw(st.integers(1, 8)),
        outputs=draw(st.integers(2, 5)),
        layers=draw(st.integers(1, 3)),
        seed=draw(SEEDS),
    )


@settings(max_examples=300, deadline=None, derandomize=True)
@given(case=models().map(with_units_to_normalise))
def test_stacked_layers_have_pytorchs_states_and_gradients_at_every_timestep(case):
    inputs = case.inputs()
    assert_near(engine_model(case, inputs), torch_model(case, inputs), TOLERANCE)


def test_the_hard_sigmoid_written_for_parity_is_pytorchs_but_for_the_digits_of_its_slope():
    ours, theirs = (torch.linspace(-7, 7, 999, dtype=torch.float64).requires_grad_() for _ in "ab")
    y, expected = hard_sigmoid(ours), torch.nn.functional.hardsigmoid(theirs)
    np.testing.assert_allclose(y.detach(), expected.detach(), rtol=1e-15, atol=1e-15)
    y.sum().backward()
    expected.sum().backward()
    np.testing.assert_allclose(ours.grad, theirs.grad, rtol=1e-7)
    assert NONLINEARITIES["hard_sigmoid"].slope(np.array([0.5])) == ours.grad[499].item()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("layers", [1, 2, 3])
@pytest.mark.parametrize(("position", "first"), [("last", 19), ("every", 0)])
def test_each_depth_and_loss_position_has_pytorchs_dh_and_dc_at_every_layer(
    kind, layers, position, first
):
    case = ModelCase(kind, "mse", first, 20, T=20, B=4, D=3, H=7, layers=layers, seed=layers)
    inputs = case.inputs()
    ours = engine_model(case, inputs)
    states = {f"dh_l{layer}" for layer in range(layers)}
    if "c" in CELLS[KINDS[kind][0]].state_names:
        states |= {f"dc_l{layer}" for layer in range(layers)}
    assert states == {name for name in ours if name.startswith(("dh_", "dc_"))}, position
    assert all(np.abs(ours[name][1:]).max(axis=(1, 2)).all() for name in states)
    assert_near(ours, torch_model(case, inputs), TOLERANCE)
