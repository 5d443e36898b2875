"""How much load, and for how long."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    """Sizes of all scenarios. The defaults are those that the targets are stated for.

    Attributes
    ----------
    seconds : float
        Length of one stretch of measurement.
    rounds : int
        Stretches that a comparison takes in turn with its reference.
    runs : int
        Viewers with a run of their own.
    students : int
        Playing students beside the lecturer.
    pauses : int
        How often the lecturer pauses.
    pauses_within : float
        Seconds after which she pauses no more: a slow service would take for ever.
    followers : int
        Followers of one run.
    cycles : int
        Connect, start, leave.
    cycles_within : float
        Seconds after which no further cycle begins.
    half_sent : int
        HTTP requests that are never sent to the end.
    silent : int
        Websockets that never say anything.
    """

    seconds: float = 6.0
    rounds: int = 3
    runs: int = 50
    students: int = 40
    pauses: int = 40
    pauses_within: float = 40.0
    followers: int = 200
    cycles: int = 1000
    cycles_within: float = 60.0
    half_sent: int = 200
    silent: int = 64


FULL = Scale()

QUICK = Scale(
    seconds=1.5,
    rounds=1,
    runs=20,
    students=16,
    pauses_within=8.0,
    followers=100,
    cycles=200,
    cycles_within=10.0,
)
"""Under a minute: whether anything is far off."""

TINY = Scale(
    seconds=0.5,
    rounds=1,
    runs=4,
    students=3,
    pauses=3,
    pauses_within=5.0,
    followers=4,
    cycles=16,
    cycles_within=10.0,
    half_sent=4,
    silent=2,
)
"""Whether the scenarios still work; its figures mean nothing."""
