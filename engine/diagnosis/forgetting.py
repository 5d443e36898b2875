"""The rule for gates that forget: the memory's own path is shut, and the gradient's with it."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from engine.cells import NONLINEARITIES, Nonlinearity
from engine.diagnosis.finding import Finding, Remedy, Severity, Where
from engine.diagnosis.vitals import FEW, Vitals
from engine.diagnosis.words import number, plain, times

BOUNDS = (0.4, 0.6, 0.8, 0.9)
"""What "low" is said of a gate: the first of these that most units are below. Above 0.9 a gate
keeps a hundredth over 40 timesteps; what is lost then is lost elsewhere."""

MOST = 0.75
"""Share of a layer's units."""

KEPT = 1e-3
"""What a bias that is proposed leaves after all timesteps, by the gate alone."""


USUAL = NONLINEARITIES["sigmoid"]
"""Of a gate whose nonlinearity nobody chose."""


class _Keeper(NamedTuple):
    """The gate that keeps a cell's memory."""

    gate: str
    title: str
    kept_by_one: bool  # or by 0
    bias: str | None  # the hyperparameter that opens it


KEEPERS = {
    "lstm": _Keeper("f", "forget gates", True, "forget_bias"),
    "gru": _Keeper("z", "update gates", True, "update_bias"),
    "mgu": _Keeper("f", "forget gates", False, None),
    "coupled_lstm": _Keeper("f", "forget gates", True, "forget_bias"),
    "gru_reset_before": _Keeper("z", "update gates", True, "update_bias"),
    "peephole_lstm": _Keeper("f", "forget gates", True, "forget_bias"),
    "ln_lstm": _Keeper("f", "forget gates", True, "forget_bias"),
    "ln_gru": _Keeper("z", "update gates", True, "update_bias"),
}
"""By cell: ∂c_t/∂c_{t−1} is f (LSTMs); ∂h_t/∂h_{t−1} along the direct path is z (GRUs) or 1 − f
(MGU)."""


def forgetting(vitals: Vitals) -> Finding | None:
    """Count the gates that forget, and say which bias would start them open.

    Along the direct path the gradient is multiplied by the gate at each timestep (Gers,
    Schmidhuber & Cummins 2000), so that σ(bias)^T of it is left at the start, or of what stands
    for σ; Jozefowicz, Zaremba & Sutskever (2015) advise a bias of 1, Tallec & Ollivier (2018)
    about ln T.
    """
    keeper = KEEPERS.get(vitals.hyperparameters.cell)
    if keeper is None or not vitals.vanishes:
        return None
    layers = range(len(vitals.cells))
    means = [vitals.gate_mean(layer, keeper.gate) for layer in layers]
    kept = [mean if keeper.kept_by_one else 1 - mean for mean in means]
    worst = int(np.argmin([each.mean() for each in kept]))
    layer = kept[worst]
    bound = next((each for each in BOUNDS if (layer < each).mean() >= MOST), None)
    if bound is None:
        return None
    count, units = int((layer < bound).sum()), len(layer)
    side, edge = ("below", bound) if keeper.kept_by_one else ("above", round(1 - bound, 1))
    stacked = f" of layer {worst}" if len(layers) > 1 else ""
    reach = vitals.now("reach")
    says = (
        f"{count} of {units} {keeper.title}{stacked} are {side} {edge:g} on average: "
        f"reach {number(reach, 1)} over {vitals.span}."
    )
    mean = float(means[worst].mean())
    return Finding(
        "forgetting",
        Severity.NOTE if vitals.learns else Severity.PROBLEM,
        says + _trend(vitals),
        Where(f"gate.{keeper.gate}", worst),
        {"units": count, "of": units, "bound": edge, "reach": reach, "gate": mean},
        *_remedy(keeper, vitals, bound),
        covers=("vanishing",),
    )


def _trend(vitals: Vitals) -> str:
    if vitals.age < FEW:
        return " Gates can learn to open, if enough arrives to teach them."
    if not vitals.rises:
        return ""
    ago = times(vitals.age, "iteration")
    return f" It is rising: it was {number(vitals.reach_before, 1)} {ago} ago."


def _remedy(keeper: _Keeper, vitals: Vitals, bound: float) -> tuple[str, Remedy | None]:
    if keeper.bias is None:
        bias, opened, remedy = lstm_instead(vitals, above=bound)
        advice = f"This cell's gate has no bias to set; an LSTM's would start at {opened:.2f} with"
        return f"{advice} a forget bias of {bias}.", remedy
    phi = vitals.cells[0].gate_function
    bias, opened = bias_for(vitals.last_loss, above=bound, phi=phi)
    if opened**vitals.last_loss < KEPT:
        advice = f"{phi.title} gates open slowly: a bias of {bias} starts them at {opened:.2f}."
        bias, opened = bias_for(vitals.last_loss, above=bound)
        changes = {"gate_nonlinearity": USUAL.name, keeper.bias: float(bias)}
        return f"{advice} {USUAL.title} gates with {bias} start at {opened:.2f}.", Remedy(
            changes, f"{USUAL.title} gates, bias {bias}"
        )
    present = getattr(vitals.hyperparameters, keeper.bias)
    if present is not None and present >= bias:
        return "They start open enough: training has closed them.", None
    name = f"{keeper.bias.split('_', maxsplit=1)[0]} bias"
    article = "An" if name[0] in "aeiou" else "A"
    advice = f"{article} {name} of {bias} would start them at {opened:.2f}."
    return advice, Remedy({keeper.bias: float(bias)}, f"{name} {plain(bias)}")


def lstm_instead(vitals: Vitals, above: float = 0.0) -> tuple[int, float, Remedy]:
    """Return the forget bias of an LSTM that keeps its memory, σ of it, and the remedy."""
    bias, opened = bias_for(vitals.last_loss, above)
    changes: dict[str, Any] = {"cell": "lstm", "forget_bias": float(bias)}
    if vitals.hyperparameters.gate_nonlinearity != USUAL.name:
        changes["gate_nonlinearity"] = USUAL.name
    return bias, opened, Remedy(changes, f"LSTM, forget bias {bias}")


def bias_for(timesteps: int, above: float = 0.0, phi: Nonlinearity = USUAL) -> tuple[int, float]:
    """Return the least whole bias b that is to be proposed, and φ(b).

    Parameters
    ----------
    timesteps : int
        φ(b)^timesteps ≥ `KEPT`.
    above : float
        φ(b) is larger: what is proposed is not what is complained of.
    phi : Nonlinearity
        Of the gate.

    Returns
    -------
    tuple of int, float
        b, from 1 to 10, and φ(b): 10 also where no such bias does it.
    """
    bias = 1
    while bias < 10 and (phi.at(bias) ** timesteps < KEPT or phi.at(bias) <= above):
        bias += 1
    return bias, phi.at(bias)
