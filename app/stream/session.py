"""A session: one viewer's side of the stream, without the socket."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from time import perf_counter

from app.settings import Settings
from app.stream import answers
from app.stream.messages import (
    Ack,
    Look,
    Message,
    Pace,
    Pause,
    Ping,
    Play,
    Rename,
    Start,
    Step,
    Tweak,
    id_of,
    message_reader,
)
from app.stream.outbox import Outbox
from app.stream.run import Run
from app.validation.problems import Refused, problem
from engine import Experiment, Recipe, Watch

logger = logging.getLogger(__name__)


class Session:
    """Takes messages in, has at most one run, and answers through its outbox.

    Parameters
    ----------
    settings : Settings
        Of the service.
    wake : callable
        Called, from any thread, whenever the outbox has something.
    """

    def __init__(self, settings: Settings, wake: Callable[[], object]) -> None:
        self.outbox = Outbox(wake)
        self.run: Run | None = None
        self._settings = settings

    async def receive(self, message: str | bytes) -> None:
        """Take in a message. Whatever is wrong with it becomes an answer.

        Parameters
        ----------
        message : str or bytes
            As it came; only text can be right.
        """
        to: answers.Id = None
        try:
            if isinstance(message, bytes):
                kind = f"a binary message of {len(message)} bytes"
                raise Refused([problem("message", kind, "JSON text")])
            data = message_reader.parse(message)
            to = id_of(data)
            await self._obey(message_reader.check(data))
        except Refused as refused:
            self.outbox.post(answers.replying(answers.refusal(refused.problems), to))
        except Exception as error:
            # No message of a viewer may cost it the connection.
            logger.exception("a message could not be obeyed")
            failure = answers.failure("the message could not be obeyed", error)
            self.outbox.post(answers.replying(failure, to))

    def close(self) -> None:
        """End the run, if there is one."""
        if self.run is not None:
            self.run.close()

    async def _obey(self, message: Message) -> None:
        if isinstance(message, Start):
            await self._start(message)
            return
        if isinstance(message, Ping):
            # Answered here: the run may be in the middle of a long iteration.
            self.outbox.post(answers.replying(answers.alive(), message.id))
            return
        if self.run is None:
            raise Refused([problem("type", message.type, "start, as long as nothing runs")])
        match message:
            case Play(id=to):
                self.run.play(to)
            case Pause(id=to):
                self.run.pause(to)
            case Step(iterations=iterations, id=to):
                self.run.step(iterations, to)
            case Tweak(lane=lane, changes=changes, id=to):
                self.run.tweak(lane, changes.overrides, to)
            case Rename(lane=lane, name=name, id=to):
                self.run.rename(lane, name, to)
            case Look(watch=watch, id=to):
                self.run.look(watch, to)
            case Pace(iterations_per_second=pace, id=to):
                self.run.set_pace(pace, to)
            case Ack(iteration=iteration):
                self.outbox.acknowledge(iteration)
                self.run.nudge()

    async def _start(self, message: Start) -> None:
        recipe, at = message.recipe, message.at
        # Initial weights take a while to draw, and other viewers' frames have to be sent meanwhile.
        experiment = await asyncio.to_thread(Experiment, recipe, perf_counter)
        watch, pace = self._kept_settings(recipe)
        self.close()
        self.outbox.forget_frames()
        ready = answers.ready(experiment, watch, pace, at)
        self.outbox.post(answers.replying(ready, message.id))
        self.run = Run(
            experiment,
            self.outbox,
            at=at,
            watch=watch,
            pace=pace,
            frame_rate=self._settings.frame_rate,
            unsent_limit=self._settings.unsent_limit,
        )
        self.run.start()

    def _kept_settings(self, recipe: Recipe) -> tuple[Watch, float | None]:
        """Return the present run's watch, as far as it fits another recipe, and its pace."""
        if self.run is None:
            return Watch(), None
        watch = self.run.watch
        fits = watch.example < recipe.batch_size and (watch.lane or 0) < len(recipe.lanes)
        return (watch if fits else Watch()), self.run.pace
