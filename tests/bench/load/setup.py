"""What the service that is measured is given."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from tests.bench.load.server import Server


@dataclass(frozen=True)
class Setup:
    """Parameters of the service.

    Attributes
    ----------
    settings : dict
        ``UNROLLED_…`` for its environment.
    page : bool
        Whether to open the lecturer's page in Chromium too.
    """

    settings: dict[str, str] = field(default_factory=dict)
    page: bool = False

    def server(self) -> Server:
        """Return a server to start."""
        return Server(**self.settings)


def stretch(seconds: float) -> tuple[float, float]:
    """Let so many seconds pass; return when they began and ended."""
    begin = time.monotonic()
    time.sleep(seconds)
    return begin, time.monotonic()
