"""What a worker process does: reads orders, has its parts obey them, writes answers.

It ends with the pipe that its orders come from, and so with the service, however that ends.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
from threading import Lock

from app.pool.parcels import Parcel, pack, read
from app.pool.part import Part
from app.pool.turns import Turns

NICE = 5
"""How far computing stands back behind the service, and the browser of a laptop: answers and
drawing are short and urgent."""


def main() -> None:
    """Serve until the orders end."""
    # Ctrl-C reaches the whole group of processes; the service says when it is over.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    logging.basicConfig(format="%(levelname)s: worker: %(message)s")
    if hasattr(os, "nice"):
        os.nice(NICE)
    # Threads that compute hold the interpreter for many small calls; orders shall not wait long.
    sys.setswitchinterval(0.001)
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb", buffering=0)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a library prints is no answer
    lock = Lock()

    def reply(parcel: Parcel) -> None:
        data = memoryview(pack(parcel.header, parcel.payload))
        with lock:
            while data:
                data = data[answers.write(data) :]

    turns = Turns()
    parts: dict[int, Part] = {}
    while (parcel := read(sys.stdin.buffer)) is not None:
        order = parcel.header
        number = order["part"]
        match order["do"]:
            case "cut":
                parts[number].cut_short()
            case "close":
                parts.pop(number).close()
            case _:
                if order["do"] == "open":
                    parts[number] = Part(turns, reply, first=order["first"])
                parts[number].order(parcel)
    os._exit(0)  # threads that compute would go on
