"""Studies: what is computed on request, beside a run. A kind a file, and a place in `STUDIES`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, TypeAlias, Union, get_args

from pydantic import Field

from engine.studies.cost import CostStudy
from engine.studies.dynamics import DynamicsStudy
from engine.studies.frame import FrameStudy
from engine.studies.landscape import LandscapeStudy
from engine.studies.study import Findings, Progress, Study
from engine.studies.what_if import WhatIfStudy

STUDIES: tuple[type[Study], ...] = (
    FrameStudy,
    CostStudy,
    DynamicsStudy,
    LandscapeStudy,
    WhatIfStudy,
)
"""The kinds that there are."""

KINDS: tuple[str, ...] = tuple(
    get_args(study.model_fields["kind"].annotation)[0] for study in STUDIES
)
"""Their names."""

if TYPE_CHECKING:
    AnyStudy: TypeAlias = Study
else:  # a type checker can't read a union from a tuple; pydantic can
    AnyStudy = Annotated[Union[STUDIES], Field(discriminator="kind")]  # noqa: UP007

__all__ = [
    "KINDS",
    "STUDIES",
    "AnyStudy",
    "CostStudy",
    "DynamicsStudy",
    "Findings",
    "FrameStudy",
    "LandscapeStudy",
    "Progress",
    "Study",
    "WhatIfStudy",
]
