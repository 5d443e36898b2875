"""Saturated gates and dead units, on gates made by hand."""

from __future__ import annotations

import numpy as np
import pytest

from engine import (
    GRU,
    LSTM,
    MGU,
    RNN,
    CoupledLSTM,
    GRUResetBefore,
    PeepholeLSTM,
    Watch,
)
from engine.diagnostics import saturation
from tests.engine.runs import experiment

# x (T, B) is the pre-activation of unit 0; σ(−3) = 0.047, σ(±2) = 0.119 and 0.881, σ(3) = 0.953.
X = np.array([[-3.0, 0.0], [-3.0, 3.0], [2.0, -2.0], [3.0, 3.0], [30.0, -30.0]])
LOW, HIGH = 3 / 10, 4 / 10


@pytest.mark.parametrize(
    ("kind", "logistic"),
    [
        (LSTM, "ifo"),
        (GRU, "rz"),
        (MGU, "f"),
        (CoupledLSTM, "fo"),
        (GRUResetBefore, "rz"),
        (PeepholeLSTM, "ifo"),
    ],
)
def test_the_ends_of_a_gate_are_counted_over_timesteps_and_batch(kind, logistic):
    for gate in logistic:
        cell = kind(1, 3)
        params = {name: np.zeros(shape) for name, shape in cell.shapes().items()}
        row = 3 * cell.gate_names.index(gate)
        params["weight_ih"][row] = 1  # unit 0 follows x
        params["bias_ih"][row + 1 : row + 3] = -2.5, 2.5  # 0.076 and 0.924 for ever
        found = saturation(cell, cell.forward(params, X[:, :, np.newaxis]).workspace)
        assert set(found) == {f"gate.{k}.{end}" for k in logistic for end in ("low", "high")}
        for name, values in found.items():
            ends = {"low": [LOW, 1, 0], "high": [HIGH, 0, 1]}[name.split(".")[2]]
            np.testing.assert_allclose(values, ends if f".{gate}." in name else [0, 0, 0])


def test_sequences_of_many_blocks_are_counted_whole(monkeypatch):
    rng = np.random.default_rng(0)
    cell = LSTM(2, 3)
    params = cell.init(rng)
    x = 20 * rng.standard_normal((40, 2, 2))
    whole = saturation(cell, cell.forward(params, x).workspace)
    monkeypatch.setattr("engine.cells.workspace.BLOCK_BYTES", 1000)
    space = cell.forward(params, x).workspace
    assert space.block < 40
    for name, values in saturation(cell, space).items():
        np.testing.assert_array_equal(values, whole[name])
        assert values.any()


def test_a_relu_unit_is_dead_if_it_is_silent_at_all_times_in_all_examples():
    cell = RNN(1, 4, nonlinearity="relu")
    params = {name: np.zeros(shape) for name, shape in cell.shapes().items()}
    params["weight_ih"][:, 0] = 1, -1, 1, 1
    params["bias_ih"][:] = 0, -29.5, -31, -30
    found = saturation(cell, cell.forward(params, X[:, :, np.newaxis]).workspace)
    assert set(found) == {"dead"}
    np.testing.assert_array_equal(found["dead"], [0, 0, 1, 1])  # unit 1 speaks once: x = −30


def test_a_tanh_network_has_neither_gates_nor_dead_units():
    cell = RNN(1, 2)
    params = cell.init(np.random.default_rng(0))
    assert saturation(cell, cell.forward(params, X[:, :, np.newaxis]).workspace) == {}


def test_gates_that_are_not_numbers_are_neither_open_nor_closed():
    cell = GRU(1, 2)
    params = {name: np.zeros(shape) for name, shape in cell.shapes().items()}
    params["weight_ih"][0] = 1  # r of unit 0 alone
    x = X[:, :, np.newaxis].copy()
    x[2, 1] = np.nan
    space = cell.workspace(5, 2)
    space.take_input(x)
    params["weight_ih"][1:] = 0
    cell.run(params, space)
    space.gates[:, 3][np.isnan(space.gates[:, 3])] = 0.5  # NaN · 0 is NaN: unit 1 is put right
    found = saturation(cell, space)
    assert np.isnan(found["gate.r.low"][0])
    assert found["gate.r.low"][1] == 0


@pytest.mark.parametrize("layer", [0, 1])
def test_a_frame_counts_the_whole_batch_of_the_watched_layer(layer):
    base = {"cell": "gru", "num_layers": 2, "init": "normal", "init_std": 3.0}
    run = experiment(base=base, lanes=[{}])
    model, params = run.lanes[0].model, {n: v.copy() for n, v in run.lanes[0].params.items()}
    draw, batches = run.task.batch, []
    run.task.batch = lambda rng, size: batches.append(draw(rng, size)) or batches[-1]
    frame = run.advance(Watch(layer=layer, views=("saturation",)))
    gates = model.forward(params, batches[0].x).traces[layer].gates  # (T, B, H)
    for gate in "rz":
        low, high = (frame.arrays[f"0/gate.{gate}.{end}"] for end in ("low", "high"))
        np.testing.assert_allclose(low, (gates[gate] < 0.1).mean(axis=(0, 1)))
        np.testing.assert_allclose(high, (gates[gate] > 0.9).mean(axis=(0, 1)))
        assert 0 < low.mean() < 1
