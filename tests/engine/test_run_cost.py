"""What a run costs, against what it is measured to take."""

from __future__ import annotations

import gc
import tracemalloc
from typing import Any

import pytest
from pydantic import ValidationError

from engine.arena import Arena
from engine.bidirectional import BidirectionalModel
from engine.dropout import FIELDS
from engine.experiment import Experiment
from engine.model import Model
from engine.recipe import Recipe
from engine.run_cost import (
    ELEMENT_WORK,
    MOST_BYTES,
    MOST_WORK,
    VIEW_WORK,
    LaneCost,
    NetworkShape,
    TaskShape,
    lane_cost,
    largest_replay,
    network_cost,
    run_cost,
    source_group,
)
from engine.tasks import TASKS, make
from engine.views import VIEWS
from engine.watch import Watch
from tests.engine.runs import CELLS

EVERY_VIEW = Watch(views=tuple(VIEWS))
T, B, H = 60, 16, 40
OBJECTS = 200_000
"""Bytes of what a lane has besides arrays and views, however large it is."""
LAYERS, PRECISIONS = [1, 3], ["float64", "float32"]


def recipe(**changes: Any) -> Recipe:
    return Recipe.model_validate(changes)


def network(cell: str, layers: int, precision: str) -> LaneCost:
    return network_cost(NetworkShape(cell, H, layers, precision), TaskShape(T, B, 2, 1))


def kept(cost: LaneCost) -> int:
    return cost.workspaces + cost.example + cost.loops + cost.weights + cost.batches


# Memory


@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("layers", LAYERS)
@pytest.mark.parametrize("cell", CELLS)
def test_workspaces_are_counted_to_the_byte(cell, layers, precision):
    cost, model = network(cell, layers, precision), Model(cell, 2, H, 1, layers)
    for counted, batch in ((cost.workspaces, B), (cost.example, 1)):
        arena = Arena([lambda take, b=batch: model.workspaces(T, b, precision, take)])
        assert counted == arena._bytes.nbytes


@pytest.mark.parametrize("layers", LAYERS)
@pytest.mark.parametrize("cell", CELLS)
def test_both_halves_are_counted_to_the_byte(cell, layers):
    shape = NetworkShape(cell, H, layers, "float64", bidirectional=True)
    cost, model = (
        network_cost(shape, TaskShape(T, B, 2, 1)),
        BidirectionalModel(cell, 2, H, 1, layers),
    )
    for counted, batch in ((cost.workspaces, B), (cost.example, 1)):
        arena = Arena([lambda take, b=batch: model.workspaces(T, b, allocate=take)])
        assert counted == arena._bytes.nbytes
    alone = network_cost(NetworkShape(cell, H, layers, "float64"), TaskShape(T, B, 2, 1))
    assert 2 * alone.work <= cost.work <= (2 if layers == 1 else 4) * alone.work + 1e6


@pytest.mark.parametrize("layers", LAYERS)
@pytest.mark.parametrize("cell", CELLS)
def test_the_objects_of_loops_are_counted_within_a_tenth(cell, layers):
    model = Model(cell, 2, H, 1, layers)
    arenas = [Arena([lambda take, b=b: model.workspaces(T, b, allocate=take)]) for b in (B, 1)]
    gc.collect()
    tracemalloc.start()
    spaces = [
        model.workspaces(T, b, allocate=arena.allocator())
        for b, arena in zip((B, 1), arenas, strict=True)
    ]
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    counted = network(cell, layers, "float64").loops
    assert len(spaces) == 2
    assert 0.9 * counted < held < 1.1 * counted


