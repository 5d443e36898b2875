"""The recipe: everything that determines a run, and the only place with bounds and defaults.

A recipe is plain JSON. Every field has a default, so ``{}`` is the first demonstration. ``base``
holds the hyperparameters that lanes share; a lane overrides any of them, so that two lanes can
differ in exactly one knob. The forms of the page are rendered from this module's JSON schema:
``title`` and ``description`` are what a reader sees beside the control, and the extra keys say
how to draw it: ``group``, ``live``, ``scale``, ``step``, ``slider_min``, ``slider_max``, ``unit``,
``labels``, ``empty``, ``multiline``, ``rare``, ``when``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    SerializerFunctionWrapHandler,
    ValidationError,
    model_serializer,
    model_validator,
)
from pydantic_core import InitErrorDetails, PydanticCustomError

COST_CEILING = 2_000_000
"""Largest timesteps × batch × width of one lane: the size of each array that a pass keeps."""

LAST_ITERATION = 2**31 - 1
"""Number of the last iteration that a run may have: frames carry iterations as int32."""

MOST_TWEAKS = 1000
"""Most tweaks of one recipe."""

OWN_TEXT_CHARACTERS = 48
"""No more distinct characters are in the text that we bring."""

CHARACTERS = 96
"""Most distinct characters of a text: each is one input and one output of the network."""


class Strict(BaseModel):
    """A model that takes what it names and nothing else: no NaN, no ``true`` for 1, no typo."""

    model_config = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False, frozen=True)


class OnlyWhatWasSet(Strict):
    """A model that says nothing of the fields nobody set: they are inherited, not defaulted."""

    @model_serializer(mode="wrap")
    def _only_what_was_set(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return {name: value for name, value in handler(self).items() if name in self.overrides}

    @property
    def overrides(self) -> dict[str, Any]:
        """Field name → value, for the fields that were given."""
        return {name: getattr(self, name) for name in sorted(self.model_fields_set)}


class LiveHyperparameters(Strict):
    """What can be changed while a run goes on, without new weights."""

    optimizer: Literal["sgd", "rmsprop", "adam", "adamw"] = Field(
        "adam",
        title="Optimizer",
        description="How a gradient becomes an update. The gradient stays as it is; Adam and "
        "RMSprop divide it by its usual size, so that even a tiny one moves the weights. A change "
        "starts with fresh moments.",
        json_schema_extra={
            "group": "training",
            "live": True,
            "labels": {"sgd": "SGD", "rmsprop": "RMSprop", "adam": "Adam", "adamw": "AdamW"},
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
            "group": "training",
            "live": True,
            "rare": True,
            "step": 0.001,
            "slider_max": 0.1,
            "empty": "default",
        },
    )
    schedule: Literal["constant", "step", "cosine", "warmup"] = Field(
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
        json_schema_extra={"group": "training", "live": True},
    )
    clip_threshold: float = Field(
        1.0,
        gt=0,
        le=1e6,
        title="Clip threshold",
        description="Largest global norm (or entry) that an update sees.",
        json_schema_extra={
            "group": "training",
            "live": True,
            "scale": "log",
            "slider_min": 1e-3,
            "slider_max": 1e3,
            "when": {"clip": ["norm", "value"]},
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
            "group": "training",
            "live": True,
            "unit": "timesteps",
            "empty": "off",
        },
    )


class Hyperparameters(LiveHyperparameters):
    """The knobs of one network and its training."""

    cell: Literal["rnn", "lstm", "gru"] = Field(
        "lstm",
        title="Cell",
        description="The equations of the recurrent layer. The plain RNN multiplies every "
        "gradient by W_hh at each timestep; gates give LSTM and GRU a path past it.",
        json_schema_extra={
            "group": "network",
            "labels": {"rnn": "RNN", "lstm": "LSTM", "gru": "GRU"},
        },
    )
    nonlinearity: Literal["tanh", "relu"] = Field(
        "tanh",
        title="RNN nonlinearity",
        description="tanh shrinks each gradient that passes; ReLU passes it whole or not at all.",
        json_schema_extra={
            "group": "network",
            "labels": {"relu": "ReLU"},
            "when": {"cell": ["rnn"]},
        },
    )
    hidden_size: int = Field(
        32,
        ge=1,
        le=256,
        title="Hidden units H",
        description="Units per layer. More remember more, and cost H² per timestep. The gradient "
        "is a vector of as many entries; how fast it vanishes depends on W_hh, hardly on H.",
        json_schema_extra={"group": "network", "scale": "log"},
    )
    num_layers: int = Field(
        1,
        ge=1,
        le=4,
        title="Layers",
        description="Recurrent layers, stacked: each reads the hidden states of the one below. The "
        "gradient comes down through all of them as well as back through time.",
        json_schema_extra={"group": "network"},
    )
    init: Literal[
        "pytorch", "xavier_uniform", "xavier_normal", "normal", "orthogonal", "identity"
    ] = Field(
        "pytorch",
        title="Initial weights",
        description="Where training begins, and with it the factor W_hh of every gradient. "
        "PyTorch: uniform ±1/√H. Xavier: variance 2/(fan in + fan out). normal: the standard "
        "deviation below, no bias. orthogonal: W_hh keeps a gradient's length. identity: W_hh = "
        "I, no bias (the IRNN).",
        json_schema_extra={
            "group": "network",
            "labels": {
                "pytorch": "PyTorch",
                "xavier_uniform": "Xavier uniform",
                "xavier_normal": "Xavier normal",
            },
        },
    )
    init_std: float = Field(
        0.1,
        gt=0,
        le=10,
        title="Standard deviation",
        description="Of the normal initial weights. Small ones let gradients vanish from the "
        "start, large ones make them explode.",
        json_schema_extra={
            "group": "network",
            "scale": "log",
            "slider_min": 1e-3,
            "slider_max": 1,
            "when": {"init": ["normal"]},
        },
    )
    spectral_radius: float | None = Field(
        None,
        gt=0,
        le=10,
        title="Spectral radius of W_hh",
        description="Rescale the initial W_hh so that its largest |eigenvalue| is this: below 1 "
        "gradients tend to vanish, above 1 they can explode. Empty: as drawn.",
        json_schema_extra={
            "group": "network",
            "slider_max": 2.0,
            "step": 0.05,
            "empty": "as is",
        },
    )
    forget_bias: float = Field(
        1.0,
        ge=-10,
        le=10,
        title="Forget-gate bias",
        description="Initial bias of the LSTM's forget gate. 1 keeps it open, so that the "
        "gradient survives along the cell state from the start.",
        json_schema_extra={"group": "network", "step": 0.5, "when": {"cell": ["lstm"]}},
    )
    update_bias: float | None = Field(
        None,
        ge=-10,
        le=10,
        title="Update-gate bias",
        description="Initial bias of the GRU's update gate. Above 0 it carries the old state on, "
        "and the gradient with it. Empty: as drawn.",
        json_schema_extra={
            "group": "network",
            "rare": True,
            "step": 0.5,
            "empty": "as is",
            "when": {"cell": ["gru"]},
        },
    )
    precision: Literal["float64", "float32"] = Field(
        "float64",
        title="Precision",
        description="Arithmetic of the network. In float32 gradients below 1e-45 become exactly "
        "0, and above 3e38 they overflow; float64 goes on to 1e-324 and 2e308.",
        json_schema_extra={"group": "network", "rare": True},
    )


class Lane(OnlyWhatWasSet, Hyperparameters):
    """One network of a comparison: what it overrides of ``base``, and a name if it has one."""

    name: str | None = Field(
        None,
        max_length=40,
        title="Name",
        description="What the legends call this lane; no gradient depends on it. Empty: its cell "
        "and what sets it apart.",
        json_schema_extra={"group": "lanes", "live": True},
    )


class Changes(OnlyWhatWasSet, LiveHyperparameters):
    """The live hyperparameters that a tweak changes."""

    @model_validator(mode="after")
    def _some_change(self) -> Self:
        if not self.model_fields_set:
            names = list(LiveHyperparameters.model_fields)
            raise PydanticCustomError("no_change", "give at least one of {names}", {"names": names})
        return self


class Tweak(Strict):
    """A change made while the run went on; it acts from its iteration's update on."""

    iteration: int = Field(ge=0, le=LAST_ITERATION, title="Iteration")
    lane: int | None = Field(
        None,
        ge=0,
        le=3,
        title="Lane",
        description="Which lane; empty: every lane that does not override the field itself.",
    )
    changes: Changes


