"""The study of the loss landscape: its centre is the frame's loss, and its steps are the run's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from engine import Experiment, Recipe
from engine.experiment import Stopped
from engine.landscape.cliff import EDGE, cliff
from engine.landscape.plane import along_path
from engine.studies.landscape import LandscapeStudy
from engine.studies.steps import steps_of
from engine.studies.study import Findings

RECIPE: dict[str, Any] = {
    "seed": 5,
    "task": {"name": "adding", "seq_len": 12},
    "batch_size": 6,
    "base": {"hidden_size": 5, "clip": "norm", "clip_threshold": 0.05, "learning_rate": 0.02},
    "lanes": [
        {"cell": "rnn", "optimizer": "sgd", "momentum": 0.9},
        {"cell": "lstm", "precision": "float32"},
        {"cell": "gru", "clip": "none"},
    ],
}


def standing(iteration: int, lane: int = 0, **changes: Any) -> Experiment:
    """Return an experiment of one lane that has computed an iteration."""
    experiment = Experiment(Recipe.model_validate({**RECIPE, **changes}), lanes=[lane])
    for _ in range(iteration + 1):
        experiment.advance(None)
    return experiment


def studied(iteration: int, lane: int = 0, changes: Any = None, **fields: Any) -> Findings:
    study = LandscapeStudy(kind="landscape", lane=lane, **{"resolution": 5, **fields})
    experiment = standing(max(0, iteration - study.before), lane, **(changes or {}))
    return study.compute_at(iteration, experiment, lambda _: None)


def scalars(iteration: int, lane: int, **changes: Any) -> dict[str, float]:
    experiment = Experiment(Recipe.model_validate({**RECIPE, **changes}), lanes=[lane])
    for _ in range(iteration + 1):
        frame = experiment.advance(None)
    return {name.split("/")[1]: float(value) for name, value in frame.arrays.items()}


def weights(iteration: int, lane: int, **changes: Any) -> np.ndarray:
    """Return the weights of an iteration's frame."""
    experiment = standing(iteration, lane, **changes)
    return experiment.learner_of(lane).state()["before"].copy()


@pytest.mark.parametrize("along", ["parameters", "random", "updates"])
@pytest.mark.parametrize(("lane", "iteration"), [(0, 7), (1, 3), (2, 30)])
def test_the_centre_is_the_loss_that_the_frame_shows(along: str, lane: int, iteration: int):
    found = studied(iteration, lane, along=along).arrays
    expected = scalars(iteration, lane)
    assert found["loss"] == expected["loss"]
    assert found["surface"][2, 2] == expected["loss"]
    assert found["alpha"][2] == found["beta"][2] == 0
    np.testing.assert_array_equal(found["log10_surface"], np.log10(found["surface"]))
    assert found["clip_factor"] == expected["clip_factor"]
    assert found["log10_grad_norm"] == np.log10(expected["grad_norm"])


@pytest.mark.parametrize("lane", [0, 1])
def test_the_clipped_step_leads_to_the_next_weights_and_the_other_to_those_without_clipping(lane):
    found = studied(4, lane, along="random").arrays
    clipped = weights(5, lane) - weights(4, lane)
    assert 10 ** found["log10_length"][1] == pytest.approx(np.linalg.norm(clipped), rel=1e-6)
    # Clipped up to iteration 4, and free from there on.
    tweak = {"iteration": 4, "lane": lane, "changes": {"clip": "none"}}
    unclipped = weights(5, lane, tweaks=[tweak]) - weights(4, lane)
    assert 10 ** found["log10_length"][0] == pytest.approx(np.linalg.norm(unclipped), rel=1e-6)
    assert not np.allclose(clipped, unclipped, rtol=1e-3)


def test_clipping_by_norm_keeps_the_direction_of_a_plain_step_and_by_value_turns_it():
    angles = {}
    for clip, threshold in (("norm", 0.01), ("value", 0.001)):
        base = {"optimizer": "sgd", "momentum": 0.0, "clip": clip, "clip_threshold": threshold}
        changes = {"lanes": [{"cell": "rnn", **base}]}
        steps = steps_of(standing(1, 0, **changes), 0, 2, lambda _: None)
        cosine = steps.clipped @ steps.unclipped
        cosine /= np.linalg.norm(steps.clipped) * np.linalg.norm(steps.unclipped)
        angles[clip] = studied(2, 0, changes, along="random").arrays["turned"]
        assert angles[clip] == pytest.approx(np.degrees(np.arccos(min(1, cosine))), abs=1e-4)
    assert angles["norm"] < 1e-4
    assert angles["value"] > 5


