"""The registry of quantities against what frames really hold."""

from __future__ import annotations

import json
from typing import get_args

import numpy as np
import pytest

from engine import Recipe, Watch
from engine.cells import CELLS
from engine.diagnostics import EXACT_SIZE, HORIZON_FRACTION
from engine.diagnostics.main_directions import DIRECTIONS
from engine.frame import SCALARS, is_norm
from engine.quantities import CONSTANTS, QUANTITIES, Quantity, quantity_of, register
from engine.recipe import MOST_LANES, TASKS, catalogue
from engine.views import VIEWS
from engine.watch import View
from tests.engine.runs import EVERY_VIEW, experiment

H, LAYERS = 3, 2
LANES = [
    *({"cell": cell} for cell in CELLS),
    {"cell": "rnn", "nonlinearity": "relu"},
]


def frames():
    """Yield, for each task, lane and view, the run, the lane and its arrays by name."""
    for task in TASKS:
        fields = task(seq_len=7)
        for start in range(0, len(LANES), MOST_LANES):
            run = experiment(
                task=fields.model_dump(),
                batch_size=2,
                base={"hidden_size": H, "num_layers": LAYERS},
                lanes=LANES[start : start + MOST_LANES],
            )
            arrays = run.advance(EVERY_VIEW).arrays
            for lane in range(len(run.lanes)):
                prefix = f"{lane}/"
                yield (
                    run,
                    run.lanes[lane],
                    {
                        name.removeprefix(prefix): array
                        for name, array in arrays.items()
                        if name.startswith(prefix)
                    },
                )


def length_of(axis, quantity, run, lane) -> set[int]:
    """Return how long an axis may be."""
    T = run.task.timesteps
    return {
        "t": {T + 1 - (quantity.first_timestep or 0)},
        "s": {len(run.task.loss_timesteps)},
        "unit": {H},
        "output": {run.task.output_size},
        "entry": {H * len(lane.cell.state_names)},
        "rank": {H, DIRECTIONS, min(4, H * len(lane.cell.state_names))},
        "part": {2},
    }[axis]


def test_every_array_of_every_frame_has_its_quantity_and_every_quantity_is_in_some_frame():
    seen = set()
    for run, lane, arrays in frames():
        for name, array in arrays.items():
            quantity = quantity_of(name)
            assert quantity is not None, f"{name} has no quantity"
            seen.add(quantity.name)
            axes = list(quantity.axes)
            if axes and axes[-1].endswith("?") and run.task.loss == "cross_entropy":
                axes.pop()
            assert array.ndim == len(axes), (name, array.shape, axes)
            for length, axis in zip(array.shape, axes, strict=True):
                allowed = length_of(axis.rstrip("?"), quantity, run, lane)
                assert length in allowed, (name, array.shape, axis, allowed)
    assert seen == set(QUANTITIES)


def test_a_quantity_names_the_view_that_brings_it_or_none():
    run = experiment(
        task={"seq_len": 7}, lanes=LANES[:4], base={"hidden_size": H, "num_layers": LAYERS}
    )
    unwatched = set(run.advance(None).arrays)
    without = set(run.advance(Watch(views=())).arrays)
    for view in VIEWS:
        found = set(run.advance(Watch(views=(view,))).arrays) - without
        if VIEWS[view].update_text is not None:
            assert not found, "what is said is no array"
            continue
        assert found
        # The states are in two views: with the gates, and alone.
        assert {quantity_of(name).view for name in found} - {"states"} == {view} - {"states"}
    assert {quantity_of(name).view for name in without} == {None}
    assert {quantity_of(name).name for name in unwatched} == set(SCALARS)


def test_each_array_is_of_one_quantity():
    for _, _, arrays in frames():
        for name in arrays:
            assert sum(each.matches(name) for each in QUANTITIES.values()) == 1, name


