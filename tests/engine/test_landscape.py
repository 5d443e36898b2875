"""Loss surfaces: the cliff against its own recurrence, planes, steps and clipping."""

from __future__ import annotations

import numpy as np
import pytest

from engine.cells import CELLS
from engine.landscape.cliff import EDGE, START, TARGET, cliff
from engine.landscape.plane import Plane, at_random, through_entries
from engine.landscape.surface import Objective, gradient_step, loss_surface
from engine.model import Model
from engine.tasks import Batch


def objective(cell: str = "lstm", **options: object) -> tuple[Objective, dict[str, np.ndarray]]:
    rng = np.random.default_rng(3)
    model = Model(cell, input_size=2, hidden_size=4, output_size=1)
    batch = Batch(
        rng.standard_normal((7, 5, 2)), rng.standard_normal((7, 5, 1)), np.ones((7, 5), bool)
    )
    return Objective(model, batch, "mse", **options), model.init(rng)


# The cliff


def sigmoid(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


def pascanu(w: np.ndarray, b: np.ndarray, timesteps: int) -> np.ndarray:
    x = np.full(np.broadcast(w, b).shape, START)
    for _ in range(timesteps):
        x = w * sigmoid(x) + b
    return (sigmoid(x) - TARGET) ** 2


def test_the_cliff_is_the_papers_recurrence():
    scene = cliff(resolution=9, timesteps=12)  # few enough not to blow up differences in rounding
    surface = loss_surface(scene.objective, scene.plane, scene.w, scene.b)
    expected = pascanu(scene.w[:, None], scene.b[None, :], 12)
    np.testing.assert_allclose(surface.loss, expected, rtol=1e-10, atol=1e-12)


def test_the_cliffs_gradient_is_the_slope_of_its_surface():
    scene = cliff(timesteps=12)
    w, b, epsilon = 5.0, -2.4, 1e-6
    step = gradient_step(scene.objective, scene.plane, (w, b), within=True)
    slopes = [
        (pascanu(w + dw, b + db, 12) - pascanu(w - dw, b - db, 12)) / (2 * epsilon)
        for dw, db in ((epsilon, 0), (0, epsilon))
    ]
    np.testing.assert_allclose(step.gradient, slopes, rtol=1e-7)


def test_the_cliff_is_flat_on_both_sides_of_a_wall():
    scene = cliff(resolution=41)
    surface = loss_surface(scene.objective, scene.plane, scene.w, scene.b)
    row = surface.loss[np.abs(scene.w - EDGE[0]).argmin()]
    drops = -np.diff(row)
    wall = int(drops.argmax())
    # The wall falls within one cell of the grid; the plateau beside it hardly falls at all.
    assert row[wall] > 0.3
    assert row[wall + 1] < 0.05
    assert scene.b[wall] <= EDGE[1] <= scene.b[wall + 1]
    assert drops[:wall].max() < drops[wall] / 10
    assert np.abs(drops[wall + 1 :]).max() < drops[wall] / 10


def test_across_the_wall_the_gradient_is_orders_of_magnitude_larger():
    scene = cliff()

    def grad_norm(b: float) -> float:
        at = (EDGE[0], b)
        return gradient_step(scene.objective, scene.plane, at, within=True).clipped.grad_norm

    on_the_wall = grad_norm(EDGE[1])
    assert on_the_wall > 100 * grad_norm(EDGE[1] - 0.2)
    assert on_the_wall > 100 * grad_norm(EDGE[1] + 0.2)


def test_clipping_shortens_the_step_from_the_wall_to_the_threshold_and_keeps_its_direction():
    scene = cliff()
    rate, threshold = 0.1, 1.0
    step = gradient_step(
        scene.objective, scene.plane, EDGE, rate, clip_threshold=threshold, within=True
    )
    assert np.hypot(*step.before) == pytest.approx(rate * step.clipped.grad_norm)
    width = scene.w[-1] - scene.w[0]
    assert np.hypot(*step.before) > 5 * width  # thrown out of the picture
    assert np.hypot(*step.after) == pytest.approx(rate * threshold, rel=1e-6)
    cosine = step.before @ step.after / (np.hypot(*step.before) * np.hypot(*step.after))
    assert cosine == pytest.approx(1, abs=1e-12)
    assert step.before @ step.gradient < 0


def test_fewer_timesteps_make_a_gentler_slope():
    slopes = []
    for timesteps in (10, 25, 50):
        scene = cliff(timesteps=timesteps)
        step = gradient_step(scene.objective, scene.plane, EDGE, within=True)
        slopes.append(step.clipped.grad_norm)
    assert slopes[0] * 3 < slopes[1]
    assert slopes[1] * 3 < slopes[2]


# Planes


def test_a_plane_of_two_entries_moves_those_and_no_other():
    _, params = objective()
    plane = through_entries(params, ("weight_hh_l0", (5, 2)), ("bias_ih_l0", (3,)))
    moved = plane.point(0.25, -2.0)
    assert moved["weight_hh_l0"][5, 2] == params["weight_hh_l0"][5, 2] + 0.25
    assert moved["bias_ih_l0"][3] == params["bias_ih_l0"][3] - 2.0
    changed = sum(int((moved[name] != params[name]).sum()) for name in params)
    assert changed == 2


def test_filter_normalised_rows_are_as_long_as_the_weights_and_biases_stay():
    _, params = objective()
    plane = at_random(params, np.random.default_rng(0))
    for direction in (plane.u, plane.v):
        assert set(direction) == {"weight_ih_l0", "weight_hh_l0", "readout.weight"}
        for name, value in direction.items():
            lengths = np.linalg.norm(value, axis=1), np.linalg.norm(params[name], axis=1)
            np.testing.assert_allclose(*lengths, rtol=1e-12)


def test_unit_directions_have_length_one_over_all_parameters():
    _, params = objective()
    basis = at_random(params, np.random.default_rng(0), "unit").basis()
    assert len(basis) == sum(value.size for value in params.values())
    np.testing.assert_allclose(np.linalg.norm(basis, axis=0), 1, rtol=1e-12)
    assert abs(basis[:, 0] @ basis[:, 1]) < 0.5


def test_the_same_generator_gives_the_same_plane():
    _, params = objective()
    one, other, another = (at_random(params, np.random.default_rng(k)).basis() for k in (0, 0, 1))
    np.testing.assert_array_equal(one, other)
    assert not np.array_equal(one, another)


@pytest.mark.parametrize(
    ("first", "second", "complaint"),
    [
        (("weight_xx", (0, 0)), ("bias_ih_l0", (0,)), "first is 'weight_xx'; the weights are"),
        (("bias_ih_l0", (0,)), ("bias_ih_l0", (99,)), r"second is bias_ih_l0\[99\]; .* \(16,\)"),
        (("bias_ih_l0", (0,)), ("weight_hh_l0", (0,)), r"second is weight_hh_l0\[0\]; .* \(16, 4"),
        (("bias_ih_l0", (1,)), ("bias_ih_l0", (1,)), "they span no plane"),
    ],
)
def test_entries_that_are_not_there_or_no_plane_are_refused(first, second, complaint):
    _, params = objective()
    with pytest.raises(ValueError, match=complaint):
        through_entries(params, first, second)


def test_directions_that_do_not_fit_are_refused():
    _, params = objective()
    with pytest.raises(ValueError, match=r"v\['bias_ih_l0'\] has shape \(2,\); \(16,\)"):
        Plane(params, {"bias_hh_l0": np.ones(16)}, {"bias_ih_l0": np.ones(2)})
    with pytest.raises(ValueError, match="scale is 'layer'; it must be one of filter, unit"):
        at_random(params, np.random.default_rng(0), "layer")  # type: ignore[arg-type]


# Surfaces and steps


@pytest.mark.parametrize("cell", CELLS)
def test_each_point_of_a_surface_is_the_loss_of_those_weights(cell):
    surroundings, params = objective(cell)
    plane = at_random(params, np.random.default_rng(1))
    alpha, beta = np.array([-1.0, 0.0, 0.5]), np.array([0.0, 2.0])
    surface = loss_surface(surroundings, plane, alpha, beta)
    assert surface.loss.shape == (3, 2)
    batch = surroundings.batch
    for i, a in enumerate(alpha):
        for j, b in enumerate(beta):
            weights = {
                name: value + a * plane.u.get(name, 0) + b * plane.v.get(name, 0)
                for name, value in params.items()
            }
            output = surroundings.model.forward(weights, batch.x).output.transpose(0, 2, 1)
            expected = np.square(output - batch.y).mean()
            assert surface.loss[i, j] == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("cell", CELLS)
def test_the_gradient_in_the_plane_is_the_slope_of_the_surface(cell):
    surroundings, params = objective(cell)
    plane, epsilon = at_random(params, np.random.default_rng(1)), 1e-6
    at = np.array([0.3, -0.2])
    step = gradient_step(surroundings, plane, tuple(at))
    around = [
        loss_surface(surroundings, plane, at[:1] + d, at[1:]).loss for d in (epsilon, -epsilon)
    ]
    assert step.gradient[0] == pytest.approx(
        (around[0] - around[1]).item() / (2 * epsilon), rel=1e-6
    )
    around = [
        loss_surface(surroundings, plane, at[:1], at[1:] + d).loss for d in (epsilon, -epsilon)
    ]
    assert step.gradient[1] == pytest.approx(
        (around[0] - around[1]).item() / (2 * epsilon), rel=1e-6
    )


def test_of_a_step_of_all_weights_we_see_the_part_in_the_plane():
    surroundings, params = objective()
    entries = ("weight_hh_l0", (5, 2)), ("bias_ih_l0", (3,))
    gradient = {name: value.copy() for name, value in surroundings.gradient(params).items()}
    norm = np.sqrt(sum(np.square(value).sum() for value in gradient.values()))
    threshold = norm / 3
    step = gradient_step(
        surroundings,
        through_entries(params, *entries),
        learning_rate=0.5,
        clip_threshold=threshold,
    )
    expected = [-0.5 * gradient[name][index] for name, index in entries]
    np.testing.assert_allclose(step.before, expected, rtol=1e-12)
    np.testing.assert_allclose(step.after, np.array(expected) / 3, rtol=1e-5)
    assert step.clipped.grad_norm == pytest.approx(norm)


def test_a_plane_that_holds_the_gradient_holds_the_whole_step():
    surroundings, params = objective()
    gradient = {name: value.copy() for name, value in surroundings.gradient(params).items()}
    # Neither orthogonal nor of length one: the step's coordinates are (−η, 0) all the same.
    plane = Plane(params, gradient, {"weight_hh_l0": np.ones((16, 4))})
    step = gradient_step(surroundings, plane, learning_rate=0.01, clip_mode="none")
    np.testing.assert_allclose(step.before, [-0.01, 0], atol=1e-14)
    np.testing.assert_array_equal(step.before, step.after)


def test_where_the_network_overflows_the_surface_has_inf_or_nan_and_no_error():
    rng = np.random.default_rng(0)
    model = Model("rnn", 2, 4, 1, nonlinearity="relu")
    params = model.init(rng)
    batch = Batch(rng.random((60, 3, 2)), np.ones((60, 3, 1)), np.ones((60, 3), bool))
    surroundings = Objective(model, batch, "mse")
    plane = through_entries(params, ("weight_hh_l0", (0, 0)), ("bias_hh_l0", (0,)))
    surface = loss_surface(surroundings, plane, np.array([0.0, 1e10]), np.array([0.0, 1.0]))
    assert np.isfinite(surface.loss[0]).all()
    assert not np.isfinite(surface.loss[1]).any()
    step = gradient_step(surroundings, plane, (1e10, 1.0))
    assert not np.isfinite(step.before).any()


def test_the_surface_of_float32_weights_is_computed_in_float32():
    surroundings, params = objective("gru", dtype=np.float32)
    single = {name: value.astype(np.float32) for name, value in params.items()}
    plane = at_random(single, np.random.default_rng(0))
    assert {value.dtype for value in plane.point(1.0, 1.0).values()} == {np.dtype(np.float32)}
    in_double, _ = objective("gru")
    one, other = (
        loss_surface(each, plane, np.array([0.5]), np.array([0.5])).loss.item()
        for each in (surroundings, in_double)
    )
    assert one == pytest.approx(other, rel=1e-5)


@pytest.mark.parametrize("bad", [np.zeros((2, 2)), np.zeros(0)])
def test_a_grid_without_points_is_refused(bad):
    scene = cliff()
    with pytest.raises(ValueError, match="beta has shape"):
        loss_surface(scene.objective, scene.plane, scene.w, bad)


def test_an_objective_names_what_it_cannot_take():
    surroundings, _ = objective()
    with pytest.raises(ValueError, match="loss is 'mae'; it must be one of mse, cross_entropy"):
        Objective(surroundings.model, surroundings.batch, "mae")
    flat = surroundings.batch._replace(x=np.zeros((7, 5, 3)))
    with pytest.raises(ValueError, match=r"x has shape \(7, 5, 3\); \(T, B, 2\)"):
        Objective(surroundings.model, flat, "mse")
