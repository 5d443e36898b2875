"""Runs with dropout and zoneout: what is drawn, who is read whole, and that it is determined."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np
import pytest

from engine import Experiment, Recipe, Watch, phase_diagram
from engine.cells import (
    CELLS,
    GRU,
    LSTM,
    RNN,
    DroppingWorkspace,
    HoldingWorkspace,
    Masks,
    Workspace,
)
from engine.dropout import FIELDS, draw_masks
from engine.losses import LOSSES
from engine.recipe import Hyperparameters
from engine.studies import WhatIfStudy
from engine.studies.dynamics import DynamicsStudy
from engine.studies.landscape import LandscapeStudy
from engine.studies.steps import steps_of
from engine.views import VIEWS
from tests.engine.runs import advance, differences, experiment, held_out, same_bits

ALL = Watch(lane=None, layer=1, example=1, views=tuple(VIEWS))
EVERYTHING = {"dropout": 0.3, "input_dropout": 0.2, "recurrent_dropout": 0.25, "zoneout": 0.15}
EACH = [{field: value} for field, value in EVERYTHING.items()]
LANES = [{"cell": cell} for cell in ("rnn", "lstm", "ln_gru")]
TWEAKS = [
    {"iteration": 2, "lane": None, "changes": EVERYTHING},
    {"iteration": 4, "lane": 1, "changes": {"zoneout": 0.0, "dropout": 0.5}},
    {"iteration": 5, "lane": None, "changes": dict.fromkeys(EVERYTHING, 0.0)},
]


def run(base: dict[str, Any] | None = None, **more: Any) -> Experiment:
    whole = {"num_layers": 2, **(EVERYTHING if base is None else base)}
    return experiment(**{"base": whole, "lanes": LANES, **more})


def settings(**fields: Any) -> Hyperparameters:
    return Hyperparameters.model_validate(fields)


# What is drawn


def test_each_field_draws_masks_of_its_own_shape() -> None:
    T, B, D, H = 7, 5, 3, 4
    cells = [LSTM(D, H), LSTM(H, H)]
    low, high = draw_masks(settings(**EVERYTHING), cells, 0, 0, (T, B))
    assert low.input is not None
    assert high.input is not None
    assert (low.input.shape, high.input.shape) == ((1, D, B), (T, H, B))
    for masks in (low, high):
        assert masks.hidden is not None
        assert masks.hidden.shape == (H, B)
        assert masks.hold_h is not None
        assert masks.hold_c is not None
        assert masks.hold_h.shape == masks.hold_c.shape == (T, H, B)
        assert not np.array_equal(masks.hold_h, masks.hold_c)
    assert not np.array_equal(low.hidden, high.hidden)
    (alone,) = draw_masks(settings(**EVERYTHING), [GRU(D, H)], 0, 0, (T, B))
    assert alone.hold_c is None
    assert draw_masks(settings(), cells, 0, 0, (T, B)) == [Masks()] * 2


@pytest.mark.parametrize("p", [0.1, 0.5, 0.9])
def test_as_many_are_dropped_as_the_probability_says_and_the_others_grow(p: float) -> None:
    T, B, H = 50, 40, 30
    names = ("input", "hidden", "hold_h", "hold_c")
    both = draw_masks(settings(**dict.fromkeys(FIELDS, p)), [LSTM(H, H)] * 2, 3, 8, (T, B))
    for masks in both:
        for name in names:
            mask = getattr(masks, name)
            if not name.startswith("hold"):
                assert set(np.unique(mask)) == {0, 1 / (1 - p)}
            share = (mask if name.startswith("hold") else mask == 0).mean()
            # Six standard deviations of a binomial share.
            assert abs(share - p) < 6 * np.sqrt(p * (1 - p) / mask.size)


def test_masks_follow_from_seed_iteration_and_field_alone() -> None:
    cells = [RNN(3, 4), RNN(4, 4)]

    def drawn(seed: int, iteration: int, **changes: float) -> list[Masks]:
        return draw_masks(settings(**{**EVERYTHING, **changes}), cells, seed, iteration, (6, 5))

    def same(one: list[Masks], other: list[Masks], name: str) -> bool:
        return all(
            same_bits(getattr(a, name), getattr(b, name)) for a, b in zip(one, other, strict=True)
        )

    first = drawn(1, 4)
    for name in ("input", "hidden", "hold_h"):
        assert same(first, drawn(1, 4), name)
        assert not same(first, drawn(2, 4), name)
        assert not same(first, drawn(1, 5), name)
    # Another field's probability, or its absence, moves nothing.
    for field, name in (("zoneout", "hidden"), ("recurrent_dropout", "hold_h")):
        for p in (0.0, 0.7):
            assert same(first, drawn(1, 4, **{field: p}), name)


def test_lanes_of_the_same_shape_leave_out_the_same() -> None:
    lanes = [{"cell": "lstm"}, {"cell": "gru"}, {"cell": "peephole_lstm", "precision": "float32"}]
    together = run(lanes=[*lanes, {"cell": "lstm", "num_layers": 3}])
    together.advance(None)
    first, *others = (learner.masks for learner in together.lanes)
    for other in others:
        for one, its in zip(first, other, strict=False):
            for each in fields(Masks):
                mask, its_mask = getattr(one, each.name), getattr(its, each.name)
                if its_mask is not None:
                    np.testing.assert_array_equal(mask == 0, its_mask == 0)


# What it acts on


@pytest.mark.parametrize("changes", [*EACH, EVERYTHING], ids=lambda changes: "+".join(changes))
def test_training_is_that_of_a_pass_with_the_masks(changes: dict[str, float]) -> None:
    one = run(changes)
    for iteration in range(3):
        params = [{n: p.copy() for n, p in lane.params.items()} for lane in one.lanes]
        frame = one.advance(None)
        for index, (lane, its) in enumerate(zip(one.lanes, params, strict=True)):
            x, y, mask = one.batch
            T, B, _ = x.shape
            masks = draw_masks(lane.hyperparameters, lane.model.cells, 0, iteration, (T, B))
            losses = []
            for given in (masks, None):
                passed = lane.model.forward(its, x, lane.at, masks=given)
                losses.append(LOSSES["mse"](passed.output, y[lane.at], mask[lane.at]))
            assert float(frame.arrays[f"{index}/loss"]) == losses[0].loss
            assert losses[0].loss != losses[1].loss


@pytest.mark.parametrize("changes", [*EACH, EVERYTHING], ids=lambda changes: "+".join(changes))
def test_examples_that_are_shown_are_read_whole(changes: dict[str, float]) -> None:
    one, x = run(changes), held_out(run(changes), 1)[0]
    advance(one, 2, None)
    frame = one.advance(ALL)
    for index, lane in enumerate(one.lanes):
        passed = lane.model.forward(lane.params_before, x, lane.at)
        trace = passed.traces[1]
        np.testing.assert_allclose(frame.arrays[f"{index}/h"], trace.h[:, 0], rtol=1e-12)
        told = frame.arrays[f"{index}/prediction"]
        np.testing.assert_allclose(told, passed.output[:, :, 0], rtol=1e-12)
        for name, gate in trace.gates.items():
            np.testing.assert_allclose(frame.arrays[f"{index}/gate.{name}"], gate[:, 0], rtol=1e-12)


@pytest.mark.parametrize("cell", CELLS)
def test_every_view_of_every_cell_has_numbers(cell: str) -> None:
    frame = advance(run(lanes=[{"cell": cell}]), 3, ALL)[-1]
    assert float(frame.arrays["0/diverged"]) == 0
    for name in ("dh_norm", "dW_hh_norm", "dW_ih_norm", "h", "jacobian_gain"):
        assert np.isfinite(frame.arrays[f"0/{name}"]).all(), name


# Determined


def test_the_same_recipe_gives_the_same_bits_whatever_is_watched() -> None:
    one, other, blind = run(tweaks=TWEAKS), run(tweaks=TWEAKS), run(tweaks=TWEAKS)
    for _ in range(7):
        a, b, c = one.advance(ALL), other.advance(ALL), blind.advance(None)
        assert not differences(a, b)
        assert not {name for name in c.arrays if not same_bits(c.arrays[name], a.arrays[name])}


def test_tweaks_that_are_made_live_give_the_bits_of_their_recipe() -> None:
    live, told = run(base={}), run(base={}, tweaks=TWEAKS)
    for iteration in range(7):
        for tweak in TWEAKS:
            if tweak["iteration"] == iteration:
                live.tweak(tweak["lane"], tweak["changes"])
        assert not differences(live.advance(ALL), told.advance(ALL))
    assert live.recipe == told.recipe


def test_memory_is_of_the_kind_that_is_needed() -> None:
    one = run(base={}, tweaks=TWEAKS)

    def kinds() -> list[type[Workspace]]:
        one.advance(None)
        return [type(lane.workspaces[0]) for lane in one.lanes]

    assert kinds() == kinds() == [Workspace] * 3
    assert kinds() == [HoldingWorkspace] * 3
    drops = run(base={"recurrent_dropout": 0.1}, lanes=[{}, {"recurrent_dropout": 0.0}])
    assert [type(lane.workspaces[0]) for lane in drops.lanes] == [DroppingWorkspace, Workspace]


def test_a_lane_has_the_bits_that_it_has_alone() -> None:
    whole = run(tweaks=TWEAKS)
    parts = [Experiment(whole.recipe, lanes=share) for share in ((2, 0), (1,))]
    for _ in range(6):
        frame, found = whole.advance(ALL), {}
        for part in parts:
            found |= part.advance(ALL).arrays
        assert found.keys() == frame.arrays.keys()
        for name, array in frame.arrays.items():
            assert same_bits(array, found[name]), name


@pytest.mark.parametrize("at", [1, 2, 3, 5, 6])
def test_a_fork_leaves_out_the_same(at: int) -> None:
    first, other = run(base={}, tweaks=TWEAKS), run(base={}, tweaks=TWEAKS)
    advance(first, at, None)
    other.restore(first.snapshot())
    assert not differences(first.frame(ALL), other.frame(ALL))
    for _ in range(4):
        assert not differences(first.advance(ALL), other.advance(ALL))


def test_a_frame_is_computed_again_with_the_same_masks() -> None:
    one, other = run(), run()
    for _ in range(3):
        frame = one.advance(ALL)
        other.advance(None)
    again = one.frame(ALL)
    assert not {n for n in frame.arrays if not same_bits(frame.arrays[n], again.arrays[n])}
    assert not differences(one.advance(ALL), advance(other, 1, ALL)[0])


def test_the_state_that_is_carried_is_the_one_that_was_left_with_masks() -> None:
    task = {
        "name": "next_char",
        "seq_len": 4,
        "text": "the river bends and the river ends where it begins.",
    }
    one = run(task=task, batch_size=3, stateful=True)
    ended: list[Any] = [None] * 3
    for iteration in range(3):
        params = [{n: p.copy() for n, p in lane.params.items()} for lane in one.lanes]
        one.advance(None)
        for k, lane in enumerate(one.lanes):
            if iteration:
                assert same_bits(lane.initial(), ended[k])
            x = one.batch.x
            masks = draw_masks(lane.hyperparameters, lane.model.cells, 0, iteration, x.shape[:2])
            passed = lane.model.forward(params[k], x, initial=lane.initial(), masks=masks)
            ended[k] = lane.model.final_states(passed.spaces)
    other = run(task=task, batch_size=3, stateful=True)
    other.restore(one.snapshot())
    assert not differences(one.advance(ALL), other.advance(ALL))


# Studies


@pytest.mark.parametrize("changes", [*EACH, EVERYTHING], ids=lambda changes: "+".join(changes))
def test_the_middle_of_the_landscape_is_the_iterations_loss(changes: dict[str, float]) -> None:
    study = LandscapeStudy.model_validate(
        {"kind": "landscape", "lane": 1, "along": "random", "resolution": 5}
    )
    one, reached = run(changes), run(changes)
    loss = float(advance(one, 3, None)[-1].arrays["1/loss"])
    advance(reached, 2, None)
    found, _ = study.compute_at(2, reached, lambda _: None)
    assert found["surface"][2, 2] == pytest.approx(loss, rel=1e-12)


def test_without_clipping_both_steps_of_the_landscape_are_one() -> None:
    one = run({**EVERYTHING, "clip": "none"})
    advance(one, 2, None)
    found = steps_of(one, 1, 3, lambda _: None)
    assert same_bits(found.unclipped, found.clipped)


def test_what_if_follows_a_pass_that_leaves_nothing_out() -> None:
    one = run()
    advance(one, 3, None)
    arrays = WhatIfStudy(kind="what_if", lane=1).compute(one, lambda _: None).arrays
    lane = one.lanes[1]  # whose weights are again those of the iteration
    passed = lane.model.forward(lane.params, one.batch.x, lane.at)
    loss = LOSSES["mse"](passed.output, one.batch.y[lane.at], one.batch.mask[lane.at])
    grads = lane.model.backward(lane.params, passed, loss.doutput).params
    whole = np.linalg.norm(np.concatenate([grad.ravel() for grad in grads.values()]))
    for name in ("log10_grad_norm", "log10_grad_norm.real"):
        assert arrays[name] == pytest.approx(np.log10(whole), abs=1e-10)


def test_dynamics_are_those_of_the_weights_without_masks() -> None:
    one = run()
    advance(one, 3, None)
    plain = run({})
    plain.advance(None)
    for name, value in one.lanes[2].params_before.items():
        plain.lanes[2].params_before[name][...] = value
    study = DynamicsStudy(kind="dynamics", lane=2, starts=16)
    found, expected = (study.compute(each, lambda _: None).arrays for each in (one, plain))
    assert found.keys() == expected.keys()
    for name, array in expected.items():
        assert same_bits(found[name], array), name


@pytest.mark.parametrize("changes", [*EACH, EVERYTHING], ids=lambda changes: "+".join(changes))
def test_a_phase_diagram_leaves_out_what_each_experiment_does(changes: dict[str, float]) -> None:
    values, seeds = [0.5, 1.2], [3, 0]
    recipe = run(changes, lanes=[{"cell": "gru"}]).recipe
    grid = phase_diagram(recipe, values, seeds, layer=1)
    for r, value in enumerate(values):
        for s, seed in enumerate(seeds):
            plain = recipe.model_dump()
            plain |= {"seed": seed, "base": {**plain["base"], "spectral_radius": value}}
            alone = Experiment(Recipe.model_validate(plain)).advance(Watch(layer=1))
            np.testing.assert_allclose(grid[r, s], alone.arrays["0/dh_norm"], rtol=1e-11)
