"""The presets are recipes, and show what their sentences say."""

import json
from time import thread_time

import numpy as np
import pytest

from app.page.presets import PRESETS, Preset
from engine import Experiment, Recipe, Watch
from engine.studies import DynamicsStudy

LEAST_RATE = 20
"""Iterations a second, so that something happens while somebody watches."""

BY_NAME = {preset.name: preset for preset in PRESETS}


def experiment(preset: Preset) -> Experiment:
    return Experiment(Recipe.model_validate(preset.recipe))


def norms(preset: Preset, name: str = "dh_norm") -> list[np.ndarray]:
    """What each lane's gradients are before any training."""
    run = experiment(preset)
    frame = run.advance(Watch())
    return [frame.arrays[f"{lane}/{name}"] for lane in range(len(run.lanes))]


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_each_is_a_recipe_with_a_name_and_one_sentence(preset: Preset) -> None:
    assert Recipe.model_validate_json(json.dumps(preset.recipe))
    assert len(preset.name) <= 30
    assert preset.text.endswith(".")
    assert ". " not in preset.text
    assert 60 <= len(preset.text) <= 200


def test_they_differ_and_the_first_is_what_a_plain_visit_sees() -> None:
    assert len(BY_NAME) == len(PRESETS)
    recipes = [Recipe.model_validate(preset.recipe) for preset in PRESETS]
    assert all(one != other for n, one in enumerate(recipes) for other in recipes[:n])
    assert recipes[0] == Recipe()


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_each_is_quick_enough_to_be_watched(preset: Preset) -> None:
    run = experiment(preset)
    run.advance(None)
    times = []
    for _ in range(10):
        start = thread_time()
        run.advance(None)
        times.append(thread_time() - start)
    assert min(times) < 1 / LEAST_RATE


def test_the_exploding_gradient_explodes_and_only_clipping_survives_it() -> None:
    preset = BY_NAME["A gradient that explodes"]
    weights = experiment(preset).lanes[0].params["weight_hh_l0"]
    assert max(abs(np.linalg.eigvals(weights))) == pytest.approx(2)
    relu, clipped = norms(preset)
    assert relu[0] / relu[-1] > 1e5
    np.testing.assert_array_equal(relu, clipped)
    run = experiment(preset)
    for _ in range(20):
        frame = run.advance(None)
    assert frame.arrays["0/diverged"] == 1
    assert frame.arrays["1/diverged"] == 0


def test_the_lanes_of_the_clipping_preset_are_alike_until_something_is_clipped() -> None:
    run = experiment(BY_NAME["Clipping decides"])
    parted = False
    history = []
    for _ in range(600):
        frame = run.advance(None)
        losses = [float(frame.arrays[f"{lane}/loss"]) for lane in (0, 1)]
        assert parted or losses[0] == losses[1]
        if not parted and frame.arrays["0/clip_factor"] < 1:
            parted = True
            # Its sentence names the iteration, and it begins shortly before.
            assert len(history) == 184
            assert BY_NAME["Clipping decides"].at == 150
        history.append(losses)
    # Of many iterations: a chaotic run's loss in a single one hangs on how sums are rounded.
    clipped, unclipped = np.mean(history[300:], axis=0)
    assert clipped < 0.9
    assert unclipped > 1.2


def test_the_cell_state_s_gradient_reaches_further_with_a_larger_forget_bias() -> None:
    one, zero, minus_two = (
        values[0] / values[-1] for values in norms(BY_NAME["Forget bias 1, 0 and −2"], "dc_norm")
    )
    assert one > 1e3 * zero
    assert zero > 1e3 * minus_two
    # The way through the gates adds to that of c, where f alone would leave 0.12 a timestep.
    assert minus_two ** (1 / 50) == pytest.approx(0.24, abs=0.005)
    run = experiment(BY_NAME["Forget bias 1, 0 and −2"])
    run.advance(None)
    lane = run.lanes[2]
    block = lane.cell.blocks.index("f") * lane.cell.hidden_size
    f = lane.space(0).gates[:, block : block + lane.cell.hidden_size]
    assert f.mean() == pytest.approx(0.12, abs=0.005)


def test_the_identity_carries_the_gradient_whole_and_tanh_loses_it() -> None:
    irnn, tanh = norms(BY_NAME["Identity ReLU against tanh"])
    assert irnn[0] / irnn[-1] > 0.8
    assert tanh[0] / tanh[-1] < 1e-10
    assert tanh[-9] / tanh[-1] < 0.01 < tanh[-8] / tanh[-1]


def test_orthogonal_weights_lose_less_than_normal_ones() -> None:
    orthogonal, normal = norms(BY_NAME["Orthogonal against normal"])
    assert orthogonal[0] / orthogonal[-1] > 1e6 * normal[0] / normal[-1]


def test_a_pull_towards_orthogonality_lets_a_plain_network_remember() -> None:
    run = experiment(BY_NAME["A pull towards orthogonality"])
    first = run.advance(None).arrays
    assert first["0/reach"] == first["1/reach"] < 1e-9
    while run.iteration <= 1200:
        frame = run.advance(None)
    plain, pulled = (float(frame.arrays[f"{lane}/loss"]) for lane in (0, 1))
    baseline = run.task.baseline.loss
    assert pulled < 0.75 * baseline < 0.95 * baseline < plain
    assert frame.arrays["1/reach"] > 0.1
    assert frame.arrays["0/reach"] < 1e-6


def test_flossing_throughout_or_at_first_carries_a_plain_network_over_sixty_timesteps() -> None:
    run = experiment(BY_NAME["Gradient flossing"])
    first = run.advance(None).arrays
    assert first["0/reach"] == first["1/reach"] == first["2/reach"] < 1e-14
    losses, reaches = [], []
    while run.iteration < 800:
        arrays = run.advance(None).arrays
        losses.append([float(arrays[f"{lane}/loss"]) for lane in range(3)])
        reaches.append([float(arrays[f"{lane}/reach"]) for lane in range(3)])
    # Of many iterations: a single loss may be that of a step too far.
    plain, flossed, at_first = np.mean(losses[-100:], axis=0)
    baseline = run.task.baseline.loss
    assert plain > 0.98 * baseline
    assert flossed < 0.2 * baseline
    assert at_first < 0.2 * baseline
    assert run.lanes[1].hyperparameters.flossing > run.lanes[2].hyperparameters.flossing == 0
    reach = np.median(reaches[-100:], axis=0)
    assert reach[0] < 1e-8
    assert reach[1:].min() > 0.1


def test_a_truncated_gradient_is_a_gap_beyond_its_window() -> None:
    five, twenty, whole = norms(BY_NAME["Truncated BPTT: 5, 20, whole"])
    gaps = [int(np.isnan(line).sum()) for line in (five, twenty, whole)]
    assert gaps == [46, 31, 0]


def test_float32_underflows_where_float64_does_not() -> None:
    double, single = norms(BY_NAME["Underflow in float32"])
    assert 1e-118 < double[0] < 1e-116
    assert (double > 0).all()
    assert (single == 0).sum() == 127
    assert (single[:127] == 0).all()


def stable_points(run: Experiment) -> int:
    arrays = DynamicsStudy(kind="dynamics").compute(run, lambda _: None).arrays
    return int(((arrays["fixed"] == 1) & (arrays["unstable"] == 0)).sum())


def test_the_flip_flop_grows_a_stable_point_for_each_of_its_eight_memories() -> None:
    run = experiment(BY_NAME["Three-bit flip-flop: corners"])
    run.advance(None)
    assert stable_points(run) == 1
    while run.iteration <= 300:
        run.advance(None)
    assert stable_points(run) == 8
