"""What the stream says to what it can't obey: always something, and the run goes on."""

import json
import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from app.validation.problems import Problem
from engine import Experiment, Recipe
from engine.recipe import Changes
from tests.app.bad_recipes import BAD, Bad, fields_of
from tests.app.live import SMALL, Live, Viewer, wait_until

TYPES = "start, play, pause, step, tweak, rename, watch, pace, ack, ping, study, end_study"
ITERATIONS = "an integer from 1 to 10000"
PACE = "a finite number from 0.1 to 1000, or null"
AT = "an integer from 0 to 2147483647"
ID = "an integer of at most 2^53, or text of at most 64 characters, or null for none"
RATE = "a finite number greater than 0, at most 1000000"

BAD_MESSAGES = {
    "nothing": ("", "message", "", "JSON text"),
    "no JSON": ("play", "message", "play", "JSON text"),
    "half a message": ('{"type": "play"', "message", '{"type": "play"', "JSON text"),
    "no object": ("[1, 2]", "message", "[1, 2]", f"an object whose type is one of {TYPES}"),
    "null": ("null", "message", None, f"an object whose type is one of {TYPES}"),
    "no type": ("{}", "type", None, f"one of {TYPES}"),
    "an unknown type": ('{"type": "dance"}', "type", "dance", f"one of {TYPES}"),
    "a type that is no text": ('{"type": ["play"]}', "type", '["play"]', f"one of {TYPES}"),
    "an unknown field": (
        '{"type": "play", "loud": true}',
        "loud",
        True,
        "one of the fields id, type",
    ),
    "no iterations": ('{"type": "step", "iterations": 0}', "iterations", 0, ITERATIONS),
    "too many": ('{"type": "step", "iterations": 10001}', "iterations", 10001, ITERATIONS),
    "text for a number": ('{"type": "step", "iterations": "3"}', "iterations", "3", ITERATIONS),
    "a pace of nothing": ('{"type": "pace"}', "iterations_per_second", None, PACE),
    "a pace of 0": (
        '{"type": "pace", "iterations_per_second": 0}',
        "iterations_per_second",
        0,
        PACE,
    ),
    "a pace of NaN": (
        '{"type": "pace", "iterations_per_second": NaN}',
        "iterations_per_second",
        "nan",
        PACE,
    ),
    "a name that turns its neighbours": (
        '{"type": "rename", "lane": 0, "name": "a\\u202eb"}',
        "name",
        "a\u202eb",
        re.compile("anything but control characters, line separators and marks of direction"),
    ),
    "further than a replay may go": (
        '{"type": "start", "at": 500000, "recipe": {"base": {"hidden_size": 64}}}',
        "at",
        500000,
        re.compile("at most [0-9]+ for a run of this size: choose an earlier iteration"),
    ),
    "before the beginning": ('{"type": "start", "at": -1}', "at", -1, AT),
    "too far on": ('{"type": "start", "at": 2147483648}', "at", 2147483648, AT),
    "an id that is a fraction": ('{"type": "play", "id": 1.5}', "id", 1.5, ID),
    "an id that is a truth": ('{"type": "play", "id": true}', "id", True, ID),
    "an id that is too long": (f'{{"type": "play", "id": "{"x" * 65}"}}', "id", "x" * 65, ID),
    "an id that JavaScript would round": (
        '{"type": "play", "id": 9007199254740993}',
        "id",
        "9007199254740993",
        ID,
    ),
    "a recipe that is text": (
        '{"type": "start", "recipe": "adding"}',
        "recipe",
        "adding",
        f"an object with any of the fields {', '.join(Recipe.model_fields)}",
    ),
    "no changes": ('{"type": "tweak"}', "changes", None, re.compile("learning_rate")),
    "empty changes": (
        '{"type": "tweak", "changes": {}}',
        "changes",
        "{}",
        re.compile("at least one of"),
    ),
    "a change of what is not live": (
        '{"type": "tweak", "changes": {"hidden_size": 8}}',
        "changes.hidden_size",
        8,
        fields_of(Changes),
    ),
    "a rate of NaN": (
        '{"type": "tweak", "changes": {"learning_rate": NaN}}',
        "changes.learning_rate",
        "nan",
        RATE,
    ),
    "a tweak of no lane of ours": (
        '{"type": "tweak", "lane": 3, "changes": {"clip": "none"}}',
        "lane",
        3,
        "an integer from 0 to 2, or null",
    ),
    "a watch of no lane of ours": (
        '{"type": "watch", "lane": 3}',
        "lane",
        3,
        "an integer from 0 to 2, or null",
    ),
    "a watch of no example of ours": (
        '{"type": "watch", "example": 4}',
        "example",
        4,
        "an integer from 0 to 3",
    ),
    "an unknown view": (
        '{"type": "watch", "views": ["gates", "soul"]}',
        "views.1",
        "soul",
        re.compile("gates"),
    ),
    "an acknowledgement of nothing": (
        '{"type": "ack"}',
        "iteration",
        None,
        "an integer of at least 0",
    ),
}


