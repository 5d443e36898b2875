import logging
import re

import pytest

from app.logs import MOST_A_MINUTE, Sparing
from tests.app.live import Live, wait_until


def figures(live: Live) -> dict[str, float]:
    status, headers, text = live.get("/metrics")
    assert status == 200
    assert headers["content-type"].startswith("text/plain; version=0.0.4")
    lines = (line.rsplit(" ", 1) for line in text.decode().splitlines() if line[:1] != "#")
    return {name: float(value) for name, value in lines}


def test_runs_frames_iterations_and_times_are_counted(live: Live) -> None:
    before = figures(live)
    with live.viewer() as viewer:
        viewer.start()
        viewer.step(20)
        during = figures(live)
        assert during["unrolled_runs"] == before["unrolled_runs"] + 1
        for name, least in [
            ("unrolled_frames_sent_total", 2),
            ("unrolled_frame_bytes_total", 2000),
            ("unrolled_iterations_total", 21),
            ("unrolled_slice_seconds_count", 3),
            ("unrolled_turn_wait_seconds_count", 3),
        ]:
            assert during[name] >= before[name] + least, name
        assert during["unrolled_workers"] >= 1
    wait_until(lambda: figures(live)["unrolled_runs"] == before["unrolled_runs"])
    wait_until(lambda: figures(live)["unrolled_loop_lag_seconds_count"] > 0)


def test_figures_are_not_the_students(live: Live) -> None:
    assert live.get("/metrics?as=student")[0] == 403


def test_a_run_is_named_in_the_log(live: Live, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "app"):
        with live.viewer() as viewer:
            viewer.start()
        wait_until(lambda: "ends at iteration" in caplog.text)
    names = re.findall(r"run=(\w+) (?:starts|ends)", caplog.text)
    assert len(names) == 2
    assert names[0] == names[1]


def test_what_is_logged_again_and_again_is_counted_instead(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 0.0
    monkeypatch.setattr("app.logs.monotonic", lambda: now)
    sparing = Sparing()

    def record(line: int = 1) -> logging.LogRecord:
        return logging.LogRecord("app", logging.ERROR, "file.py", line, "bad", None, None)

    written = [sparing.filter(record()) for _ in range(MOST_A_MINUTE + 5)]
    assert written == [True] * MOST_A_MINUTE + [False] * 5
    assert sparing.filter(record(2))
    now = 61.0
    last = record()
    assert sparing.filter(last)
    assert last.getMessage() == "bad (5 more like this were left out)"


def test_what_a_client_sends_is_no_news() -> None:
    text = "Invalid UTF-8 sequence received from client."
    record = logging.LogRecord("uvicorn.error", logging.ERROR, "f", 1, text, None, None)
    assert not Sparing().filter(record)
