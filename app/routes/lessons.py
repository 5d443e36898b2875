"""Lessons, for the page."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, HTTPException

from app.dependencies import Lessons
from app.lessons import Lesson
from app.routes.answers import Missing

router = APIRouter(prefix="/api/lessons")


@router.get("")
async def contents(lessons: Lessons) -> list[dict[str, Any]]:
    """Return what lessons there are, in their order."""
    return lessons.contents()


@router.get(
    "/{name}", responses={404: {"model": Missing, "description": "There is no such lesson."}}
)
async def lesson(name: str, lessons: Lessons) -> Lesson:
    """Return a lesson, its texts as HTML."""
    found = lessons.lessons.get(name)
    if found is None:
        raise HTTPException(404, f"there is no lesson {name!r}; /api/lessons has all of them")
    return found