def test_the_loss_after_a_step_is_that_of_the_same_batch():
    found = studied(4, 0).arrays
    experiment = standing(4, 0)
    learner, batch = experiment.learner_of(0), experiment.batch
    assert batch is not None
    # The learner holds the weights after the update.
    assert found["loss_after"][1] == pytest.approx(learner.compute(batch).loss.loss, rel=1e-12)
    assert found["loss_after"][1] < found["loss"]


def test_without_clipping_the_steps_are_one():
    found = studied(2, 2).arrays
    np.testing.assert_array_equal(found["steps"][0], found["steps"][1])
    assert found["clip_factor"] == 1


def test_at_iteration_0_the_step_is_that_from_the_initial_weights():
    found = studied(0, 0).arrays
    first = weights(1, 0) - weights(0, 0)
    assert 10 ** found["log10_length"][1] == pytest.approx(np.linalg.norm(first), rel=1e-9)
    assert found["loss"] == scalars(0, 0)["loss"]


def test_named_weights_make_the_plane_and_the_step_is_theirs():
    found, text = studied(3, 0, first="weight_ih_l0[2, 1]", second="readout.bias[0]")
    assert (text["first"], text["second"]) == ("weight_ih_l0[2, 1]", "readout.bias[0]")
    whole = weights(4, 0) - weights(3, 0)
    learner = standing(3, 0).learner_of(0)
    place = 0
    for name, value in learner.params.items():
        if name == "weight_ih_l0":
            at_first = place + 2 * value.shape[1] + 1
        if name == "readout.bias":
            at_second = place
        place += value.size
    np.testing.assert_allclose(found["steps"][1], whole[[at_first, at_second]], rtol=1e-9)
    within = np.linalg.norm(whole[[at_first, at_second]]) / np.linalg.norm(whole)
    assert found["within"][1] == pytest.approx(within)


def test_the_usual_weights_are_the_recurrent_ones_with_the_largest_gradients():
    _, text = studied(3, 0)
    experiment = standing(3, 0)
    learner = experiment.learner_of(0)
    learner.swap_update()
    gradient = learner.compute(experiment.batch).grads.params["weight_hh_l0"]
    largest = np.sort(np.abs(gradient), axis=None)[::-1][:2]
    for name, size in zip((text["first"], text["second"]), largest, strict=True):
        row, column = map(int, name.removeprefix("weight_hh_l0[").rstrip("]").split(","))
        assert abs(gradient[row, column]) == size
    _, other = studied(3, 0, second=text["first"])
    assert other["first"] == text["second"]


def test_the_main_directions_of_the_updates_hold_most_of_the_path_and_the_step():
    found = studied(12, 0, along="updates", updates=6).arrays
    path = found["path"]
    assert path.shape == (6, 2)
    here = weights(12, 0)
    moved = np.stack([weights(k, 0) - here for k in range(6, 12)])
    everything = np.vstack([moved, weights(13, 0) - here])
    _, singular, _ = np.linalg.svd(everything, full_matrices=False)
    share = np.square(singular[:2]).sum() / np.square(singular).sum()
    assert found["explained"] == pytest.approx(share, rel=1e-6)
    assert share > 0.9
    lengths = np.linalg.norm(path, axis=1)
    assert (lengths <= np.linalg.norm(moved, axis=1) * (1 + 1e-9)).all()
    assert path[0, 0] < 0
    assert found["steps"][1, 1] >= 0
    assert found["alpha"][-1] >= np.abs(path).max()


def test_of_a_young_run_all_updates_are_taken():
    found = studied(3, 0, along="updates", updates=20).arrays
    assert found["path"].shape == (3, 2)
    with pytest.raises(ValueError, match="at least two are needed"):
        studied(0, 0, along="updates")


def test_random_directions_depend_on_the_seed_alone():
    one, other, another = (studied(2, 0, along="random", seed=s).arrays for s in (1, 1, 2))
    np.testing.assert_array_equal(one["surface"], other["surface"])
    assert not np.array_equal(one["surface"], another["surface"])
    assert one["surface"][2, 2] == another["surface"][2, 2]


def test_the_extent_is_where_the_axes_end():
    found = studied(2, 0, extent=0.25, resolution=7).arrays
    np.testing.assert_allclose(found["alpha"], np.linspace(-0.25, 0.25, 7))
    assert found["surface"].shape == (7, 7)


