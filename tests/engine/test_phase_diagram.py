"""Many networks in one pass say what each of them says alone."""

from __future__ import annotations

import tracemalloc
from importlib import import_module
from typing import Any

import numpy as np
import pytest

from engine import Experiment, Model, Recipe, Watch, phase_diagram
from engine.phase_diagram import GROUP_BYTES, _member_bytes
from tests.engine.runs import CELLS

MODULE = import_module("engine.phase_diagram")  # as an attribute of engine it is the function


def recipe(**fields: Any) -> Recipe:
    """Return a small recipe of one lane."""
    small = {"task": {"seq_len": 12}, "batch_size": 3, "lanes": [{}], **fields}
    small["base"] = {"hidden_size": 5, **fields.get("base", {})}
    return Recipe.model_validate(small)


def alone(of: Recipe, seed: int, layer: int = 0, **knobs: Any) -> np.ndarray:
    """Return what an experiment reports at iteration 0."""
    plain = of.model_dump()
    plain |= {"seed": seed, "base": {**plain["base"], **knobs}}
    frame = Experiment(Recipe.model_validate(plain)).advance(Watch(layer=layer))
    return frame.arrays["0/dh_norm"]


def assert_every_member_is_itself(of: Recipe, knob: str, values: list[Any], layer: int = 0) -> None:
    seeds = [3, 0, 2**32 - 1]
    # BLAS may sum in another order where a member stands elsewhere in memory.
    tolerance = {"float64": 1e-12, "float32": 1e-4}[of.base.precision]
    grid = phase_diagram(of, values, seeds, knob=knob, layer=layer)
    assert grid.shape == (len(values), len(seeds), of.task.timesteps + 1)
    assert grid.dtype == np.float64
    for r, value in enumerate(values):
        for s, seed in enumerate(seeds):
            expected = alone(of, seed, layer, **{knob: value})
            np.testing.assert_allclose(grid[r, s], expected, rtol=tolerance, atol=0)
    assert np.isfinite(grid).any()
    distinct = {row.tobytes() for row in grid.reshape(-1, grid.shape[2])}
    assert len(distinct) >= 2 * len(values), "members that are all the same would compare nothing"


@pytest.mark.parametrize("precision", ["float64", "float32"])
@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("cell", CELLS)
def test_a_member_has_the_dh_norm_of_its_own_experiment(cell, layers, precision):
    base = {"cell": cell, "num_layers": layers, "precision": precision}
    for layer in range(layers):
        radii = [0.4, 1.0, 1.6]
        assert_every_member_is_itself(recipe(base=base), "spectral_radius", radii, layer)


@pytest.mark.parametrize(
    ("cell", "knob", "values"),
    [
        ("lstm", "forget_bias", [-2.0, 0.0, 3.0]),
        ("gru", "update_bias", [None, 1.0]),
        ("coupled_lstm", "forget_bias", [-2.0, 3.0]),
        ("gru_reset_before", "update_bias", [None, 1.0]),
        ("rnn", "init", ["orthogonal", "identity", "xavier_normal"]),
        ("rnn", "spectral_radius", [None, 0.5, 2.0]),
    ],
)
def test_any_knob_of_the_initial_weights_can_vary(cell, knob, values):
    assert_every_member_is_itself(recipe(base={"cell": cell}), knob, values)


def test_the_standard_deviation_of_normal_weights_can_vary():
    of = recipe(base={"cell": "gru", "init": "normal"})
    assert_every_member_is_itself(of, "init_std", [0.05, 0.3])


def test_the_same_value_twice_gives_the_same_member_twice():
    grid = phase_diagram(recipe(), [0.7, 0.7, 0.9], [1, 1])
    np.testing.assert_allclose(grid[0], grid[1], rtol=1e-12)
    np.testing.assert_allclose(grid[:, 0], grid[:, 1], rtol=1e-12)


@pytest.mark.parametrize("task", ["copy", "temporal_order", "next_char", "stocks"])
def test_every_task_will_do(task):
    of = recipe(task={"name": task, "seq_len": 10}, base={"cell": "lstm"})
    assert_every_member_is_itself(of, "spectral_radius", [0.8, 1.1])


@pytest.mark.parametrize("cell", CELLS)
def test_truncation_leaves_a_gap(cell):
    of = recipe(base={"cell": cell, "truncate": 5})
    assert_every_member_is_itself(of, "spectral_radius", [0.8, 1.1])
    assert np.isnan(phase_diagram(of, [0.8], [0])[0, 0, :7]).all()


def test_what_explodes_is_a_number_and_not_an_error():
    of = recipe(task={"seq_len": 400}, base={"cell": "rnn", "nonlinearity": "relu"})
    assert_every_member_is_itself(of, "spectral_radius", [0.01, 10.0])