def refusal(viewer: Viewer, message: str | bytes) -> dict[str, Any]:
    """Send something, and return the error that answers it."""
    viewer.websocket.send(message)
    answer, _ = viewer.until(type="error")
    assert answer["detail"][0] == {name: answer[name] for name in Problem.__annotations__}
    return answer


@pytest.fixture
def stepped(viewer: Viewer) -> Iterator[Viewer]:
    """A viewer whose run, at iteration 1, is not disturbed by what the test does."""
    viewer.start()
    viewer.step()
    yield viewer
    experiment = Experiment(Recipe.model_validate(SMALL))
    expected = [experiment.advance(None) for _ in range(3)][2]
    [frame] = viewer.step()
    assert frame.iteration == 2
    assert frame.arrays["0/loss"] == expected.arrays["0/loss"]
    assert viewer.recipe() == experiment.recipe.model_dump(mode="json")


@pytest.mark.parametrize("bad", BAD_MESSAGES.values(), ids=BAD_MESSAGES.keys())
def test_a_bad_message_is_answered_and_disturbs_nothing(
    stepped: Viewer, bad: tuple[str, str, Any, str]
) -> None:
    message, *told = bad
    Bad(message, *told).check(refusal(stepped, message))


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD.keys())
def test_a_bad_recipe_is_answered_as_at_the_other_entrance(stepped: Viewer, bad: Bad) -> None:
    bad.check(refusal(stepped, f'{{"type": "start", "recipe": {bad.recipe}}}'))


def test_every_bad_field_of_a_recipe_is_in_the_detail(stepped: Viewer) -> None:
    recipe = {"seed": -1, "base": {"cell": "x", "clip": "y"}}
    answer = refusal(stepped, json.dumps({"type": "start", "recipe": recipe, "at": -1}))
    fields = {each["field"] for each in answer["detail"]}
    assert fields == {"seed", "base.cell", "base.clip", "at"}


@pytest.mark.parametrize("id", [7, "seven"])
@pytest.mark.parametrize(
    "message",
    [
        '{"type": "dance", "id": ?}',
        '{"id": ?}',
        '{"type": "start", "recipe": {"seed": -1}, "id": ?}',
        '{"type": "start", "recipe": {"task": {"name": "next_char", "text": "\\ud83d"}}, "id": ?}',
        '{"type": "tweak", "lane": 3, "changes": {"clip": "none"}, "id": ?}',
        '{"type": "tweak", "changes": {"clip": "some"}, "id": ?}',
        '{"type": "rename", "lane": 3, "name": null, "id": ?}',
        '{"type": "watch", "example": 4, "id": ?}',
        '{"type": "pace", "iterations_per_second": 0, "id": ?}',
    ],
)
def test_an_error_carries_the_id_of_the_message_that_it_answers(
    stepped: Viewer, message: str, id: int | str
) -> None:
    answer = refusal(stepped, message.replace("?", json.dumps(id)))
    assert answer["id"] == id
    assert type(answer["id"]) is type(id)


@pytest.mark.parametrize(
    "message", ['{"type": "dance"}', '{"type": "play", "id": [1]}', "[1]", '{"type": "play", "id":']
)
def test_an_error_carries_no_id_where_none_can_be_read(stepped: Viewer, message: str) -> None:
    assert "id" not in refusal(stepped, message)


def test_the_change_after_the_last_that_a_run_records_is_refused_in_a_sentence(
    viewer: Viewer,
) -> None:
    tweak = {"lane": None, "changes": {"learning_rate": 0.01}}
    tweaks = [{"iteration": 1 + iteration, **tweak} for iteration in range(1000)]
    viewer.start({**SMALL, "tweaks": tweaks})
    answer = refusal(viewer, '{"type": "tweak", "changes": {"clip": "none"}, "id": 4}')
    assert (answer["field"], answer["id"]) == ("tweaks", 4)
    assert answer["message"] == (
        "tweaks is full: a run records at most 1000 changes; Reset begins one with none."
    )


