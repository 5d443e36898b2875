"""The smaller part of the published results: few seeds, and shorter sequences where they do."""

from __future__ import annotations

from math import isnan
from pathlib import Path

import numpy as np
import pytest

from tests.published import adding, clipping, copy_memory, forget_bias, irnn, orthogonal
from tests.published.__main__ import RESULTS, as_markdown
from tests.published.result import Row
from tests.published.training import (
    experiment,
    near,
    seeds_that_solve,
    solved_at,
    train,
)

README = Path(__file__).parents[2] / "README.md"


def test_clipping_makes_plain_sgd_solve_temporal_order():
    found = clipping.measure(seed=4, until=clipping.SOLVED)
    assert not isnan(found["clipped"])
    assert isnan(found["free"])


def test_a_gru_solves_adding_where_a_tanh_rnn_given_as_long_stays_at_the_baseline():
    gru, rnn = (experiment(adding.recipe(cell, 0, seq_len=50)) for cell in ("gru", "rnn"))
    (curve,) = train(gru, 1000, adding.SOLVED, adding.OVER)
    train(rnn, len(curve))
    assert not isnan(solved_at(curve, adding.SOLVED, adding.OVER))
    _, earlier, later = adding.answers(gru)
    assert (earlier, later) == pytest.approx((1, 1), abs=0.25)
    error, earlier, _ = adding.answers(rnn)
    assert error == pytest.approx(adding.BASELINE, rel=0.05)
    assert earlier == pytest.approx(0, abs=0.05)


def test_an_irnn_remembers_the_earlier_number_where_a_tanh_rnn_does_not():
    half = adding.BASELINE / 2
    both = experiment(irnn.recipe(3, seq_len=30))
    curve, _ = train(both, 2000, until=half, over=irnn.OVER)
    assert not isnan(solved_at(curve, half, irnn.OVER))
    (_, earlier, _), (other_error, other_earlier, _) = (adding.answers(both, k) for k in (0, 1))
    assert earlier > 0.4
    assert other_error == pytest.approx(adding.BASELINE, rel=0.06)
    assert other_earlier == pytest.approx(0, abs=0.05)


def test_gated_cells_fall_below_the_baseline_of_copy_memory_where_a_tanh_rnn_stays():
    rows = copy_memory.judge([copy_memory.measure(1, 1500, delay=10, hidden_size=32)])
    assert [row.holds for row in rows] == [True, True, True], rows


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


def test_a_row_on_a_number_says_no_where_one_seed_is_off():
    assert near("x", "two", 2.0, 5, [1.91, 2.09]) == ("x", "two ± 5 %", "1.910 to 2.090", True)
    assert not near("x", "two", 2.0, 5, [2.0, 2.11]).holds
    assert not near("x", "two", 2.0, 5, [2.0, float("nan")]).holds


def test_the_slopes_of_an_answer_are_those_that_were_planted():
    # Two timesteps, both marked; with small weights a tanh is a line: half the first, the second.
    run = experiment(adding.recipe("rnn", 0, seq_len=2))
    params = run.lanes[0].params
    for value in params.values():
        value[...] = 0
    params["weight_ih_l0"][0, 0], params["weight_hh_l0"][0, 0] = 1e-4, 0.5
    params["readout.weight"][0, 0], params["readout.bias"][0] = 1e4, 0.25
    error, earlier, later = adding.answers(run)
    assert (earlier, later) == pytest.approx((0.5, 1), abs=1e-6)
    assert error == pytest.approx(1 / 48, rel=0.05)  # a quarter of a uniform number's variance


def test_each_judge_says_no_to_numbers_that_contradict_its_result():
    nan = float("nan")
    contradictions = {
        clipping: {"clipped": nan, "free": 900.0, "free_loss": 0.1},
        adding: {
            "lstm": nan,
            "gru": nan,
            "rnn": 800.0,
            "lstm_earlier": 0.0,
            "gru_earlier": 0.0,
            "rnn_earlier": 1.0,
            "rnn_error": 0.01,
            "rnn_earlier_later": 1.0,
            "rnn_error_later": 0.01,
        },
        irnn: {"irnn": nan, "tanh": 800.0, "tanh_error": 0.01},
        copy_memory: {"rnn": 0.5, "lstm": 1.0, "gru": 1.0},
        forget_bias: {"small": 0.0, "pytorch": -1.0},
        orthogonal: {"normal": 100.0, "alike": 100.0, "orthogonal": 100.0},
    }
    for module, found in contradictions.items():
        verdicts = [row.holds for row in module.RESULT.judge([found] * 3)]
        assert True not in verdicts, module.__name__
        assert False in verdicts, module.__name__


# The README


def test_the_readme_has_each_result_as_it_is_run():
    readme = README.read_text()
    for result in RESULTS.values():
        assert f"| **{result.title}.** " in readme
        assert f" | {result.source} | {result.conditions}; {len(result.seeds)} seeds | " in readme


def test_a_report_marks_what_is_not_as_expected_and_names_a_source_once():
    rows = [Row("one", "1", "2", False), Row("two", "", "3", None)]
    first, second = as_markdown({forget_bias.RESULT: rows}, 3.4).splitlines()[-2:]
    assert first.startswith(f"| **{forget_bias.RESULT.title}.** one | {forget_bias.RESULT.source} ")
    assert first.endswith("| 1 | 2 **(not as expected)** |")
    assert second == "| two |  |  | – | 3 |"