def test_a_lane_lends_its_hyperparameters():
    of = recipe(lanes=[{"cell": "rnn"}, {"cell": "gru", "hidden_size": 7}])
    mine = recipe(base={"cell": "gru", "hidden_size": 7})
    np.testing.assert_array_equal(
        phase_diagram(of, [1.1], [4], lane=1), phase_diagram(mine, [1.1], [4])
    )


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("members", [1, 2, 5])
def test_how_members_are_grouped_changes_nothing(cell, members, monkeypatch):
    of = recipe(base={"cell": cell})
    whole = phase_diagram(of, [0.5, 1.0, 1.5], [0, 1])
    model = Model(cell, 2, 5, 1)
    one = _member_bytes(model, 12, 3, np.dtype("float64"))
    monkeypatch.setattr(MODULE, "GROUP_BYTES", members * one)
    np.testing.assert_allclose(phase_diagram(of, [0.5, 1.0, 1.5], [0, 1]), whole, rtol=1e-12)


@pytest.mark.parametrize("cell", CELLS)
def test_weights_of_an_ensemble_have_the_gradients_of_each_network(cell):
    rng = np.random.default_rng(0)
    E, T, B, H, layers = 3, 6, 4, 5, 2
    model = Model(cell, 2, H, 1, layers)
    weights = [model.init(rng) for _ in range(E)]
    params = {name: np.stack([each[name] for each in weights]) for name in weights[0]}
    x, doutput = rng.standard_normal((T, E * B, 2)), rng.standard_normal((T, E, 1, B))
    spaces = model.workspaces(T, E * B, members=E)
    passed = model.forward(params, x, workspaces=spaces)
    grads = model.backward(params, passed, doutput, truncate=4)
    for e, own in enumerate(weights):
        its = slice(e * B, (e + 1) * B)
        one = model.forward(own, x[:, its])
        expected = model.backward(own, one, doutput[:, e], truncate=4)
        np.testing.assert_allclose(passed.output[:, e], one.output, rtol=1e-13)
        for name, value in expected.params.items():
            np.testing.assert_allclose(grads.params[name][e], value, rtol=1e-12, err_msg=name)
        for layer in range(layers):
            together = passed.traces[layer]
            np.testing.assert_allclose(together.h[:, its], one.traces[layer].h, rtol=1e-13)
            for gate, value in one.traces[layer].gates.items():
                np.testing.assert_allclose(together.gates[gate][:, its], value, rtol=1e-13)
    without = model.backward(params, passed, doutput, truncate=4, with_params=False)
    assert without.params == {}


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize(("T", "B", "H"), [(200, 8, 16), (2, 1, 128)])
def test_memory_does_not_grow_with_the_members(cell, T, B, H):
    """Neither where the kept states are large, nor where the weights are."""
    of = recipe(task={"seq_len": T}, batch_size=B, base={"cell": cell, "hidden_size": H})
    whole = 128 * _member_bytes(Model(cell, 2, H, 1), T, B, np.dtype("float64"))
    assert whole > 1.5 * GROUP_BYTES
    phase_diagram(of, [1.0], [0])
    tracemalloc.start()
    try:
        phase_diagram(of, np.linspace(0.5, 1.5, 32).tolist(), range(4))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 1.5 * GROUP_BYTES


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ({"values": []}, "values is empty; at least one is needed"),
        ({"values": [1.0, 11.0]}, r"values\[1\] is 11.0; for spectral_radius: .*10"),
        ({"values": [0.0]}, r"values\[0\] is 0.0; for spectral_radius: .*greater than 0"),
        ({"values": [float("nan")]}, r"values\[0\] is nan; for spectral_radius: .*finite"),
        ({"values": ["wide"]}, r"values\[0\] is 'wide'; for spectral_radius: .*number"),
        ({"values": ["odd"], "knob": "init"}, r"values\[0\] is 'odd'; for init: .*'orthogonal'"),
        ({"knob": "learning_rate"}, "knob is 'learning_rate'; it must be one of spectral_radius"),
        ({"seeds": []}, "seeds is empty; at least one is needed"),
        ({"seeds": [0, -1]}, r"seeds\[1\] is -1; it must be an integer from 0 to 4294967295"),
        ({"seeds": [True]}, r"seeds\[0\] is True; it must be an integer"),
        ({"seeds": [1.5]}, r"seeds\[0\] is 1.5; it must be an integer"),
        ({"lane": 1}, "lane is 1; it must be an integer from 0 to 0"),
        ({"layer": 1}, "layer is 1; it must be an integer from 0 to 0"),
    ],
)
def test_what_is_not_allowed_is_named(arguments, complaint):
    with pytest.raises(ValueError, match=complaint):
        phase_diagram(recipe(), **{"values": [1.0], "seeds": [0], **arguments})


def test_numpys_numbers_are_numbers():
    of, radii = recipe(), np.array([0.5, 1.5])
    given = phase_diagram(of, radii, np.arange(2))
    np.testing.assert_array_equal(given, phase_diagram(of, [0.5, 1.5], [0, 1]))
