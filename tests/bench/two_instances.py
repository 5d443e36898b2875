"""Two instances behind nginx, as docs/server/nginx.conf has it, without TLS.

``python -m tests.bench.two_instances`` needs nginx (Debian: ``apt install nginx-light``). It ends
with a line for each thing that it has seen to be so, and fails at the first that is not.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

from app.wire import Decoded, decode

ROOT = Path(__file__).parents[2]
CONFIGURATION = ROOT / "docs/server/nginx.conf"
TOKENS = {"UNROLLED_TOKEN": "the-lecturers-token", "UNROLLED_STUDENT_TOKEN": "the-students-token"}
PATIENCE = 20.0
RECIPE = {"task": {"seq_len": 8}, "batch_size": 4, "base": {"hidden_size": 4}}


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


@contextmanager
def instance(prefix: str, port: int, names: str, file: Path) -> Iterator[subprocess.Popen[str]]:
    """Run an instance; give its process once it serves."""
    settings = {**TOKENS, "UNROLLED_ROOM_PREFIX": prefix, "UNROLLED_ALLOWED_HOSTS": names}
    command = [sys.executable, "-m", "app.cli", "--no-browser", "--port", str(port)]
    with subprocess.Popen(
        [*command, "--state", str(file)],
        cwd=ROOT,
        env={**os.environ, **settings},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            assert "is at" in process.stdout.readline()
            yield process
        finally:
            process.terminate()
            process.wait(PATIENCE)


@contextmanager
def balancer(ports: tuple[int, int]) -> Iterator[str]:
    """Run nginx before two ports; give the host and port that browsers would use."""
    nginx = shutil.which("nginx") or "/usr/sbin/nginx"
    front = free_port()
    with tempfile.TemporaryDirectory() as folder:
        text = CONFIGURATION.read_text()
        text = text.replace("8001", str(ports[0])).replace("8002", str(ports[1]))
        text = re.sub(r"listen 443 ssl;", f"listen 127.0.0.1:{front};", text)
        text = re.sub(r"\s+ssl_certificate\w*\s.*;", "", text)
        whole = f"""
            daemon off; pid {folder}/pid; error_log {folder}/errors warn;
            events {{ worker_connections 512; }}
            http {{ access_log off; client_body_temp_path {folder}/b; proxy_temp_path {folder}/p;
              fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
              {text} }}"""
        file = Path(folder, "nginx.conf")
        file.write_text(whole)
        with subprocess.Popen([nginx, "-c", str(file), "-p", folder]) as process:
            try:
                wait_until(lambda: answers(front))
                yield f"127.0.0.1:{front}"
            finally:
                process.terminate()
                process.wait(PATIENCE)


def answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def wait_until(condition: Any) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


class Lab:
    """The service as clients of the balancer see it."""

    def __init__(self, host: str) -> None:
        self.host = host

    def request(self, path: str, body: bytes | None = None) -> Any:
        head = {"Authorization": f"Bearer {TOKENS['UNROLLED_TOKEN']}"}
        request = urllib.request.Request(f"http://{self.host}{path}", body, head)
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return answer.read()

    def socket(self, path: str, token: str = "UNROLLED_TOKEN") -> ClientConnection:
        head = {"Authorization": f"Bearer {TOKENS[token]}"}
        url = f"ws://{self.host}{path}"
        return connect(url, max_size=None, additional_headers=head)


def until(socket: ClientConnection, iteration: int) -> Decoded:
    """Receive and acknowledge frames until that of an iteration."""
    while True:
        message = socket.recv(PATIENCE)
        if isinstance(message, bytes):
            frame = decode(message)
            socket.send(json.dumps({"type": "ack", "iteration": frame.iteration}))
            if frame.iteration == iteration:
                return frame


def teach(lab: Lab, name: str, begin: int, recipe: dict[str, Any]) -> Decoded:
    """Start the class's run at an iteration and step once; return what a student sees."""
    with (
        lab.socket(f"/api/room/{name}", "UNROLLED_STUDENT_TOKEN") as student,
        lab.socket(f"/api/stream?room={name}") as stage,
    ):
        stage.send(json.dumps({"type": "start", "recipe": recipe, "at": begin}))
        until(stage, begin)
        stage.send(json.dumps({"type": "step"}))
        until(stage, begin + 1)
        return until(student, begin + 1)


def main() -> int:
    """Try it, and say what holds."""
    ports = (free_port(), free_port())
    with tempfile.TemporaryDirectory() as folder, balancer(ports) as host:
        files = [Path(folder, name) for name in ("a.sqlite", "b.sqlite")]
        lab = Lab(host)
        with instance("b-", ports[1], host, files[1]):
            with instance("a-", ports[0], host, files[0]):
                names: dict[str, str] = {}
                while len(names) < 2:
                    name = json.loads(lab.request("/api/rooms", b"{}"))["name"]
                    names[name[0]] = name
                print(f"classes are opened at both instances: {', '.join(names.values())}")
                first = {letter: teach(lab, name, 0, RECIPE) for letter, name in names.items()}
                for name in names.values():
                    assert b'id="facts"' in lab.request(f"/room/{name}")
                    assert lab.request(f"/api/rooms/{name}/record.csv").startswith(b"question")
                print("page, socket, stream and record of a class are at the instance that has it")
                losses = {frame.arrays["0/loss"].item() for frame in first.values()}
                assert len(losses) == 1
                print("both instances compute the same numbers")
                time.sleep(1.5)  # a class is kept once a second
            other = teach(lab, names["b"], 1, RECIPE)
            print(
                f"with one instance gone the other's class goes on ({other.iteration} iterations)"
            )
            with instance("a-", ports[0], host, files[0]):
                again = teach(lab, names["a"], 1, RECIPE)
                assert again.arrays["0/loss"] == other.arrays["0/loss"]
                print("the one that has come back has its class again, with the same numbers")
    return 0


if __name__ == "__main__":
    sys.exit(main())
