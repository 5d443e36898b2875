"""The hyperparameters of one network and its training."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from pydantic import Field, JsonValue

from engine.cells import CELLS
from engine.initializers import SCHEMES
from engine.recipe.live import LiveHyperparameters

if TYPE_CHECKING:
    CellName: TypeAlias = str
    SchemeName: TypeAlias = str
else:  # a type checker can't read choices from a registry; pydantic can
    CellName = Literal[tuple(CELLS)]
    SchemeName = Literal[tuple(SCHEMES)]


def _with_bias(option: str) -> list[JsonValue]:
    """Return the cells that have the gate whose bias this option sets."""
    return [name for name, cell in CELLS.items() if option in cell.bias_of]


def _with_choice(option: str) -> list[JsonValue]:
    """Return the cells that let one choose the nonlinearity of this name."""
    return [name for name, cell in CELLS.items() if option in cell.choices]


class Hyperparameters(LiveHyperparameters):
    """The hyperparameters of one network and its training."""

    cell: CellName = Field(
        "lstm",
        title="Cell",
        description="The equations of the recurrent layer. The plain RNN multiplies every "
        "gradient by W_hh at each timestep; gates give LSTM and GRU a path past it.",
        json_schema_extra={
            "group": "network",
            "labels": {name: cell.title for name, cell in CELLS.items()},
        },
    )
    nonlinearity: Literal["tanh", "relu", "softsign"] = Field(
        "tanh",
        title="RNN nonlinearity",
        description="tanh shrinks each gradient that passes; ReLU passes it whole or not at all; "
        "softsign, x / (1 + |x|), comes to its ends −1 and 1 more slowly than tanh.",
        json_schema_extra={
            "group": "network",
            "labels": {"relu": "ReLU"},
            "when": {"cell": _with_choice("nonlinearity")},
        },
    )
    gate_nonlinearity: Literal["sigmoid", "hard_sigmoid", "softsign"] = Field(
        "sigmoid",
        title="Gate nonlinearity",
        description="Keras calls it recurrent_activation. σ never quite shuts or opens a gate. "
        "Hard σ, clip(x/6 + ½, 0, 1), does, and then teaches it nothing. softsign, x / (1 + |x|), "
        "lies between −1 and 1: a gate below 0 turns the sign of what it lets through.",
        json_schema_extra={
            "phrase": "{} gates",
            "group": "network",
            "rare": True,
            "labels": {"sigmoid": "σ", "hard_sigmoid": "hard σ"},
            "when": {"cell": _with_choice("gate_nonlinearity")},
        },
    )
    candidate_nonlinearity: Literal["tanh", "softsign"] = Field(
        "tanh",
        title="Candidate nonlinearity",
        description="Of what gates let into the memory and, in LSTMs, of the cell state on its "
        "way to h. Keras calls it activation. softsign is x / (1 + |x|).",
        json_schema_extra={
            "phrase": "{} candidate",
            "group": "network",
            "rare": True,
            "when": {"cell": _with_choice("candidate_nonlinearity")},
        },
    )
    hidden_size: int = Field(
        32,
        ge=1,
        le=256,
        title="Hidden units H",
        description="Units per layer. More remember more, and cost H² per timestep. The gradient "
        "is a vector of as many entries; how fast it vanishes depends on W_hh, hardly on H.",
        json_schema_extra={"symbol": "H", "phrase": "H {}", "group": "network", "scale": "log"},
    )
    num_layers: int = Field(
        1,
        ge=1,
        le=4,
        title="Layers",
        description="Recurrent layers, stacked: each reads the hidden states of the one below. The "
        "gradient comes down through all of them as well as back through time.",
        json_schema_extra={"phrase": "{} layers", "phrase_one": "{} layer", "group": "network"},
    )
    bidirectional: bool = Field(
        False,
        title="Both directions",
        description="A second half of H units reads the sequence from its end to its beginning; "
        "each layer, and the readout, see both. A loss at the last timestep alone reads what each "
        "half has at the end of its own way (PyTorch's h_n): the reverse half's gradient then "
        "grows or vanishes from t = 1 towards T. Where the task is to say what comes next, the "
        "reverse half has read it already.",
        json_schema_extra={
            "labels": {"true": "both directions", "false": "one direction"},
            "group": "network",
        },
    )
    init: SchemeName = Field(
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
            "symbol": "ρ",
            "phrase": "ρ {}",
            "group": "network",
            "slider_max": 2.0,
            "step": 0.05,
            "empty": "unset",
        },
    )
    forget_bias: float = Field(
        1.0,
        ge=-10,
        le=10,
        title="Forget-gate bias",
        description="Initial bias of an LSTM's forget gate. 1 keeps it open, so that the "
        "gradient survives along the cell state from the start.",
        json_schema_extra={
            "phrase": "forget bias {}",
            "group": "network",
            "step": 0.5,
            "when": {"cell": _with_bias("forget_bias")},
        },
    )
    update_bias: float | None = Field(
        None,
        ge=-10,
        le=10,
        title="Update-gate bias",
        description="Initial bias of a GRU's update gate. Above 0 it carries the old state on, "
        "and the gradient with it. Empty: as drawn.",
        json_schema_extra={
            "group": "network",
            "rare": True,
            "step": 0.5,
            "empty": "unset",
            "when": {"cell": _with_bias("update_bias")},
        },
    )
    precision: Literal["float64", "float32"] = Field(
        "float64",
        title="Precision",
        description="Arithmetic of the network. In float32 gradients below 1e-45 become exactly "
        "0, and above 3e38 they overflow; float64 goes on to 1e-324 and 2e308.",
        json_schema_extra={"group": "network", "rare": True},
    )