class TaskFields(Strict):
    """What every task has."""

    seq_len: int = Field(
        50,
        ge=2,
        le=2000,
        title="Sequence length T",
        description="Timesteps from the first input to the last: how far back a gradient has to "
        "travel.",
        json_schema_extra={"group": "task", "scale": "log", "unit": "timesteps"},
    )

    @property
    def timesteps(self) -> int:
        """Length of a sequence, T."""
        return self.seq_len

    @property
    def width(self) -> int:
        """Inputs or outputs per timestep, whichever are more."""
        return 2


class AddingTask(TaskFields):
    """Two of T numbers are marked; the target, at the end, is their sum."""

    name: Literal["adding"] = Field("adding", title="Adding problem")


class CopyTask(TaskFields):
    """Ten symbols, a long blank, then the same ten symbols from memory."""

    name: Literal["copy"] = Field("copy", title="Copy memory")
    seq_len: int = Field(
        30,
        ge=1,
        le=1980,
        title="Delay T",
        description="Blank timesteps between the ten symbols and their recall, and what a gradient "
        "has to cross: a sequence has T + 20 timesteps.",
        json_schema_extra={"group": "task", "scale": "log", "unit": "timesteps"},
    )

    @property
    def timesteps(self) -> int:
        """Length of a sequence: ten symbols, the delay, ten to recall."""
        return self.seq_len + 20

    @property
    def width(self) -> int:
        """Eight symbols, the blank and the signal to recall."""
        return 10


