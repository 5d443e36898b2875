"""The task of a recipe: the fields of any registered task, told apart by ``name``."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BeforeValidator, Field

from engine.tasks import TASKS, TaskFields

DEFAULT_TASK = TASKS[0]()


def _with_a_name(value: Any) -> Any:
    if isinstance(value, dict) and "name" not in value:
        return {"name": type(DEFAULT_TASK).model_fields["name"].default, **value}
    return value


if TYPE_CHECKING:
    AnyTask = TaskFields
else:  # a type checker can't read a union from a registry; pydantic can
    AnyTask = Annotated[
        Annotated[reduce(or_, TASKS), Field(discriminator="name")],
        BeforeValidator(_with_a_name),
    ]
