"""A part of a run: some of its lanes, computed by a thread of a worker process."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from queue import SimpleQueue
from threading import Thread
from typing import Any

import numpy as np
from pydantic import TypeAdapter
from safetensors.numpy import load, save

from app import wire
from app.pool.memory import give_back
from app.pool.parcels import Parcel
from app.pool.turns import Turns
from engine import Experiment, Frame, Recipe, Watch
from engine.arrays import Array
from engine.experiment import Stopped
from engine.frame import SCALARS
from engine.recipe import Tweak
from engine.snapshot import Snapshot
from engine.studies import AnyStudy, Study

logger = logging.getLogger(__name__)

SCALARS_NAME = "scalars"
"""Of the array (n, lanes · scalars) beside those of the frame."""


TELL_AFTER = 1.0
"""Seconds that views may take before it is told how far they are."""

TELL_EVERY = 0.5

_study_reader: TypeAdapter[Study] = TypeAdapter(AnyStudy)


class Part:
    """Obeys orders one after another, each in its turn.

    Parameters
    ----------
    turns : Turns
        Shared by all parts of the process.
    reply : callable
        Takes the answers; may be called from any thread.
    first : bool
        Whether it goes first.
    """

    def __init__(self, turns: Turns, reply: Callable[[Parcel], None], *, first: bool) -> None:
        self._turns = turns
        self._reply = reply
        self._first = first
        self._orders: SimpleQueue[Parcel | None] = SimpleQueue()
        self._experiment: Experiment | None = None
        self._closed = False
        self._waited = 0.0
        self._number: int | None = None
        self._tell_at = 0.0
        self._studied = 0.0
        Thread(target=self._work, name="unrolled-part", daemon=True).start()

    def order(self, order: Parcel) -> None:
        """Add an order."""
        self._orders.put(order)

    def cut_short(self) -> None:
        """Leave the views that are being computed."""
        if self._experiment is not None:
            self._experiment.cut_short()

    def close(self) -> None:
        """End before long; orders that wait are not answered."""
        self._closed = True
        if self._experiment is not None:
            self._experiment.stop()
        self._orders.put(None)

    def _work(self) -> None:
        try:
            self._obey_all()
        finally:
            self._experiment = None
            give_back()

    def _obey_all(self) -> None:
        while (parcel := self._orders.get()) is not None and not self._closed:
            order = parcel.header
            self._waited = 0.0
            self._number = order["number"]
            # Who asks for a study waits for nothing else.
            soon = 0.0 if order["do"] == "study" else TELL_AFTER
            self._tell_at = time.monotonic() + soon
            self._take_turn(self._turns.take)
            began = time.thread_time()
            try:
                answer = self._obey(order, parcel.payload)
            except Stopped:
                return
            except Exception as error:
                logger.exception("an order of the pool failed: %s", order["do"])
                answer = Parcel({"error": f"{type(error).__name__}: {error}"})
            finally:
                self._turns.end()
            spent = {"busy": time.thread_time() - began, "waited": self._waited}
            self._reply(Parcel({**answer.header, "number": order["number"], **spent}, answer[1]))

    def _take_turn(self, wait: Callable[..., None]) -> None:
        asked = time.monotonic()
        wait(first=self._first)
        self._waited += time.monotonic() - asked

    def _checkpoint(self) -> None:
        self._take_turn(self._turns.offer)
        done = 0.0 if self._experiment is None else self._experiment.views_done
        self._tell(self._studied or done)

    def _tell(self, done: float) -> None:
        """Tell which share of an order that takes long is done."""
        if done > 0 and time.monotonic() >= self._tell_at:
            self._tell_at = time.monotonic() + TELL_EVERY
            self._reply(Parcel({"number": self._number, "done": done}))

    def _obey(self, order: dict[str, Any], payload: bytes) -> Parcel:
        if order["do"] == "open":
            return self._open(order, payload)
        assert self._experiment is not None, "no order comes before open"
        match order["do"]:
            case "advance":
                return self._advance(self._experiment, order)
            case "frame":
                watch = Watch.model_validate(order["watch"])
                return self._show(self._experiment, self._experiment.frame(watch), {})
            case "snapshot":
                snapshot = self._experiment.snapshot()
                facts = {
                    "iteration": snapshot.iteration,
                    "drawn_from": snapshot.drawn_from,
                    "lost": snapshot.lost,
                }
                return Parcel(facts, save(snapshot.arrays))
            case "study":
                return self._study(self._experiment, order)
            case "example":
                return Parcel({"example": self._experiment.example(order["index"])})
        raise ValueError(f"do is {order['do']!r}")

    def _open(self, order: dict[str, Any], payload: bytes) -> Parcel:
        recipe = Recipe.model_validate(order["recipe"])
        # A thread's own time: waiting for a turn is no part of an iteration.
        experiment = Experiment(
            recipe, time.thread_time, lanes=order["lanes"], checkpoint=self._checkpoint
        )
        if order["snapshot"] is not None:
            experiment.restore(Snapshot(arrays=load(payload), **order["snapshot"]))
        self._experiment = experiment
        if self._closed:
            raise Stopped
        lanes = [
            {
                "cell": lane.hyperparameters.cell,
                "gate_names": list(lane.cell.gate_names),
                "state_names": list(lane.cell.state_names),
                "parameters": lane.parameter_count,
                "hidden_size": lane.hidden_size,
                "num_layers": lane.num_layers,
                "bidirectional": lane.hyperparameters.bidirectional,
                "kept_bytes": lane.kept_bytes,
                "kept_bytes_a_timestep": lane.kept_bytes_a_timestep,
                "scratch_bytes": lane.scratch_bytes,
                "switchable_paths": list(lane.switchable_paths),
            }
            for lane in experiment.lanes
        ]
        return Parcel({"task": experiment.task.describe(), "lanes": lanes})

    def _advance(self, experiment: Experiment, order: dict[str, Any]) -> Parcel:
        if order["tweaks"] is not None:
            tweaks = tuple(Tweak.model_validate(tweak) for tweak in order["tweaks"])
            experiment.retell(experiment.recipe.model_copy(update={"tweaks": tweaks}))
        count = order["count"]
        watch = None if order["watch"] is None else Watch.model_validate(order["watch"])
        scalars = np.empty((count, len(experiment.lanes) * len(SCALARS)))
        took = np.zeros(len(experiment.lanes))
        for place in range(count):
            frame = experiment.advance(watch if place == count - 1 else None)
            scalars[place] = [
                frame.arrays[f"{lane}/{name}"] for lane in experiment.indices for name in SCALARS
            ]
            took += experiment.took
        if watch is None:
            frame = Frame(frame.iteration, {}, frame.text)
        header = {"took": (1000 * took / count).tolist()}
        return self._show(experiment, frame, header, **{SCALARS_NAME: scalars})

    def _study(self, experiment: Experiment, order: dict[str, Any]) -> Parcel:
        study = _study_reader.validate_python(order["study"])

        def progress(share: float) -> None:
            # A pass that is made on the way has checkpoints of its own.
            self._studied = share
            self._checkpoint()
            if self._closed:
                raise Stopped

        try:
            with np.errstate(all="ignore"):
                arrays, text = study.compute_at(order["iteration"], experiment, progress)
        except ValueError as error:
            return Parcel({"refused": str(error)})
        frame = Frame(order["iteration"], arrays, text)
        return Parcel(
            {}, wire.encode(frame.iteration, text | order["about"], wire.arrays_of(frame))
        )

    def _show(
        self, experiment: Experiment, frame: Frame, header: dict[str, Any], **more: Array
    ) -> Parcel:
        facts = {"text": frame.text, "cut": experiment.was_cut_short}
        return Parcel({**header, **facts}, save(wire.arrays_of(frame) | more))
