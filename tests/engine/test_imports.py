"""The engine touches nothing but numbers: read from the source. Floors: see tests/floors."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ENGINE = sorted((ROOT / "engine").rglob("*.py"))
APP = sorted((ROOT / "app").rglob("*.py"))

ALLOWED_IN_ENGINE = {
    *("__future__", "abc", "collections", "dataclasses", "functools", "itertools", "math"),
    *("operator", "types", "typing", "numpy", "pydantic", "pydantic_core", "engine"),
}
"""No clock, no socket, no thread, no randomness but NumPy's generators, no framework."""

ALLOWED_FOR_OWN_DATA = {"csv", "gzip", "io", "importlib"}
"""What a task may use besides, to read the data that comes with us or with plotly."""


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(tree: ast.AST) -> set[str]:
    """Return the full names of all modules that a source imports, wherever in it."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide where they point"
            assert node.module is not None
            found.add(node.module)
    return found


def imports_of(path: Path) -> set[str]:
    return imported(ast.parse(path.read_text()))


def calls(tree: ast.AST) -> set[str]:
    """Return what is called, as written: ``print``, ``np.exp``, ``path.open``."""
    return {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}


def under(names: set[str], *packages: str) -> set[str]:
    return {n for n in names if any(n == p or n.startswith(p + ".") for p in packages)}


def test_the_readers_of_imports_see_every_way_to_import():
    source = "import a.b, c\nfrom d.e import f\ndef g():\n    from h import i\n"
    assert imported(ast.parse(source)) == {"a.b", "c", "d.e", "h"}
    assert calls(ast.parse("print(open(a).read())")) == {"print", "open", "open(a).read"}
    assert under({"app", "app.stream.run", "apple"}, "app") == {"app", "app.stream.run"}


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


def test_recipes_know_tasks_and_of_networks_the_registries_and_the_cost():
    registries = ("engine.cells", "engine.initializers", "engine.optimizers", "engine.schedules")
    registries += ("engine.run_cost",)  # what a run costs depends on the shapes of networks
    for path in (ROOT / "engine" / "recipe").glob("*.py"):
        ours = under(imports_of(path), "engine")
        below = under(ours, "engine.recipe", "engine.tasks", "engine.strict", "engine.quantities")
        below |= under(ours, "engine.text_marks")
        assert ours - below <= set(registries), path.name


def test_the_name_of_a_function_in_the_front_door_is_not_hidden_by_its_module():
    """`phase_diagram` is both; whoever imports a part of the engine first gets the function."""
    orders = (
        "import engine.phase_diagram; from engine import phase_diagram",
        "from engine.phase_diagram import INITIAL; from engine import phase_diagram",
        "from engine import phase_diagram; import engine.phase_diagram",
    )
    for order in orders:
        code = f"{order}\nimport engine\nassert phase_diagram is engine.phase_diagram"
        code += "\nassert callable(phase_diagram), phase_diagram"
        subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


def test_the_app_has_no_library_to_compute_with():
    assert APP
    for path in APP:
        assert not under(imports_of(path), "torch", "jax", "scipy"), path.name


def test_the_tests_import_the_product_and_the_product_never_the_tests():
    for path in [*ENGINE, *APP]:
        assert not under(imports_of(path), "tests", "pytest", "hypothesis"), path.name
