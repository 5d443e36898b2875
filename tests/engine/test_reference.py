"""The engine against numbers that PyTorch computed once (tests/parity/make_reference.py).

``make parity`` compares with PyTorch itself, in many more cases, and checks that these numbers
are still what it says.
"""

from __future__ import annotations

import pytest

from tests.parity.cases import engine_cell, engine_model, engine_training
from tests.parity.near import assert_near
from tests.parity.stored import CELLS, MODELS, TRAININGS, group, read


@pytest.fixture(scope="module")
def stored():
    return read()


@pytest.mark.parametrize("name", CELLS)
def test_a_cell_has_pytorchs_states_and_gradients_at_every_timestep(stored, name):
    ours = engine_cell(CELLS[name].kind, group(stored, f"{name}/in"))
    assert_near(ours, group(stored, f"{name}/out"), 1e-10)


@pytest.mark.parametrize("name", MODELS)
def test_stacked_layers_have_pytorchs_states_and_gradients(stored, name):
    ours = engine_model(MODELS[name], group(stored, f"{name}/in"))
    assert_near(ours, group(stored, f"{name}/out"), 1e-10)


@pytest.mark.parametrize("name", TRAININGS)
def test_two_hundred_iterations_have_pytorchs_losses(stored, name):
    job = TRAININGS[name]
    ours = engine_training(job, group(stored, f"training/{job.kind}/in"))
    assert_near({"loss": ours["loss"]}, group(stored, f"{name}/out"), 1e-8)
    if job.clip == "norm":
        over = ours["grad_norm"] > job.threshold
        assert over.any(), "this trajectory says nothing about clipping"
        assert not over.all(), "this trajectory says nothing about gradients left alone"


@pytest.mark.parametrize("name", [name for name in TRAININGS if name.endswith("value")])
def test_a_stored_trajectory_clipped_by_value_is_another_than_the_free_one(stored, name):
    clipped, free = (
        group(stored, f"{each}/out")["loss"] for each in (name, name.replace("value", "none"))
    )
    assert clipped[0] == free[0]
    assert clipped[-1] != free[-1]
