"""A recipe determines its run to the last bit: tweaks, lanes and viewers included."""

from __future__ import annotations

import hashlib
import math
import os
import subprocess
import sys

import numpy as np
import pytest
from pydantic import ValidationError

from engine import Experiment, Recipe, Watch
from engine.experiment import Stopped
from engine.views import VIEWS, ViewSpec
from tests.engine.runs import EVERY_VIEW, advance, differences, experiment, same_bits

TASKS = [
    {"name": "adding", "seq_len": 12},
    {"name": "copy", "seq_len": 3},
    {"name": "next_char", "seq_len": 9},
    {"name": "stocks", "seq_len": 10},
]
TWEAKS = [
    {"iteration": 2, "lane": None, "changes": {"learning_rate": 0.05, "clip": "value"}},
    {"iteration": 2, "lane": 1, "changes": {"clip_threshold": 0.01}},
    {"iteration": 4, "lane": 0, "changes": {"optimizer": "sgd", "truncate": 3}},
]


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task["name"])
def test_the_same_recipe_gives_the_same_bits(task):
    one, other = (experiment(task=task, tweaks=TWEAKS, seed=3) for _ in range(2))
    for a, b in zip(advance(one, 7), advance(other, 7), strict=True):
        assert a.iteration == b.iteration
        assert a.text == b.text
        assert not differences(a, b)


