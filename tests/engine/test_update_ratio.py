"""The ratio of update to weight, of each parameter, against its definition."""

from __future__ import annotations

import numpy as np
import pytest

from engine import Watch
from engine.diagnostics import update_ratio
from engine.frame import is_norm
from tests.engine.runs import advance, experiment

WATCH = Watch(views=("update_ratio",))


@pytest.mark.parametrize("precision", ["float64", "float32"])
def test_it_is_the_change_of_each_parameter_over_its_size_before(precision):
    run = experiment(base={"num_layers": 2, "precision": precision})
    advance(run, 2)
    before = [{n: v.astype(float) for n, v in lane.params.items()} for lane in run.lanes]
    frame = run.advance(WATCH)
    for index, lane in enumerate(run.lanes):
        prefix = f"{index}/update_ratio."
        names = [n.removeprefix(prefix) for n in frame.arrays if n.startswith(prefix)]
        assert names == list(lane.params)
        assert {"weight_ih_l0", "bias_hh_l1", "readout.weight"} <= set(names)
        for name in names:
            change = lane.params[name].astype(float) - before[index][name]
            expected = np.linalg.norm(change) / np.linalg.norm(before[index][name])
            assert frame.arrays[prefix + name].shape == ()
            assert frame.arrays[prefix + name] == pytest.approx(expected, rel=1e-12)


def test_the_changes_of_all_parameters_make_up_the_update_norm():
    run = experiment()
    sizes = {n: np.linalg.norm(v) for n, v in run.lanes[1].params.items()}
    arrays = run.advance(WATCH).arrays
    squares = sum((arrays[f"1/update_ratio.{n}"] * size) ** 2 for n, size in sizes.items())
    assert np.sqrt(squares) == pytest.approx(arrays["1/update_norm"], rel=1e-12)


def test_adams_first_update_moves_each_weight_by_the_rate():
    weights = {"a": np.array([3.0, 4.0])}
    found = update_ratio(weights, {"a": np.array([3.01, 3.99])})
    assert found["update_ratio.a"] == pytest.approx(0.01 * np.sqrt(2) / 5, rel=1e-9)


def test_weights_that_were_zero_give_infinity_or_nan_and_no_error():
    zero, one = np.zeros(3), np.ones(3)
    found = update_ratio({"a": zero, "b": zero, "c": one}, {"a": one, "b": zero, "c": one})
    assert found["update_ratio.a"] == np.inf
    assert np.isnan(found["update_ratio.b"])
    assert found["update_ratio.c"] == 0
    lost = update_ratio({"a": one}, {"a": np.array([1.0, np.nan, 1.0])})
    assert np.isnan(lost["update_ratio.a"])


def test_tiny_weights_and_updates_have_a_ratio():
    found = update_ratio({"a": np.full(2, 1e-200)}, {"a": np.full(2, 1.5e-200)})
    assert found["update_ratio.a"] == pytest.approx(0.5, rel=1e-12)


def test_biases_that_begin_at_zero_have_an_infinite_ratio_and_ratios_are_sent_as_log10():
    run = experiment(base={"init": "identity"}, lanes=[{"cell": "rnn"}])
    arrays = run.advance(WATCH).arrays
    assert arrays["0/update_ratio.bias_ih_l0"] == np.inf
    assert 0 < arrays["0/update_ratio.weight_hh_l0"] < 0.1
    assert all(is_norm(name) for name in arrays if "update_ratio" in name)


def test_a_frame_asked_for_again_has_the_same_ratios():
    run = experiment()
    first = run.advance(WATCH)
    again = run.frame(WATCH)
    for name, value in first.arrays.items():
        np.testing.assert_array_equal(again.arrays[name], value, err_msg=name)
