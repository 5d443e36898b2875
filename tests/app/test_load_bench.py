"""The load benchmark still runs, and its rules of counting are right; no figure is judged."""

import json
import math
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from websockets.sync.client import connect

from tests.bench.load import others
from tests.bench.load.crowd import Crowd, CrowdFailed, Signals
from tests.bench.load.lag import Pings, told_lag
from tests.bench.load.process_tree import held_by, tree_of
from tests.bench.load.report import Row, at_least, at_most, percentile, ratio
from tests.bench.load.scale import TINY
from tests.bench.load.scenarios import SCENARIOS
from tests.bench.load.scenarios.followers import delays
from tests.bench.load.server import Server
from tests.bench.load.setup import Setup
from tests.bench.load.viewer import Log

JUDGED = {
    "alone": set(),
    "two-lanes": {"service ÷ one plain process"},
    "runs": {
        "in all ÷ one run in one plain process",
        "slowest run ÷ mean",
        "ping → answer, p99",
    },
    "lecturer": {"frames of the lecturer", "Pause → answer, p99"},
    "followers": {"frame sent → at a follower, p99"},
    "cycles": {"runs left", "processes left", "threads left", "descriptors left", "memory left"},
    "bad": {
        "a reader that never reads: iterations",
        "a reader at 50 kB/s: iterations",
        "garbage, 10,000 messages/s: iterations",
        "messages of 20 MB: iterations",
        "2 × silent sockets: iterations",
        "4 × half-sent HTTP requests: iterations",
        "all of them: iterations",
        "a newcomer's first frame among silent sockets",
        "a newcomer's first frame among all of them",
        "after they have gone: runs left",
    },
}
"""Rows with a target that each scenario has to have."""


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_scenario_measures_what_has_a_target(name: str) -> None:
    rows = SCENARIOS[name](TINY, Setup())
    judged = {row.name for row in rows if row.target is not None}
    assert judged >= JUDGED[name]
    assert {row.scenario for row in rows} == {name}
    for row in rows:
        assert row.value is None or not math.isnan(row.value), row.name
        json.dumps(row.as_json(), allow_nan=False)


class TestLog:
    def test_iterations_between_two_messages_count_in_proportion(self) -> None:
        log = Log(progress=[(0.0, 0), (10.0, 20), (20.0, 60)])
        assert log.iterations(5.0, 15.0) == 10 + 20
        assert log.iterations(0.0, 20.0) == 60
        assert log.iterations(-5.0, 25.0) == 60

    def test_a_run_that_was_never_heard_of_has_done_nothing(self) -> None:
        assert Log().iterations(0.0, 1.0) == 0

    def test_frames_count_where_they_came(self) -> None:
        log = Log(frames=[(0.9, 1), (1.0, 2), (1.5, 3), (2.0, 4)])
        assert log.frames_in(1.0, 2.0) == 2


class TestRow:
    @pytest.mark.parametrize(
        ("value", "target", "met"),
        [
            (1.7, at_least(1.7), "met"),
            (1.69, at_least(1.7), "not met"),
            (200.0, at_most(200), "met"),
            (math.inf, at_most(200), "not met"),
            (math.nan, at_most(200), "not met"),
            (math.nan, at_least(200), "not met"),
            (None, at_most(200), "not there yet"),
            (5.0, None, ""),
        ],
    )
    def test_it_says_whether_the_target_is_met(self, value: Any, target: Any, met: str) -> None:
        row = Row("alone", "iterations", value, target=target)
        assert row.met == met
        assert met in row.as_line()

    def test_the_99th_percentile_of_twenty_is_the_largest(self) -> None:
        assert percentile(range(20), 99) == 19
        assert percentile(range(1000), 99) == 989
        assert percentile([3, 1, 2], 50) == 2
        assert math.isnan(percentile([], 99))


def test_a_reference_that_came_to_nothing_meets_no_target() -> None:
    assert ratio(3.0, 2.0) == 1.5
    assert ratio(3.0, 0.0) == 0


def test_a_frame_s_delay_counts_from_its_step() -> None:
    sent = {1: 10.0, 2: 10.1}
    logs = [Log(frames=[(9.0, 0), (10.05, 1), (10.3, 2)]), Log(frames=[(10.02, 1)])]
    assert delays(sent, logs) == pytest.approx([50, 200, 20])


def test_pings_count_where_they_were_due() -> None:
    pings = Pings(trips=[(0.9, 5.0), (1.0, 0.01), (1.9, 0.02), (2.0, 5.0)])
    assert pings.trips_in(1.0, 2.0) == [10, 20]


def test_the_lag_that_metrics_tell_is_that_of_the_stretch_alone() -> None:
    page = """# TYPE unrolled_loop_lag_seconds histogram
unrolled_loop_lag_seconds_bucket{{le="0.001"}} {}.0
unrolled_loop_lag_seconds_bucket{{le="0.01"}} {}.0
unrolled_loop_lag_seconds_bucket{{le="1.0"}} {}.0
unrolled_loop_lag_seconds_bucket{{le="+Inf"}} {}.0
"""
    before = page.format(0, 0, 500, 500)
    assert told_lag(before, page.format(50, 100, 600, 600)) == 10
    assert told_lag(before, page.format(50, 98, 600, 600)) == 1000
    assert told_lag(before, before) is None
    assert told_lag(None, None) is None


def test_what_we_do_ourselves_is_not_put_down_to_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """In 5 s the machine works for 10 s, 3 s of which are ours."""
    monkeypatch.setattr(others, "_busy", iter([100.0, 110.0]).__next__)
    monkeypatch.setattr(others, "_own", iter([5.0, 8.0]).__next__)
    clock = SimpleNamespace(monotonic=iter([20.0, 25.0]).__next__)
    monkeypatch.setattr(others, "time", clock)
    share = others.processors_of_others()
    assert share() == pytest.approx(1.4)


class TestServer:
    @pytest.fixture
    def server(self) -> Iterator[Server]:
        with Server(UNROLLED_MAX_RUNS="1") as server:
            yield server

    def test_it_is_fresh_and_has_the_settings_that_it_was_given(self, server: Server) -> None:
        assert server.runs() == 0
        held = server.held()
        assert held.processes >= 1
        assert held.threads >= 1
        assert held.megabytes > 10
        with connect(server.stream()) as first, connect(server.stream()) as second:
            first.send('{"type": "start"}')
            assert json.loads(first.recv(20))["type"] == "ready"
            second.send('{"type": "start"}')
            assert json.loads(second.recv(20))["type"] == "error"

    def test_nothing_of_it_is_left(self) -> None:
        with Server() as server:
            tree = tree_of(server.pid)
            assert server.pid in tree
        assert held_by(server.pid).processes == 0


async def fail(signals: Signals) -> None:
    raise ValueError("on purpose")


async def until_told(signals: Signals) -> None:
    signals.ready()
    await signals.stop()


class TestCrowd:
    def test_what_fails_in_the_other_process_is_told_here(self) -> None:
        with Crowd(fail) as crowd, pytest.raises(CrowdFailed, match="on purpose"):
            crowd.wait_ready()

    def test_clients_end_when_they_are_told_to(self) -> None:
        with Crowd(until_told) as crowd:
            assert crowd.wait_ready().finish() is None

    def test_clients_that_take_too_long_are_given_up(self) -> None:
        with Crowd(until_told) as crowd, pytest.raises(CrowdFailed, match="no result"):
            crowd.wait_ready().result(0.1)
