"""What was measured, beside what it should be."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Met = Literal["met", "not met", "not there yet", ""]


@dataclass(frozen=True)
class Target:
    """A bound on a measured value, such as "≥ 1.7"."""

    sign: Literal["≥", "≤"]
    bound: float

    def holds(self, value: float) -> bool:
        return value >= self.bound if self.sign == "≥" else value <= self.bound

    def __str__(self) -> str:
        return f"{self.sign} {self.bound:g}"


def at_least(bound: float) -> Target:
    return Target("≥", bound)


def at_most(bound: float) -> Target:
    return Target("≤", bound)


@dataclass(frozen=True)
class Row:
    """One figure.

    Attributes
    ----------
    scenario, name : str
        What was done, and what was measured.
    value : float or None
        None if it could not be measured; `note` says why.
    unit : str
        Empty for ratios and counts.
    target : Target or None
        None for a figure that explains others.
    note : str
        How it came about, where the name leaves that open.
    """

    scenario: str
    name: str
    value: float | None
    unit: str = ""
    target: Target | None = None
    note: str = ""

    @property
    def met(self) -> Met:
        if self.value is None:
            return "not there yet"
        if self.target is None:
            return ""
        return "met" if self.target.holds(self.value) else "not met"

    def as_json(self) -> dict[str, Any]:
        value = self.value
        return {
            "scenario": self.scenario,
            "name": self.name,
            # JSON has no word for infinity, which is what was never answered.
            "value": value if value is None or math.isfinite(value) else str(value),
            "unit": self.unit,
            "target": None if self.target is None else str(self.target),
            "met": self.met,
            "note": self.note,
        }

    def as_line(self) -> str:
        value = "–" if self.value is None else f"{_short(self.value)} {self.unit}".rstrip()
        target = "" if self.target is None else str(self.target)
        line = (
            f"{self.scenario:10} {self.name:48} {value:>16}  {target:8} {self.met:13} {self.note}"
        )
        return line.rstrip()


HEADING = f"{'scenario':10} {'figure':48} {'measured':>16}  {'target':8} {'':13}".rstrip()


def ratio(measured: float, reference: float) -> float:
    """Return `measured` over `reference`, or 0 if that is 0.

    A reference that came to nothing in its time, on a machine that is too busy, shows nothing,
    and a target must not seem to be met by it.
    """
    return measured / reference if reference else 0.0


def percentile(values: Iterable[float], percent: float) -> float:
    """Return the smallest value that at least `percent` of all do not exceed.

    Parameters
    ----------
    values : iterable of float
        NaN if there are none.
    percent : float
        From 0 to 100.
    """
    ordered: Sequence[float] = sorted(values)
    if not ordered:
        return math.nan
    return ordered[max(0, math.ceil(percent / 100 * len(ordered)) - 1)]


def _short(value: float) -> str:
    if not math.isfinite(value):
        return str(value)
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"
