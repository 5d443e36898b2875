"""The rule for gradients that vanish where no gate is to blame."""

from __future__ import annotations

from typing import Any

from engine.diagnosis.finding import Finding, Remedy, Severity, Where
from engine.diagnosis.forgetting import lstm_instead
from engine.diagnosis.vitals import Vitals
from engine.diagnosis.words import number, times

SMALL_RADIUS = 0.95
"""A spectral radius below this shrinks a gradient by itself: 0.95^50 is 0.08."""


def vanishing(vitals: Vitals) -> Finding | None:
    """Say what is left of the gradient at the first input, and what shrinks it.

    ‖∂h_t/∂h_{t−1}‖ ≤ ‖W_hh‖ · max φ′: below 1 the gradient vanishes at least as fast as a
    geometric series (Bengio, Simard & Frasconi 1994; Pascanu, Mikolov & Bengio 2013, section 2.1).
    """
    if not vitals.vanishes:
        return None
    reach = vitals.now("reach")
    span = vitals.span
    says = f"The gradient vanishes: reach {number(reach, 1)} over {span}."
    numbers = {"reach": reach}
    advice, remedy = "", None
    if vitals.hyperparameters.cell == "rnn":
        cause, more, advice, remedy = _of_rnn(vitals)
        says += f" {cause}."
        numbers |= more
    if vitals.rises:
        ago = times(vitals.age, "iteration")
        says += f" It is rising: it was {number(vitals.reach_before, 1)} {ago} ago."
    severity = Severity.NOTE if vitals.learns else Severity.PROBLEM
    return Finding("vanishing", severity, says, Where("dh_norm"), numbers, advice, remedy)


def _of_rnn(vitals: Vitals) -> tuple[str, dict[str, float], str, Remedy]:
    """Return cause, its numbers, advice and remedy for the plain RNN."""
    h, radius, settings = vitals.states(0), vitals.spectral_radius, vitals.hyperparameters
    phi = vitals.cells[0].state_function
    rectified, name, slope = phi.rectifies, phi.title, float(phi.slope(h).mean())
    numbers = {"spectral_radius": radius, "slope": slope}
    if radius < SMALL_RADIUS:
        cause = (
            f"W_hh has spectral radius {number(radius)}, and {name}′ is {number(slope)} on average"
        )
        init = "identity" if rectified else "orthogonal"
        if settings.init != init or settings.spectral_radius not in (None, 1.0):
            start = "I" if rectified else "orthogonal"
            advice = f"W_hh = {start} at the start" if rectified else f"An {start} W_hh"
            advice += " would keep a gradient's length."
            changes: dict[str, Any] = {"init": init, "spectral_radius": None}
            return cause, numbers, advice, Remedy(changes, f"{init} weights")
    else:
        cause = (
            f"{name}′ is {number(slope)} on average; W_hh, of spectral radius {number(radius)}, "
        )
        cause += "does not make up for it"
    bias, opened, remedy = lstm_instead(vitals)
    advice = "Gates lead past W_hh: an LSTM with a forget bias of "
    advice += f"{bias} starts with a factor of {opened:.2f} along its cell state."
    return cause, numbers, advice, remedy
