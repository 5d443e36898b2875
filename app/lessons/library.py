"""The library: all lessons, read from their files once, when the service starts."""

from __future__ import annotations

import itertools
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt
from pydantic import TypeAdapter

from app.lessons.checks import Check, QuestionCheck
from app.lessons.lesson import Front, Lesson, Section, ToldStep
from app.subscripts import set_low
from app.validation.problems import Refused
from app.validation.reader import Reader
from engine import Recipe

OWN = Path(__file__).parents[2] / "templates" / "lessons"
"""Those of the lab; in an installed package they lie elsewhere."""

INSTALLED = Path(__file__).parents[1] / "templates" / "lessons"

LONGEST_FILE = 64 * 1024
"""Bytes; a lesson is five minutes."""

FENCE = "+++"
FILE_NAME = re.compile(r"^\d\d_([a-z0-9_]{1,60})\.md$")

_front = Reader(TypeAdapter(Front), "front matter")
_recipe = Reader(TypeAdapter(Recipe), "recipe")
_markdown = MarkdownIt("commonmark", {"html": False, "typographer": False}).disable(
    ["image", "link", "autolink", "html_inline", "html_block"]
)


class LessonError(Exception):
    """What is wrong with a lesson's file, in a sentence that names it."""


class Library:
    """Lessons by name, in the order of their files.

    Parameters
    ----------
    folders : iterable of Path
        With files ``NN_name.md``; a later one replaces an earlier one of the same name.

    Raises
    ------
    LessonError
        If a file is none.
    """

    def __init__(self, *folders: Path) -> None:
        self.lessons: dict[str, Lesson] = {}
        for folder in folders:
            for path in _files(folder):
                lesson = read(path)
                self.lessons[lesson.name] = lesson

    def contents(self) -> list[dict[str, str | int]]:
        """Return name, title, summary, minutes and number of steps of each."""
        return [
            {
                "name": each.name,
                "title": each.title,
                "summary": each.summary,
                "minutes": each.minutes,
                "steps": len(each.steps),
            }
            for each in self.lessons.values()
        ]


def own_folder() -> Path:
    """Return the folder of the lab's own lessons."""
    return OWN if OWN.is_dir() else INSTALLED


def read(path: Path) -> Lesson:
    """Return the lesson of a file.

    Parameters
    ----------
    path : Path
        A file of TOML between two lines ``+++``, and Markdown with a section ``##`` for each step.

    Raises
    ------
    LessonError
    """
    found = FILE_NAME.match(path.name)
    if found is None:
        raise LessonError(f"{path.name} is no name of a lesson: it must be like 20_my_lesson.md")
    try:
        text = _text(path)
        front, body = _parted(text)
        whole = _front.check(front)
        recipe = _recipe.check(whole.recipe)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, ValueError) as error:
        raise LessonError(f"lesson {path.name}: {error}") from error
    except Refused as refused:
        raise LessonError(f"lesson {path.name}: {refused}") from refused
    intro, *sections = _sections(body)
    if len(sections) != len(whole.steps):
        raise LessonError(
            f"lesson {path.name}: its text has {len(sections)} sections (##), and its front "
            f"matter {len(whole.steps)} steps; each step needs one section"
        )
    steps = [
        ToldStep(
            title=section.title,
            html=section.html,
            checks=[_told(check) for check in step.checks],
            hint=_html(step.hint),
            answer=_html(step.answer),
            show=step.show.model_dump(exclude_defaults=True),
            see=step.see,
        )
        for section, step in zip(sections, whole.steps, strict=True)
    ]
    return Lesson(
        name=found[1],
        title=whole.title,
        minutes=whole.minutes,
        summary=whole.summary,
        html=intro.html,
        recipe=recipe.model_dump(mode="json"),
        view=whole.view,
        plays=whole.plays,
        end=_html(whole.end),
        steps=steps,
    )


def _told(check: Check) -> dict[str, Any]:
    """Return a check as the page gets it; a question has a reason for each of its options."""
    if not isinstance(check, QuestionCheck):
        return check.model_dump()
    reasons = [_html(check.reason(option)) for option in range(len(check.options))]
    return {**check.model_dump(exclude={"right", "wrong"}), "reasons": reasons}


def _files(folder: Path) -> Iterator[Path]:
    if not folder.is_dir():
        raise LessonError(f"{folder} is no folder of lessons")
    yield from sorted(folder.glob("*.md"))


def _text(path: Path) -> str:
    with path.open("rb") as file:
        data = file.read(LONGEST_FILE + 1)
    if len(data) > LONGEST_FILE:
        raise ValueError(f"it is longer than {LONGEST_FILE} bytes")
    return data.decode()


def _parted(text: str) -> tuple[object, str]:
    before, *parts = re.split(rf"^{re.escape(FENCE)}\s*$", text, maxsplit=2, flags=re.MULTILINE)
    if before.strip() or len(parts) != 2:
        raise ValueError(f"it must begin with front matter between two lines {FENCE}")
    return tomllib.loads(parts[0]), parts[1]


def _sections(body: str) -> list[Section]:
    """Return the text before the first ``##``, and each section after it."""
    lines = body.splitlines()
    starts = [
        token.map[0]
        for token in _markdown.parse(body)
        if token.type == "heading_open" and token.tag == "h2" and token.level == 0 and token.map
    ]
    edges = [*starts, len(lines)]
    sections = [Section(title="", html=_html("\n".join(lines[: edges[0]])))]
    for first, last in itertools.pairwise(edges):
        title = lines[first].lstrip("# ").strip()
        sections.append(Section(title=title, html=_html("\n".join(lines[first + 1 : last]))))
    return sections


def _html(markdown: str) -> str:
    """Render Markdown; ``h_t`` and ``W_hh`` get their subscripts."""
    return set_low(str(_markdown.render(markdown)).strip())
