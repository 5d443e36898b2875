"""Frames for a slow link: what they leave out, when they do, and that rest brings everything."""

import json
import time
from typing import Any

import numpy as np
import pytest

from app.stream.coarse import LEVELS, PATIENCE, QUICK, SLOW, LinkGauge, coarsened
from app.wire import Decoded
from tests.app.live import PATIENCE as LONGEST
from tests.app.live import Live, Viewer

WIDE: dict[str, Any] = {
    "task": {"seq_len": 30},
    "batch_size": 4,
    "base": {"hidden_size": 24},
    "lanes": [{"cell": "lstm"}],
}


def test_a_slow_link_gets_coarser_frames_step_by_step_and_a_quick_one_finer_ones() -> None:
    gauge = LinkGauge()
    gauge.took(9)
    assert gauge.every == 1, "one frame may have been late for other reasons"
    for every in (2, 4, 8, 8):
        gauge.took(9)
        assert gauge.every == every
    gauge.took((SLOW + QUICK) / 2)
    assert gauge.every == LEVELS[-1]
    for _ in range(PATIENCE):
        gauge.took(0.01)
    assert gauge.every == LEVELS[-2]


def test_heatmaps_keep_every_so_many_timesteps_and_the_rest_stays() -> None:
    arrays = {
        "0/h": np.arange(31 * 24, dtype=np.float32).reshape(31, 24),
        "0/gate.f": np.arange(30 * 24, dtype=np.float32).reshape(30, 24),
        "0/dh_norm": np.arange(31, dtype=np.float32),
        "1/h": np.zeros((8, 4), np.float32),
    }
    said, left = coarsened(arrays, 4)
    assert json.loads(said["coarse"]) == {"every": 4, "timesteps": {"0/h": 31, "0/gate.f": 30}}
    np.testing.assert_array_equal(left["0/h"], arrays["0/h"][[0, 4, 8, 12, 16, 20, 24, 28]])
    for name in ("0/dh_norm", "1/h"):
        assert left[name] is arrays[name]
    assert coarsened(arrays, 1) == ({}, arrays)
    inspected = arrays | {"0/example.dh": arrays["0/h"]}
    assert coarsened(inspected, 4)[0] == {}


@pytest.mark.parametrize("where", ["alone", "class"])
def test_a_slow_viewer_gets_coarse_frames_while_it_plays_and_whole_ones_at_rest(
    live: Live, where: str
) -> None:
    if where == "alone":
        with live.viewer() as viewer:
            watch(viewer, viewer)
        return
    _, room = live.post("/api/rooms", b"{}")
    paths = (f"/api/stream?room={room['name']}", f"/api/room/{room['name']}?as=student&seat=a")
    with live.page(paths[0]) as lecturer, live.page(paths[1]) as student:
        watch(lecturer, student)


def watch(leader: Viewer, slow: Viewer) -> None:
    leader.start(WIDE)
    leader.send("watch", views=["gates", "states"])
    leader.until(type="state")
    leader.send("pace", iterations_per_second=5)
    leader.send("play")
    frames: list[Decoded] = []
    slow.acknowledges = False
    end = time.monotonic() + 3 * LONGEST
    while not frames or "coarse" not in frames[-1].text:
        assert time.monotonic() < end, "never coarse"
        message = slow.receive()
        if isinstance(message, Decoded):
            frames.append(message)
            if leader is slow:
                time.sleep(SLOW + 0.1)
            else:
                leader.received_within(SLOW + 0.1)
            slow.send("ack", iteration=message.iteration)
    said = json.loads(frames[-1].text["coarse"])
    assert said["every"] == 2
    assert len(frames[-1].arrays["0/h"]) == 16
    slow.acknowledges = True
    leader.send("pause")
    _, frames = slow.until(type="state", state="paused")
    while not frames or "coarse" in frames[-1].text:
        message = slow.receive()
        if isinstance(message, Decoded):
            frames.append(message)
    assert frames[-1].arrays["0/h"].shape == (31, 24)
