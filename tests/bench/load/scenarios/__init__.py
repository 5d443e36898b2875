"""The scenarios, by name. Each starts servers of its own and returns its rows."""

from __future__ import annotations

from collections.abc import Callable

from tests.bench.load.report import Row
from tests.bench.load.scale import Scale
from tests.bench.load.scenarios.alone import alone
from tests.bench.load.scenarios.bad import bad
from tests.bench.load.scenarios.cycles import cycles
from tests.bench.load.scenarios.followers import followers
from tests.bench.load.scenarios.lecturer import lecturer
from tests.bench.load.scenarios.runs import runs
from tests.bench.load.scenarios.two_lanes import two_lanes
from tests.bench.load.setup import Setup

Scenario = Callable[[Scale, Setup], list[Row]]

SCENARIOS: dict[str, Scenario] = {
    "alone": alone,
    "two-lanes": two_lanes,
    "runs": runs,
    "lecturer": lecturer,
    "followers": followers,
    "cycles": cycles,
    "bad": bad,
}
