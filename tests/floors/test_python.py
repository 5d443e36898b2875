"""Engine and service are houses with floors: a room imports from lower floors and itself alone.

A room is a package or a module right below ``engine`` or ``app``. The table says of every room on
which floor it stands; the tests read all imports from the source.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

FLOORS: tuple[frozenset[str], ...] = (
    frozenset(
        f"engine.{room}"
        for room in (
            "arrays",
            "quantities",
            "random_streams",
            "schedules",
            "strict",
            "text_marks",
        )
    ),
    frozenset(
        f"engine.{room}"
        for room in (
            "arena",
            "initializers",
            "losses",
            "optimizers",
            "orthogonality",
            "recent",
            "snapshot",
            "tasks",
        )
    ),
    frozenset({"engine.cells"}),
    frozenset({"engine.diagnostics", "engine.dropout", "engine.model"}),
    frozenset({"engine.flossing"}),
    frozenset({"engine.bidirectional", "engine.halves", "engine.run_cost"}),
    frozenset({"engine.bptt_cost", "engine.clipping", "engine.recipe"}),
    frozenset({"engine.landscape", "engine.lane_labels", "engine.learner"}),
    frozenset({"engine.diagnosis"}),
    frozenset({"engine.phase_diagram", "engine.views"}),
    frozenset({"engine.frame", "engine.watch"}),
    frozenset({"engine.experiment"}),
    frozenset({"engine.studies"}),
    frozenset({"engine"}),
    frozenset(
        {"app", "app.logs", "app.metrics", "app.settings", "app.subscripts", "app.validation"}
    ),
    frozenset({"app.wire"}),
    frozenset({"app.http", "app.lessons", "app.page", "app.pool"}),
    frozenset({"app.stream"}),
    frozenset({"app.room"}),
    frozenset({"app.dependencies"}),
    frozenset({"app.routes"}),
    frozenset({"app.main"}),
    frozenset({"app.cli"}),
)
"""The rooms of each floor, the lowest first; ``engine`` and ``app`` are the front doors."""

FOR_ANNOTATIONS_ONLY = {
    ("engine.dropout", "engine.recipe"),
    ("engine.optimizers", "engine.recipe"),
    ("engine.run_cost", "engine.recipe"),
}
"""Upward imports that only type checkers see: an optimiser and dropout read hyperparameters, and
a recipe names the optimisers that there are; a recipe refuses to cost too much."""

MODULES = sorted([*(ROOT / "engine").rglob("*.py"), *(ROOT / "app").rglob("*.py")])


def module(path: Path, root: Path = ROOT) -> str:
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


NAMES = {module(path) for path in MODULES}


def room(name: str) -> str:
    return ".".join(name.split(".")[:2])


def floor(name: str) -> int:
    found = [number for number, rooms in enumerate(FLOORS) if room(name) in rooms]
    assert found, f"{room(name)} has no floor: give it one in the table"
    return found[0]


def imports(tree: ast.Module) -> Iterator[tuple[str, bool]]:
    """Yield our modules that a source imports, and whether only type checkers see it."""
    guarded: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            guarded |= set(ast.walk(node))
    for node in ast.walk(tree):
        names: set[str] = set()
        if isinstance(node, ast.Import):
            names = {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide where they point"
            assert node.module is not None
            below = {f"{node.module}.{alias.name}" for alias in node.names}
            # `from app.stream import run` imports the module `app.stream.run`.
            names = (below & NAMES) or {node.module}
        for name in sorted(names):
            if name.split(".")[0] in ("engine", "app"):
                yield name, node in guarded


def complaint(importer: str, imported: str, *, guarded: bool = False) -> str | None:
    """Return what is wrong with an import, or None."""
    here, there = room(importer), room(imported)
    if here == there or floor(there) < floor(here):
        return None
    if guarded and (here, there) in FOR_ANNOTATIONS_ONLY:
        return None
    way = "upwards" if floor(there) > floor(here) else "sideways"
    return f"{importer} imports {imported}: {way}"


def test_the_reader_sees_every_way_to_import():
    source = (
        "import engine.model, numpy\nfrom app.stream import run\ndef f():\n"
        "    from engine.recipe import Recipe\nif TYPE_CHECKING:\n    from engine import Frame\n"
    )
    assert dict(imports(ast.parse(source))) == {
        "engine.model": False,
        "app.stream.run": False,
        "engine.recipe": False,
        "engine": True,
    }


@pytest.mark.parametrize(
    ("importer", "imported", "way"),
    [
        ("engine.cells.lstm", "engine.model", "upwards"),
        ("engine.tasks.adding", "engine.recipe.lane", "upwards"),
        ("engine.learner", "app.stream.run", "upwards"),
        ("engine.diagnostics.norms", "engine.model", "sideways"),
        ("app.page.assets", "app.pool.pool", "sideways"),
        ("app.stream.run", "app.routes.stream", "upwards"),
        ("engine.model", "engine.cells.lstm", None),
        ("engine.recipe.lane", "engine.recipe.live", None),
        ("app.stream.run", "engine", None),
    ],
)
def test_the_table_refuses_sideways_and_upwards(importer: str, imported: str, way: str | None):
    said = complaint(importer, imported)
    assert said is None if way is None else said is not None and said.endswith(way)


@pytest.mark.parametrize("path", MODULES, ids=module)
def test_a_module_imports_downwards_and_from_its_own_room(path: Path):
    found = imports(ast.parse(path.read_text()))
    said = [complaint(module(path), name, guarded=guarded) for name, guarded in found]
    assert [each for each in said if each is not None] == []


def test_every_room_of_the_table_is_there():
    assert {room(name) for name in NAMES} == set().union(*FLOORS)


def test_no_modules_import_each_other_in_a_circle():
    graph = {
        module(path): {
            name for name, guarded in imports(ast.parse(path.read_text())) if not guarded
        }
        - {module(path)}
        for path in MODULES
        if module(path) != "engine"
    }
    order = list(TopologicalSorter(graph).static_order())
    assert order.index("engine.cells.lstm") < order.index("engine.experiment")


def test_the_app_computes_nothing_that_the_engine_should():
    """It knows experiments, recipes, costs and frames, and no network, optimiser or diagnostic."""
    rooms = (
        "arrays",
        "experiment",
        "frame",
        "lane_labels",
        "quantities",
        "recipe",
        "run_cost",
        "snapshot",
        "studies",
        "text_marks",
    )
    allowed = {"engine", *(f"engine.{room}" for room in rooms)}
    for path in (ROOT / "app").rglob("*.py"):
        ours = {room(name) for name, _ in imports(ast.parse(path.read_text()))}
        assert {name for name in ours if name.startswith("engine")} <= allowed, path.name
