"""The page is a house with floors: a module imports from lower floors and from its own room alone.

The table says of every room what it may import; the tests read all imports from the source.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

JS = Path(__file__).parents[2] / "static" / "js"
SCRIPTS = sorted(JS.rglob("*.js"))

FLOORS: tuple[frozenset[str], ...] = (
    frozenset({"text"}),
    frozenset({"canvas", "ui", "recipe", "frames"}),
    frozenset({"chart", "state"}),
    frozenset({"lessons", "panels/*", "run", "page"}),
    frozenset({"room"}),
    frozenset({"main.js"}),
)
"""The rooms of each floor, the lowest first. Every panel is a room of its own."""

CLASSIC = frozenset({"theme.js"})
"""Scripts that run before the first paint and import nothing."""

WITHOUT_DOM = ("run", "state", "recipe", "frames", "text")
"""Rooms whose modules know nothing of the document, so that they can be tested without one."""

IMPORT = re.compile(r"""(?:\bfrom\s*|\bimport\s*\(?\s*)["']([^"']+)["']""")
COMMENT = re.compile(r"(?:^|(?<=\s))//[^\n]*|/\*.*?\*/", re.DOTALL)
DOM = re.compile(
    r"\b(?:document|window|navigator|location|localStorage|sessionStorage|matchMedia"
    r"|getComputedStyle|requestAnimationFrame|createElement|querySelector|addEventListener"
    r"|[A-Z]\w*Observer|HTML\w*Element)\b"
)


def name(script: Path) -> str:
    return script.relative_to(JS).as_posix()


def room(script: str) -> str:
    """Return the room of a module: its folder, of a panel the panel's, or itself at the top."""
    first, *rest = script.split("/")
    return f"panels/{rest[0]}" if first == "panels" else first


def floor(of_room: str) -> int:
    kind = "panels/*" if of_room.startswith("panels/") else of_room
    (found,) = [number for number, rooms in enumerate(FLOORS) if kind in rooms]
    return found


def code(script: Path) -> str:
    return COMMENT.sub("", script.read_text())


def imports(script: Path) -> Iterator[str]:
    """Yield the modules that a script imports, statically or not, by their names."""
    for target in IMPORT.findall(code(script)):
        assert target.startswith("."), f"{script} imports {target}: no module is from elsewhere"
        yield (script.parent / target).resolve().relative_to(script.parents[-1]).as_posix()


def complaint(importer: str, imported: str) -> str | None:
    """Return what is wrong with an import, or None."""
    here, there = room(importer), room(imported)
    if here == there or floor(there) < floor(here):
        return None
    way = "upwards" if floor(there) > floor(here) else "sideways"
    return f"{importer} imports {imported}: {way}, from {here} to {there}"


def test_the_reader_sees_every_way_to_import(tmp_path: Path):
    script = tmp_path / "a.js"
    script.write_text(
        'import { x } from "./b.js";\nimport "./c.js";\nimport {\n  y,\n} from\n  "../d.js";\n'
        'export { z } from "./e.js";\nconst f = await import("./f.js");\n// from "./g.js"\n'
        'import * as h from "./h.js"; // from "./i.js"\nconst url = "https://j.js";\n'
    )
    found = [Path(target).name for target in imports(script)]
    assert found == ["b.js", "c.js", "d.js", "e.js", "f.js", "h.js"]


@pytest.mark.parametrize(
    ("importer", "imported", "way"),
    [
        ("panels/training/training.js", "panels/prediction/text.js", "sideways"),
        ("panels/training/training.js", "run/socket.js", "sideways"),
        ("run/session.js", "panels/training/training.js", "sideways"),
        ("page/share.js", "run/editor.js", "sideways"),
        ("canvas/surface.js", "ui/elements.js", "sideways"),
        ("state/store.js", "chart/axes.js", "sideways"),
        ("text/format.js", "frames/wire.js", "upwards"),
        ("run/session.js", "main.js", "upwards"),
        ("main.js", "panels/training/training.js", None),
        ("panels/gradient_flow/source/source.js", "panels/gradient_flow/norms/table.js", None),
        ("chart/axes.js", "ui/task_queue.js", None),
        ("run/session.js", "text/json.js", None),
    ],
)
def test_the_table_refuses_sideways_and_upwards(importer: str, imported: str, way: str | None):
    said = complaint(importer, imported)
    assert said is None if way is None else said is not None and f": {way}," in said


@pytest.mark.parametrize("script", SCRIPTS, ids=name)
def test_a_module_imports_downwards_and_from_its_own_room(script: Path):
    if name(script) in CLASSIC:
        assert not IMPORT.findall(code(script))
        return
    targets = [Path("/", target).relative_to(JS).as_posix() for target in imports(script)]
    assert [said for target in targets if (said := complaint(name(script), target))] == []
    assert [target for target in targets if not (JS / target).is_file()] == []


def test_a_module_is_loaded_by_the_page():
    """What nothing imports is dead, or a second way in."""
    imported = {Path("/", target) for script in SCRIPTS for target in imports(script)}
    assert [name(s) for s in SCRIPTS if s not in imported] == ["main.js", "theme.js"]


@pytest.mark.parametrize("script", [s for s in SCRIPTS if room(name(s)) in WITHOUT_DOM], ids=name)
def test_a_room_without_a_document_does_not_touch_it(script: Path):
    assert DOM.findall(code(script)) == []
