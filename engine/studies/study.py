"""A study: what is computed on request, beside a run, of one lane at one iteration."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import ClassVar, NamedTuple

from pydantic import Field

from engine.arrays import Array
from engine.experiment import Experiment
from engine.recipe import MOST_LANES, Strict

Progress = Callable[[float], None]
"""Told which share is done, from 0 to 1, at least every 20 ms of work: others compute meanwhile.

It raises `engine.experiment.Stopped` when nobody waits for the findings any more.
"""


class Findings(NamedTuple):
    """What a study found.

    Attributes
    ----------
    arrays : dict of str to ndarray
        Norms that may underflow are given as log10, by names that begin with ``log10_``, or by the
        names of a frame.
    text : dict of str to str
        What is not a number.
    """

    arrays: dict[str, Array]
    text: dict[str, str]


class Study(Strict, ABC):
    """What to compute; each kind is a class of its own.

    Attributes
    ----------
    before : int
        Iterations before the one that is studied at which the experiment shall stand when
        `compute` is called.
    """

    before: ClassVar[int] = 0

    kind: str
    lane: int = Field(
        0, ge=0, le=MOST_LANES - 1, title="Lane", description="Which lane is studied."
    )

    @abstractmethod
    def compute(self, experiment: Experiment, progress: Progress) -> Findings:
        """Compute what is asked for.

        Parameters
        ----------
        experiment : Experiment
            Of this lane alone; its last iteration is the one that is studied, or one `before` it.
            It is thrown away afterwards.
        progress : callable
            To be called often: see `Progress`.
        """

    def compute_at(self, iteration: int, experiment: Experiment, progress: Progress) -> Findings:
        """Compute what is asked for, of an iteration.

        At the beginning of a run there are no `before` iterations: a kind that needs to know which
        one is studied overrides this.

        Parameters
        ----------
        iteration : int
            The one that is studied.
        experiment, progress
            As `compute` has them.
        """
        return self.compute(experiment, progress)