LEFT_OUT: dict[str, dict[str, float]] = {
    "dropout": {"dropout": 0.2},
    "recurrent dropout": {"recurrent_dropout": 0.2},
    "zoneout": {"zoneout": 0.2},
    "unequal lengths": {},
    "everything": dict.fromkeys(FIELDS, 0.2),
}
MEASURED = {
    **{
        f"{cell}, {layers} layers, {precision}": {
            "task": {"seq_len": 120},
            "batch_size": 48,
            "base": {"cell": cell, "hidden_size": 48, "num_layers": layers, "precision": precision},
        }
        for cell in CELLS
        for layers in (1, 3)
        for precision in PRECISIONS
    },
    "two large layers": {
        "task": {"seq_len": 2},
        "batch_size": 1,
        "base": {"cell": "lstm", "hidden_size": 200, "num_layers": 2, "optimizer": "adam"},
    },
    "a long sequence": {
        "task": {"seq_len": 600},
        "batch_size": 1,
        "base": {"cell": "lstm", "hidden_size": 20},
    },
    "a large batch": {
        "task": {"name": "copy", "seq_len": 20},
        "batch_size": 512,
        "base": {"cell": "mgu", "hidden_size": 8},
    },
    "more characters than units": {
        "task": {
            "name": "next_char",
            "seq_len": 400,
            "text": "".join(map(chr, range(200, 296))) * 6,
        },
        "batch_size": 8,
        "base": {"cell": "lstm", "hidden_size": 2},
    },
    "layer normalisation": {
        "task": {"seq_len": 100},
        "batch_size": 16,
        "base": {"cell": "ln_lstm", "hidden_size": 24},
    },
    "layer normalisation of wide layers": {
        "task": {"seq_len": 60},
        "batch_size": 32,
        "base": {"cell": "ln_gru", "hidden_size": 64, "num_layers": 2},
    },
    "peepholes": {
        "task": {"seq_len": 100},
        "batch_size": 16,
        "base": {"cell": "peephole_lstm", "hidden_size": 24},
    },
    "a loss at each of many timesteps": {
        "task": {"name": "sine", "seq_len": 400},
        "batch_size": 2,
        "base": {"cell": "gru", "hidden_size": 3},
    },
    **{
        f"both directions, {cell}, {layers} layers": {
            "task": {"seq_len": 120},
            "batch_size": 48,
            "base": {
                "cell": cell,
                "hidden_size": 24,
                "num_layers": layers,
                "bidirectional": True,
            },
        }
        for cell in ("rnn", "lstm", "ln_gru")
        for layers in (1, 3)
    },
    "both directions with a loss at each timestep": {
        "task": {"name": "sine", "seq_len": 200},
        "batch_size": 8,
        "base": {"cell": "gru", "hidden_size": 12, "num_layers": 2, "bidirectional": True},
    },
    **{
        f"{what}, {cell}, {layers} layers": {
            "task": {"seq_len": 120, "shortest": 40 if what == "unequal lengths" else None},
            "batch_size": 48,
            "base": {"cell": cell, "hidden_size": 48, "num_layers": layers, **knobs},
        }
        for what, knobs in LEFT_OUT.items()
        for cell, layers in (("rnn", 1), ("ln_lstm", 2))
    },
    "both directions, and all of that": {
        "task": {"seq_len": 120, "shortest": 40},
        "batch_size": 48,
        "base": {
            "cell": "lstm",
            "hidden_size": 24,
            "num_layers": 2,
            "bidirectional": True,
            **LEFT_OUT["everything"],
        },
    },
    "unequal lengths that are all the longest": {
        "task": {"seq_len": 120, "shortest": 120},
        "batch_size": 48,
        "base": {"cell": "lstm", "hidden_size": 48},
    },
    "dropout and zoneout by a tweak": {
        "task": {"seq_len": 120},
        "batch_size": 48,
        "base": {"cell": "lstm", "hidden_size": 48, "num_layers": 2},
        "tweaks": [{"iteration": 1, "changes": LEFT_OUT["everything"]}],
    },
    "many inputs that are dropped": {
        "task": {
            "name": "next_char",
            "seq_len": 400,
            "text": "".join(map(chr, range(200, 296))) * 6,
        },
        "batch_size": 8,
        "base": {"cell": "lstm", "hidden_size": 2, **LEFT_OUT["everything"]},
    },
    "float32 whose gradients vanish": {
        "task": {"seq_len": 300},
        "batch_size": 32,
        "base": {"cell": "rnn", "hidden_size": 32, "spectral_radius": 0.05},
    },
    **{
        f"flossing, {cell}": {
            "task": {"seq_len": 40},
            "batch_size": 2,
            "base": {"cell": cell, "hidden_size": 12, "flossing": 1.0},
        }
        for cell in CELLS
    },
    "flossing of two wide layers": {
        "task": {"seq_len": 20},
        "batch_size": 2,
        "base": {"cell": "lstm", "hidden_size": 64, "num_layers": 2, "flossing": 1.0},
    },
    "flossing of a long sequence": {
        "task": {"seq_len": 300},
        "batch_size": 1,
        "base": {"cell": "lstm", "hidden_size": 16, "flossing": 1.0},
    },
}