class TemporalOrderTask(TaskFields):
    """Two symbols among distractors, each X or Y; the target, at the end, is their order."""

    name: Literal["temporal_order"] = Field("temporal_order", title="Temporal order")
    seq_len: int = Field(
        30,
        ge=2,
        le=2000,
        title="Sequence length T",
        description="Timesteps. The two symbols that matter come at 10–20 % and at 50–60 % of "
        "them; the answer is asked for at the last, and the gradient has to come back from there.",
        json_schema_extra={"group": "task", "scale": "log", "unit": "timesteps"},
    )

    @property
    def width(self) -> int:
        """Two symbols that matter and four distractors."""
        return 6


class NextCharTask(TaskFields):
    """At every character of a text, say which comes next."""

    name: Literal["next_char"] = Field("next_char", title="Next character")
    seq_len: int = Field(
        40,
        ge=2,
        le=500,
        title="Sequence length T",
        description="Characters in a window of the text: a gradient travels back to its first, and "
        "no further.",
        json_schema_extra={"group": "task", "scale": "log", "unit": "characters"},
    )
    text: str | None = Field(
        None,
        max_length=10_000,
        title="Your own text",
        description="Paste a text to learn; at least one window and two different characters. What "
        "it repeats far apart, only gradients that reach so far can teach. Empty: a text of ours.",
        json_schema_extra={"group": "task", "multiline": True},
    )

    @property
    def width(self) -> int:
        """An input and an output for each distinct character."""
        return OWN_TEXT_CHARACTERS if self.text is None else len(set(self.text))


class StocksTask(TaskFields):
    """From a window of a weekly share price, forecast the next one."""

    name: Literal["stocks"] = Field("stocks", title="Stock prices")
    seq_len: int = Field(
        30,
        ge=2,
        le=80,
        title="Window T",
        description="Weeks that the network reads before it forecasts the next: how far back a "
        "gradient can travel.",
        json_schema_extra={"group": "task", "unit": "weeks"},
    )
    symbol: Literal["GOOG", "AAPL", "AMZN", "FB", "NFLX", "MSFT"] = Field(
        "GOOG",
        title="Stock",
        description="Weekly prices 2018–2019, each divided by its first. The last price tells "
        "most, so gradients need not come from far.",
        json_schema_extra={"group": "task"},
    )


TASKS: tuple[type[TaskFields], ...] = (
    AddingTask,
    CopyTask,
    TemporalOrderTask,
    NextCharTask,
    StocksTask,
)
"""Every kind of task, the default first."""


def _with_a_name(value: Any) -> Any:
    if isinstance(value, dict) and "name" not in value:
        return {"name": "adding", **value}
    return value


AnyTask = Annotated[
    Annotated[
        AddingTask | CopyTask | TemporalOrderTask | NextCharTask | StocksTask,
        Field(discriminator="name"),
    ],
    BeforeValidator(_with_a_name),
]