def test_the_cliff_is_the_papers_and_needs_no_weights_of_the_run():
    found, text = studied(2, 1, along="cliff", resolution=21)
    scene = cliff(21)
    np.testing.assert_array_equal(found["alpha"], scene.w)
    np.testing.assert_array_equal(found["beta"], scene.b)
    assert (text["first"], text["second"], text["clip"]) == ("w", "b", "norm")
    np.testing.assert_array_equal(found["at"], EDGE)
    unclipped, clipped = np.linalg.norm(found["steps"], axis=1)
    assert unclipped > 10  # thrown out of a picture that is 2 wide
    assert clipped == pytest.approx(0.1, rel=1e-5)
    # The long step lands where the loss is no less; the short one goes down the wall.
    assert found["loss_after"][1] < found["loss"]


def test_where_the_network_overflows_the_surface_says_so():
    changes = {
        "task": {"name": "adding", "seq_len": 80},
        "lanes": [{"cell": "rnn", "nonlinearity": "relu"}],
    }
    found = studied(0, 0, changes, extent=1000.0, first="weight_hh_l0[0, 0]").arrays
    assert found["surface"][2, 2] == scalars(0, 0, **changes)["loss"]
    assert found["log10_surface"].max() > 100 or not np.isfinite(found["surface"]).all()


def test_weights_that_are_lost_have_no_landscape():
    changes = {
        "lanes": [
            {
                "cell": "rnn",
                "optimizer": "sgd",
                "learning_rate": 10.0,
                "clip": "none",
                "nonlinearity": "relu",
                "spectral_radius": 10.0,
            }
        ],
        "task": {"name": "adding", "seq_len": 300},
    }
    with pytest.raises(ValueError, match="are not finite: there is no landscape"):
        studied(3, 0, changes)


def test_a_tweak_of_the_iteration_is_in_force():
    tweak = {"iteration": 4, "lane": 0, "changes": {"optimizer": "adam", "learning_rate": 0.5}}
    found, text = studied(4, 0, {"tweaks": [tweak]})
    assert (text["optimizer"], text["learning_rate"]) == ("adam", "0.5")
    # Adam begins with nothing: it moves each weight by η.
    count = len(weights(4, 0))
    np.testing.assert_allclose(10 ** found["log10_length"], 0.5 * count**0.5, rtol=1e-3)


def test_progress_rises_to_1_and_a_stop_passes():
    study = LandscapeStudy(kind="landscape", along="updates", resolution=5, updates=3)
    told: list[float] = []
    study.compute_at(6, standing(3), told.append)
    assert told == sorted(told)
    assert (told[0], told[-1]) == (0, 1)
    assert len(told) > 25

    def stop(share: float) -> None:
        if share > 0.5:
            raise Stopped

    with pytest.raises(Stopped):
        study.compute_at(6, standing(3), stop)


def test_the_run_is_not_changed_by_what_a_study_of_it_computes():
    study = LandscapeStudy(kind="landscape", resolution=5)
    one, other = standing(3), standing(3)
    study.compute(one, lambda _: None)
    assert one.iteration == 5
    other.advance(None)
    np.testing.assert_array_equal(
        one.learner_of(0).state()["before"], other.learner_of(0).state()["before"]
    )


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"resolution": 24}, "24 points have no middle"),
        ({"resolution": 63}, "less than or equal to 61"),
        ({"extent": 0.0}, "greater than or equal to"),
        ({"along": "axis"}, "'parameters', 'random', 'updates' or 'cliff'"),
        ({"first": "weight_hh_l0"}, "should match pattern"),
        ({"updates": 1}, "greater than or equal to 2"),
        ({"alpha": 1}, "Extra inputs"),
    ],
)
def test_what_it_cannot_do_is_refused(fields: dict[str, Any], complaint: str):
    with pytest.raises(ValidationError, match=complaint):
        LandscapeStudy(kind="landscape", **fields)


def test_a_weight_that_is_not_there_is_named():
    with pytest.raises(ValueError, match=r"first is 'weight_xx'; the weights are weight_ih_l0"):
        studied(1, 0, first="weight_xx[0, 0]")
    with pytest.raises(ValueError, match=r"second is weight_hh_l0\[7, 0\]; .* shape \(5, 5\)"):
        studied(1, 0, second="weight_hh_l0[7, 0]")


def test_a_path_on_a_line_is_no_plane():
    params = {"w": np.zeros(3)}
    with pytest.raises(ValueError, match="span no plane"):
        along_path(params, np.array([[1.0, 2.0, 3.0], [2.0, 4.0, 6.0]]))
    plane, explained = along_path(params, np.array([[-2.0, 0.0, 0.0], [0.0, 1.0, 0.0]]))
    np.testing.assert_allclose(plane.u["w"], [1, 0, 0], atol=1e-12)
    np.testing.assert_allclose(plane.v["w"], [0, 1, 0], atol=1e-12)
    assert explained == pytest.approx(1)
