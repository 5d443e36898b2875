"""The rule for gradients that grow on their way back."""

from __future__ import annotations

import numpy as np

from engine.diagnosis.finding import Finding, Remedy, Severity, Where
from engine.diagnosis.vitals import Vitals
from engine.diagnosis.words import number, plain

LARGE_REACH = 1e3
"""A gradient that grows more than this explodes: what arrives at the first timestep, one among
many, outweighs the loss's own neighbourhood so far that it alone decides on the update."""

LARGE_NORM = 100.0
"""A hundred times the threshold that most papers clip at."""

SUDDEN, SUDDEN_SGD = 100.0, 3.0
"""A norm so many times the usual one is a wall of the loss (Pascanu et al. 2013, figure 6). SGD's
update is as much longer, and throws the weights back as soon as it is a few times as long; Adam's
hardly grows."""

LOOKED_AT = 50
"""Iterations among which the largest is sought: the first of a run are its largest anyway."""


def exploding(vitals: Vitals) -> Finding | None:
    """Say by how much the gradient grows, and whether clipping holds the updates."""
    clips = vitals.hyperparameters.clip != "none"
    norms = vitals.recent["grad_norm"][-LOOKED_AT:]
    usual, largest = float(np.median(norms)), float(norms.max())
    reach, span = vitals.now("reach"), vitals.span
    numbers = {"reach": reach, "grad_norm": vitals.now("grad_norm")}
    if vitals.reach > LARGE_REACH and reach > 1:
        says = (
            f"The gradient explodes: on its way back over {span} it grows {number(reach, 1)}-fold"
        )
        where = Where("dh_norm")
    elif usual > LARGE_NORM or (not clips and _is_sudden(vitals, usual, largest)):
        says = f"The gradient is large now and then: its norm, usually {number(usual)}, was "
        says += f"{number(largest)} within {len(norms)} iterations"
        where = Where("grad_norm")
        numbers |= {"usual": usual, "largest": largest}
    else:
        return None
    if clips:
        advice, remedy = _cause(vitals)
        held = plain(vitals.hyperparameters.clip_threshold)
        what = "its norm" if vitals.hyperparameters.clip == "norm" else "each of its entries"
        says += f". Clipping cuts {what} to {held}, which bounds each update"
        says += f"; and yet {vitals.losses_in_words}." if vitals.far_off else "."
    else:
        says += ", and nothing bounds the update."
        advice = "Clipping to norm 1 keeps its direction and bounds its length."
        remedy = Remedy({"clip": "norm", "clip_threshold": 1.0}, "clip 1")
    severity = Severity.NOTE if clips and not vitals.far_off else Severity.PROBLEM
    covers = ("clipping", "stuck") if clips and vitals.far_off else ("clipping",)
    return Finding("exploding", severity, says, where, numbers, advice, remedy, covers=covers)


def _is_sudden(vitals: Vitals, usual: float, largest: float) -> bool:
    """Return whether a norm among the last has thrown the weights, as far as one can tell."""
    if len(vitals.recent["grad_norm"]) < LOOKED_AT or vitals.learned:
        return False
    times_usual = SUDDEN_SGD if vitals.hyperparameters.optimizer == "sgd" else SUDDEN
    return largest > max(SUDDEN_SGD, times_usual * usual)


def _cause(vitals: Vitals) -> tuple[str, Remedy]:
    """Return what would keep the gradient from growing, rather than bound it."""
    radius = vitals.spectral_radius
    if vitals.hyperparameters.cell == "rnn" and radius > 1:
        advice = f"W_hh has spectral radius {number(radius)}: with 1 at the start, the gradient "
        advice += "would not grow like this."
        return advice, Remedy({"spectral_radius": 1.0}, "ρ 1")
    smaller = float(f"{vitals.hyperparameters.learning_rate / 10:.3g}")
    advice = "A smaller learning rate keeps the weights from where it explodes."
    return advice, Remedy({"learning_rate": smaller}, f"η {plain(smaller)}")
