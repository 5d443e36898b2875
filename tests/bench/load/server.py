"""The service, started afresh in a process of its own."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.bench.load.process_tree import Held, held_by

ROOT = Path(__file__).parents[3]
COMMAND = (sys.executable, "-m", "app.cli", "--no-browser", "--port", "0")
PATIENCE = 30.0
"""Seconds until we give up on an answer."""

GRACE = 5.0
"""Seconds that it may take to end."""

SETTLED = 0.5
"""Seconds for which nothing may change before we believe that nothing will."""


class Server:
    """A running ``unrolled`` without settings of whoever runs the benchmark.

    Parameters
    ----------
    **settings : str
        ``UNROLLED_…`` for its environment.

    Attributes
    ----------
    url : str
        Its address, ending in a slash.
    pid : int
        Its process; workers are below it.
    """

    def __init__(self, **settings: str) -> None:
        self.url = ""
        self.pid = 0
        self._settings = settings
        self._process: subprocess.Popen[str] | None = None
        self._log = tempfile.TemporaryFile("w+")  # noqa: SIM115 closed on leaving

    def __enter__(self) -> Self:
        self._process = process = subprocess.Popen(
            COMMAND,
            cwd=ROOT,
            env=isolated(**self._settings),
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
            start_new_session=True,  # so that all of it can be ended together
        )
        self.pid = process.pid
        # A server that never says where it is ends, and its output with it.
        late = threading.Timer(PATIENCE, process.kill)
        late.start()
        assert process.stdout is not None
        try:
            for line in process.stdout:
                if found := re.search(r"http://[\d.]+:\d+/", line):
                    self.url = found[0]
                    return self
        finally:
            late.cancel()
        self._end()
        raise RuntimeError(f"the server ended before it served:\n{self.log()}")

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end()
        self._log.close()

    @property
    def host(self) -> str:
        """Host and port."""
        return self.url.split("/")[2]

    def stream(self, path: str = "/api/stream") -> str:
        """Return the address of a websocket."""
        return f"ws://{self.host}{path}"

    def held(self) -> Held:
        """Return what its processes hold now."""
        return held_by(self.pid)

    def settled(self, within: float = 10.0) -> Held:
        """Return what its processes hold once no run is left and nothing changes any more."""
        deadline = time.monotonic() + within
        before, since = self.held(), time.monotonic()
        while (now := time.monotonic()) < deadline:
            time.sleep(0.05)
            after = self.held()
            same = _counts(before) == _counts(after) and abs(after.megabytes - before.megabytes) < 1
            if not same or self.runs():
                before, since = after, now
            elif now - since >= SETTLED:
                return after
        return before

    def runs(self) -> int:
        """Return the number of runs that ``/healthz`` tells."""
        found: int = self.health()["runs"]
        return found

    def health(self) -> dict[str, Any]:
        with urllib.request.urlopen(f"{self.url}healthz", timeout=PATIENCE) as answer:
            found: dict[str, Any] = json.load(answer)
        return found

    def metrics(self) -> str | None:
        """Return what ``/metrics`` says; None if there is no such page."""
        try:
            with urllib.request.urlopen(f"{self.url}metrics", timeout=PATIENCE) as answer:
                text: str = answer.read().decode()
        except urllib.error.HTTPError as answer:
            answer.close()
            return None
        return text

    def log(self) -> str:
        """Return what it wrote to its standard error."""
        self._log.seek(0)
        return self._log.read()

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(GRACE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        # Workers that outlived it: its group is ours alone.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        assert process.stdout is not None
        process.stdout.close()


def isolated(**settings: str) -> dict[str, str]:
    """Return this process's environment without what would change how the service runs."""
    ours = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("UNROLLED_", "PYTHON")) and not name.endswith("_THREADS")
    }
    return {**ours, "PYTHONUNBUFFERED": "1", **settings}


def _counts(held: Held) -> tuple[int, int, int]:
    return held.processes, held.threads, held.descriptors
