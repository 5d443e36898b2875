"""Schedules against PyTorch's schedulers: the factors, and whole runs that follow them."""

from __future__ import annotations

import pytest
import torch
from torch.optim import lr_scheduler

from engine.schedules import SCHEDULES
from tests.parity.cases import UPDATES
from tests.parity.runs import side_by_side, start

PERIOD = 60


def scheduler(name: str, optimizer: torch.optim.Optimizer, period: int) -> lr_scheduler.LRScheduler:
    """Return PyTorch's own scheduler of that shape."""
    match name:
        case "constant":
            return lr_scheduler.ConstantLR(optimizer, factor=1.0)
        case "step":
            return lr_scheduler.StepLR(optimizer, period)
        case "cosine":
            return lr_scheduler.CosineAnnealingLR(optimizer, period)
        case "warmup":
            # Reaches the full rate at the iteration numbered period − 1, counted from 0.
            return lr_scheduler.LinearLR(optimizer, 1 / period, total_iters=period - 1)
    raise AssertionError(name)


@pytest.mark.filterwarnings("ignore:Detected call of `lr_scheduler.step:UserWarning")
@pytest.mark.parametrize("period", [2, 7, PERIOD, 1000])
@pytest.mark.parametrize("name", SCHEDULES)
def test_a_factor_is_the_one_of_pytorchs_scheduler(name, period):
    """A cosine is compared for its one period: PyTorch's climbs again after it."""
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    theirs = scheduler(name, optimizer, period)
    for iteration in range(period + 1 if name == "cosine" else 3 * period):
        (rate,) = theirs.get_last_lr()
        assert SCHEDULES[name](iteration, period) == pytest.approx(rate, rel=1e-10, abs=1e-14)
        theirs.step()


@pytest.mark.parametrize("name", SCHEDULES)
@pytest.mark.parametrize("update", ["sgd+nesterov+decay", "adamw+decay"])
def test_a_scheduled_run_follows_pytorch(update, name):
    iterations = PERIOD if name == "cosine" else 200
    knobs = {"schedule": name, "schedule_period": PERIOD}
    experiment, trainer = start("adding", "gru", UPDATES[update], "norm", 0.2, **knobs)
    theirs = scheduler(name, trainer.optimizer, PERIOD)
    for ours, loss, norm in side_by_side(experiment, trainer, iterations):
        assert ours["loss"] == pytest.approx(loss, rel=1e-8, abs=0)
        assert ours["grad_norm"] == pytest.approx(norm, rel=1e-8, abs=0)
        theirs.step()


LIVE = {
    "sgd+momentum": {"learning_rate": 0.02, "momentum": 0.5, "weight_decay": 0.1},
    "sgd+nesterov": {"nesterov": False, "weight_decay": 0.02},
    "rmsprop+momentum": {"learning_rate": 0.002, "momentum": 0.8},
    "adam": {"learning_rate": 0.01, "weight_decay": 0.3},
    "adamw": {"learning_rate": 0.01, "weight_decay": 0.3},
}


@pytest.mark.parametrize("update", LIVE)
def test_hyperparameters_changed_live_act_as_in_pytorchs_parameter_groups(update):
    experiment, trainer = start("adding", "lstm", UPDATES[update], "none", 1.0)
    changes = LIVE[update]

    def turn(iteration: int) -> None:
        if iteration == 50:
            experiment.tweak(None, changes)
            (group,) = trainer.optimizer.param_groups
            group |= {"lr" if k == "learning_rate" else k: value for k, value in changes.items()}

    for ours, loss, norm in side_by_side(experiment, trainer, 100, before=turn):
        assert ours["loss"] == pytest.approx(loss, rel=1e-8, abs=0)
        assert ours["grad_norm"] == pytest.approx(norm, rel=1e-8, abs=0)