@pytest.mark.parametrize("name", MEASURED)
def test_no_run_takes_more_than_is_counted(name):
    of = recipe(**MEASURED[name], lanes=[{}])
    (cost,) = run_cost(of).lanes
    Experiment(of).advance(EVERY_VIEW)  # what is imported and cached at the first use
    gc.collect()
    tracemalloc.start()
    run = Experiment(of)
    run.advance(EVERY_VIEW)
    run.advance(EVERY_VIEW)
    gc.collect()
    held, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak <= cost.bytes
    # Room that is never taken would refuse runs that fit. Diagnostics and batches have some.
    assert 0.8 * (kept(cost) - cost.batches) <= held <= kept(cost) + cost.masks + OBJECTS
    assert run.iteration == 2


@pytest.mark.parametrize("name", MEASURED)
def test_a_frame_has_the_bytes_that_are_counted(name):
    of = recipe(**MEASURED[name], lanes=[{}])
    frame = Experiment(of).advance(EVERY_VIEW)
    counted = run_cost(of).frame
    sent = 4 * sum(array.size for array in frame.arrays.values())
    assert sent <= counted <= 1.2 * sent


def test_lanes_add_up():
    lanes = [{"cell": cell} for cell in ("rnn", "lstm", "gru")]
    together = run_cost(recipe(lanes=lanes))
    apart = [run_cost(recipe(lanes=[lane])) for lane in lanes]
    for what in ("bytes", "frame", "work", "views_work"):
        assert getattr(together, what) == sum(getattr(each, what) for each in apart)
    assert together.lanes == tuple(each.lanes[0] for each in apart)


def test_nothing_large_is_made_to_count_it():
    network_cost.cache_clear()
    gc.collect()
    tracemalloc.start()
    cost = network_cost(NetworkShape("lstm", 256, 4, "float64"), TaskShape(2000, 512, 2, 1))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert cost.bytes > 50 * 10**9
    assert peak < 256 * 1024


@pytest.mark.parametrize("kind", TASKS)
def test_tasks_are_as_wide_and_have_as_many_losses_as_their_fields_say(kind):
    fields = kind()
    task = make(fields)
    assert fields.width >= max(task.input_size, task.output_size)
    assert fields.losses == len(task.loss_timesteps)
    assert fields.timesteps == task.timesteps


def test_losses_of_a_narrow_network_ride_in_groups_that_the_output_bounds():
    assert source_group(timesteps=500, width=96, losses=500) == 10
    assert source_group(timesteps=500, width=2, losses=500) == 500
    assert source_group(timesteps=2000, width=1000, losses=3) == 1


def test_a_tweak_takes_no_more_than_was_counted_before_it_was_made():
    base = {"cell": "lstm", "hidden_size": 16, "num_layers": 2}
    tweaks = [{"iteration": 1, "changes": LEFT_OUT["everything"]}]
    plain, tweaked, always = (
        run_cost(recipe(lanes=[{}], base={**base, **knobs}, tweaks=its)).lanes[0]
        for knobs, its in (({}, []), ({}, tweaks), (LEFT_OUT["everything"], []))
    )
    assert tweaked == always
    assert (plain.masks, plain.bytes < tweaked.bytes) == (0, True)
    other = run_cost(recipe(lanes=[{}, {}], base=base, tweaks=[{**tweaks[0], "lane": 1}])).lanes
    assert other == (plain, always)


