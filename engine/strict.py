"""A pydantic model that takes only what it names."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, BeforeValidator, ConfigDict
from pydantic_core import PydanticKnownError


class Strict(BaseModel):
    """A model that takes what it names and nothing else: no NaN, no ``true`` for 1, no typo."""

    model_config = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False, frozen=True)


def no_longer_than(most: int) -> BeforeValidator:
    """Return a validator that refuses a longer list before it looks at what is in it.

    Looking at each of a hundred thousand entries only to find that there are too many takes long.
    """

    def check(value: Any) -> Any:
        if isinstance(value, list | tuple) and len(value) > most:
            raise PydanticKnownError(
                "too_long",
                {"field_type": "Tuple", "max_length": most, "actual_length": len(value)},
            )
        return value

    return BeforeValidator(check)
