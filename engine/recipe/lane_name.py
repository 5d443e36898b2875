"""The name of a lane, as people give it."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from engine.text_marks import is_mark

LONGEST_NAME = 40


def _check(name: str) -> str:
    for character in filter(is_mark, name):
        raise PydanticCustomError(
            "text_mark",
            "it holds U+{code}, which breaks a line or turns the text beside it; {allowed}",
            {
                "code": f"{ord(character):04X}",
                "allowed": "a name may hold anything but control characters, line separators and "
                "marks of direction",
            },
        )
    return name


LaneName = Annotated[str, Field(max_length=LONGEST_NAME), AfterValidator(_check)]
"""At most `LONGEST_NAME` characters, none of which disturbs what stands beside the name."""
