"""Many viewers, each with a run of their own, all playing at full speed."""

from __future__ import annotations

from statistics import mean

from tests.bench.load.crowd import Crowd
from tests.bench.load.lag import Pings, ping, told_lag
from tests.bench.load.players import play
from tests.bench.load.recipes import FRAME_RATE, THREE_LANES
from tests.bench.load.reference import reference
from tests.bench.load.report import Row, at_least, at_most, percentile, ratio
from tests.bench.load.scale import Scale
from tests.bench.load.scenarios.alone import SETTLING
from tests.bench.load.setup import Setup, stretch
from tests.bench.load.viewer import Log


def runs(scale: Scale, setup: Setup) -> list[Row]:
    """Measure what all get, the least of them, the loop's lag and the memory."""
    before, _ = reference(THREE_LANES, scale.seconds, FRAME_RATE)
    with setup.server() as server:
        with Crowd(play, server.stream()) as crowd:
            crowd.wait_ready()
            stretch(SETTLING)
            begin, end = stretch(scale.seconds / 2)
            [log] = crowd.finish()
            one = log.iterations(begin, end) / (end - begin)
        empty = server.settled()
        with (
            Crowd(play, server.stream(), scale.runs) as crowd,
            Crowd(ping, server.stream()) as pinger,
        ):
            crowd.wait_ready()
            pinger.wait_ready()
            metrics = server.metrics()
            begin, end = stretch(2 * scale.seconds)
            lag_told = told_lag(metrics, server.metrics())
            full = server.held()
            pings: Pings = pinger.finish()
            logs: list[Log] = crowd.finish()
    after, _ = reference(THREE_LANES, scale.seconds, FRAME_RATE)
    # Before and after: a machine's speed drifts by a tenth within a minute.
    plain = mean((before, after))
    seconds = end - begin
    rates = [log.iterations(begin, end) / seconds for log in logs]
    frames = [log.frames_in(begin, end) / seconds for log in logs]
    trips = pings.trips_in(begin, end)
    name = "runs"
    rows = [
        Row(name, "runs", scale.runs),
        Row(name, "iterations in all", sum(rates), "/s"),
        Row(
            name,
            "iterations of one run in one plain process",
            plain,
            "/s",
            note=f"{before:.1f} before, {after:.1f} after",
        ),
        Row(
            name,
            "in all ÷ one run in one plain process",
            ratio(sum(rates), plain),
            "",
            at_least(1.8),
        ),
        Row(name, "in all ÷ one run alone on this service", ratio(sum(rates), one)),
        Row(name, "slowest run ÷ mean", ratio(min(rates), mean(rates)), target=at_least(0.7)),
        Row(name, "frames in all", sum(frames), "/s"),
        Row(name, "ping → answer, median", percentile(trips, 50), "ms"),
        Row(
            name,
            "ping → answer, p99",
            percentile(trips, 99),
            "ms",
            at_most(30),
            f"the pinging client itself was up to {pings.own_p99:.1f} ms late (p99)",
        ),
        Row(name, "memory of a run", (full.megabytes - empty.megabytes) / scale.runs, "MB"),
        Row(name, "memory of the service without a run", empty.megabytes, "MB"),
        Row(name, "processes of the service", full.processes),
    ]
    if lag_told is not None:
        rows.append(Row(name, "lag of the loop as /metrics tells it, p99", lag_told, "ms"))
    return rows
