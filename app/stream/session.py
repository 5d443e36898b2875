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
    Play,
    Rename,
    Start,
    Step,
    Tweak,
    message_reader,
)
from app.stream.outbox import Outbox
from app.stream.run import Run
from app.validation.problems import Refused, problem
from engine import Experiment, Recipe, Watch

logger = logging.getLogger(__name__)


class Session:
    """Hears messages, has at most one run, and answers through its outbox.

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

    async def hear(self, message: str | bytes) -> None:
        """Take in a message. Whatever is wrong with it becomes an answer.

        Parameters
        ----------
        message : str or bytes
            As it came; only text can be right.
        """
        try:
            if isinstance(message, bytes):
                kind = f"a binary message of {len(message)} bytes"
                raise Refused([problem("message", kind, "JSON text")])
            await self._obey(message_reader.read(message))
        except Refused as refused:
            self.outbox.say(answers.refusal(refused.problems))
        except Exception as error:
            # Nothing that a viewer says may cost it the connection.
            logger.exception("a message could not be obeyed")
            self.outbox.say(answers.failure("the message could not be obeyed", error))

    def close(self) -> None:
        """End the run, if there is one."""
        if self.run is not None:
            self.run.close()

    async def _obey(self, message: Message) -> None:
        if isinstance(message, Start):
            await self._start(message.recipe, message.at)
            return
        if self.run is None:
            raise Refused([problem("type", message.type, "start, as long as nothing runs")])
        match message:
            case Play():
                self.run.play()
            case Pause():
                self.run.pause()
            case Step(iterations=iterations):
                self.run.step(iterations)
            case Tweak(lane=lane, changes=changes):
                self.run.tweak(lane, changes.overrides)
            case Rename(lane=lane, name=name):
                self.run.rename(lane, name)
            case Look():
                self.run.look(Watch.model_validate(message.model_dump(exclude={"type"})))
            case Pace(iterations_per_second=pace):
                self.run.set_pace(pace)
            case Ack(iteration=iteration):
                self.outbox.acknowledge(iteration)
                self.run.nudge()

    async def _start(self, recipe: Recipe, at: int) -> None:
        # Initial weights take a while to draw, and other viewers' frames want to be sent.
        experiment = await asyncio.to_thread(Experiment, recipe, perf_counter)
        watch, pace = self._wishes(recipe)
        self.close()
        self.outbox.forget_frames()
        self.outbox.say(answers.ready(experiment, watch, pace, at))
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

    def _wishes(self, recipe: Recipe) -> tuple[Watch, float | None]:
        """Return the watch, as far as it fits another recipe, and the pace."""
        if self.run is None:
            return Watch(), None
        watch = self.run.watch
        fits = watch.example < recipe.batch_size and (watch.lane or 0) < len(recipe.lanes)
        return (watch if fits else Watch()), self.run.pace
