"""Studies of a viewer: what it asks to have computed beside its run."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from app.pool.pool import Pool
from app.pool.study import StudyOrder, StudyRefused, compute
from app.pool.worker import ComputeFailed
from app.stream import answers
from app.stream.outbox import Outbox
from app.stream.replay_budget import check_replay
from app.validation.problems import Refused, problem
from engine import Recipe
from engine.studies import Study

logger = logging.getLogger(__name__)

Place = Callable[[], Awaitable[tuple[Recipe, int]]]
"""Returns a run's recipe, and an iteration of which a snapshot is kept: the last one."""


class Studies:
    """One study at a time, and at most one of each kind that waits.

    Parameters
    ----------
    pool : Pool
        Where they are computed.
    outbox : Outbox
        Where findings and answers go.
    on_found : callable, optional
        Given the findings too: others may see them.
    """

    def __init__(
        self, pool: Pool, outbox: Outbox, on_found: Callable[[bytes], object] = lambda _: None
    ) -> None:
        self._pool = pool
        self._outbox = outbox
        self._on_found = on_found
        self._turn = asyncio.Lock()
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def ask(self, study: Study, place: Place, iteration: int | None, to: answers.Id) -> None:
        """Begin a study in place of the last one of its kind.

        Parameters
        ----------
        study : Study
        place : callable
            Tells where its run stands.
        iteration : int or None
            Which one is studied; None for the last one.
        to : int, str or None
            Id of the message that asked for it.
        """
        self.end(study.kind)
        doing = self._do(study, place, iteration, to)
        self._tasks[study.kind] = asyncio.get_running_loop().create_task(doing)

    def end(self, kind: str) -> None:
        """Cancel the study of a kind, if there is one; it is not answered any more."""
        task = self._tasks.pop(kind, None)
        if task is not None:
            task.cancel()

    def close(self) -> None:
        """Cancel all: the run that they are about has ended."""
        for kind in list(self._tasks):
            self.end(kind)

    async def _do(self, study: Study, place: Place, iteration: int | None, to: answers.Id) -> None:
        answer: answers.Answer
        try:
            async with self._turn:
                data = await self._found(study, place, iteration, to)
            self._outbox.hand(data)
            self._on_found(data)
            answer = answers.of_study(study.kind, done=1.0)
        except Refused as refused:
            answer = answers.refusal(refused.problems)
        except StudyRefused as refused:
            because = problem("study", study.kind, "another choice", str(refused))
            answer = answers.refusal([because])
        except ComputeFailed as error:
            answer = answers.failure("the study failed", error)
        except Exception as error:
            logger.exception("a study failed: %s", study.kind)
            answer = answers.failure("the study failed", error)
        if self._tasks.get(study.kind) is asyncio.current_task():
            del self._tasks[study.kind]
        self._outbox.post(answers.replying(answer, to))

    async def _found(
        self, study: Study, place: Place, iteration: int | None, to: answers.Id
    ) -> bytes:
        recipe, last = await place()
        at = last if iteration is None else iteration
        if at > last:
            allowed = f"an iteration from 0 to {last}, of those computed"
            raise Refused([problem("iteration", at, allowed)])
        if study.lane >= len(recipe.lanes):
            allowed = f"an integer from 0 to {len(recipe.lanes) - 1}"
            raise Refused([problem("lane", study.lane, allowed)])
        check_replay(recipe, at)
        kind = study.kind
        # Others who get the findings have not asked for them: it goes with them what was asked.
        about = {
            "study": kind,
            "id": "" if to is None else str(to),
            "request": study.model_dump_json(),
        }

        def tell(done: float) -> None:
            self._outbox.post(answers.of_study(kind, done=done), replaces=f"study {kind}")

        return await compute(self._pool, StudyOrder(study, recipe, at, about), tell)