def test_a_tweak_that_asks_for_too_much_memory_is_refused():
    base = {"cell": "lstm", "hidden_size": 64}
    large = {"task": {"seq_len": 500}, "batch_size": 50, "base": base, "lanes": [{}, {}]}
    assert run_cost(recipe(**large)).excess is None
    with pytest.raises(ValidationError, match="of memory"):
        recipe(**large, tweaks=[{"iteration": 3, "changes": {"zoneout": 0.1}}])


# Work


def test_multiply_adds_are_those_of_the_products():
    of = recipe(
        task={"seq_len": 10},
        batch_size=7,
        lanes=[{"cell": "rnn", "num_layers": 2}],
        base={"hidden_size": 5},
    )
    passes = 10 * 7
    # [W_ih, b, W_hh] twice, W_hhᵀ; from the second layer on, W_ihᵀ; the readout three times.
    lower = passes * (2 * 5 * (2 + 1 + 5) + 5 * 5)
    upper = passes * (2 * 5 * (5 + 1 + 5) + 5 * 5 + 5 * 5)
    readout = 7 * 2 * 3 * 5
    elements = (2 * passes * 5 + 7 * 2) * ELEMENT_WORK
    # Three views forward, three backward, two of the block.
    calls = 2 * 10 * 8 * VIEW_WORK
    assert lane_cost(of, 0) == lower + upper + readout + elements + calls


def test_flossing_is_counted_from_the_start_or_after_a_tweak_of_its_lane():
    lanes = [{"cell": "rnn"}, {"cell": "gru"}]
    plain = run_cost(recipe(lanes=lanes))
    flossed = run_cost(recipe(lanes=lanes, base={"flossing": 0.1}))
    assert all(
        more.work > 2 * less.work for more, less in zip(flossed.lanes, plain.lanes, strict=True)
    )
    tweak = {"iteration": 9, "changes": {"flossing": 0.1}}
    assert run_cost(recipe(lanes=lanes, tweaks=[tweak])) == flossed
    of_one = run_cost(recipe(lanes=lanes, tweaks=[{**tweak, "lane": 1}]))
    assert of_one.lanes == (plain.lanes[0], flossed.lanes[1])
    off = {"iteration": 9, "changes": {"flossing": 0.0}}
    assert run_cost(recipe(lanes=lanes, tweaks=[off])) == plain


def test_gates_cost_what_they_multiply():
    shapes = {cell: network(cell, 1, "float64").work for cell in CELLS}
    assert shapes["rnn"] < shapes["mgu"] < shapes["gru"] < shapes["lstm"]
    assert shapes["mgu"] < shapes["gru_reset_before"] < shapes["lstm"]
    assert shapes["mgu"] < shapes["coupled_lstm"] < shapes["lstm"]
    lstm = network_cost(NetworkShape("lstm", 256, 1, "float64"), TaskShape(50, 128, 2, 1)).work
    rnn = network_cost(NetworkShape("rnn", 256, 1, "float64"), TaskShape(50, 128, 2, 1)).work
    assert 3.5 < lstm / rnn < 4.1


def test_the_default_recipe_may_be_replayed_for_long_and_the_costliest_for_a_while():
    assert largest_replay(Recipe()) >= 200_000
    costliest = recipe(
        task={"seq_len": 30},
        batch_size=512,
        base={"cell": "rnn", "hidden_size": 256},
        lanes=[{}, {}],
    )
    assert run_cost(costliest).work > 0.7 * MOST_WORK
    assert 1000 < largest_replay(costliest) < 6000


def test_a_recipe_at_the_ceiling_keeps_below_it_with_every_view():
    of = recipe(
        task={"seq_len": 200},
        batch_size=64,
        base={"hidden_size": 64},
        lanes=[{"cell": cell} for cell in ("rnn", "lstm", "gru", "mgu")],
    )
    assert 0.6 * MOST_BYTES < run_cost(of).bytes <= MOST_BYTES
    gc.collect()
    tracemalloc.start()
    Experiment(of).advance(EVERY_VIEW)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < run_cost(of).bytes
