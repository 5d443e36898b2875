"""Studies: computed beside a run, on request."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from app.wire import Decoded, arrays_of
from engine import Experiment, Recipe, Watch
from tests.app.live import SMALL, Live, Viewer, wait_until

PATHS = {"views": ["gates", "paths", "preactivations"]}


@pytest.fixture
def viewer(live: Live) -> Iterator[Viewer]:
    with live.viewer() as viewer:
        viewer.start(SMALL)
        yield viewer


def ask(viewer: Viewer, lane: int = 0, iteration: int | None = None, **fields: Any) -> None:
    study = {"kind": "frame", "lane": lane, "watch": PATHS, **fields}
    viewer.send("study", study=study, iteration=iteration, id="mine")


def findings(viewer: Viewer) -> Decoded:
    """Return the findings that come next, and their answer with them."""
    while True:
        message = viewer.receive()
        if isinstance(message, Decoded) and "study" in message.text:
            break
        assert isinstance(message, Decoded) or message["type"] == "state", message
    answer = viewer.until(type="state", id="mine")[0]
    assert answer["study"] == {"kind": message.text["study"], "done": 1.0}
    return message


@pytest.mark.parametrize("iteration", [0, 3, 5])
def test_an_earlier_frame_is_computed_again_with_other_views(
    viewer: Viewer, iteration: int
) -> None:
    viewer.step(5)
    ask(viewer, 1, iteration)
    found = findings(viewer)
    assert (found.iteration, found.text["study"], found.text["id"]) == (iteration, "frame", "mine")
    assert json.loads(found.text["request"])["lane"] == 1
    experiment = Experiment(Recipe.model_validate(SMALL))
    watch = Watch.model_validate({**PATHS, "lane": 1})
    for _ in range(iteration + 1):
        frame = experiment.advance(watch)
    expected = {name: each for name, each in arrays_of(frame).items() if name.startswith("1/")}
    assert set(found.arrays) == set(expected)
    for name, array in expected.items():
        np.testing.assert_array_equal(found.arrays[name], array, name)


def test_the_run_goes_on_meanwhile(viewer: Viewer) -> None:
    viewer.step(2)
    viewer.send("play")
    ask(viewer)
    found = findings(viewer)
    viewer.send("pause", id="halt")
    assert viewer.until(type="state", id="halt")[0]["iteration"] >= found.iteration >= 2


def test_another_of_its_kind_takes_its_place(viewer: Viewer) -> None:
    viewer.step(1)
    viewer.send("study", study={"kind": "frame", "watch": PATHS}, id="first")
    ask(viewer)
    assert findings(viewer).text["id"] == "mine"


def test_one_that_is_cancelled_is_not_answered(viewer: Viewer) -> None:
    viewer.step(1)
    ask(viewer)
    viewer.send("end_study", kind="frame", id="end")
    told = viewer.until(type="state", id="end")[0]
    assert told["study"]["kind"] == "frame"
    ask(viewer, iteration=0)
    assert findings(viewer).iteration == 0


@pytest.mark.parametrize(
    ("fields", "field", "value"),
    [
        ({"iteration": 7}, "iteration", 7),
        ({"lane": 3}, "lane", 3),
        ({"watch": {"views": ["gates"], "example": 400}}, "study", "frame"),
    ],
)
def test_what_this_run_does_not_have_is_refused(
    viewer: Viewer, fields: dict[str, Any], field: str, value: object
) -> None:
    ask(viewer, **fields)
    error = viewer.until(type="error", id="mine")[0]
    assert (error["field"], error["value"]) == (field, value)
    ask(viewer)
    assert findings(viewer).iteration == 0


def test_leaving_ends_it(live: Live) -> None:
    with live.viewer() as viewer:
        viewer.start(SMALL)
        ask(viewer)
    wait_until(lambda: not live.parts())
