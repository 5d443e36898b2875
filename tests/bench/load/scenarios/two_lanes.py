"""One viewer whose two lanes take the same time, so that two processors could halve it."""

from __future__ import annotations

from statistics import median

from tests.bench.load.crowd import Crowd
from tests.bench.load.players import play
from tests.bench.load.recipes import TWO_EQUAL_LANES
from tests.bench.load.reference import reference
from tests.bench.load.report import Row, at_least, ratio
from tests.bench.load.scale import Scale
from tests.bench.load.scenarios.alone import SETTLING
from tests.bench.load.setup import Setup, stretch


def two_lanes(scale: Scale, setup: Setup) -> list[Row]:
    """Measure the service and one plain process in turn, at the same rate of frames."""
    service, frames, plain = [], [], []
    for _ in range(scale.rounds):
        with (
            setup.server() as server,
            Crowd(play, server.stream(), 1, TWO_EQUAL_LANES) as crowd,
        ):
            crowd.wait_ready()
            stretch(SETTLING)
            begin, end = stretch(scale.seconds / 2)
            [log] = crowd.finish()
        service.append(log.iterations(begin, end) / (end - begin))
        frames.append(log.frames_in(begin, end) / (end - begin))
        # A service that showed none is compared with a process that encodes one.
        rate = max(frames[-1], 1 / (end - begin))
        iterations, _ = reference(TWO_EQUAL_LANES, scale.seconds / 2, rate)
        plain.append(iterations)
    times = median(ratio(one, other) for one, other in zip(service, plain, strict=True))
    return [
        Row("two-lanes", "iterations", median(service), "/s"),
        Row("two-lanes", "frames", median(frames), "/s"),
        Row("two-lanes", "iterations in one plain process", median(plain), "/s"),
        Row("two-lanes", "service ÷ one plain process", times, target=at_least(1.7)),
    ]
