"""What BPTT costs, in bytes counted by hand and in the time of a clock that we turn."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from engine.bptt_cost import bptt_cost, kept, scratch
from engine.model import Model

STATES = {
    "rnn": 1,
    "lstm": 2,
    "gru": 1,
    "mgu": 1,
    "coupled_lstm": 2,
    "gru_reset_before": 1,
}
GATES = {
    "rnn": 0,
    "lstm": 4,
    "gru": 3,
    "mgu": 2,
    "coupled_lstm": 3,
    "gru_reset_before": 3,
}
INNER = (
    "lstm",
    "gru",
    "coupled_lstm",
)
CELLS = list(STATES)


def ticks(*durations: float) -> Iterator[float]:
    """Yield the readings of a clock between which these durations pass, over and over."""
    now = 0.0
    while True:
        for duration in durations:
            yield now
            now += duration


@pytest.mark.parametrize("itemsize", [8, 4])
@pytest.mark.parametrize("layers", [1, 3])
@pytest.mark.parametrize("cell", CELLS)
def test_the_kept_bytes_are_those_of_the_contracts_arrays(cell, layers, itemsize):
    T, B, D, H = 9, 4, 3, 5
    spaces = Model(cell, D, H, 1, layers).workspaces(T, B, f"f{itemsize}")
    unit = B * itemsize  # one number of every example
    expected = {"x": T * D * unit}
    for layer in range(layers):
        expected |= {
            f"h_l{layer}": (T + 1) * (1 + H) * unit,  # with a row of ones for the biases
            f"dh_l{layer}": (T + 1) * H * unit,
        }
        if STATES[cell] == 2:
            expected |= {f"{name}_l{layer}": (T + 1) * H * unit for name in ("c", "dc")}
        if GATES[cell]:
            expected[f"gates_l{layer}"] = GATES[cell] * T * H * unit
        if cell in INNER:
            expected[f"inner_l{layer}"] = T * H * unit
    assert kept(spaces) == expected


@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("cell", CELLS)
def test_every_byte_that_a_workspace_asks_for_is_kept_or_scratch(cell, layers):
    asked = 0

    def allocate(shape, dtype):
        nonlocal asked
        array = np.empty(shape, dtype)
        asked += array.nbytes
        return array

    spaces = Model(cell, 3, 5, 1, layers).workspaces(9, 4, np.float64, allocate)
    assert sum(kept(spaces).values()) + scratch(spaces) == asked


@pytest.mark.parametrize("cell", CELLS)
def test_a_timestep_more_costs_the_same_at_every_length_and_scratch_stops_growing(cell):
    model = Model(cell, 2, 16, 1)
    params = model.init(np.random.default_rng(0))
    clock = ticks(1.0)
    costs = bptt_cost(model, params, [400, 800, 1600], 32, lambda: next(clock), passes=1)
    assert [cost.timesteps for cost in costs] == [400, 800, 1600]
    first, second, third = (cost.bytes for cost in costs)
    assert third - second == 2 * (second - first)
    assert first == sum(costs[0].kept.values())
    assert costs[1].scratch == costs[2].scratch


def test_time_is_the_clocks_and_split_into_forward_and_backward():
    model = Model("lstm", 2, 3, 1)
    params = model.init(np.random.default_rng(0))
    # start → forward → (between) → backward → end, and nothing between two passes
    clock = ticks(2.0, 5.0, 0.0)
    for cost in bptt_cost(model, params, [4, 6], 2, lambda: next(clock), passes=3):
        assert (cost.forward, cost.backward) == (2.0, 5.0)


def test_the_first_pass_at_a_length_is_not_counted():
    model = Model("gru", 2, 3, 1)
    params = model.init(np.random.default_rng(0))
    slow_at_first = [100.0, 100.0, 0.0, 2.0, 5.0, 0.0]
    clock = ticks(*slow_at_first)
    (cost,) = bptt_cost(model, params, [4], 2, lambda: next(clock), passes=1)
    assert (cost.forward, cost.backward) == (2.0, 5.0)


@pytest.mark.parametrize("cell", CELLS)
def test_truncated_passes_keep_a_window_however_long_the_sequence(cell):
    model = Model(cell, 2, 4, 1)
    params = model.init(np.random.default_rng(0))
    clock = ticks(1.0)
    lengths = [3, 6, 13, 30]
    costs = bptt_cost(model, params, lengths, 2, lambda: next(clock), passes=1, window=6)
    assert [cost.timesteps for cost in costs] == lengths
    assert [cost.bytes for cost in costs] == [
        sum(kept(model.workspaces(min(T, 6), 2)).values()) for T in lengths
    ]


def test_each_window_has_its_way_forward_and_back():
    model = Model("gru", 2, 3, 1)
    params = model.init(np.random.default_rng(0))
    clock = ticks(2.0, 5.0, 0.0)
    shares: list[float] = []
    costs = bptt_cost(
        model,
        params,
        [4, 8, 11],
        2,
        lambda: next(clock),
        passes=2,
        window=4,
        progress=shares.append,
    )
    assert [(cost.forward, cost.backward) for cost in costs] == [(2, 5), (4, 10), (6, 15)]
    assert shares == sorted(shares)
    assert shares[-1] == 1
    assert len(shares) >= 3 * (1 + 2 + 3)  # every pass has said where it is


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"timesteps": [5, 0]}, r"timesteps\[1\] is 0"),
        ({"batch_size": 0}, "batch_size is 0"),
        ({"passes": 0}, "passes is 0"),
        ({"window": 0}, "window is 0"),
    ],
)
def test_sizes_below_one_are_refused(change, complaint):
    model = Model("rnn", 2, 3, 1)
    params = model.init(np.random.default_rng(0))
    arguments = {"timesteps": [5], "batch_size": 2, "passes": 1, **change}
    with pytest.raises(ValueError, match=complaint):
        bptt_cost(model, params, clock=lambda: 0.0, **arguments)
