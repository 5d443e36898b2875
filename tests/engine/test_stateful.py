"""A text or series read in order, with the state carried from batch to batch."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from engine import Experiment, Recipe, Watch
from engine.studies.landscape import LandscapeStudy
from engine.studies.steps import steps_of
from engine.tasks import TASKS, make
from tests.engine.test_snapshot import assert_same

TEXT = "0123456789abcdefghijklmnopqrstuvwxyz"
EVERYTHING = Watch(lane=None, example=1, views=("states", "gates", "prediction", "source"))


def recipe(**more: Any) -> Recipe:
    return Recipe.model_validate(
        {
            "task": {"name": "next_char", "seq_len": 4, "text": TEXT},
            "batch_size": 2,
            "stateful": True,
            "base": {"hidden_size": 5, "num_layers": 2},
            "lanes": [{"cell": "rnn"}, {"cell": "lstm"}],
            **more,
        }
    )


def read(batch: Any) -> list[str]:
    letters = sorted(set(TEXT))
    return [
        "".join(letters[code] for code in batch.x[:, b].argmax(axis=-1))
        for b in range(batch.x.shape[1])
    ]


def test_each_stream_goes_on_where_it_ended_and_begins_again_with_the_others() -> None:
    task = make(recipe().task)
    passages = [task.in_order(k, 2) for k in range(9)]
    streams = list(zip(*(read(batch) for batch, _ in passages), strict=True))
    assert "".join(streams[0][:4]) == TEXT[:16]
    assert "".join(streams[1][:4]) == TEXT[17:33]
    assert streams[0][4:8] == streams[0][:4]
    assert [anew for _, anew in passages] == [k % 4 == 0 for k in range(9)]
    for batch, _ in passages:
        letters = sorted(set(TEXT))
        following = [letters.index(TEXT[TEXT.index(one[-1]) + 1]) for one in read(batch)]
        assert batch.y[-1].tolist() == following


def test_prices_are_read_in_order_too() -> None:
    task = make(recipe(task={"name": "stocks", "seq_len": 10}).task)
    assert task.length == 105
    first, second = (task.in_order(k, 2)[0] for k in range(2))
    np.testing.assert_array_equal(first.y[-1, :, 0], second.x[0, :, 0])


@pytest.mark.parametrize(
    ("more", "field", "words"),
    [
        ({"task": {"name": "adding"}}, ("stateful",), "made one by one"),
        ({"batch_size": 9}, ("batch_size",), "enough for 8 streams"),
        ({"task": {"name": "stocks", "seq_len": 53}}, ("batch_size",), "enough for 1 streams"),
    ],
)
def test_what_can_not_be_read_in_order_is_refused_by_name(
    more: Any, field: Any, words: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        recipe(**more)
    [error] = refused.value.errors()
    assert error["loc"] == field
    assert words in error["msg"]


def test_the_form_offers_it_where_there_is_something_to_read() -> None:
    [where] = Recipe.model_json_schema()["properties"]["stateful"]["when"].values()
    readable = [task.name for task in (kind() for kind in TASKS) if task.length is not None]
    assert sorted(where) == sorted(readable)


def test_a_task_without_a_series_has_nothing_to_read_on() -> None:
    with pytest.raises(ValueError, match="nothing to read in order"):
        make(Recipe().task).in_order(0, 1)
    with pytest.raises(ValueError, match="batch_size is 9"):
        make(recipe().task).in_order(0, 9)


def test_a_batch_begins_with_the_state_that_the_last_one_ended_in() -> None:
    experiment = Experiment(recipe())
    ended = None
    for k in range(6):
        frame = experiment.advance(EVERYTHING)
        began = {name: frame.arrays[name][0] for name in ("0/h", "1/h", "1/c")}
        if k % 4 == 0:
            assert all(not state.any() for state in began.values())
            assert "state_from" not in frame.text
        else:
            assert ended is not None
            assert frame.text["state_from"] == str(k - 1)
            for name, state in began.items():
                np.testing.assert_allclose(state, ended[name], rtol=1e-12)
        # The weights have moved since; the state is the one that the earlier ones made.
        ended = {name: frame.arrays[name][-1] for name in began}
        assert json.loads(frame.text["example"])["characters"] == read(experiment.batch)[1]


def test_a_frame_is_computed_again_with_the_same_state() -> None:
    experiment = Experiment(recipe())
    for _ in range(3):
        frame = experiment.advance(EVERYTHING)
    again = experiment.frame(EVERYTHING)
    for name in ("0/h", "1/c", "1/prediction", "0/source", "0/dh_norm", "1/loss"):
        np.testing.assert_array_equal(again.arrays[name], frame.arrays[name])
    assert again.text == frame.text
    assert_same(experiment.advance(EVERYTHING), replayed(4).frame(EVERYTHING))


def replayed(iterations: int, **more: Any) -> Experiment:
    experiment = Experiment(recipe(**more))
    for _ in range(iterations):
        experiment.advance(None)
    return experiment


@pytest.mark.parametrize("at", [1, 3, 4, 6])
def test_a_snapshot_holds_the_state(at: int) -> None:
    first, other = replayed(at), Experiment(recipe())
    other.restore(first.snapshot())
    assert_same(first.frame(EVERYTHING), other.frame(EVERYTHING))
    for _ in range(5):
        assert_same(first.advance(EVERYTHING), other.advance(EVERYTHING))


def test_lanes_apart_have_the_numbers_of_all_together() -> None:
    whole, part = replayed(3), Experiment(recipe(), lanes=[1])
    for _ in range(3):
        part.advance(None)
    one, other = whole.advance(EVERYTHING), part.advance(EVERYTHING)
    for name, array in other.arrays.items():
        assert np.asarray(array).tobytes() == np.asarray(one.arrays[name]).tobytes(), name
    assert other.text["example"] == one.text["example"]


def test_weights_that_begin_again_have_no_state() -> None:
    experiment = replayed(2)
    learner = experiment.lanes[0]
    learner.params["readout.bias"][...] = np.inf
    experiment.tweak(0, {"learning_rate": 0.01})
    frame = experiment.advance(EVERYTHING)
    assert not frame.arrays["0/h"][0].any()
    assert frame.arrays["1/h"][0].any()


def test_the_middle_of_the_landscape_is_the_loss_of_the_carried_state() -> None:
    loss = float(replayed(2).advance(None).arrays["1/loss"])
    study = LandscapeStudy.model_validate(
        {"kind": "landscape", "lane": 1, "along": "random", "resolution": 5}
    )
    found, _ = study.compute_at(2, replayed(1), lambda _: None)
    assert found["surface"][2, 2] == pytest.approx(loss, rel=1e-12)


@pytest.mark.parametrize("iteration", [3, 4])
def test_without_clipping_both_steps_of_the_landscape_are_one(iteration: int) -> None:
    # The streams begin anew at iteration 4: no state leads there.
    base = {"hidden_size": 5, "clip": "none"}
    experiment = replayed(iteration, base=base)
    found = steps_of(experiment, 1, iteration, lambda _: None)
    np.testing.assert_array_equal(found.unclipped, found.clipped)