def test_another_process_computes_the_same_bits():
    program = (
        "import hashlib; from tests.engine.runs import experiment, advance; "
        f"frames = advance(experiment(tweaks={TWEAKS!r}), 6); "
        "print(hashlib.sha256(b''.join(a.tobytes() for f in frames for a in f.arrays.values()))"
        ".hexdigest())"
    )
    done = [
        subprocess.run(
            [sys.executable, "-c", program],
            capture_output=True, text=True, check=True, env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout.strip()
        for seed in ("1", "2")
    ]  # fmt: skip
    frames = advance(experiment(tweaks=TWEAKS), 6)
    here = hashlib.sha256(b"".join(a.tobytes() for f in frames for a in f.arrays.values()))
    assert done == [here.hexdigest()] * 2


def test_another_seed_gives_other_weights_and_other_batches():
    one, other = experiment(seed=1), experiment(seed=2)
    for a, b in zip(one.lanes, other.lanes, strict=True):
        assert not np.array_equal(a.params["weight_hh_l0"], b.params["weight_hh_l0"])
    assert one.example(0) != other.example(0)
    batches = []
    for run in (one, other):
        draw = run.task.batch

        def batch(rng, size, draw=draw):
            batches.append(draw(rng, size))
            return batches[-1]

        run.task.batch = batch
        run.advance()
    assert not np.array_equal(batches[0].x, batches[1].x)


def test_iterations_are_counted_in_updates_made():
    run = experiment()
    assert run.iteration == 0
    assert [frame.iteration for frame in advance(run, 3)] == [0, 1, 2]
    assert run.iteration == 3


def test_training_learns():
    """The seed of all demonstrations: half the baseline's loss within reach of a short test."""
    run = experiment(task={"seq_len": 4}, batch_size=64, base={"hidden_size": 12}, lanes=[{}])
    losses = [float(f.arrays["0/loss"]) for f in advance(run, 400, None)]
    assert np.mean(losses[-20:]) < run.task.baseline.loss / 2 < np.mean(losses[:20])


# Tweaks


def test_a_tweak_made_live_is_the_recipe_with_that_tweak_from_the_start():
    live = experiment(seed=5)
    frames = advance(live, 3)
    live.tweak(None, {"learning_rate": 0.1})
    live.tweak(1, {"clip": "none", "truncate": 4})
    frames += advance(live, 2)
    live.tweak(2, {"optimizer": "sgd"})
    live.tweak(None, {"learning_rate": 0.001, "clip_threshold": 0.05})
    frames += advance(live, 3)
    assert [t.iteration for t in live.recipe.tweaks] == [3, 3, 5, 5]
    again = Experiment(Recipe.model_validate_json(live.recipe.model_dump_json()))
    for a, b in zip(frames, advance(again, 8), strict=True):
        assert not differences(a, b)


def test_a_tweak_returns_the_recipe_that_the_run_now_follows():
    run = experiment()
    before = run.recipe
    after = run.tweak(None, {"clip": "none"})
    assert after is run.recipe
    assert before.tweaks == ()
    (tweak,) = after.tweaks
    assert (tweak.iteration, tweak.lane) == (0, None)
    assert tweak.changes.overrides == {"clip": "none"}


@pytest.mark.parametrize(
    "changes",
    [
        {"learning_rate": 0.2},
        {"clip": "value", "clip_threshold": 1e-3},
        {"clip": "none"},
        {"optimizer": "sgd"},
        {"truncate": 2},
    ],
)
def test_a_tweak_acts_from_its_iteration_on_and_not_before(changes):
    plain = advance(experiment(base={"clip_threshold": 0.01}), 6)
    tweak = {"iteration": 3, "lane": None, "changes": changes}
    tweaked = advance(experiment(base={"clip_threshold": 0.01}, tweaks=[tweak]), 6)
    for k in range(3):
        assert not differences(plain[k], tweaked[k])
    assert same_bits(plain[3].arrays["1/loss"], tweaked[3].arrays["1/loss"])
    for k in (4, 5):
        assert not same_bits(plain[k].arrays["1/loss"], tweaked[k].arrays["1/loss"])


def test_a_clip_tweak_shows_in_the_very_frame_of_its_iteration():
    run = experiment(base={"clip": "none"})
    (before,) = advance(run, 1)
    assert before.arrays["0/clip_factor"] == 1
    run.tweak(None, {"clip": "norm", "clip_threshold": 1e-3})
    (after,) = advance(run, 1)
    assert after.arrays["0/clip_factor"] == pytest.approx(
        1e-3 / (after.arrays["0/grad_norm"] + 1e-6)
    )


def test_a_tweak_of_all_lanes_leaves_those_alone_that_set_the_field_themselves():
    lanes = [{}, {"learning_rate": 0.02}, {"cell": "gru", "clip": "none"}]
    run = experiment(lanes=lanes)
    run.tweak(None, {"learning_rate": 0.5, "clip": "value"})
    advance(run, 1)
    rates = [lane.hyperparameters.learning_rate for lane in run.lanes]
    clips = [lane.hyperparameters.clip for lane in run.lanes]
    assert rates == [0.5, 0.02, 0.5]
    assert clips == ["value", "value", "none"]


def test_a_tweak_of_one_lane_leaves_every_bit_of_the_others():
    plain, tweaked = experiment(), experiment()
    tweaked.tweak(1, {"learning_rate": 0.5, "truncate": 2, "optimizer": "sgd"})
    for a, b in zip(advance(plain, 4), advance(tweaked, 4), strict=True):
        assert {name.split("/")[0] for name in differences(a, b)} == {"1"}


def test_a_change_of_optimizer_starts_with_fresh_moments_and_keeps_the_weights():
    run = experiment(lanes=[{}])
    advance(run, 5)
    run.tweak(None, {"optimizer": "sgd"})
    advance(run, 1)
    weights = run.lanes[0].params["weight_hh_l0"].copy()
    run.tweak(None, {"optimizer": "adam", "learning_rate": 0.25, "clip": "none"})
    advance(run, 1)
    moved = np.abs(run.lanes[0].params["weight_hh_l0"] - weights)
    # Adam's first update has the size of the learning rate wherever there is a gradient.
    assert np.median(moved) == pytest.approx(0.25, rel=1e-3)


def test_a_new_learning_rate_keeps_the_moments():
    run = experiment(lanes=[{}])
    advance(run, 5)
    weights = run.lanes[0].params["weight_hh_l0"].copy()
    run.tweak(None, {"learning_rate": 0.25})
    advance(run, 1)
    moved = np.abs(run.lanes[0].params["weight_hh_l0"] - weights)
    assert np.median(moved) != pytest.approx(0.25, rel=1e-3)
    assert moved.max() > 0.01


@pytest.mark.parametrize(
    ("lane", "changes"),
    [
        (None, {"learning_rate": math.nan}),
        (None, {"learning_rate": 0}),
        (None, {"learning_rate": True}),
        (None, {"hidden_size": 7}),
        (None, {"learning_rat": 0.1}),
        (None, {}),
        (3, {"learning_rate": 0.1}),
        (-1, {"learning_rate": 0.1}),
        (True, {"learning_rate": 0.1}),
        ("0", {"learning_rate": 0.1}),
    ],
)
def test_a_bad_tweak_is_refused_and_changes_nothing(lane, changes):
    run, untouched = experiment(), experiment()
    advance(run, 1), advance(untouched, 1)
    recipe = run.recipe
    with pytest.raises(ValidationError):
        run.tweak(lane, changes)
    assert run.recipe is recipe
    for a, b in zip(advance(run, 2), advance(untouched, 2), strict=True):
        assert not differences(a, b)


# Lanes


def test_all_lanes_see_the_same_batches():
    drawn = []
    run = experiment()
    draw = run.task.batch

    def batch(rng, size):
        drawn.append(draw(rng, size))
        return drawn[-1]

    run.task.batch = batch
    advance(run, 3)
    assert len(drawn) == 3
    assert len({b.x.tobytes() for b in drawn}) == 3


def test_lanes_that_are_alike_compute_the_same_bits():
    for frame in advance(experiment(lanes=[{}, {}, {"cell": "rnn"}, {}]), 4):
        for other in (1, 3):
            assert not differences(frame, frame, {0: other})


def test_a_lane_computes_the_same_alone_as_in_company_and_at_any_place():
    rnn, lstm, gru = {"cell": "rnn"}, {"num_layers": 2, "hidden_size": 9}, {"cell": "gru"}
    together = advance(experiment(lanes=[rnn, lstm, gru]), 4)
    other_way = advance(experiment(lanes=[gru, rnn, lstm]), 4)
    for place, lane in enumerate([rnn, lstm, gru]):
        alone = advance(experiment(lanes=[lane]), 4)
        for frame, whole, moved in zip(alone, together, other_way, strict=True):
            assert not differences(frame, whole, {0: place})
            assert not differences(frame, moved, {0: (place + 1) % 3})


LANES_AND_WHAT_DIFFERS = [
    ({"learning_rate": 1.0, "clip": "none", "optimizer": "sgd", "truncate": 3}, set()),
    ({"num_layers": 3}, set()),
    ({"init": "orthogonal"}, {"weight_hh_l0"}),
    ({"spectral_radius": 0.5}, {"weight_hh_l0"}),
    ({"forget_bias": 3.0}, {"bias_ih_l0"}),
    ({"init": "identity"}, {"weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"}),
]


@pytest.mark.parametrize(("lane", "differ"), LANES_AND_WHAT_DIFFERS)
def test_lanes_start_from_the_same_weights_but_for_what_they_set_themselves(lane, differ):
    plain, other = experiment(lanes=[{}, lane]).lanes
    assert differ == {
        name
        for name, value in plain.params.items()
        if not np.array_equal(value, other.params[name])
    }


def test_lanes_of_different_cells_start_with_the_same_readout():
    lanes = experiment().lanes
    for name in ("readout.weight", "readout.bias"):
        for lane in lanes[1:]:
            np.testing.assert_array_equal(lanes[0].params[name], lane.params[name])


def test_a_float32_lane_starts_from_the_same_weights_rounded():
    exact, rounded = experiment(lanes=[{}, {"precision": "float32"}]).lanes
    for name, value in exact.params.items():
        np.testing.assert_array_equal(rounded.params[name], value.astype(np.float32))


def test_a_lane_tells_what_the_page_shows_of_it():
    rnn, lstm, gru = experiment(base={"num_layers": 2}).lanes
    assert [lane.label for lane in (rnn, lstm, gru)] == ["RNN tanh", "LSTM", "GRU"]
    assert [lane.cell.gate_names for lane in (rnn, lstm, gru)] == [
        (),
        ("i", "f", "g", "o"),
        ("r", "z", "n"),
    ]
    assert lstm.cell.state_names == ("h", "c")
    assert {(lane.num_layers, lane.hidden_size) for lane in (rnn, lstm, gru)} == {(2, 5)}
    H, D = 5, 2
    layer = H * D + H * H + 2 * H + H * H + H * H + 2 * H
    assert [lane.parameter_count for lane in (rnn, lstm, gru)] == [
        g * layer + H + 1 for g in (1, 4, 3)
    ]


def test_lanes_are_named_by_what_sets_them_apart():
    labels = [
        lane.label
        for lane in experiment(
            lanes=[
                {"cell": "rnn"},
                {"cell": "rnn", "nonlinearity": "relu"},
                {"name": "my lane"},
                {"cell": "gru"},
            ]
        ).lanes
    ]
    assert labels == ["RNN tanh", "RNN ReLU", "my lane", "GRU"]
    alike = [lane.label for lane in experiment(lanes=[{}, {"clip": "none"}, {}, {}]).lanes]
    assert len(set(alike)) == 4
    assert "clip none" in alike[1]
    deep = [lane.label for lane in experiment(lanes=[{"num_layers": n} for n in (1, 2)]).lanes]
    assert [label.split(" · ")[1] for label in deep] == ["1 layer", "2 layers"]


def test_a_lane_that_takes_all_from_the_base_keeps_its_name_beside_a_copy():
    lanes = [{"cell": "rnn"}, {"cell": "gru"}]
    tried = {"cell": "rnn", "init": "orthogonal"}
    two = {**tried, "learning_rate": 0.5}
    labels = [lane.label for lane in experiment(lanes=[*lanes, tried, two]).lanes]
    orthogonal = "RNN tanh · orthogonal"
    assert labels[:3] == ["RNN tanh", "GRU", orthogonal]
    assert labels[3].startswith("RNN tanh · ")
    assert set(labels[3].split(" · ")[1:]) == {"η 0.5", "orthogonal"}


# Watching


def test_what_is_watched_changes_no_number():
    watched = [
        None,
        Watch(),
        EVERY_VIEW,
        Watch(lane=1, layer=1, example=4, views=("gates",)),
        Watch(lane=0, views=("source",)),
        Watch(views=()),
    ]
    base = {"num_layers": 2}
    runs = [experiment(base=base) for _ in watched]
    mixed = experiment(base=base)
    for k in range(6):
        frames = [run.advance(watch) for run, watch in zip(runs, watched, strict=True)]
        frames.append(mixed.advance(watched[k]))
        for frame in frames[1:]:
            for name in frames[0].arrays:
                assert same_bits(frame.arrays[name], frames[0].arrays[name]), name
        for name in ("0/dh_norm", "1/dc_norm", "2/dW_hh_norm"):  # of layer 0
            assert same_bits(frames[1].arrays[name], frames[2].arrays[name])
            assert same_bits(frames[1].arrays[name], frames[4].arrays[name])
    for run in [*runs[1:], mixed]:
        for lane, first in zip(run.lanes, runs[0].lanes, strict=True):
            for name, value in first.params.items():
                assert same_bits(lane.params[name], value)


def test_a_frame_can_be_asked_for_again_with_another_watch():
    run, other = experiment(), experiment()
    for _ in range(3):
        seen = run.advance(None)
        expected = other.advance(EVERY_VIEW)
        again = run.frame(EVERY_VIEW)
        assert again.iteration == seen.iteration == expected.iteration
        assert not differences(again, expected)
    run.tweak(None, {"truncate": 2})
    assert not differences(run.frame(EVERY_VIEW), expected)


def test_before_the_first_iteration_there_is_no_frame_to_ask_for_again():
    with pytest.raises(ValueError, match="iteration is 0"):
        experiment().frame(Watch())


def test_an_example_that_is_not_there_is_refused_and_the_run_stays_as_it_was():
    run, untouched = experiment(batch_size=6), experiment(batch_size=6)
    advance(run, 1), advance(untouched, 1)
    with pytest.raises(ValueError, match=r"example is 6; .*0 to 5"):
        run.advance(Watch(example=6))
    for a, b in zip(advance(run, 2), advance(untouched, 2), strict=True):
        assert not differences(a, b)


def test_a_frame_that_is_kept_does_not_change_as_the_run_goes_on():
    run = experiment()
    kept = run.advance(EVERY_VIEW)
    copies = {name: array.copy() for name, array in kept.arrays.items()}
    advance(run, 3)
    for name, array in copies.items():
        assert same_bits(kept.arrays[name], array)


def test_examples_are_held_out_and_stay_the_same_for_the_whole_run():
    run = experiment()
    first = [run.example(i) for i in range(6)]
    assert len({str(example) for example in first}) == 6
    seen = []
    draw = run.task.batch
    run.task.batch = lambda rng, size: seen.append(draw(rng, size)) or seen[-1]
    advance(run, 4)
    assert [run.example(i) for i in range(6)] == first
    values = {tuple(batch.x[:, b, 0]) for batch in seen for b in range(6)}
    assert not values & {tuple(example["values"]) for example in first}


def test_two_experiments_do_not_disturb_each_other():
    one, other = experiment(seed=1), experiment(seed=2)
    taking_turns = [(one.advance(), other.advance()) for _ in range(4)]
    for k, frame in enumerate(advance(experiment(seed=1), 4, Watch())):
        assert not differences(frame, taking_turns[k][0])
    for k, frame in enumerate(advance(experiment(seed=2), 4, Watch())):
        assert not differences(frame, taking_turns[k][1])


def test_tweaks_made_before_the_same_iteration_are_one_tweak():
    run = experiment()
    run.advance(None)
    for rate in (0.1, 0.2, 0.3):
        run.tweak(None, {"learning_rate": rate})
    run.tweak(None, {"clip": "none"})
    run.tweak(1, {"learning_rate": 0.5})
    assert run.recipe.model_dump(mode="json")["tweaks"] == [
        {"iteration": 1, "lane": None, "changes": {"clip": "none", "learning_rate": 0.3}},
        {"iteration": 1, "lane": 1, "changes": {"learning_rate": 0.5}},
    ]
    live = [run.advance() for _ in range(3)][-1]
    again = Experiment(run.recipe)
    replayed = [again.advance() for _ in range(4)][-1]
    for name, array in live.arrays.items():
        assert np.array_equal(array, replayed.arrays[name], equal_nan=True), name


def test_a_stopped_experiment_computes_nothing_more():
    run = experiment()
    run.advance(None)
    run.stop()
    with pytest.raises(Stopped):
        run.advance(None)
    with pytest.raises(Stopped):
        run.frame(Watch())


def test_the_clock_that_is_given_times_each_lane_and_changes_no_number():
    ticks = iter(range(10_000))
    plain = experiment()
    timed = Experiment(plain.recipe, clock=lambda: float(next(ticks)))
    one, other = (run.advance(None) for run in (timed, plain))
    assert timed.took == [2.0] * len(timed.lanes)  # compute and update, a tick each
    assert plain.took == [0.0] * len(plain.lanes)
    assert not differences(one, other)


def test_another_name_changes_labels_and_no_number():
    plain, named = experiment(), experiment()
    for _ in range(3):
        plain.advance()
        named.advance()
    recipe = named.rename(1, "mine")
    assert recipe is named.recipe
    assert [lane.label for lane in named.lanes] == ["RNN tanh", "mine", "GRU"]
    assert named.recipe.lanes[1].overrides == {"cell": "lstm", "name": "mine"}
    named.tweak(1, {"learning_rate": 0.5})
    plain.tweak(1, {"learning_rate": 0.5})
    for _ in range(2):
        one, other = plain.advance(), named.advance()
    for name, array in one.arrays.items():
        np.testing.assert_array_equal(array, other.arrays[name])
    assert named.rename(1, None).lanes[1] == plain.recipe.lanes[1]
    assert [lane.label for lane in named.lanes] == ["RNN tanh", "LSTM", "GRU"]


def test_a_view_of_the_update_sees_the_weights_before_and_after_it(monkeypatch):
    def moved(learner):
        return {"moved": np.array([learner.params_before["readout.bias"][0]])}

    monkeypatch.setitem(VIEWS, "moved", ViewSpec("for a test", None, moved))
    watch = Watch().model_copy(update={"views": ("moved",)})
    run = experiment()
    before = [lane.params["readout.bias"][0] for lane in run.lanes]
    frame = run.advance(watch)
    assert [frame.arrays[f"{lane}/moved"][0] for lane in range(3)] == before
    assert all(lane.params["readout.bias"][0] not in before for lane in run.lanes)
    again = run.frame(watch.model_copy(update={"lane": 1}))
    assert again.arrays["1/moved"][0] == before[1]
    assert {"0/moved", "2/moved"}.isdisjoint(again.arrays)
