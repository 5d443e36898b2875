"""An experiment goes on from another's snapshot with the same bits."""

from typing import Any

import numpy as np
import pytest

from engine import Experiment, Frame, Recipe, Watch
from engine.snapshot import Snapshot

EVERYTHING = Watch(views=("gates", "prediction", "update_ratio"))
TWEAKS: list[dict[str, Any]] = [
    {"iteration": 2, "changes": {"learning_rate": 0.05}},
    {"iteration": 4, "lane": 1, "changes": {"optimizer": "rmsprop", "momentum": 0.5}},
    {"iteration": 7, "changes": {"clip": "none"}},
]


def recipe(optimizer: str = "adam", **more: Any) -> Recipe:
    base = {"hidden_size": 6, "optimizer": optimizer, "momentum": 0.9, "gradient_noise": 0.01}
    return Recipe.model_validate(
        {
            "task": {"seq_len": 10},
            "batch_size": 4,
            "base": base,
            "lanes": [{"cell": cell} for cell in ("rnn", "lstm", "gru")],
            "tweaks": TWEAKS,
            **more,
        }
    )


def assert_same(one: Frame, other: Frame) -> None:
    assert one.iteration == other.iteration
    assert one.text == other.text
    for name, array in one.arrays.items():
        assert np.asarray(array).tobytes() == np.asarray(other.arrays[name]).tobytes(), name


@pytest.mark.parametrize("optimizer", ["sgd", "rmsprop", "adam", "adamw"])
@pytest.mark.parametrize("at", [1, 2, 5, 8])
def test_it_goes_on_with_the_same_bits(optimizer: str, at: int) -> None:
    first = Experiment(recipe(optimizer))
    for _ in range(at):
        first.advance(None)
    other = Experiment(recipe(optimizer))
    other.restore(first.snapshot())
    assert other.iteration == at
    assert_same(first.frame(EVERYTHING), other.frame(EVERYTHING))
    for _ in range(4):
        assert_same(first.advance(EVERYTHING), other.advance(EVERYTHING))


def test_lanes_can_be_shared_out_in_another_way() -> None:
    whole = Experiment(recipe())
    parts = [Experiment(recipe(), lanes=lanes) for lanes in ((2, 0), (1,))]
    for each in (whole, *parts):
        for _ in range(5):
            each.advance(None)
    snapshots = [part.snapshot() for part in parts]
    arrays = snapshots[0].arrays | snapshots[1].arrays
    together = Snapshot(5, snapshots[0].drawn_from, arrays, {})
    again = Experiment(recipe(), lanes=(1, 2))
    again.restore(together)
    expected, found = whole.advance(EVERYTHING), again.advance(EVERYTHING)
    for name, array in found.arrays.items():
        assert np.array_equal(array, expected.arrays[name], equal_nan=True), name


def test_what_was_lost_stays_lost() -> None:
    wild = recipe(
        "sgd", tweaks=[{"iteration": 0, "changes": {"learning_rate": 1e6, "clip": "none"}}]
    )
    first = Experiment(wild)
    for _ in range(30):
        first.advance(None)
    assert first.snapshot().lost
    other = Experiment(wild)
    other.restore(first.snapshot())
    for _ in range(2):
        assert_same(first.advance(EVERYTHING), other.advance(EVERYTHING))


def test_a_snapshot_does_not_change_while_the_experiment_goes_on() -> None:
    run = Experiment(recipe())
    run.advance(None)
    snapshot = run.snapshot()
    before = {name: array.copy() for name, array in snapshot.arrays.items()}
    run.advance(None)
    for name, array in snapshot.arrays.items():
        assert np.array_equal(array, before[name]), name


def test_the_beginning_is_no_snapshot() -> None:
    with pytest.raises(ValueError, match="iteration is 0"):
        Experiment(recipe()).snapshot()
