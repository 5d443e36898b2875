"""What is built is what runs: the wheel, installed elsewhere, beside files named like ours."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

TREE = Path(__file__).parents[2]
MARK = "set by the test in the installed copy"
PATIENCE = 60  # seconds


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder)]
    _run([*build, str(TREE)], cwd=folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a virtual environment with the wheel, and our dependencies but not our tree."""
    environment = tmp_path_factory.mktemp("elsewhere")
    venv.create(environment)
    python = environment / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet"]
    _run([*pip, "--no-deps", "--no-index", "--disable-pip-version-check", str(wheel)])
    # A .pth file adds a folder without obeying the .pth files in it, such as an editable install.
    seen = [place for place in sys.path if place.endswith(("site-packages", "dist-packages"))]
    (_packages(environment) / "dependencies.pth").write_text("\n".join(seen))
    return environment


@pytest.fixture
def served(installed: Path, tmp_path: Path) -> Iterator[str]:
    """Run the command in a folder where our names are taken; yield its address."""
    for name in ("app.py", "engine.py", "uvicorn.py"):
        (tmp_path / name).write_text("raise SystemExit('the folder I was run from is in my way')")
    command = [str(installed / "bin" / "unrolled"), "--no-browser", "--port", "0"]
    process = subprocess.Popen(
        command, cwd=tmp_path, env=_environment(), stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        said = process.stdout.readline()
        address = re.search(r"http://\S+", said)
        assert address, f"{command} said {said!r}"
        yield address[0].rstrip("/")
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=PATIENCE)
    assert process.returncode == 0


def test_the_wheel_holds_every_file_that_runs_and_no_other(wheel: Path) -> None:
    wanted = {
        path
        for folder, place in (
            ("app", ""),
            ("engine", ""),
            ("static", "app/"),
            ("templates", "app/"),
        )
        for path in _files(folder, place)
    }
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert held == wanted


def test_the_installed_command_serves_the_installed_files(installed: Path, served: str) -> None:
    package = _packages(installed) / "app"
    marked = package / "static" / "css" / "tokens.css"
    template = package / "templates" / "base.html"
    marked.write_text(f"{marked.read_text()}/* {MARK} */")
    template.write_text(f"{template.read_text()}<!-- {MARK} -->")

    page = _get(served, "/")
    assert page.endswith(f"<!-- {MARK} -->")
    (sheet,) = re.findall(r'href="([^"]*/css/tokens\.css)"', page)
    assert _get(served, sheet).endswith(f"/* {MARK} */")
    (plotly,) = re.findall(r'"([^"]*/plotly-[^"]*\.js)"', page)
    assert "plotly.js v4" in _get(served, plotly)[:200]
    assert json.loads(_get(served, "/healthz"))["status"] == "ok"


def _files(folder: str, place: str) -> Iterator[str]:
    for path in (TREE / folder).rglob("*"):
        declares = path.name.endswith(".d.ts")  # read by the type checker alone
        if path.is_file() and "__pycache__" not in path.parts and not declares:
            yield place + path.relative_to(TREE).as_posix()


def _packages(environment: Path) -> Path:
    (place,) = (environment / "lib").glob("python*/site-packages")
    return place


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}


def _run(command: list[str], cwd: Path | None = None) -> None:
    done = subprocess.run(
        command, cwd=cwd, env=_environment(), capture_output=True, text=True, timeout=PATIENCE
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"


def _get(served: str, path: str) -> str:
    with urlopen(f"{served}{path}", timeout=PATIENCE) as answer:
        return str(answer.read(), "utf-8")
