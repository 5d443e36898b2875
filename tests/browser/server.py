"""The real command in a process of its own, as somebody runs it."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
COMMAND = "import sys; from app.cli import main; sys.exit(main())"


class Server:
    """A running ``unrolled``, that can be killed and started again at the same address.

    Parameters
    ----------
    **settings : str
        In the environment, by their names there without ``UNROLLED_``.

    Attributes
    ----------
    url : str
        Where the page is.
    """

    def __init__(self, **settings: str) -> None:
        self.url = ""
        self._settings = _variables(settings)
        self._port = "0"
        self._process: subprocess.Popen[str] | None = None

    def set(self, **settings: str) -> None:
        """Change settings for the next start."""
        self._settings |= _variables(settings)

    def start(self) -> None:
        """Start, and wait until it says where it is."""
        self._process = subprocess.Popen(
            [sys.executable, "-c", COMMAND, "--no-browser", "--port", self._port],
            cwd=ROOT,
            env={**os.environ, "PYTHONUNBUFFERED": "1", **self._settings},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert self._process.stdout is not None
        said = ""
        for line in self._process.stdout:
            said += line
            if found := re.search(r"http://[\d.]+:(\d+)/", line):
                self.url, self._port = found[0], found[1]
                return
        raise AssertionError(f"the server ended before it served: {said}")

    @property
    def pid(self) -> int:
        """Of the process that serves."""
        assert self._process is not None
        return self._process.pid

    def kill(self) -> None:
        """End it as a crash would."""
        assert self._process is not None
        self._process.kill()
        self._process.wait(10)
        assert self._process.stdout is not None
        self._process.stdout.close()
        self._process = None

    def stop(self) -> None:
        """End it, if it runs."""
        if self._process is not None:
            self.kill()


def _variables(settings: dict[str, str]) -> dict[str, str]:
    return {f"UNROLLED_{name.upper()}": value for name, value in settings.items()}
