"""Jacobians of the joint state and their products, against the bare equations and closed laws."""

from __future__ import annotations

import numpy as np
import pytest

from engine import (
    RNN,
    Watch,
)
from engine.diagnostics import (
    EXACT_SIZE,
    Chain,
    jacobian_gain,
    local_gain,
    lyapunov_exponents,
    probed_local_gain,
    probed_singular_values,
    singular_values,
)
from engine.experiment import Stopped
from tests.engine import reference
from tests.engine.kinds import KINDS, USUAL, build
from tests.engine.reference import STEP
from tests.engine.runs import CELLS as IN_RECIPES
from tests.engine.runs import experiment, held_out

T, B, D, H = 7, 3, 2, 4


def product_by_the_equations(name, params, x, h, c) -> np.ndarray:
    """Return ∂s_T/∂s_t of one example, where h and c (H,) are s_t and x (T − t, D) follows."""
    kind, chosen = KINDS[name]
    state = np.concatenate([h, c]) if kind in reference.WITH_C else h
    columns = []
    for place in range(len(state)):
        moved = state.astype(complex)
        moved[place] += STEP
        h_0, c_0 = moved[np.newaxis, : len(h)], moved[np.newaxis, len(h) :]
        if len(x):
            found = reference.forward(
                kind,
                params,
                x[:, np.newaxis],
                h_0,
                c_0 if kind in reference.WITH_C else None,
                **chosen,
            )
            h_0, c_0 = found["h"][-1], found["c"][-1] if kind in reference.WITH_C else c_0
        columns.append(np.concatenate([h_0[0], c_0[0]]).imag / STEP.imag)
    return np.stack(columns, axis=1)


def random_case(name: str, scale: float = 0.9):
    rng = np.random.default_rng(3)
    kind, _ = KINDS[name]
    cell = build(name, D, H)
    params = reference.random_params(rng, kind, D, H, scale)
    x, h_0, c_0 = (rng.standard_normal(shape) for shape in ((T, B, D), (B, H), (B, H)))
    trace = cell.forward(params, x, h_0, c_0 if kind in reference.WITH_C else None)
    return cell, params, x, trace


def quiet(W_hh: np.ndarray, timesteps: int) -> Chain:
    """Return a tanh network at rest: all states are 0, φ′ = 1, and each Jacobian is W_hh."""
    cell = RNN(1, len(W_hh))
    params = {name: np.zeros(shape) for name, shape in cell.shapes().items()}
    params["weight_hh"] = W_hh
    trace = cell.forward(params, np.zeros((timesteps, 1, 1)))
    return Chain(cell, params, trace.workspace)


def orthogonal(size: int) -> np.ndarray:
    return np.linalg.qr(np.random.default_rng(1).standard_normal((size, size))).Q


