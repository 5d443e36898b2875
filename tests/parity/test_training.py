"""Whole experiments against PyTorch's layers, optimisers and clipping, on the same batches."""

from __future__ import annotations

from dataclasses import replace
from itertools import cycle, product

import pytest

from tests.parity.cases import KINDS, LAYERS_OF_PYTORCH, UPDATES
from tests.parity.runs import TASKS, side_by_side, start

TOLERANCE = 1e-8
THRESHOLDS = {"none": 1.0, "norm": 0.2, "value": 0.1}
# Cells take turns, so that each meets every optimiser (with weight decay, without, or both) and
# every clipping mode: that they have PyTorch's gradients is shown in test_cells.
TURNS = [
    (task, kind, name, clip)
    for (name, clip), kind in zip(
        product(UPDATES, THRESHOLDS), cycle(LAYERS_OF_PYTORCH), strict=False
    )
    for task in TASKS
]


def test_every_cell_takes_its_turn_with_every_optimizer_and_clipping_mode():
    optimizers = {name.removesuffix("+decay") for name in UPDATES}
    met = {(kind, name.removesuffix("+decay")) for _, kind, name, _ in TURNS}
    assert met == set(product(LAYERS_OF_PYTORCH, optimizers))
    assert {(kind, clip) for _, kind, _, clip in TURNS} == set(
        product(LAYERS_OF_PYTORCH, THRESHOLDS)
    )


WILD = ("ln_lstm-hard_sigmoid", "ln_lstm-softsign", "mgu-softsign")
"""Where the deviation of c is next to nothing, or a state doubles at each timestep, a rounding
error grows by powers of ten from one usual update to the next."""

WRITTEN = [
    (task, kind, name, clip)
    for kind in KINDS
    if kind not in (*LAYERS_OF_PYTORCH, *WILD)
    for task, name, clip in (
        ("adding", "adam", "norm"),
        ("next_char", "sgd+momentum+decay", "none"),
    )
]
"""The cells that PyTorch has no layer of, in a loop by hand; optimisers have had their turns."""


@pytest.mark.parametrize(("task", "kind", "name", "clip"), [*TURNS, *WRITTEN])
def test_two_hundred_iterations_follow_pytorch(task, kind, name, clip):
    follows(start(task, kind, UPDATES[name], clip, THRESHOLDS[clip]), clip)


@pytest.mark.parametrize("kind", WILD)
def test_two_hundred_small_steps_follow_pytorch_where_gradients_explode(kind):
    update = replace(UPDATES["sgd"], learning_rate=2e-4)
    follows(start("next_char", kind, update, "norm", THRESHOLDS["norm"]), "norm")


def follows(pair, clip):
    factors = []
    for ours, loss, norm in side_by_side(*pair):
        assert ours["loss"] == pytest.approx(loss, rel=TOLERANCE, abs=0)
        assert ours["grad_norm"] == pytest.approx(norm, rel=TOLERANCE, abs=0)
        if clip == "norm":
            factor = min(1.0, THRESHOLDS[clip] / (norm + 1e-6))
            assert ours["clip_factor"] == pytest.approx(factor, rel=TOLERANCE, abs=0)
        factors.append(ours["clip_factor"])
    assert (min(factors) < 1) == (clip != "none")
