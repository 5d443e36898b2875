"""A real server on a free port, and a real client: what the tests of the service run against."""

import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import Any

import uvicorn
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from app.cli import configuration, listen
from app.settings import Settings
from app.wire import Decoded, decode

PATIENCE = 20.0
"""Seconds until a test gives up on an answer: long, for machines that are busy."""

SMALL = {"task": {"seq_len": 8}, "batch_size": 4, "base": {"hidden_size": 4}}
"""A recipe whose iterations take a millisecond."""


class Live:
    """A server in a thread of this process."""

    def __init__(self, **settings: Any) -> None:
        config = configuration(Settings(**settings))
        self.app: Any = config.app
        listener = listen("127.0.0.1", 0)
        self.host = f"127.0.0.1:{listener.getsockname()[1]}"
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([listener],))
        self._thread.start()
        wait_until(lambda: self._server.started)

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(PATIENCE)

    def get(self, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
        return self.request(path, None, **headers)

    def post(self, path: str, body: bytes) -> tuple[int, Any]:
        status, _, answer = self.request(path, body)
        return status, strict_json(answer)

    def request(
        self, path: str, body: bytes | None, **headers: str
    ) -> tuple[int, dict[str, str], bytes]:
        request = urllib.request.Request(f"http://{self.host}{path}", body, headers)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                return answer.status, dict(answer.headers), answer.read()
        except urllib.error.HTTPError as answer:
            with answer:
                return answer.code, dict(answer.headers), answer.read()

    def parts(self) -> set[int]:
        """Return the numbers of the parts of runs that the pool keeps open."""
        # Copied before it is gone through: the server's own thread changes it meanwhile.
        return {part for worker in list(self.app.state.pool.workers) for part in list(worker.parts)}

    def viewer(self, **options: Any) -> AbstractContextManager["Viewer"]:
        return self.page("/api/stream", **options)

    @contextmanager
    def page(self, path: str, **options: Any) -> Iterator["Viewer"]:
        options = {"open_timeout": PATIENCE, **options}
        with connect(f"ws://{self.host}{path}", max_size=None, **options) as websocket:
            yield Viewer(websocket)


class Viewer:
    """A client of the stream. Acknowledges what it receives, unless told not to."""

    def __init__(self, websocket: ClientConnection) -> None:
        self.websocket = websocket
        self.acknowledges = True

    def send(self, type: str, **fields: Any) -> None:
        self.websocket.send(json.dumps({"type": type, **fields}))

    def receive(self, timeout: float = PATIENCE) -> dict[str, Any] | Decoded:
        """Return the next message; TimeoutError if none comes."""
        message = self.websocket.recv(timeout)
        if isinstance(message, str):
            answer: dict[str, Any] = strict_json(message)
            return answer
        frame = decode(message)
        if self.acknowledges:
            self.send("ack", iteration=frame.iteration)
        return frame

    def received_within(self, seconds: float) -> list[dict[str, Any] | Decoded]:
        """Return all that comes in so many seconds."""
        messages = []
        end = time.monotonic() + seconds
        with suppress(TimeoutError):
            while (left := end - time.monotonic()) > 0:
                messages.append(self.receive(left))
        return messages

    def until(self, **fields: Any) -> tuple[dict[str, Any], list[Decoded]]:
        """Return the first JSON message with these fields, and the frames that came before it."""
        frames = []
        deadline = time.monotonic() + PATIENCE
        while True:
            message = self.receive(max(0.0, deadline - time.monotonic()))
            if isinstance(message, Decoded):
                frames.append(message)
            elif all(message.get(name) == value for name, value in fields.items()):
                return message, frames

    def next_frame(self) -> Decoded:
        """Return the next frame, whatever is said before it: a run reports now and then."""
        while not isinstance(message := self.receive(), Decoded):
            pass
        return message

    def frames_up_to(self, iteration: int) -> list[Decoded]:
        """Receive until a frame of this iteration or a later one, and return all frames."""
        frames = [self.next_frame()]
        while frames[-1].iteration < iteration:
            frames.append(self.next_frame())
        return frames

    def pause(self, seen: list[Decoded]) -> tuple[dict[str, Any], list[Decoded]]:
        """Pause a run, and return its state and the frames that come, up to the one it rests at.

        On a busy machine that one may come after the state. `seen` are the frames so far.
        """
        self.send("pause")
        paused, frames = self.until(type="state", state="paused")
        if [*seen, *frames][-1].iteration < paused["iteration"]:
            frames += self.frames_up_to(paused["iteration"])
        return paused, frames

    def start(self, recipe: dict[str, Any] | None = None, at: int = 0) -> Decoded:
        """Start a run and return its first frame."""
        self.send("start", recipe=SMALL if recipe is None else recipe, at=at)
        self.until(type="ready")
        _, frames = self.until(type="state", state="paused")
        return frames[-1]

    def step(self, iterations: int = 1) -> list[Decoded]:
        """Step, and return the frames that came of it."""
        self.send("step", iterations=iterations)
        return self.until(type="state", state="paused")[1]

    def recipe(self) -> dict[str, Any]:
        """Return the recipe as it is now."""
        self.send("pause")
        recipe: dict[str, Any] = self.until(type="state")[0]["recipe"]
        return recipe

    def is_closed_with(self) -> int | None:
        """Wait for the server to hang up, and return the code that it gave."""
        with suppress(ConnectionClosed):
            while True:
                self.receive()
        return self.websocket.close_code


def strict_json(text: str | bytes) -> Any:
    """Parse as a browser does: NaN and Infinity are no JSON."""

    def refuse(token: str) -> None:
        raise AssertionError(f"{token} in JSON: {text!r}")

    return json.loads(text, parse_constant=refuse)


def wait_until(condition: Callable[[], object], seconds: float = PATIENCE) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.005)
