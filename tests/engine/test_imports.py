"""Imports point one way, and the engine touches nothing but numbers: read from the source."""

from __future__ import annotations

import ast
import re
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ENGINE = sorted((ROOT / "engine").rglob("*.py"))
APP = sorted((ROOT / "app").rglob("*.py"))
SCRIPTS = sorted((ROOT / "static" / "js").rglob("*.js"))
VIEWS = ROOT / "static" / "js" / "views"

ALLOWED_IN_ENGINE = {
    *("__future__", "abc", "collections", "dataclasses", "functools", "itertools", "math"),
    *("types", "typing", "numpy", "pydantic", "pydantic_core", "engine"),
}
"""No clock, no socket, no thread, no randomness but NumPy's generators, no framework."""

ALLOWED_FOR_OWN_DATA = {"csv", "gzip", "io", "importlib"}
"""What a task may use besides, to read the data that comes with us or with plotly."""


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(tree: ast.AST, *, type_checking: bool = True) -> set[str]:
    """Return the full names of all modules that a source imports, wherever in it."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide where they point"
            assert node.module is not None
            found.add(node.module)
    if not type_checking:
        for node in ast.walk(tree):
            if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
                found -= imported(ast.Module(node.body, []))
    return found


def imports_of(path: Path, **options: bool) -> set[str]:
    return imported(ast.parse(path.read_text()), **options)


def calls(tree: ast.AST) -> set[str]:
    """Return what is called, as written: ``print``, ``np.exp``, ``path.open``."""
    return {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}


def under(names: set[str], *packages: str) -> set[str]:
    return {n for n in names if any(n == p or n.startswith(p + ".") for p in packages)}


def test_the_readers_of_imports_see_every_way_to_import():
    source = "import a.b, c\nfrom d.e import f\ndef g():\n    from h import i\n"
    assert imported(ast.parse(source)) == {"a.b", "c", "d.e", "h"}
    guarded = "import a\nif TYPE_CHECKING:\n    from b import c\n"
    assert imported(ast.parse(guarded)) == {"a", "b"}
    assert imported(ast.parse(guarded), type_checking=False) == {"a"}
    assert calls(ast.parse("print(open(a).read())")) == {"print", "open", "open(a).read"}
    assert under({"app", "app.run", "apple"}, "app") == {"app", "app.run"}


@pytest.mark.parametrize("path", ENGINE, ids=module_name)
def test_the_engine_imports_numbers_and_itself_and_nothing_else(path: Path):
    allowed = ALLOWED_IN_ENGINE
    if path.parent.name == "tasks":
        allowed = allowed | ALLOWED_FOR_OWN_DATA
    assert {name.split(".")[0] for name in imports_of(path)} <= allowed


@pytest.mark.parametrize("path", ENGINE, ids=module_name)
def test_the_engine_prints_nothing_opens_nothing_and_draws_from_given_generators(path: Path):
    called = calls(ast.parse(path.read_text()))
    assert not called & {"print", "open", "input", "exec", "eval", "__import__", "breakpoint"}
    assert not {c for c in called if c.rsplit(".", 1)[-1] in ("open", "write_text", "write_bytes")}
    np_random = {c for c in called if c.startswith(("np.random.", "numpy.random."))}
    assert np_random <= {"np.random.default_rng"}
    assert not any(
        isinstance(node, ast.Call) and ast.unparse(node) in ("np.random.default_rng()",)
        for node in ast.walk(ast.parse(path.read_text()))
    ), "a generator without a seed makes a run that no recipe can repeat"


def test_cells_know_nothing_above_them():
    for path in (ROOT / "engine" / "cells").glob("*.py"):
        ours = under(imports_of(path), "engine")
        below = under(ours, "engine.arrays", "engine.cells", "engine.initializers")
        assert ours == below, path.name
    assert not under(imports_of(ROOT / "engine" / "initializers.py"), "engine")


def test_the_model_knows_cells_and_neither_tasks_nor_experiments():
    ours = under(imports_of(ROOT / "engine" / "model.py"), "engine")
    below = "engine.arrays", "engine.cells", "engine.initializers", "engine.losses"
    assert ours == under(ours, *below)


def test_tasks_and_recipes_know_nothing_of_networks():
    for path in [*(ROOT / "engine" / "tasks").glob("*.py"), ROOT / "engine" / "recipe.py"]:
        ours = under(imports_of(path), "engine")
        assert ours == under(ours, "engine.tasks", "engine.recipe"), path.name


def test_nothing_in_the_engine_but_its_front_door_knows_the_experiment():
    for path in ENGINE:
        if module_name(path) not in ("engine", "engine.experiment"):
            assert not under(imports_of(path), "engine.experiment"), path.name


def test_the_engines_imports_have_no_circle():
    graph = {
        module_name(path): under(imports_of(path, type_checking=False), "engine") - {"engine"}
        for path in ENGINE
        if module_name(path) != "engine"
    }
    order = list(TopologicalSorter(graph).static_order())
    assert order.index("engine.cells") < order.index("engine.model")
    assert order.index("engine.model") < order.index("engine.experiment")


def test_the_app_computes_nothing_that_the_engine_should():
    assert APP
    for path in APP:
        assert not under(imports_of(path), "torch", "jax", "scipy", "tests"), path.name
        assert not under(imports_of(path), "engine.cells", "engine.model", "engine.optimizers")


def test_the_tests_import_the_product_and_the_product_never_the_tests():
    for path in [*ENGINE, *APP]:
        assert not under(imports_of(path), "tests", "pytest", "hypothesis"), path.name


# The page

IMPORT = re.compile(
    r"""(?:\bfrom\s*|\bimport\s*\(?\s*)["']([^"']+)["']""",
)


def script_imports(path: Path) -> set[Path]:
    """Return the files that a script imports, statically or not."""
    text = re.sub(r"//[^\n]*|/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
    return {(path.parent / name).resolve() for name in IMPORT.findall(text)}


def test_the_reader_of_scripts_sees_every_way_to_import(tmp_path: Path):
    script = tmp_path / "a.js"
    script.write_text(
        'import { x } from "./b.js";\nimport "./c.js";\nimport {\n  y,\n} from\n  "../d.js";\n'
        'export { z } from "./e.js";\nconst f = await import("./f.js");\n// from "./g.js"\n'
    )
    expected = {"b.js", "c.js", "e.js", "f.js"}
    found = script_imports(script)
    assert {path.name for path in found if path.parent == tmp_path} == expected
    assert tmp_path.parent / "d.js" in found


def test_a_script_imports_files_that_are_there():
    assert SCRIPTS
    for script in SCRIPTS:
        for target in script_imports(script):
            assert target.is_file(), f"{script.name} imports {target}"


def test_no_view_imports_another_view_or_the_socket():
    views = [script for script in SCRIPTS if VIEWS in script.parents]
    assert len(views) >= 3
    for view in views:
        for target in script_imports(view):
            assert VIEWS not in target.parents, f"{view.name} imports the view {target.name}"
            assert target.name != "socket.js", f"{view.name} imports the socket"


def test_only_main_knows_the_socket_and_the_views():
    for script in SCRIPTS:
        if script.name == "main.js" or VIEWS in script.parents:
            continue
        for target in script_imports(script):
            assert VIEWS not in target.parents, f"{script.name} imports the view {target.name}"


def test_no_script_reaches_for_another_host():
    for script in SCRIPTS:
        for name in IMPORT.findall(script.read_text()):
            assert name.startswith("."), f"{script.name} imports {name}"
