"""A session: one viewer's side of the stream, without the socket."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable

from app.pool.experiment import PooledExperiment
from app.pool.pool import Pool
from app.settings import Settings
from app.stream import answers
from app.stream.messages import (
    Ack,
    AskStudy,
    EndStudy,
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
    message_reader,
)
from app.stream.outbox import Outbox
from app.stream.places import Places
from app.stream.replay_budget import check_replay
from app.stream.run import Audience, Run
from app.stream.studies import Studies
from app.stream.take import take
from app.validation.problems import Refused, problem
from engine import Recipe, Watch

logger = logging.getLogger(__name__)


class Session:
    """Takes messages in, has at most one run, and answers through its outbox.

    Parameters
    ----------
    settings : Settings
        Of the service.
    pool : Pool
        Where runs are computed.
    places : Places
        Whether one more run may begin.
    wake : callable
        Called whenever the outbox has something.
    first : bool
        Whether this viewer's runs go before others: the lecturer's.
    audience : Audience, optional
        Who else sees its runs.
    """

    def __init__(
        self,
        settings: Settings,
        pool: Pool,
        places: Places,
        wake: Callable[[], object],
        *,
        first: bool = False,
        audience: Audience | None = None,
    ) -> None:
        self.outbox = Outbox(wake)
        self.run: Run | None = None
        self._settings = settings
        self._pool = pool
        self.places = places
        self._first = first
        self._audience = audience
        self._opening: PooledExperiment | None = None
        found = audience.finds if audience is not None else lambda _: None
        self._studies = Studies(pool, self.outbox, found)

    async def receive(self, message: str | bytes) -> None:
        """Take in a message. Whatever is wrong with it becomes an answer.

        Parameters
        ----------
        message : str or bytes
            As it came; only text can be right.
        """
        await take(message, message_reader, self.outbox, self._obey)

    @property
    def has_run(self) -> bool:
        """Whether it takes a place."""
        return self.run is not None or self._opening is not None

    def turn_away(self) -> None:
        """Say that all places are taken, and hang up: the viewer may come again."""
        places = self.places
        taken, most = places.taken, f"at most {places.in_all} viewers at a time"
        if taken < places.in_all:
            taken, most = (
                places.mine,
                f"at most {places.of_client} viewers of one address at a time",
            )
        because = f"this server takes {most}; try again later"
        full = problem("viewers", taken + 1, most, because)
        # Without an id: what the viewer has asked for is not refused, only not now.
        self.outbox.post(answers.refusal([full]))
        self.outbox.close(1013, "the lab is full")

    def expect_a_run(self) -> None:
        """Hang up if nothing has been started: a place at the door is a place too."""
        if not self.has_run:
            self.outbox.close(1008, "nothing was started")

    def close(self) -> None:
        """End the run, if there is one, and what is computed about it."""
        self._studies.close()
        for one in (self.run, self._opening):
            if one is not None:
                one.close()

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
            case AskStudy(study=study, iteration=iteration, id=to):
                self._studies.ask(study, self.run.place, iteration, to)
            case EndStudy(kind=kind, id=to):
                self._studies.end(kind)
                self.outbox.post(answers.replying(answers.of_study(kind, done=1.0), to))
            case Pace(iterations_per_second=pace, id=to):
                self.run.set_pace(pace, to)
            case Ack(iteration=iteration):
                self.outbox.acknowledge(iteration)
                self.run.nudge()

    async def _start(self, message: Start) -> None:
        recipe, at = message.recipe, message.at
        if not self.has_run and not self.places.are_left:
            self.turn_away()
            return
        check_replay(recipe, at)
        watch, pace = self._kept_settings(recipe)
        experiment = PooledExperiment(self._pool, recipe, first=self._first)
        self._opening = experiment
        try:
            await experiment.open(at)
            example = await experiment.example(watch.example)
        except BaseException:
            experiment.close()
            raise
        finally:
            self._opening = None
        # Only now: whatever is wrong with the new run, the old one goes on.
        self.close()
        self.outbox.forget_frames()
        ready = answers.ready(experiment, watch, example, pace, at)
        self.outbox.post(answers.replying(ready, message.id))
        name = secrets.token_hex(4)
        logger.info(
            "run=%s starts: task=%s lanes=%d at=%d first=%s",
            name,
            recipe.model_dump()["task"]["name"],
            len(recipe.lanes),
            at,
            self._first,
        )
        self.run = Run(
            experiment,
            self.outbox,
            at=at,
            watch=watch,
            pace=pace,
            frame_rate=self._settings.frame_rate,
            unsent_limit=self._settings.unsent_limit,
            audience=self._audience,
            name=name,
        )
        if self._audience is not None:
            self._audience.begins(ready)
        self.run.start()

    def _kept_settings(self, recipe: Recipe) -> tuple[Watch, float | None]:
        """Return the present run's watch, as far as it fits another recipe, and its pace."""
        if self.run is None:
            return Watch(), None
        watch = self.run.watch
        fits = watch.example < recipe.batch_size and (watch.lane or 0) < len(recipe.lanes)
        return (watch if fits else Watch()), self.run.pace
