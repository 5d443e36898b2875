"""What rules that look at one half may say of a lane that reads in both directions."""

from __future__ import annotations

from dataclasses import replace

from engine.diagnosis.finding import Finding, Severity

NOT_SAID = frozenset({"truncated"})
"""Rules that count timesteps from the loss to an input: the other half may have a shorter way."""

OF_ALL = frozenset({"loss", "grad_norm", "clip_factor", "update_norm"})
"""Quantities of the whole lane; all others that rules look at are those of the forward half."""

WORDS = " States and their gradients are those of the half that reads forward."

SHORT_OF = frozenset({"forgetting", "vanishing"})
"""Rules whose finding keeps no lane from learning that has a second way to the same inputs."""


def of_forward_half(finding: Finding) -> Finding:
    """Return a finding as it is said of a lane of two halves: limited to the forward one."""
    if finding.where.quantity in OF_ALL:
        return finding
    severity = finding.severity
    if finding.name in SHORT_OF:
        severity = min(severity, Severity.NOTE)
    return replace(finding, says=finding.says + WORDS, severity=severity)
