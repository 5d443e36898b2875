"""A finding: what a rule says of a lane, where to see it, and what to try."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import isfinite
from typing import Any, ClassVar


class Severity:
    """How much a finding matters."""

    HEALTHY: ClassVar[int] = 0
    NOTE: ClassVar[int] = 1
    """Worth knowing; the lane may still learn."""
    PROBLEM: ClassVar[int] = 2
    """It keeps the lane from learning what the task is about."""
    LOST: ClassVar[int] = 3
    """The lane's numbers are no longer finite."""


@dataclass(frozen=True)
class Remedy:
    """What to try in another lane that is equal otherwise.

    Attributes
    ----------
    changes : dict
        Hyperparameter → value.
    name : str
        What to call it: "forget bias 3".
    """

    changes: dict[str, Any]
    name: str


@dataclass(frozen=True)
class Where:
    """The place to see it.

    Attributes
    ----------
    quantity : str
        By its name in a frame, without the lane: ``gate.f``, ``dh_norm``.
    layer : int
    """

    quantity: str
    layer: int = 0


@dataclass(frozen=True)
class Finding:
    """What a rule says of a lane.

    Attributes
    ----------
    name : str
        The rule's.
    severity : int
        One of `Severity`.
    says : str
        What is the case, in plain English, with its numbers.
    where : Where
    numbers : dict of str to float
        Those of the sentence, by the names of quantities where they are some.
    advice : str
        What would help, in one sentence; empty if nothing is known.
    remedy : Remedy or None
        The same as changes.
    covers : tuple of str
        Rules whose findings this one explains: they need not be said as well.
    """

    name: str
    severity: int
    says: str
    where: Where
    numbers: dict[str, float] = field(default_factory=dict)
    advice: str = ""
    remedy: Remedy | None = None
    covers: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return it as plain JSON; numbers that are not finite are null."""
        numbers = {name: value if isfinite(value) else None for name, value in self.numbers.items()}
        remedy = self.remedy and {"changes": self.remedy.changes, "name": self.remedy.name}
        return {
            "name": self.name,
            "severity": self.severity,
            "says": self.says,
            "where": {"quantity": self.where.quantity, "layer": self.where.layer},
            "numbers": numbers,
            "advice": self.advice,
            "remedy": remedy,
        }
