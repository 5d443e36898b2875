"""Tasks draw what their papers say, name the right baseline, and show what they drew."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from importlib.metadata import distribution
from itertools import pairwise
from math import log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.recipe import (
    TASKS,
    AddingTask,
    CopyTask,
    NextCharTask,
    StocksTask,
    TaskFields,
    TemporalOrderTask,
)
from engine.tasks import (
    Adding,
    CopyMemory,
    FlipFlop,
    FlipFlopTask,
    NextChar,
    SineMixture,
    SineTask,
    Stocks,
    Task,
    TemporalOrder,
    make,
)
from engine.tasks.next_char import default_text
from engine.tasks.sine import PERIODS
from engine.tasks.stocks import weekly_prices

EVERY = [
    AddingTask(seq_len=11),
    CopyTask(seq_len=7),
    TemporalOrderTask(seq_len=13),
    NextCharTask(seq_len=9),
    NextCharTask(seq_len=4, text="abcabdabe"),
    StocksTask(seq_len=12, symbol="NFLX"),
    SineTask(seq_len=10, waves=3),
    FlipFlopTask(seq_len=8, bits=2, pulse_probability=0.3),
]


@pytest.fixture(params=EVERY, ids=lambda fields: f"{fields.name}-{fields.seq_len}")
def fields(request: pytest.FixtureRequest) -> TaskFields:
    return request.param


def draw(task: Task, batch_size: int = 16, seed: int = 0):
    return task.batch(np.random.default_rng(seed), batch_size)


def test_every_task_of_the_recipe_can_be_made_and_is_named_as_the_recipe_names_it():
    for kind in TASKS:
        task = make(kind())
        assert task.name == kind.model_fields["name"].default
        assert task.title == kind.model_fields["name"].title
        assert task.timesteps == kind().timesteps


def test_a_batch_has_the_promised_shapes_and_types(fields: TaskFields):
    task = make(fields)
    x, y, mask = draw(task, 5)
    assert x.shape == (fields.timesteps, 5, task.input_size)
    assert x.dtype == np.float64
    assert x.flags.c_contiguous
    if task.loss == "mse":
        assert y.shape == (fields.timesteps, 5, task.output_size)
        assert y.dtype == np.float64
    else:
        assert y.shape == (fields.timesteps, 5)
        assert y.dtype == np.int64
        assert y.min() >= 0
        assert y.max() < task.output_size
    expected = np.zeros((fields.timesteps, 5), dtype=bool)
    expected[task.loss_timesteps] = True
    assert mask.dtype == np.bool_
    np.testing.assert_array_equal(mask, expected)


def test_the_same_generator_state_gives_the_same_batch_and_another_gives_another(fields):
    one, same, other = draw(make(fields)), draw(make(fields)), draw(make(fields), seed=1)
    for a, b in zip(one, same, strict=True):
        np.testing.assert_array_equal(a, b)
    assert not np.array_equal(one.x, other.x)


def test_a_batch_is_the_callers_own(fields):
    task = make(fields)
    kept = draw(task)
    for array in draw(task):
        array[...] = 0
    for a, b in zip(kept, draw(task), strict=True):
        np.testing.assert_array_equal(a, b)


def test_what_the_page_is_told_is_json_without_nan(fields):
    task = make(fields)
    facts, example = task.describe(), task.example(draw(task), 3)
    assert json.loads(json.dumps(facts, allow_nan=False)) == facts
    assert json.loads(json.dumps(example, allow_nan=False)) == example
    assert facts["kind"] == example["kind"] == task.kind
    assert facts["loss_timesteps"] == list(task.loss_timesteps)
    assert facts["baseline"]["loss"] == task.baseline.loss
    assert facts["title"] == task.title


@pytest.mark.parametrize("batch_size", [0, -1, 1.0, True, "8"])
def test_a_bad_batch_size_is_refused_by_name(fields, batch_size):
    with pytest.raises(ValueError, match=r"batch_size is .*integer, at least 1"):
        make(fields).batch(np.random.default_rng(0), batch_size)


@pytest.mark.parametrize("index", [-1, 16, 0.0, False])
def test_an_example_that_is_not_in_the_batch_is_refused_by_name(fields, index):
    task = make(fields)
    with pytest.raises(ValueError, match=r"index is .*integer, from 0 to 15"):
        task.example(draw(task), index)


def test_something_that_is_no_task_is_refused():
    with pytest.raises(ValueError, match=r"task is 'adding'.*AddingTask"):
        make("adding")


# Adding problem


@settings(deadline=None)
@given(seq_len=st.integers(2, 60), seed=st.integers(0, 1000))
def test_adding_marks_one_number_in_each_half_and_asks_for_their_sum(seq_len: int, seed: int):
    x, y, _ = draw(Adding(seq_len), 8, seed)
    values, marks = x[:, :, 0], x[:, :, 1]
    assert set(np.unique(marks)) <= {0.0, 1.0}
    half = seq_len // 2
    np.testing.assert_array_equal(marks[:half].sum(axis=0), 1)
    np.testing.assert_array_equal(marks[half:].sum(axis=0), 1)
    np.testing.assert_allclose(y[-1, :, 0], (values * marks).sum(axis=0), rtol=1e-15)
    assert values.min() >= 0
    assert values.max() < 1


def test_adding_draws_uniform_numbers_and_uniform_marks():
    T, B = 10, 20_000
    x, _, _ = draw(Adding(T), B)
    # 4 standard errors of a mean of B·T uniforms, and of a share of B marks at each timestep.
    assert abs(x[:, :, 0].mean() - 0.5) < 4 * np.sqrt(1 / 12 / (B * T))
    assert abs(x[:, :, 0].var() - 1 / 12) < 1e-3
    share = x[:, :, 1].mean(axis=1)
    assert np.abs(share - 2 / T).max() < 4 * np.sqrt(0.2 * 0.8 / B)


def test_addings_baseline_is_the_loss_of_always_answering_one():
    task = Adding(20)
    _, y, _ = draw(task, 200_000)
    assert task.baseline.loss == pytest.approx(1 / 6)
    assert np.mean((y[-1] - 1.0) ** 2) == pytest.approx(task.baseline.loss, rel=0.01)


def test_addings_example_shows_the_sum_it_asks_for():
    task = Adding(50)
    batch = draw(task)
    for index in range(16):
        shown = task.example(batch, index)
        i, j = shown["marked"]
        assert i < 25 <= j
        assert batch.x[i, index, 1] == batch.x[j, index, 1] == 1.0
        assert shown["values"] == list(batch.x[:, index, 0])
        assert shown["target"] == pytest.approx(shown["values"][i] + shown["values"][j])
        left, right = shown["title"].replace("≈", "=").split(" = ")
        assert right == f"{shown['target']:.2f}"
        gap = abs(sum(map(float, left.split(" + "))) - float(right))
        assert gap < 0.011
        assert ("≈" in shown["title"]) == (gap > 0.005)


def test_adding_needs_a_timestep_for_each_mark():
    with pytest.raises(ValueError, match=r"seq_len is 1; .*at least 2"):
        Adding(1)


# Copy memory


@settings(deadline=None)
@given(delay=st.integers(1, 60), seed=st.integers(0, 1000))
def test_copy_is_laid_out_as_in_arjovsky_2016(delay: int, seed: int):
    x, y, mask = draw(CopyMemory(delay), 6, seed)
    assert x.shape == (delay + 20, 6, 10)
    np.testing.assert_array_equal(x.sum(axis=-1), 1)
    shown = x.argmax(axis=-1)
    assert shown[:10].max() < 8
    assert (shown[10 : 10 + delay - 1] == 8).all()
    assert (shown[delay + 9] == 9).all()
    assert (shown[delay + 10 :] == 8).all()
    assert len(shown[delay + 10 :]) == 10
    assert (y[: delay + 10] == 8).all()
    np.testing.assert_array_equal(y[delay + 10 :], shown[:10])
    assert mask.all()


def test_copy_draws_its_eight_symbols_equally_often():
    B = 10_000
    _, y, _ = draw(CopyMemory(1), B)
    share = np.bincount(y[-10:].ravel(), minlength=8) / (10 * B)
    assert len(share) == 8
    assert np.abs(share - 1 / 8).max() < 4 * np.sqrt(1 / 8 * 7 / 8 / (10 * B))


@pytest.mark.parametrize("delay", [1, 30, 500])
def test_copys_baseline_is_the_cross_entropy_of_one_who_remembers_nothing(delay: int):
    task = CopyMemory(delay)
    _, y, _ = draw(task, 4)
    belief = np.zeros((delay + 20, task.output_size))
    belief[: delay + 10, 8] = 1.0
    belief[delay + 10 :, :8] = 1 / 8
    chosen = np.take_along_axis(belief[:, np.newaxis], y[:, :, np.newaxis], axis=-1)
    assert -np.log(chosen).mean() == pytest.approx(task.baseline.loss)
    assert task.baseline.loss == pytest.approx(10 * log(8) / (delay + 20))


def test_copys_example_names_every_symbol():
    task = CopyMemory(5)
    batch = draw(task)
    shown = task.example(batch, 2)
    alphabet = shown["alphabet"]
    assert len(alphabet) == task.input_size
    assert alphabet[-2:] == ["blank", "go"]
    assert len(set(alphabet)) == 10
    word = "".join(alphabet[i] for i in shown["input"][:10])
    assert word in shown["title"]
    assert [alphabet[i] for i in shown["target"]] == ["blank"] * 15 + list(word)
    assert [alphabet[i] for i in shown["input"][10:]] == ["blank"] * 4 + ["go"] + ["blank"] * 10


def test_copy_needs_a_timestep_for_its_go():
    with pytest.raises(ValueError, match=r"delay is 0; .*at least 1"):
        CopyMemory(0)


# Temporal order


@settings(deadline=None)
@given(seq_len=st.integers(2, 120), seed=st.integers(0, 1000))
def test_temporal_order_places_two_symbols_where_pascanu_2013_does(seq_len: int, seed: int):
    x, y, mask = draw(TemporalOrder(seq_len), 8, seed)
    np.testing.assert_array_equal(x.sum(axis=-1), 1)
    shown = x.argmax(axis=-1)
    places = max(1, seq_len // 10)
    for b in range(8):
        first, second = np.flatnonzero(shown[:, b] < 2)
        assert seq_len // 10 <= first < seq_len // 10 + places
        assert seq_len // 2 <= second < seq_len // 2 + places
        assert y[-1, b] == 2 * shown[first, b] + shown[second, b]
    assert mask[-1].all()
    assert mask.sum() == 8


def test_temporal_order_draws_places_symbols_and_classes_equally_often():
    T, B = 50, 20_000
    x, y, _ = draw(TemporalOrder(T), B)
    shown = x.argmax(axis=-1)

    def equally_often(counts: np.ndarray, kinds: int) -> bool:
        share, expected = counts / counts.sum(), 1 / kinds
        error = np.sqrt(expected * (1 - expected) / counts.sum())
        return len(counts) == kinds and bool(np.abs(share - expected).max() < 4 * error)

    assert equally_often(np.bincount(y[-1]), 4)
    assert equally_often(np.bincount(shown[shown >= 2])[2:], 4)
    relevant = (shown < 2).sum(axis=1)
    assert np.flatnonzero(relevant).tolist() == [*range(5, 10), *range(25, 30)]
    assert equally_often(relevant[5:10], 5)
    assert equally_often(relevant[25:30], 5)


def test_temporal_orders_baseline_is_the_cross_entropy_of_equal_odds():
    task = TemporalOrder(30)
    _, y, _ = draw(task, 4)
    belief = np.full((4, task.output_size), 1 / task.output_size)
    assert -np.log(belief[range(4), y[-1]]).mean() == pytest.approx(task.baseline.loss)
    assert task.baseline.loss == pytest.approx(log(4))


def test_temporal_orders_example_names_both_symbols_their_places_and_the_class():
    task = TemporalOrder(40)
    batch = draw(task)
    seen = set()
    for index in range(16):
        shown = task.example(batch, index)
        letters = [shown["alphabet"][i] for i in shown["input"]]
        i, j = (t for t, letter in enumerate(letters) if letter in "XY")
        assert set(letters) <= set("XYabcd")
        (target,) = shown["target"]
        assert shown["classes"][target] == letters[i] + letters[j]
        assert shown["title"] == f"{letters[i]} at t = {i + 1}, {letters[j]} at t = {j + 1}"
        seen.add(shown["classes"][target])
    assert seen == {"XX", "XY", "YX", "YY"} == set(task.describe()["classes"])


def test_temporal_order_needs_a_timestep_for_each_symbol():
    with pytest.raises(ValueError, match=r"seq_len is 1; .*at least 2"):
        TemporalOrder(1)


# Next character


def test_next_char_shows_windows_of_the_text_and_asks_for_what_follows():
    text = "the cat sat on the mat; the rat spat."
    task = NextChar(6, text)
    batch = draw(task, 64)
    places = set()
    for index in range(64):
        shown = task.example(batch, index)
        assert shown["characters"][1:] == shown["next"][:-1]
        whole = shown["characters"] + shown["next"][-1]
        assert whole in text
        assert shown["vocabulary"] == sorted(set(text))
        places.update(i for i in range(len(text)) if text.startswith(whole, i))
    assert {0, len(text) - 7} <= places  # the first window and the last are drawn too


def test_next_chars_inputs_are_one_hot_over_the_texts_characters():
    task = NextChar(5, "hello world")
    x, y, mask = draw(task)
    assert task.vocabulary == [" ", "d", "e", "h", "l", "o", "r", "w"]
    assert task.input_size == task.output_size == 8
    assert set(np.unique(x)) == {0.0, 1.0}
    np.testing.assert_array_equal(x.sum(axis=-1), 1)
    np.testing.assert_array_equal(x[1:].argmax(axis=-1), y[:-1])
    assert mask.all()


def test_next_char_reads_a_text_of_exactly_one_window():
    shown = NextChar(3, "abca").example(draw(NextChar(3, "abca")), 0)
    assert (shown["characters"], shown["next"]) == ("abc", "bca")


def test_next_chars_baseline_is_the_entropy_of_the_character_frequencies():
    assert NextChar(2, "abab").baseline.loss == pytest.approx(log(2))
    assert NextChar(2, "aaab").baseline.loss == pytest.approx(
        -(0.75 * log(0.75) + 0.25 * log(0.25))
    )
    text = default_text()
    task = NextChar(40)
    frequency = Counter(text)
    _, y, _ = draw(task, 5000)
    belief = np.array([frequency[c] / len(text) for c in task.vocabulary])
    assert -np.log(belief[y]).mean() == pytest.approx(task.baseline.loss, rel=0.01)


def test_our_text_is_plain_and_repeats_itself():
    text = default_text()
    assert text.isascii()
    assert 3000 <= len(text) <= 5000
    assert len(set(text)) <= 60
    words = text.split()
    pairs = Counter(pairwise(words))
    assert sum(count for count in pairs.values() if count > 1) > 0.4 * len(words)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("abcdefghij", r"text has 10 characters; with a seq_len of 10 .* at least 11"),
        ("", r"text has 0 characters"),
        ("a" * 40, r"text repeats the one character 'a'; .*at least two"),
    ],
)
def test_a_text_that_cannot_be_learnt_from_is_refused(text: str, complaint: str):
    with pytest.raises(ValueError, match=complaint):
        NextChar(10, text)


# Stock prices


def test_the_prices_are_those_that_plotly_ships():
    dates, prices = weekly_prices()
    assert list(prices) == ["GOOG", "AAPL", "AMZN", "FB", "NFLX", "MSFT"]
    assert (dates[0], dates[-1], len(dates)) == ("2018-01-01", "2019-12-30", 105)
    assert all(len(price) == 105 and price[0] == 1.0 for price in prices.values())
    assert prices["MSFT"][-1] == pytest.approx(1.7881845268582712, rel=1e-15)


@pytest.mark.parametrize("symbol", ["GOOG", "NFLX"])
def test_a_stock_window_is_a_run_of_weeks_and_its_target_the_week_after(symbol: str):
    task = Stocks(20, symbol)
    dates, prices = weekly_prices()
    batch = draw(task, 64)
    for index in range(64):
        shown = task.example(batch, index)
        start = dates.index(shown["dates"][0])
        assert tuple(shown["dates"]) == dates[start : start + 21]
        np.testing.assert_allclose(
            shown["values"], prices[symbol][start : start + 21], rtol=0, atol=1e-14
        )
        assert shown["title"] == f"{symbol}, 20 weeks to {dates[start + 19]}"
        natural = batch.y[-1, index, 0] * shown["scale"] + shown["offset"]
        assert natural == pytest.approx(shown["values"][-1])


def test_every_window_of_the_series_is_drawn_up_to_the_very_last():
    task = Stocks(80, "AAPL")
    batch = draw(task, 2000)
    targets = {task.example(batch, i)["dates"][-1] for i in range(2000)}
    assert targets == set(weekly_prices()[0][80:])


def test_stock_prices_are_standardised_by_the_whole_series():
    task = Stocks(2, "FB")
    price = weekly_prices()[1]["FB"]
    assert task.offset == pytest.approx(np.mean(price))
    assert task.scale == pytest.approx(np.sqrt(np.mean((price - np.mean(price)) ** 2)))
    x, _, _ = draw(task, 20_000)
    assert abs(x.mean()) < 0.05
    assert abs(x.std() - 1) < 0.05


def test_the_stocks_baseline_is_the_loss_of_repeating_the_last_price():
    task = Stocks(30, "AMZN")
    x, y, _ = draw(task, 50_000)
    persistence = np.mean((y[-1, :, 0] - x[-1, :, 0]) ** 2)
    assert persistence == pytest.approx(task.baseline.loss, rel=0.05)
    price = weekly_prices()[1]["AMZN"]
    natural = np.mean([(price[t] - price[t - 1]) ** 2 for t in range(30, 105)])
    assert task.baseline.loss * task.scale**2 == pytest.approx(natural)


@pytest.mark.parametrize("seq_len", [0, 105])
def test_a_window_that_does_not_fit_the_series_is_refused(seq_len: int):
    with pytest.raises(ValueError, match=rf"seq_len is {seq_len}; .*from 1 to 104"):
        Stocks(seq_len, "GOOG")


def test_an_unknown_share_is_refused_with_those_there_are():
    with pytest.raises(ValueError, match=r"symbol is 'TSLA'; .*GOOG, AAPL"):
        Stocks(10, "TSLA")


def test_prices_are_read_without_importing_plotly_or_pandas():
    program = (
        "import sys; from engine.tasks.stocks import weekly_prices; weekly_prices(); "
        "print(sorted({'plotly', 'pandas'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_without_plotly_the_task_says_what_is_missing(monkeypatch: pytest.MonkeyPatch):
    assert distribution("plotly").version
    weekly_prices.cache_clear()
    monkeypatch.setattr("engine.tasks.stocks.find_spec", lambda name: None)
    with pytest.raises(ValueError, match=r"task 'stocks'.*plotly is not installed.*choose"):
        Stocks(10, "GOOG")
    monkeypatch.undo()
    assert Stocks(10, "GOOG").symbol == "GOOG"


# Sine mixture


def amplitudes(series: np.ndarray, periods: tuple[float, ...]) -> np.ndarray:
    """Return the amplitude of each wave in a series, and what is left of it, by least squares."""
    angles = 2 * np.pi * np.arange(len(series))[:, np.newaxis] / np.array(periods)
    basis = np.concatenate([np.sin(angles), np.cos(angles)], axis=1)
    found = np.linalg.lstsq(basis, series, rcond=None)[0]
    left = np.abs(series - basis @ found).max()
    return np.append(np.hypot(*found.reshape(2, -1)), left)


@pytest.mark.parametrize("waves", [1, 2, 3])
def test_a_sine_mixture_is_a_sum_of_waves_of_the_given_periods(waves: int):
    task = SineMixture(60, waves)
    x, _, _ = draw(task, 8)
    for b in range(8):
        *found, left = amplitudes(x[:, b, 0], PERIODS[:waves])
        np.testing.assert_allclose(found, np.sqrt(2 / waves), rtol=1e-9)
        assert left < 1e-12
    assert len({tuple(series) for series in x[:, :, 0].T}) == 8


def test_the_target_of_a_sine_mixture_is_the_next_value_at_every_timestep():
    task = SineMixture(12, 2)
    batch = draw(task, 5)
    np.testing.assert_array_equal(batch.y[:-1], batch.x[1:])
    assert batch.mask.all()
    for index in range(5):
        shown = task.example(batch, index)
        assert shown["values"] == [*batch.x[:, index, 0], batch.y[-1, index, 0]]
        assert len(shown["dates"]) == 13
        *_, left = amplitudes(np.array(shown["values"]), PERIODS[:2])
        assert left < 1e-12, "the last target goes on as the window does"


@pytest.mark.parametrize("waves", [1, 2, 3])
def test_the_sine_baseline_is_the_loss_of_repeating_the_last_value(waves: int):
    task = SineMixture(20, waves)
    x, y, _ = draw(task, 20_000)
    assert abs(x.mean()) < 0.02
    assert x.var() == pytest.approx(1, abs=0.02)
    persistence = np.mean((y - x) ** 2)
    assert persistence == pytest.approx(task.baseline.loss, rel=0.02)
    assert task.baseline.loss < 1, "or the mean would be harder to beat"


@pytest.mark.parametrize("waves", [0, 4, 2.0, True])
def test_a_number_of_waves_that_there_is_not_is_refused(waves):
    with pytest.raises(ValueError, match=r"waves is .*integer, from 1 to 3"):
        SineMixture(10, waves)


# Flip-flop


@settings(deadline=None)
@given(seq_len=st.integers(1, 40), bits=st.integers(1, 4), seed=st.integers(0, 1000))
def test_a_flip_flops_target_is_the_last_pulse_of_each_bit(seq_len: int, bits: int, seed: int):
    x, y, mask = draw(FlipFlop(seq_len, bits, 0.2), 5, seed)
    assert set(np.unique(x)) <= {-1.0, 0.0, 1.0}
    held = np.zeros_like(x[0])
    for pulses, target in zip(x, y, strict=True):
        held = np.where(pulses != 0, pulses, held)
        np.testing.assert_array_equal(target, held)
    assert mask.all()
    assert (x[0] != 0).all(), "something is to be remembered from the start"


def test_a_flip_flop_pulses_as_often_as_asked_and_equally_often_either_way():
    share = 0.1
    x, _, _ = draw(FlipFlop(50, 3, share), 4000)
    after = x[1:]
    count = after.size
    assert abs((after != 0).mean() - share) < 4 * np.sqrt(share * (1 - share) / count)
    assert abs(after.mean()) < 4 * np.sqrt(share / count)
    bit_by_bit = np.corrcoef(after.reshape(-1, 3).T)
    assert np.abs(bit_by_bit - np.eye(3)).max() < 4 / np.sqrt(count / 3)


def test_the_flip_flops_baseline_is_the_loss_of_one_who_sees_only_the_input_of_now():
    task = FlipFlop(30, 3, 0.15)
    x, y, _ = draw(task, 20_000)
    assert np.mean((y - x) ** 2) == pytest.approx(task.baseline.loss, rel=0.005)


def test_a_flip_flops_example_shows_pulses_and_targets():
    task = FlipFlop(12, 2, 0.2)
    batch = draw(task)
    for index in range(16):
        shown = task.example(batch, index)
        assert shown["pulses"] == batch.x[:, index].tolist()
        assert shown["target"] == batch.y[:, index].tolist()
        pulses = np.count_nonzero(batch.x[:, index])
        ends = " ".join("+1" if bit > 0 else "−1" for bit in batch.y[-1, index])
        assert shown["title"] == f"{pulses} pulses, at the end {ends}"


@pytest.mark.parametrize("bits", [0, 5, 2.0, True])
def test_a_number_of_bits_that_there_is_not_is_refused(bits):
    with pytest.raises(ValueError, match=r"bits is .*integer, from 1 to 4"):
        FlipFlop(10, bits, 0.1)


@pytest.mark.parametrize("share", [0.0, -0.1, 1.1, float("nan")])
def test_a_pulse_probability_that_is_none_is_refused(share):
    with pytest.raises(ValueError, match=r"pulse_probability is .*above 0 and at most 1"):
        FlipFlop(10, 2, share)
