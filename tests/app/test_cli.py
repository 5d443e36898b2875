import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from websockets.sync.client import connect

from app import __version__
from app.cli import address
from tests.app.live import PATIENCE, Viewer, wait_until

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-c", "import app.cli as cli; raise SystemExit(cli.main())"]


def environment(**more: str) -> dict[str, str]:
    """The environment without settings of ours that whoever runs the tests may have."""
    mine = {name: value for name, value in os.environ.items() if not name.startswith("UNROLLED_")}
    return {**mine, **more}


def run(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments],
        cwd=ROOT,
        env=environment(**more),
        capture_output=True,
        text=True,
        timeout=3 * PATIENCE,
        check=False,
    )


@contextmanager
def serving(*arguments: str, **more: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run the command; give the process and the URL that it prints."""
    with subprocess.Popen(
        [*COMMAND, "--port", "0", *arguments],
        cwd=ROOT,
        env=environment(**more),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line.startswith(f"Unrolled {__version__} is at http://127.0.0.1:")
            yield process, line.split(" is at ")[1].split()[0]
        finally:
            process.kill()


def test_it_serves_the_page_where_it_says() -> None:
    with serving("--no-browser") as (_, url), urllib.request.urlopen(url) as answer:
        assert answer.status == 200
        assert b"<title>" in answer.read()


def test_ctrl_c_ends_it_at_once_even_while_somebody_watches() -> None:
    with serving("--no-browser") as (process, url):
        address_of_stream = f"{url.replace('http', 'ws')}api/stream"
        with connect(address_of_stream, max_size=None, open_timeout=PATIENCE) as websocket:
            viewer = Viewer(websocket)
            viewer.start()
            viewer.send("play")
            viewer.until(type="state", state="playing")
            began = time.monotonic()
            process.send_signal(signal.SIGINT)
            assert viewer.is_closed_with() == 1012
        out, err = process.communicate(timeout=PATIENCE)
        assert time.monotonic() - began < 5
        assert process.returncode == 0
        assert (out, err) == ("", "")


def test_ctrl_c_does_not_wait_for_a_slow_download() -> None:
    with serving("--no-browser") as (process, url):
        with urllib.request.urlopen(url) as answer:
            [plotly] = set(re.findall(rb"/static/plotly-\w+\.js", answer.read()))
        host, port = url.split("/")[2].split(":")
        with socket.create_connection((host, int(port))) as connection:
            connection.sendall(b"GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" % plotly)
            assert connection.recv(12) == b"HTTP/1.1 200"
            began = time.monotonic()
            process.send_signal(signal.SIGINT)
            assert process.wait(PATIENCE) == 0
            assert time.monotonic() - began < 5


def test_it_reports_to_nobody_whatever_the_environment_asks_for() -> None:
    """The framework exports telemetry if asked to, and says so if it can't."""
    with socket.create_server(("127.0.0.1", 0)) as collector:
        collector.setblocking(False)
        endpoint = f"http://127.0.0.1:{collector.getsockname()[1]}"
        asked = {"FASTAPI_OTEL_AUTO_CONFIGURE": "true", "OTEL_EXPORTER_OTLP_ENDPOINT": endpoint}
        with serving("--no-browser", **asked) as (process, url):
            urllib.request.urlopen(url).close()
            process.send_signal(signal.SIGINT)
            assert process.communicate(timeout=PATIENCE) == ("", "")
        with pytest.raises(BlockingIOError):
            collector.accept()


def test_a_taken_port_is_one_clear_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        ended = run("--port", str(port), "--no-browser")
    assert ended.returncode == 1
    assert ended.stdout == ""
    [line] = ended.stderr.splitlines()
    assert line.startswith(f"unrolled: port {port} of 127.0.0.1 is taken")
    assert "--port" in line


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("--host", "no.such.host.invalid"), "no.such.host.invalid"),
        (("--host", "192.0.2.1"), "192.0.2.1"),  # reserved for documentation: nobody's address
        (("--port", "65536"), "an integer from 0 to 65535"),
    ],
)
def test_what_cannot_be_listened_on_is_one_clear_line(
    arguments: tuple[str, ...], named: str
) -> None:
    ended = run(*arguments)
    assert ended.returncode == 1
    [line] = ended.stderr.splitlines()
    assert named in line


def test_a_bad_setting_in_the_environment_is_one_clear_line() -> None:
    ended = run(UNROLLED_MAX_RUNS="none")
    assert ended.returncode == 1
    [line] = ended.stderr.splitlines()
    assert 'max_runs is "none": it must be an integer of at least 1' in line


def test_it_tells_its_version() -> None:
    assert run("--version").stdout == f"unrolled {__version__}\n"


@pytest.mark.parametrize("wanted", [True, False])
def test_it_opens_a_browser_unless_told_not_to(tmp_path: Path, wanted: bool) -> None:
    """The browser is a program of ours that notes what it is asked to open."""
    noted = tmp_path / "noted"
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\nprintf %s "$1" > "{noted}.part"; mv "{noted}.part" "{noted}"\n')
    browser.chmod(0o755)
    arguments = () if wanted else ("--no-browser",)
    with serving(*arguments, BROWSER=f"{browser} %s") as (_, url):
        if wanted:
            wait_until(noted.exists)
            assert noted.read_text() == url
        else:
            time.sleep(0.5)
            assert not noted.exists()


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:80/"),
        ("0.0.0.0", "http://127.0.0.1:80/"),
        ("::", "http://[::1]:80/"),
        ("fd00::5", "http://[fd00::5]:80/"),
        ("lab-pc", "http://lab-pc:80/"),
    ],
)
def test_the_url_is_one_that_a_browser_here_can_open(host: str, url: str) -> None:
    assert address(host, 80) == url


def test_numpy_is_held_to_one_thread_unless_told_otherwise() -> None:
    show = "import app, os, sys; print(os.environ['OPENBLAS_NUM_THREADS'], 'numpy' in sys.modules)"
    for given, expected in (({}, "1 False"), ({"OPENBLAS_NUM_THREADS": "3"}, "3 False")):
        clean = {name: v for name, v in environment().items() if not name.endswith("_THREADS")}
        shown = subprocess.run(
            [sys.executable, "-c", show],
            cwd=ROOT,
            env={**clean, **given},
            capture_output=True,
            text=True,
            check=True,
        )
        assert shown.stdout.strip() == expected


def test_starting_imports_nothing_that_takes_long() -> None:
    show = "import sys, app.main; print(*sys.modules)"
    shown = subprocess.run(
        [sys.executable, "-c", show], cwd=ROOT, capture_output=True, text=True, check=True
    )
    loaded = set(shown.stdout.split())
    assert "app.routes.stream" in loaded
    assert not {"plotly", "pandas", "torch", "matplotlib"} & loaded
