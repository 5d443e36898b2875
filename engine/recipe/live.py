"""The hyperparameters that can be changed while a run goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from pydantic import Field

from engine.optimizers import OPTIMIZERS
from engine.schedules import SCHEDULES
from engine.strict import Strict

if TYPE_CHECKING:
    OptimizerName: TypeAlias = str
    ScheduleName: TypeAlias = str
else:  # a type checker can't read choices from a registry; pydantic can
    OptimizerName = Literal[tuple(OPTIMIZERS)]
    ScheduleName = Literal[tuple(SCHEDULES)]


class LiveHyperparameters(Strict):
    """What can be changed while a run goes on, without new weights."""

    optimizer: OptimizerName = Field(
        "adam",
        title="Optimizer",
        description="How a gradient becomes an update. The gradient stays as it is; Adam and "
        "RMSprop divide it by its usual size, so that even a tiny one moves the weights. A change "
        "starts with fresh moments.",
        json_schema_extra={
            "group": "training",
            "live": True,
            "labels": {name: kind.title for name, kind in OPTIMIZERS.items()},
        },
    )
    learning_rate: float = Field(
        0.003,
        gt=0,
        le=1e6,
        title="Learning rate",
        description="Size of an update. It does not touch this gradient, but all later ones: too "
        "large, and the weights are thrown to where gradients explode.",
        json_schema_extra={
            "symbol": "η",
            "phrase": "η {}",
            "group": "training",
            "live": True,
            "scale": "log",
            "slider_min": 1e-5,
            "slider_max": 10,
        },
    )
    momentum: float = Field(
        0.0,
        ge=0,
        lt=1,
        title="Momentum",
        description="Share of the last update that the next one keeps. Gradients that agree add "
        "up, those that change sign cancel. 0: none.",
        json_schema_extra={
            "symbol": "μ",
            "group": "training",
            "live": True,
            "step": 0.05,
            "slider_max": 0.99,
            "rare": True,
            "when": {"optimizer": ["sgd", "rmsprop"]},
        },
    )
    nesterov: bool = Field(
        False,
        title="Nesterov's look-ahead",
        description="Take the gradient where the momentum is about to lead, so that it can still "
        "brake. It needs a momentum.",
        json_schema_extra={
            "group": "training",
            "live": True,
            "rare": True,
            "when": {"optimizer": ["sgd"]},
        },
    )
    weight_decay: float | None = Field(
        None,
        ge=0,
        le=1,
        title="Weight decay",
        description="Pulls the weights towards 0. Smaller recurrent weights explode less and "
        "vanish more. Empty: the optimiser's own default, 0.01 for AdamW and 0 for the others.",
        json_schema_extra={
            "symbol": "λ",
            "group": "training",
            "live": True,
            "rare": True,
            "step": 0.001,
            "slider_max": 0.1,
            "empty": "default",
        },
    )
    schedule: ScheduleName = Field(
        "constant",
        title="Schedule",
        description="How the learning rate goes on. step: a tenth after every period. cosine: "
        "down to 0 in one period. warmup: up to the full rate in one period, while early gradients "
        "are at their wildest.",
        json_schema_extra={"group": "training", "live": True, "rare": True},
    )
    schedule_period: int = Field(
        1000,
        ge=1,
        le=1_000_000,
        title="Schedule's period",
        description="Iterations of a step, of the descent, or of the warm-up: how long gradients "
        "are followed at about the same rate.",
        json_schema_extra={
            "group": "training",
            "live": True,
            "rare": True,
            "scale": "log",
            "slider_max": 100_000,
            "unit": "iterations",
            "when": {"schedule": ["step", "cosine", "warmup"]},
        },
    )
    clip: Literal["none", "norm", "value"] = Field(
        "norm",
        title="Clip gradients",
        description="norm: shorten the whole gradient to the threshold, direction kept. "
        "value: cut each entry. It tames explosion and does nothing against vanishing; with SGD "
        "it shows most, as Adam rescales every update itself.",
        json_schema_extra={"phrase": "clip {}", "group": "training", "live": True},
    )
    clip_threshold: float = Field(
        1.0,
        gt=0,
        le=1e6,
        title="Clip threshold",
        description="Largest global norm (or entry) that an update sees.",
        json_schema_extra={
            "phrase": "clip at {}",
            "group": "training",
            "live": True,
            "scale": "log",
            "slider_min": 1e-3,
            "slider_max": 1e3,
            "when": {"clip": ["norm", "value"]},
        },
    )
    gradient_noise: float = Field(
        0.0,
        ge=0,
        le=10,
        title="Gradient noise",
        description="Variance η of noise added to each entry of the clipped gradient; it falls as "
        "η / (1 + k)^0.55 at iteration k. It shakes weights off plateaus, where a vanished "
        "gradient would leave them. 0: none.",
        json_schema_extra={
            "phrase": "noise {}",
            "group": "training",
            "live": True,
            "rare": True,
            "step": 0.01,
            "slider_max": 1,
        },
    )
    orthogonality: float = Field(
        0.0,
        ge=0,
        le=100,
        title="Orthogonality",
        description="Strength λ of a pull that draws the singular values of each recurrent matrix "
        "towards 1: λ ‖WᵀW − I‖² is added to what training lowers, though not to the loss that is "
        "shown. Gradients then neither grow nor shrink by W_hh alone. 0: none.",
        json_schema_extra={
            "phrase": "orthogonality {}",
            "group": "training",
            "live": True,
            "rare": True,
            "step": 0.01,
            "slider_max": 1,
        },
    )
    flossing: float = Field(
        0.0,
        ge=0,
        le=100,
        title="Gradient flossing",
        description="Strength of a pull that draws the leading Lyapunov exponents, of one sequence "
        "of each batch, towards 0: the mean of λ² is added to what training lowers, though not to "
        "the loss that is shown. Gradients then neither vanish nor explode in as many directions. "
        "Before training: 100 for the first iterations, then a tweak to 0. It multiplies the time "
        "of an iteration. 0: none.",
        json_schema_extra={
            "phrase": "flossing {}",
            "group": "training",
            "live": True,
            "rare": True,
            "step": 0.1,
            "slider_max": 10,
        },
    )
    dropout: float = Field(
        0.0,
        ge=0,
        lt=1,
        title="Dropout between layers",
        description="Probability that an entry of what a layer gives to the next one is dropped, "
        "anew at each timestep; the others grow by 1 / (1 − p). The examples that are shown are "
        "read without. 0: none.",
        json_schema_extra={
            "phrase": "dropout {}",
            "group": "training",
            "live": True,
            "rare": True,
            "step": 0.05,
            "slider_max": 0.9,
            "when": {"num_layers": [2, 3, 4]},
        },
    )
    input_dropout: float = Field(
        0.0,
        ge=0,
        lt=1,
        title="Dropout of inputs",
        description="Probability that an input is dropped, for all timesteps of a sequence; the "
        "others grow by 1 / (1 − p). The examples that are shown are read without. 0: none.",
        json_schema_extra={
            "phrase": "input dropout {}",
            "group": "training",
            "live": True,
            "rare": True,
            "step": 0.05,
            "slider_max": 0.9,
        },
    )
    recurrent_dropout: float = Field(
        0.0,
        ge=0,
        lt=1,
        title="Recurrent dropout",
        description="Probability that a unit of the state is dropped before W_hh multiplies it, "
        "for all timesteps of a sequence; the others grow by 1 / (1 − p), and their gradients with "
        "them. What a gate carries past W_hh stays whole. The examples that are shown are read "
        "without. 0: none.",
        json_schema_extra={
            "phrase": "recurrent dropout {}",
            "group": "training",
            "live": True,
            "rare": True,
            "step": 0.05,
            "slider_max": 0.9,
        },
    )
    zoneout: float = Field(
        0.0,
        ge=0,
        lt=1,
        title="Zoneout",
        description="Probability that a unit keeps its last state for a timestep, drawn anew at "
        "each: its gradient then comes back unchanged. The examples that are shown are read "
        "without. 0: none.",
        json_schema_extra={
            "phrase": "zoneout {}",
            "group": "training",
            "live": True,
            "rare": True,
            "step": 0.05,
            "slider_max": 0.9,
        },
    )
    truncate: int | None = Field(
        None,
        ge=1,
        le=2000,
        title="Truncate BPTT after",
        description="Timesteps that a gradient may travel back within one window. The state is "
        "carried on, the gradient is cut: nothing explodes beyond, and nothing is learnt from "
        "there. Empty: the whole sequence.",
        json_schema_extra={
            "phrase": "truncated {}",
            "group": "training",
            "live": True,
            "unit": "timesteps",
            "empty": "off",
        },
    )
