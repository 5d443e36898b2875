"""Lanes computed by several experiments, checkpoints on the way, and views that are cut short."""

import numpy as np
import pytest

from engine import Experiment, Recipe, Watch
from engine.views import VIEWS
from tests.engine.runs import CELLS

RECIPE = Recipe.model_validate(
    {
        "task": {"seq_len": 12},
        "batch_size": 4,
        "base": {"hidden_size": 6, "gradient_noise": 0.01, "num_layers": 2},
        "lanes": [{"cell": cell} for cell in ("rnn", "lstm", "gru", "mgu")],
        "tweaks": [
            {"iteration": 2, "changes": {"learning_rate": 0.1}},
            {"iteration": 3, "lane": 2, "changes": {"optimizer": "sgd"}},
        ],
    }
)
ALL = Watch(views=tuple(VIEWS))


@pytest.mark.parametrize("shares", [[(0, 1, 2, 3)], [(2,), (0, 1, 3)], [(3, 1), (2, 0)]])
def test_lanes_computed_apart_have_the_same_bits(shares: list[tuple[int, ...]]) -> None:
    whole = Experiment(RECIPE)
    parts = [Experiment(RECIPE, lanes=share) for share in shares]
    for _ in range(6):
        frame = whole.advance(ALL)
        found = {}
        for part in parts:
            found |= part.advance(ALL).arrays
        assert found.keys() == frame.arrays.keys()
        for name, array in frame.arrays.items():
            assert np.asarray(array).tobytes() == np.asarray(found[name]).tobytes(), name


@pytest.mark.parametrize("lanes", [(), (0, 4), (-1,)])
def test_lanes_that_are_not_there_are_refused(lanes: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="lanes 0 to 3"):
        Experiment(RECIPE, lanes=lanes)


def test_a_tweak_of_another_lane_leaves_mine_alone() -> None:
    one, other = (Experiment(RECIPE, lanes=(1,)) for _ in range(2))
    one.tweak(0, {"learning_rate": 0.5})
    assert [one.advance(None).arrays["1/loss"] for _ in range(3)] == [
        other.advance(None).arrays["1/loss"] for _ in range(3)
    ]


@pytest.mark.parametrize("cell", CELLS)
def test_a_pass_meets_a_checkpoint_between_blocks_of_timesteps(cell: str) -> None:
    """As often as its blocks are short: a large network must not keep others waiting."""
    seen = []
    large = {"task": {"seq_len": 40}, "batch_size": 64, "base": {"hidden_size": 64}}
    recipe = Recipe.model_validate({**large, "lanes": [{"cell": cell}]})
    run = Experiment(recipe, checkpoint=lambda: seen.append(1))
    blocks = -(-40 // run.lanes[0].model.workspaces(40, 64)[0].block)
    assert blocks > 1
    run.advance(None)
    assert len(seen) >= 2 * blocks


def test_views_that_are_cut_short_change_no_number() -> None:
    plain = Experiment(RECIPE)
    hurried = Experiment(RECIPE, checkpoint=lambda: hurried.cut_short())
    for _ in range(3):
        whole, some = plain.advance(ALL), hurried.advance(ALL)
        assert hurried.was_cut_short
        assert not plain.was_cut_short
        missing = whole.arrays.keys() - some.arrays.keys()
        assert {"0/gate.i", "1/gate.i", "1/source", "2/jacobian_gain"} & missing
        assert "0/dh_norm" in some.arrays
        for name, array in some.arrays.items():
            assert np.array_equal(array, whole.arrays[name], equal_nan=True), name


def test_the_next_frame_is_whole_again() -> None:
    run = Experiment(RECIPE)
    run.cut_short()
    assert "1/gate.i" in run.advance(ALL).arrays
    assert not run.was_cut_short


def test_the_share_of_the_views_that_is_done_grows_to_the_last() -> None:
    shares: list[float] = []
    run = Experiment(RECIPE, checkpoint=lambda: shares.append(run.views_done))
    run.advance(ALL)
    assert shares == sorted(shares)
    assert shares[0] == 0
    assert 0.9 < shares[-1] <= 1
    # Within a view too: one of a long sequence may take most of the time.
    assert len(set(shares)) > 2 * len(ALL.views) * len(run.lanes)
    run.advance(None)
    assert run.views_done == 0
