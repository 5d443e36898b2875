"""Taking a message in: read, obeyed, or answered with what is wrong with it."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from app.stream import answers
from app.stream.messages import id_of
from app.stream.outbox import Outbox
from app.validation.problems import Refused, problem
from app.validation.reader import Reader, aside

logger = logging.getLogger(__name__)

Message = TypeVar("Message")


async def take(
    message: str | bytes,
    reader: Reader[Message],
    outbox: Outbox,
    obey: Callable[[Message], Awaitable[None]],
) -> None:
    """Read a message and obey it. Whatever is wrong with it becomes an answer.

    Parameters
    ----------
    message : str or bytes
        As it came; only text can be right.
    reader : Reader
        Of messages of this kind.
    outbox : Outbox
        Where the answer goes.
    obey : callable
        May raise `Refused`.
    """
    to: answers.Id = None
    try:
        if isinstance(message, bytes):
            kind = f"a binary message of {len(message)} bytes"
            raise Refused([problem("message", kind, "JSON text")])
        data = await aside(message, reader.parse, message)
        to = id_of(data)
        await obey(await aside(message, reader.check, data))
    except Refused as refused:
        outbox.post(answers.replying(answers.refusal(refused.problems), to))
    except Exception as error:
        # No message may cost its sender the connection.
        logger.exception("a message could not be obeyed")
        failure = answers.failure("the message could not be obeyed", error)
        outbox.post(answers.replying(failure, to))