def test_a_binary_message_is_answered(stepped: Viewer) -> None:
    answer = refusal(stepped, b'{"type": "play"}')
    assert answer["field"] == "message"
    assert answer["value"] == "a binary message of 16 bytes"
    assert answer["allowed"] == "JSON text"


@pytest.mark.parametrize("type", ["play", "pause", "step", "ack"])
def test_nothing_but_a_start_comes_first(viewer: Viewer, type: str) -> None:
    message: dict[str, Any] = {"type": type, **({"iteration": 0} if type == "ack" else {})}
    answer = refusal(viewer, json.dumps(message))
    assert (answer["field"], answer["value"]) == ("type", type)
    assert answer["allowed"] == "start, as long as nothing runs"
    assert viewer.start().iteration == 0


def test_a_run_that_plays_plays_on(viewer: Viewer) -> None:
    viewer.start()
    viewer.send("play")
    viewer.until(type="state", state="playing")
    answer = refusal(viewer, '{"type": "start", "recipe": {"seed": "x"}}')
    assert answer["field"] == "seed"
    assert viewer.next_frame().iteration > 0


def test_a_message_too_large_closes_the_connection(live: Live, viewer: Viewer) -> None:
    viewer.websocket.send(" " * (256 * 1024 + 1))
    assert viewer.is_closed_with() == 1009


class Babbler:
    """A client that says a lot and never reads the answers."""

    def __init__(self, server: Live) -> None:
        host, port = server.host.split(":")
        self.socket = socket.socket()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.socket.connect((host, int(port)))
        self.said = 0
        self._viewer = server.viewer(sock=self.socket, max_queue=1)
        viewer = self._viewer.__enter__()
        wait_until(lambda: server.app.state.sessions)  # before it can be let go again
        self._thread = threading.Thread(target=self._babble, args=(viewer,))
        self._thread.start()

    def _babble(self, viewer: Viewer) -> None:
        with suppress(ConnectionClosed):
            while True:
                viewer.websocket.send("?" * 1000)
                self.said += 1

    def is_stuck(self) -> bool:
        said = self.said
        time.sleep(0.3)
        return said == self.said

    def leave(self) -> None:
        self.socket.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._viewer.__exit__(None, None, None)


@pytest.mark.parametrize("send_timeout", [0.5, 600])
def test_a_viewer_that_takes_nothing_is_not_listened_to_and_then_let_go(
    send_timeout: float,
) -> None:
    server = Live(send_timeout=send_timeout)
    babbler = Babbler(server)
    try:
        if send_timeout < 1:
            wait_until(lambda: not server.app.state.sessions)
        else:
            wait_until(babbler.is_stuck)
            assert server.app.state.sessions
    finally:
        babbler.leave()
        server.stop()


@pytest.mark.parametrize(
    "body",
    [
        {"tweaks": [0] * 80_000},
        {"lanes": [0] * 80_000},
        {"tweaks": [{"iteration": -1}] * 999},
        {f"field{number}": 0 for number in range(15_000)},
        {"base": {f"field{number}": 0 for number in range(15_000)}},
        {"task": {"name": "next_char", "text": "\u202e" * 40_000}},
    ],
)
def test_no_answer_is_larger_than_its_question(live: Live, body: dict[str, Any]) -> None:
    text = json.dumps(body).encode()
    status, answer = live.post("/api/recipe", text)
    assert status == 422
    assert len(answer["detail"]) <= 20
    assert len(json.dumps(answer)) < min(20_000, len(text))
    with live.viewer() as viewer:
        viewer.send("start", recipe=body, id=3)
        refused, _ = viewer.until(type="error")
        assert refused["id"] == 3
        assert refused["detail"] == answer["detail"]


def test_how_many_fields_more_are_wrong_is_told(live: Live) -> None:
    _, answer = live.post("/api/recipe", json.dumps({f"a{n}": 0 for n in range(25)}).encode())
    assert answer["detail"][-1]["message"].endswith("(5 more fields are wrong.)")


def test_a_state_does_not_repeat_a_long_recipe(viewer: Viewer) -> None:
    tweaks = [{"iteration": n, "changes": {"learning_rate": 0.01}} for n in range(900)]
    viewer.start({**SMALL, "tweaks": tweaks})
    sizes = []
    for number in range(5):
        viewer.send("pause", id=number)
        state, _ = viewer.until(id=number)
        sizes.append(len(json.dumps(state)))
    assert max(sizes) < 1000
    viewer.send("tweak", lane=None, changes={"learning_rate": 0.02})
    state, _ = viewer.until(type="state")
    assert len(state["recipe"]["tweaks"]) == 901
