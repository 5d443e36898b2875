"""A diagnosis in words: rules over a lane's numbers that a lecturer would say aloud."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from pydantic_core import to_json

from engine.diagnosis.both_directions import NOT_SAID, of_forward_half
from engine.diagnosis.clipping import clipping
from engine.diagnosis.dead import dead
from engine.diagnosis.diverged import diverged
from engine.diagnosis.exploding import exploding
from engine.diagnosis.finding import Finding, Remedy, Severity, Where
from engine.diagnosis.forgetting import forgetting
from engine.diagnosis.healthy import healthy
from engine.diagnosis.learning_rate import learning_rate
from engine.diagnosis.saturated import saturated
from engine.diagnosis.stuck import stuck
from engine.diagnosis.truncated import truncated
from engine.diagnosis.underflow import underflow
from engine.diagnosis.vanishing import vanishing
from engine.diagnosis.vitals import Vitals

if TYPE_CHECKING:
    from engine.learner import Learner

Rule = Callable[[Vitals], Finding | None]

RULES: tuple[Rule, ...] = (
    diverged,
    truncated,
    forgetting,
    exploding,
    vanishing,
    learning_rate,
    stuck,
    dead,
    saturated,
    clipping,
    underflow,
)
"""Causes before what follows from them; of two findings that matter as much, the first is first."""

MOST_FINDINGS = 3
"""More than that nobody mends at once."""


def diagnose(learner: Learner) -> list[Finding]:
    """Return what is to be said of a lane after its last update.

    Parameters
    ----------
    learner : Learner
        After at least one iteration of its experiment.

    Returns
    -------
    list of Finding
        What matters most first, at most `MOST_FINDINGS`, none that another one explains; one that
        says "healthy" if there is nothing else to say. Of a lane that reads in both directions,
        what concerns states and their gradients is that of its forward half, and says so.
    """
    vitals = Vitals(learner)
    findings: list[Finding] = []
    both = bool(learner.model.reverse_cells)
    covered: set[str] = set(NOT_SAID) if both else set()
    for rule in RULES:
        if rule.__name__ in covered or "*" in covered:
            continue
        finding = rule(vitals)
        if finding is not None:
            findings.append(finding)
            covered |= set(finding.covers)
    findings = findings or [healthy(vitals)]
    if both:
        findings = [of_forward_half(finding) for finding in findings]
    findings.sort(key=lambda finding: -finding.severity)
    return findings[:MOST_FINDINGS]


def diagnosis_text(learner: Learner) -> dict[str, str]:
    """Return the findings as a frame holds them: ``diagnosis``, JSON."""
    told = [finding.as_json() for finding in diagnose(learner)]
    return {"diagnosis": to_json(told).decode()}


__all__ = [
    "MOST_FINDINGS",
    "RULES",
    "Finding",
    "Remedy",
    "Severity",
    "Where",
    "diagnose",
    "diagnosis_text",
]