@pytest.mark.parametrize("example", range(B))
@pytest.mark.parametrize("name", KINDS)
def test_each_jacobian_is_that_of_the_equations(name, example):
    cell, params, x, trace = random_case(name)
    found = cell.jacobians(params, trace.workspace, slice(2, T), example)
    for t in range(2, T):
        c = None if trace.c is None else trace.c[t, example]
        expected = product_by_the_equations(
            name, params, x[t : t + 1, example], trace.h[t, example], c
        )
        np.testing.assert_allclose(found[t - 2], expected, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("block_bytes", [1, 3000, 10**8])
@pytest.mark.parametrize("name", KINDS)
def test_products_have_the_singular_values_of_the_equations_derivative(
    name, block_bytes, monkeypatch
):
    monkeypatch.setattr("engine.diagnostics.jacobians.BLOCK_BYTES", block_bytes)
    cell, params, x, trace = random_case(name)
    chain = Chain(cell, params, trace.workspace, example=1)
    found, local = singular_values(chain), local_gain(chain)
    assert found.shape == (T + 1, 4)
    for t in range(T + 1):
        state = trace.h[t, 1], None if trace.c is None else trace.c[t, 1]
        product = product_by_the_equations(name, params, x[t:, 1], *state)
        expected = np.linalg.svd(product, compute_uv=False)[:4]
        resolved = ~np.isnan(found[t])
        assert resolved[0]
        np.testing.assert_allclose(
            found[t][resolved], expected[resolved], rtol=1e-11, atol=1e-15 * expected[0]
        )
        assert (expected[~resolved] <= 1e-14 * expected[0]).all()
        if t < T:
            one = product_by_the_equations(name, params, x[t : t + 1, 1], *state)
            assert local[t] == pytest.approx(np.linalg.norm(one, 2), rel=1e-12)


@pytest.mark.parametrize("values", [singular_values, probed_singular_values])
@pytest.mark.parametrize(("rho", "timesteps"), [(0.9, 50), (1.1, 50), (0.1, 300), (10.0, 300)])
def test_an_orthogonal_network_has_gains_that_are_powers_of_its_radius(values, rho, timesteps):
    found = values(quiet(rho * orthogonal(6), timesteps))
    expected = rho ** np.arange(timesteps, -1, -1.0)
    np.testing.assert_allclose(found, np.tile(expected[:, None], 4), rtol=1e-11)


def test_beyond_the_range_of_floats_a_gain_is_zero_or_infinite():
    assert singular_values(quiet(0.1 * orthogonal(3), 400))[0, 0] == 0
    assert singular_values(quiet(10 * orthogonal(3), 400))[0, 0] == np.inf
    tiny = singular_values(quiet(1e-170 * orthogonal(3), 2))
    np.testing.assert_allclose(tiny[:, 0], [0, 1e-170, 1], rtol=1e-12)


@pytest.mark.parametrize("timesteps", [1, 30, 400])
@pytest.mark.parametrize("scale", [1e-170, 0.1, 1.0, 10.0, 1e170])
def test_the_gain_alone_is_the_first_of_the_singular_values(timesteps, scale):
    weight = scale * np.random.default_rng(3).standard_normal((6, 6))
    chain = quiet(weight, timesteps)
    found = jacobian_gain(chain)
    assert found.shape == (timesteps + 1,)
    np.testing.assert_allclose(found, singular_values(chain)[:, 0], rtol=1e-12, atol=0)


@pytest.mark.parametrize("name", KINDS)
def test_the_gain_of_a_cell_alone_is_the_first_of_its_singular_values(name):
    cell, params, _, trace = random_case(name)
    chain = Chain(cell, params, trace.workspace, example=1)
    np.testing.assert_allclose(jacobian_gain(chain), singular_values(chain)[:, 0], rtol=1e-12)


def test_what_rounding_hides_behind_the_first_singular_value_is_a_gap():
    found = singular_values(quiet(np.diag([1.0, 0.1, 0.0]), 20))
    np.testing.assert_allclose(found[:, 0], 1)
    seen = ~np.isnan(found[:, 1])
    assert seen[5:].all()
    assert not seen[:4].any()
    np.testing.assert_allclose(found[5:, 1], 0.1 ** np.arange(15, -1, -1.0), rtol=1e-9)


def test_a_network_whose_units_are_all_dead_has_no_gain():
    cell = RNN(1, 3, nonlinearity="relu")
    params = {name: np.ones(shape) for name, shape in cell.shapes().items()}
    params["bias_ih"] = np.full(3, -1e3)
    chain = Chain(cell, params, cell.forward(params, np.zeros((5, 1, 1))).workspace)
    np.testing.assert_array_equal(singular_values(chain)[:-1], 0)
    np.testing.assert_array_equal(jacobian_gain(chain)[:-1], 0)
    np.testing.assert_array_equal(local_gain(chain), 0)
    np.testing.assert_array_equal(lyapunov_exponents(chain), -np.inf)


# Probes


def wide(name: str, timesteps: int, scale: float) -> Chain:
    rng = np.random.default_rng(5)
    kind, _ = KINDS[name]
    H = 50 if kind in reference.WITH_C else 100
    cell = build(name, 3, H)
    params = reference.random_params(rng, kind, 3, H, scale / H**0.5)
    x = rng.standard_normal((timesteps, 1, 3))
    return Chain(cell, params, cell.forward(params, x).workspace)


@pytest.mark.parametrize(("timesteps", "scale"), [(40, 0.9), (40, 1.4), (200, 1.2)])
@pytest.mark.parametrize("name", USUAL)
def test_probes_are_lower_bounds_close_to_the_exact_values(name, timesteps, scale):
    chain = wide(name, timesteps, scale)
    for exact, probed, least in [
        (singular_values(chain)[:, 0], probed_singular_values(chain)[:, 0], 0.99),
        (local_gain(chain), probed_local_gain(chain), 0.95),
    ]:
        ratio = probed / exact
        assert ratio.max() <= 1 + 1e-9
        assert ratio.min() > least


@pytest.mark.parametrize(
    ("cell", "hidden_size", "exact"),
    [
        *(("lstm", EXACT_SIZE // 2, 1), ("lstm", EXACT_SIZE // 2 + 1, 0)),
        *(("gru", EXACT_SIZE, 1), ("gru", EXACT_SIZE + 1, 0)),
    ],
)
def test_a_frame_says_whether_its_gains_are_exact(cell, hidden_size, exact):
    base = {"cell": cell, "hidden_size": hidden_size}
    run = experiment(task={"seq_len": 3}, base=base, lanes=[{}])
    frame = run.advance(Watch(views=("jacobian", "local_gain")))
    assert frame.arrays["0/jacobian_exact"] == exact
    assert frame.arrays["0/jacobian_gain"][-1] == 1
    assert frame.arrays["0/jacobian_gain"][-2] == pytest.approx(
        frame.arrays["0/local_gain"][-1], rel=1e-12 if exact else 0.1
    )


@pytest.mark.parametrize("name", [name for name in KINDS if KINDS[name][0] in IN_RECIPES])
def test_the_gain_in_a_frame_is_of_the_watched_layer_and_example(name):
    kind, chosen = KINDS[name]
    base = {"cell": kind, **chosen, "num_layers": 2}
    run = experiment(base=base, lanes=[{}])
    run.advance(None)
    params = {n: v.copy() for n, v in run.lanes[0].params.items()}
    frame = run.advance(Watch(layer=1, example=2, views=("jacobian",)))
    states, _ = held_out(run, 2)
    zero = np.zeros((1, 5))
    for layer in (0, 1):
        x = states
        weights = reference.of_layer(params, layer)
        found = reference.forward(
            kind,
            weights,
            x,
            zero,
            zero if kind in reference.WITH_C else None,
            **chosen,
        )
        states = found["h"][1:]
    for t in range(len(x) + 1):
        c = found["c"][t, 0] if kind in reference.WITH_C else None
        product = product_by_the_equations(name, weights, x[t:, 0], found["h"][t, 0], c)
        gain = frame.arrays["0/jacobian_gain"][t]
        assert gain == pytest.approx(np.linalg.norm(product, 2), rel=1e-9)


# Lyapunov exponents


def test_the_exponents_of_a_linear_system_are_the_logarithms_of_its_eigenvalues():
    eigenvalues = np.array([1.1, -0.9, 0.7, 0.5, 0.2, 0.1])
    basis = np.eye(6) + 0.3 * np.random.default_rng(2).standard_normal((6, 6))
    W_hh = basis @ np.diag(eigenvalues) @ np.linalg.inv(basis)
    found = lyapunov_exponents(quiet(W_hh, 2000))
    np.testing.assert_allclose(found, np.log(np.abs(eigenvalues[:4])), atol=5 / 2000)


def test_a_rotation_has_two_equal_exponents():
    turn = 0.8 * np.array([[np.cos(1), -np.sin(1)], [np.sin(1), np.cos(1)]])
    np.testing.assert_allclose(lyapunov_exponents(quiet(turn, 30)), np.log(0.8), rtol=1e-12)


def test_all_exponents_together_are_the_mean_logarithm_of_the_determinants():
    cell, params, _, trace = random_case("gru")
    chain = Chain(cell, params, trace.workspace)
    determinants = np.linalg.det(cell.jacobians(params, trace.workspace, slice(0, T)))
    expected = np.log(np.abs(determinants)).mean()
    assert lyapunov_exponents(chain).sum() == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("size", [1e-200, 1e200])
def test_exponents_of_tiny_and_huge_weights_are_finite(size):
    found = lyapunov_exponents(quiet(size * orthogonal(3), 10))
    np.testing.assert_allclose(found, np.log(size), rtol=1e-12)


# Lost numbers


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("name", KINDS)
def test_lost_numbers_give_nan_and_no_error(name, bad):
    cell, params, _, trace = random_case(name)
    space = trace.workspace
    params["weight_hh"][1, 2] = bad
    with np.errstate(all="ignore"):
        cell.run(params, space, np.ones((B, H)))
    chain = Chain(cell, params, space)
    for values in (singular_values, probed_singular_values, jacobian_gain):
        gain = values(chain)
        assert np.isnan(gain[0]).all()
        np.testing.assert_array_equal(gain[-1], 1)
    assert np.isnan(lyapunov_exponents(chain)).all()
    for local in (local_gain, probed_local_gain):
        assert np.isnan(local(chain)).any()


@pytest.mark.parametrize("values", [singular_values, probed_singular_values, jacobian_gain])
@pytest.mark.parametrize("name", KINDS)
def test_a_state_that_is_lost_hides_what_came_before_it_and_nothing_after(name, values):
    cell, params, _, trace = random_case(name)
    chain = Chain(cell, params, trace.workspace)
    before = values(chain)
    trace.workspace.h[3] = np.nan
    if trace.c is not None:
        trace.workspace.c[3] = trace.workspace.gates[2] = np.nan
    trace.workspace.gates[2] = np.nan
    found = values(chain)
    assert np.isnan(found[:3]).all()
    np.testing.assert_allclose(found[4:], before[4:], rtol=1e-12, atol=1e-17)


def test_long_products_can_be_stopped_on_their_way(monkeypatch):
    monkeypatch.setattr("engine.diagnostics.jacobians.BLOCK_BYTES", 1)
    run = experiment(lanes=[{"cell": "rnn"}])
    made = []

    def jacobians(*args):
        made.append(args)
        run.stop()
        return np.eye(5)[np.newaxis]

    monkeypatch.setattr(RNN, "jacobians", jacobians)
    with pytest.raises(Stopped):
        run.advance(Watch(views=("jacobian",)))
    assert len(made) == 1