class Recipe(Strict):
    """Everything that determines a run. Same recipe, same machine: the same bits."""

    seed: int = Field(
        0,
        ge=0,
        le=2**32 - 1,
        title="Seed",
        description="Draws the initial weights and every batch: the same seed gives the same run, "
        "and another one shows whether gradients behave so by chance.",
        json_schema_extra={"group": "task"},
    )
    task: AnyTask = Field(default=AddingTask(), title="Task")
    batch_size: int = Field(
        32,
        ge=1,
        le=512,
        title="Batch size B",
        description="Sequences whose gradients are averaged into one update: more make it "
        "steadier, not longer. All lanes see the same ones.",
        json_schema_extra={"group": "training", "scale": "log", "unit": "sequences"},
    )
    base: Hyperparameters = Field(default=Hyperparameters(), title="Shared by all lanes")
    lanes: tuple[Lane, ...] = Field(
        default=(Lane(cell="rnn"), Lane(cell="lstm"), Lane(cell="gru")),
        max_length=4,
        strict=False,
        title="Lanes",
        description="Networks trained side by side on the same batches.",
        # Checked below: pydantic's own check would also complain when all lanes are bad.
        json_schema_extra={"minItems": 1},
    )
    tweaks: tuple[Tweak, ...] = Field(
        default=(),
        max_length=MOST_TWEAKS,
        strict=False,
        title="Tweaks",
        description="Changes made while the run went on, each with its iteration.",
    )

    @model_validator(mode="wrap")
    @classmethod
    def _whole(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        """Check what no single field can know, naming the field to change."""
        recipe = handler(data)
        problems = [
            *recipe._lane_problems(),
            *recipe._cost_problems(),
            *recipe._tweak_problems(),
            *recipe._text_problems(),
        ]
        if problems:
            raise ValidationError.from_exception_data(cls.__name__, problems)
        return recipe

    def lane(self, index: int) -> Hyperparameters:
        """Return the hyperparameters lane `index` starts with: the base and what it overrides."""
        overrides = self.lanes[index].overrides
        overrides.pop("name", None)
        names = Hyperparameters.model_fields
        return Hyperparameters(
            **{name: overrides.get(name, getattr(self.base, name)) for name in names}
        )

    def _lane_problems(self) -> Iterator[InitErrorDetails]:
        if not self.lanes:
            yield InitErrorDetails(
                type=PydanticCustomError("no_lanes", "a run has 1 to 4 lanes"),
                loc=("lanes",),
                input=self.lanes,
            )

    def _cost_problems(self) -> Iterator[InitErrorDetails]:
        seen = Counter[tuple[int | str, ...]]()
        for index, lane in enumerate(self.lanes):
            knobs = self.lane(index)
            layers = knobs.hidden_size * knobs.num_layers
            cost = self.task.timesteps * self.batch_size * max(layers, self.task.width)
            if layers < self.task.width:
                place: tuple[int | str, ...] = ("batch_size",)
                value = self.batch_size
            elif {"hidden_size", "num_layers"} & lane.model_fields_set:
                place, value = ("lanes", index, "hidden_size"), knobs.hidden_size
            else:
                place, value = ("base", "hidden_size"), knobs.hidden_size
            if cost > COST_CEILING and not seen[place]:
                seen[place] += 1
                yield InitErrorDetails(
                    type=PydanticCustomError(
                        "too_costly",
                        "timesteps × batch_size × width is {cost}, and at most {ceiling} is "
                        "allowed; width is hidden_size × num_layers, or the task's own",
                        {"cost": cost, "ceiling": COST_CEILING},
                    ),
                    loc=place,
                    input=value,
                )

    def _tweak_problems(self) -> Iterator[InitErrorDetails]:
        for index, tweak in enumerate(self.tweaks):
            if tweak.lane is not None and tweak.lane >= len(self.lanes):
                yield InitErrorDetails(
                    type=PydanticCustomError(
                        "no_such_lane",
                        "this run has lanes 0 to {last}",
                        {"last": len(self.lanes) - 1},
                    ),
                    loc=("tweaks", index, "lane"),
                    input=tweak.lane,
                )

    def _text_problems(self) -> Iterator[InitErrorDetails]:
        if not isinstance(self.task, NextCharTask) or self.task.text is None:
            return
        text, least = self.task.text, self.task.seq_len + 1
        distinct = len(set(text))
        complaint: PydanticCustomError | None = None
        if len(text) < least:
            complaint = PydanticCustomError(
                "text_too_short",
                "the text has {length} characters; with windows of {window} it needs at least "
                "{least}",
                {"length": len(text), "window": self.task.seq_len, "least": least},
            )
        elif not 2 <= distinct <= CHARACTERS:
            complaint = PydanticCustomError(
                "text_characters",
                "the text has {distinct} distinct characters; 2 to {most} are allowed",
                {"distinct": distinct, "most": CHARACTERS},
            )
        if complaint is not None:
            yield InitErrorDetails(type=complaint, loc=("task", "text"), input=text)
