"""What a viewer looks at. It never changes the numbers of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from pydantic import Field

from engine.recipe import MOST_LANES, Strict
from engine.views import VIEWS

if TYPE_CHECKING:
    View: TypeAlias = str
else:  # a type checker can't read choices from a registry; pydantic can
    View = Literal[tuple(VIEWS)]


class Watch(Strict):
    """The part of the traces that a frame holds besides its scalars and gradient norms."""

    lane: int | None = Field(
        None, ge=0, le=MOST_LANES - 1, title="Lane", description="Whose views; empty: every lane's."
    )
    layer: int = Field(
        0,
        ge=0,
        le=3,
        title="Layer",
        description="From 0, the lowest; a lane with fewer layers shows its topmost.",
    )
    example: int = Field(
        0,
        ge=0,
        le=511,
        title="Example",
        description="Which of the held-out examples; a run has as many as its batch.",
    )
    views: tuple[View, ...] = Field(
        ("gates", "prediction"),
        max_length=16,
        strict=False,
        title="Views",
        description=" ".join(f"{name}: {view.meaning}." for name, view in VIEWS.items()),
    )
    others: tuple[View, ...] = Field(
        (),
        max_length=16,
        strict=False,
        title="Views of the others",
        description="What a frame holds of the lanes that `lane` does not name.",
    )

    @property
    def often(self) -> Watch:
        """The same without the views that are enough once a second."""
        return self.model_copy(
            update={
                field: tuple(name for name in getattr(self, field) if not VIEWS[name].seldom)
                for field in ("views", "others")
            }
        )

    def views_of(self, lane: int) -> tuple[str, ...]:
        """Return the views that a frame holds of a lane."""
        return self.views if self.lane in (None, lane) else self.others