def test_what_a_view_can_be_is_what_is_registered():
    assert list(get_args(View)) == list(VIEWS)
    of_arrays = {name for name, view in VIEWS.items() if view.update_text is None}
    assert {each.view for each in QUANTITIES.values()} == {None, *of_arrays}
    description = Watch.model_json_schema()["properties"]["views"]["description"]
    for name, view in VIEWS.items():
        assert f"{name}: {view.meaning}." in description


def test_scalars_of_the_history_have_no_axes_and_stand_in_the_order_of_an_iteration():
    assert (
        *("loss", "grad_norm", "clip_factor", "update_norm"),
        *("reach", "horizon", "diverged"),
    ) == SCALARS
    for name in SCALARS:
        assert QUANTITIES[name].axes == ()


def test_norms_are_logarithms_and_shares_are_not():
    """As they crossed the wire before there was a registry."""
    logs = {name for name, quantity in QUANTITIES.items() if quantity.log}
    assert logs >= {name for name in QUANTITIES if name.endswith("_norm")}
    assert {"source", "jacobian_gain", "jacobian_singular", "local_gain", "paths.*"} <= logs
    assert is_norm("0/dh_norm.q10")
    assert is_norm("2/history/grad_norm")
    assert not is_norm("0/spectral_radius.h")
    assert not is_norm("0/nobody_knows")


def test_a_star_is_one_part_of_a_name_and_quantiles_belong_to_what_is_spread():
    gate = Quantity("gate.*", "", "", axes=("t",), first_timestep=1)
    assert gate.matches("gate.i")
    assert not gate.matches("gate.i.low")
    assert not gate.matches("gate")
    norm = Quantity("x_norm", "", "", spread=True)
    assert norm.matches("x_norm.q90")
    assert not norm.matches("x_norm.q50")
    assert not Quantity("y_norm", "", "").matches("y_norm.q90")


@pytest.mark.parametrize(("axes", "first"), [(("t",), None), ((), 0), (("s",), 1)])
def test_timesteps_and_a_first_timestep_need_each_other(axes, first):
    with pytest.raises(ValueError, match=r"odd has the axes .* need each other"):
        Quantity("odd", "", "", axes=axes, first_timestep=first)


def test_a_name_is_registered_once():
    with pytest.raises(ValueError, match="'loss' already"):
        register(QUANTITIES["loss"])


def test_the_catalogue_stands_in_the_recipes_schema_as_plain_json():
    schema = Recipe.model_json_schema()["x-unrolled"]
    assert json.loads(json.dumps(catalogue(), allow_nan=False)) == catalogue() == schema
    by_name = {each["name"]: each for each in schema["quantities"]}
    assert by_name["dW_hh_norm"]["first_timestep"] == 1
    assert by_name["dh_norm"] == {
        "name": "dh_norm",
        "symbol": "‖∂ℓ/∂h_t‖",
        "meaning": QUANTITIES["dh_norm"].meaning,
        "unit": "loss / state",
        "log": True,
        "axes": ["t"],
        "first_timestep": 0,
        "view": None,
        "history": False,
        "spread": True,
        "clipped": True,
    }
    assert schema["constants"] == CONSTANTS
    assert CONSTANTS["exact_size"] == EXACT_SIZE
    assert CONSTANTS["horizon_fraction"] == HORIZON_FRACTION
    assert CONSTANTS["most_lanes"] == MOST_LANES
    assert list(catalogue()["cells"]) == list(CELLS)
    assert schema["cells"]["lstm"]["title"] == "LSTM"
    assert schema["cells"]["gru"]["blocks"] == ["r", "z", "n"]
    assert schema["tasks"]["copy"]["title"] == "Copy memory"


def test_what_is_said_of_a_quantity_is_a_plain_sentence():
    for quantity in QUANTITIES.values():
        assert quantity.symbol, quantity.name
        assert quantity.meaning[0].isupper() or quantity.meaning[0].isdigit(), quantity.name
        assert not quantity.meaning.endswith("."), quantity.name
    assert np.isfinite(list(CONSTANTS.values())).all()
