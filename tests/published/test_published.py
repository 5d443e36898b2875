"""The smaller part of the published results: one seed each, shorter sequences where that does."""

from __future__ import annotations

from math import isnan

import numpy as np
import pytest

from tests.published import adding, clipping, copy_memory, forget_bias, irnn, orthogonal
from tests.published.training import losses, seeds_that_solve, settled, solved_at


def test_clipping_makes_plain_sgd_solve_temporal_order():
    found = clipping.measure(seed=4, until=clipping.SOLVED)
    assert not isnan(found["clipped"])
    assert isnan(found["free"])


def test_a_gru_solves_adding_where_a_tanh_rnn_stays_at_the_baseline():
    (gru,) = losses(adding.recipe("gru", 0, seq_len=50), 1000, adding.SOLVED, adding.OVER)
    (rnn,) = losses(adding.recipe("rnn", 0, seq_len=50), len(gru))
    assert not isnan(solved_at(gru, adding.SOLVED, adding.OVER))
    assert settled(rnn) == pytest.approx(adding.BASELINE, rel=0.05)


def test_the_forget_bias_opens_the_gate_by_the_law():
    rows = forget_bias.judge([forget_bias.measure(seed) for seed in range(2)])
    assert [row.holds for row in rows] == [True, True]


def test_orthogonal_weights_reach_further_back_than_normal_ones():
    rows = orthogonal.judge([orthogonal.measure(seed) for seed in range(2)])
    assert [row.holds for row in rows] == [True, True, None, None]


# The measures themselves


def test_a_task_is_solved_where_the_mean_loss_falls_below_and_never_before():
    curve = np.array([1.0, 1.0, 0.0, 0.0, 1.0, 0.0])
    assert solved_at(curve, 0.6, over=2) == 3
    assert solved_at(curve, 0.1, over=2) == 4
    assert isnan(solved_at(curve, 0.1, over=3))
    assert isnan(solved_at(curve, 2.0, over=7))
    assert isnan(solved_at(np.array([np.nan, 0.0, np.nan]), 0.5, over=2))


def test_a_row_tells_a_reproduced_result_from_one_that_is_not():
    nan = float("nan")
    solved = [{"at": 700.0}, {"at": 500.0}, {"at": nan}]
    row = seeds_that_solve("all", "at", solved, 3)
    assert (row.expected, row.measured, row.holds) == ("3 of 3", "2 of 3, at 500–700", False)
    assert seeds_that_solve("two", "at", solved, 2).holds
    assert seeds_that_solve("none", "at", [{"at": nan}], 0).measured == "0 of 1"


def test_each_judge_says_no_to_numbers_that_contradict_its_result():
    contradictions = {
        clipping: {"clipped": float("nan"), "free": 900.0, "free_loss": 0.1},
        adding: {"lstm": float("nan"), "gru": float("nan"), "rnn": 800.0, "rnn_loss": 0.01},
        irnn: {"irnn": float("nan"), "tanh": 800.0, "tanh_loss": 0.01},
        copy_memory: {"rnn": 0.5, "lstm": 1.0, "gru": 1.0},
        forget_bias: {"small": 0.0, "pytorch": -1.0},
        orthogonal: {"normal": 100.0, "alike": 100.0, "orthogonal": 100.0},
    }
    for module, found in contradictions.items():
        verdicts = [row.holds for row in module.RESULT.judge([found] * 3)]
        assert True not in verdicts, module.__name__
        assert False in verdicts, module.__name__
