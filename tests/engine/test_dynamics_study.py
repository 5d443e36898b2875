"""The study of dynamics finds a flip-flop's corners, in the network whose frame is shown."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from engine import Experiment, Recipe, Watch
from engine.cells import CELLS
from engine.diagnostics import MainDirections, main_directions
from engine.diagnostics.fixed_points import Dynamics
from engine.experiment import Stopped
from engine.random_streams import stream
from engine.studies.dynamics import DynamicsStudy, starts_near
from tests.engine.reference import WITH_C

BITS = 2
SMALL = {
    "task": {"name": "flip_flop", "seq_len": 20, "bits": BITS, "pulse_probability": 0.15},
    "batch_size": 16,
    "base": {"cell": "gru", "hidden_size": 8, "learning_rate": 0.03},
    "lanes": [{}],
}


def trained(recipe: dict, iterations: int) -> Experiment:
    experiment = Experiment(Recipe.model_validate(recipe))
    for _ in range(iterations):
        experiment.advance(None)
    return experiment


def study(**fields) -> DynamicsStudy:
    return DynamicsStudy(kind="dynamics", **fields)


def found(experiment: Experiment, **fields) -> dict[str, np.ndarray]:
    return study(**fields).compute(experiment, lambda _: None).arrays


@pytest.fixture(scope="module")
def flip_flop() -> Experiment:
    experiment = trained(SMALL, 400)
    frame = experiment.frame(Watch(views=()))
    assert frame.arrays["0/loss"] < 0.02, "it has learnt its task"
    return experiment


def test_a_trained_flip_flop_has_a_stable_point_for_each_of_its_memories(flip_flop: Experiment):
    arrays = found(flip_flop)
    stable = (arrays["fixed"] == 1) & (arrays["unstable"] == 0)
    assert stable.sum() == 2**BITS
    said = arrays["readout"][stable]
    corners = {tuple(corner) for corner in np.sign(said).astype(int).tolist()}
    assert corners == set(product([-1, 1], repeat=BITS))
    assert np.abs(np.abs(said) - 1).max() < 0.3, "each of them says its own corner"
    # Between two corners that differ in one bit there is a point that is unstable in one direction.
    assert (arrays["unstable"][arrays["fixed"] == 1] == 1).sum() >= 2 * BITS
    assert stable[: 2**BITS].all(), "they come first"


def test_the_points_are_those_of_the_weights_of_the_frame(flip_flop: Experiment):
    arrays = found(flip_flop)
    learner = flip_flop.learner_of(0)
    params = learner.model.layer_params(learner.params_before, 0)
    dynamics = Dynamics(learner.model.cells[0], params, np.zeros(BITS))
    fixed = arrays["fixed"] == 1
    moved = np.linalg.norm(dynamics.step(arrays["points"]) - arrays["points"], axis=1)
    assert moved[fixed].max() < 1e-8
    np.testing.assert_allclose(np.log10(moved[~fixed]), arrays["log10_residual"][~fixed], atol=0.01)
    after = Dynamics(
        learner.model.cells[0], learner.model.layer_params(learner.params, 0), np.zeros(BITS)
    )
    moved = np.linalg.norm(after.step(arrays["points"]) - arrays["points"], axis=1)
    assert moved.max() > 1e-6, "the update has moved them"
    jacobian = dynamics.jacobians(arrays["points"][:1])[0]
    value = complex(*arrays["eigenvalues"][0, 0])
    assert np.linalg.svd(jacobian - value * np.eye(8), compute_uv=False)[-1] < 1e-8


def test_points_are_projected_on_the_main_directions_of_held_out_states(flip_flop: Experiment):
    arrays = found(flip_flop)
    axes = arrays["axes"]
    np.testing.assert_allclose(axes @ axes.T, np.eye(3), atol=1e-12)
    expected = (arrays["points"] - arrays["mean"]) @ axes.T
    np.testing.assert_allclose(arrays["projected"], expected, atol=1e-12)
    assert arrays["share"][:2].sum() > 0.7
    states = np.concatenate(
        [flip_flop.frame(Watch(example=k, views=("states",))).arrays["0/h"][1:] for k in range(16)]
    )
    np.testing.assert_allclose(arrays["mean"], states.mean(axis=0), atol=1e-12)


def test_the_same_request_finds_the_same_and_leaves_the_run_as_it_was(flip_flop: Experiment):
    before = {name: value.copy() for name, value in flip_flop.learner_of(0).params.items()}
    one, other = found(flip_flop), found(flip_flop)
    for name, array in one.items():
        np.testing.assert_array_equal(array, other[name])
    for name, value in flip_flop.learner_of(0).params.items():
        np.testing.assert_array_equal(value, before[name])


@pytest.mark.parametrize("cell", CELLS)
def test_every_cell_and_every_layer_can_be_studied(cell: str):
    base = {"cell": cell, "hidden_size": 4, "num_layers": 2, "precision": "float32"}
    experiment = trained({**SMALL, "base": base}, 1)
    top, low = found(experiment), found(experiment, layer=0)
    size = 8 if cell in WITH_C else 4
    for arrays in (top, low):
        assert arrays["mean"].shape == (size,)
        assert arrays["axes"].shape == (3, size)
        assert arrays["eigenvalues"].shape == (len(arrays["points"]), size, 2)
        assert np.isfinite(arrays["lyapunov"]).all()
        assert len(arrays["points"]) >= 1
    assert "readout" in top
    assert "readout" not in low
    text = study(layer=3, inputs="mean").compute(experiment, lambda _: None).text
    assert text == {"layer": "1", "inputs": "mean", "starts": "128"}


def test_a_mean_input_moves_the_points():
    experiment = trained({**SMALL, "task": {"name": "adding", "seq_len": 12}}, 1)
    zero, mean = found(experiment), found(experiment, inputs="mean")
    assert np.abs(zero["points"][0] - mean["points"][0]).max() > 1e-3


def test_a_network_of_slope_g_has_the_exponent_log_g():
    recipe = {**SMALL, "base": {"cell": "rnn", "hidden_size": 3, "nonlinearity": "relu"}}
    experiment = trained(recipe, 1)
    params = experiment.learner_of(0).params_before
    params["weight_hh_l0"][...] = 0.8 * np.eye(3)
    params["bias_ih_l0"][...] = 50.0
    params["bias_hh_l0"][...] = 0.0
    arrays = found(experiment)
    np.testing.assert_allclose(arrays["lyapunov"], np.log(0.8), rtol=1e-9)
    np.testing.assert_allclose(arrays["lyapunov_spread"], 0, atol=1e-12)


def test_lost_weights_are_refused_in_words():
    experiment = trained(SMALL, 1)
    experiment.learner_of(0).params_before["bias_hh_l0"][0] = np.nan
    with pytest.raises(ValueError, match="weights are not finite"):
        found(experiment)


def test_what_nobody_waits_for_any_more_ends():
    experiment = trained(SMALL, 1)
    shares = []

    def stop(share: float) -> None:
        shares.append(share)
        if share > 0.5:
            raise Stopped

    with pytest.raises(Stopped):
        study().compute(experiment, stop)
    assert shares == sorted(shares)


def test_starts_are_states_noisy_states_and_middles():
    states = np.array([[-1.0, 0.0], [1.0, 0.0], [np.nan, 0.0]])
    starts = starts_near(states, 40, stream(0, "starts"))
    assert starts.shape == (40, 2)
    assert np.isfinite(starts).all()
    assert set(starts[20:, 0]) == {-1.0, 1.0}
    assert set(starts[10:20, 0]) == {-1.0, 0.0, 1.0}
    assert len(set(starts[:10, 0])) == 10
    assert (starts_near(states[2:], 3, stream(0, "starts")) == 0).all()


def test_main_directions_are_those_of_a_cloud_that_is_known():
    rng = np.random.default_rng(0)
    turn = np.linalg.qr(rng.standard_normal((5, 5))).Q
    cloud = rng.standard_normal((400, 5)) * [8, 4, 1, 0.1, 0.1] @ turn.T + 3
    plane = main_directions(cloud)
    for k in range(2):
        assert abs(plane.axes[k] @ turn[:, k]) > 0.99
        assert plane.axes[k][np.abs(plane.axes[k]).argmax()] > 0
    variance = (cloud - cloud.mean(axis=0)).var(axis=0).sum()
    np.testing.assert_allclose(plane.share, plane.project(cloud).var(axis=0) / variance, rtol=1e-9)


def test_main_directions_of_fewer_entries_than_three_are_filled_with_zeros():
    plane = main_directions(np.array([[1.0], [3.0]]))
    np.testing.assert_array_equal(plane.axes, [[1], [0], [0]])
    np.testing.assert_array_equal(plane.share, [1, 0, 0])
    still = main_directions(np.ones((4, 3)))
    assert isinstance(still, MainDirections)
    np.testing.assert_array_equal(still.share, 0)
    assert np.isnan(main_directions(np.array([[np.nan, 1.0]])).share).all()


def test_the_view_plane_holds_the_main_directions_of_the_examples_states(flip_flop: Experiment):
    arrays = flip_flop.frame(Watch(example=1, views=("states", "plane"))).arrays
    plane = main_directions(arrays["0/h"])
    for name, value in plane._asdict().items():
        np.testing.assert_array_equal(arrays[f"0/plane.{name}"], value)
