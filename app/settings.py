"""Settings of the service, from ``UNROLLED_…`` in the environment."""

from __future__ import annotations

import ipaddress
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, StringConstraints, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost", "[::1]"})
"""What a browser on the same machine calls it."""

HostPattern = Annotated[str, StringConstraints(pattern=r"^(\*|(\*\.)?[^*\s/]+)$")]
"""A host name as a Host header has it, ``*.a.domain``, or ``*`` for any."""


def _by_comma(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return tuple(name.strip() for name in value.split(",") if name.strip())


class Settings(BaseSettings):
    """Where the service listens, whom it answers, and how much it gives to each."""

    model_config = SettingsConfigDict(env_prefix="UNROLLED_", frozen=True, extra="ignore")

    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    allowed_hosts: Annotated[tuple[HostPattern, ...], NoDecode, BeforeValidator(_by_comma)] = Field(
        (), description="Further host names by which browsers may call this service, by comma."
    )
    max_runs: int = Field(64, ge=1, description="Viewers at a time, each with a run of their own.")
    max_runs_per_client: int = Field(
        60, ge=1, description="Runs of one address; a class behind one router shares one."
    )
    state: Path | None = Field(
        None,
        description="SQLite file that keeps classes; without one they end with the service.",
    )
    lessons: Path | None = Field(
        None, description="Folder with further lessons, or others in the place of those there are."
    )
    room_prefix: str = Field(
        "",
        pattern=r"^([a-z0-9]+-)?$",
        max_length=12,
        description="Beginning of the names of classes, by which a balancer finds the instance.",
    )
    max_followers: int = Field(400, ge=1, description="Pages of one class at a time.")
    token: str | None = Field(
        None,
        min_length=16,
        max_length=200,
        description="By which a lecturer is let in; made at start if needed.",
    )
    student_token: str | None = Field(
        None,
        min_length=16,
        max_length=200,
        description="By which students are let in; made at start if needed.",
    )
    questions_per_minute: int = Field(
        1200, ge=1, description="Requests to the API of one address; a class may share one."
    )
    connections_per_client: int = Field(
        600, ge=1, description="Connections that one address may have; a class may share one."
    )
    head_timeout: float = Field(
        10, gt=0, description="Seconds in which the head of a request has to arrive."
    )
    body_timeout: float = Field(
        30, gt=0, description="Seconds in which the body of a request has to arrive."
    )
    start_timeout: float = Field(
        20, gt=0, description="Seconds in which a viewer has to start a run."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "warning", description="The least urgent that is logged."
    )
    connections_per_minute: int = Field(
        1800, ge=1, description="Websockets that one address may open; a class may share one."
    )
    workers: int | None = Field(
        None, ge=1, le=256, description="Processes that compute; by default one for each core."
    )
    frame_rate: float = Field(
        60, gt=0, le=1000, description="Frames a second, at most, while a run plays."
    )
    send_timeout: float = Field(
        10, gt=0, description="Seconds that one message may take to leave before we hang up."
    )
    body_limit: int = Field(
        256 * 1024, ge=1024, description="Bytes of the largest request body or message we read."
    )
    unsent_limit: int = Field(
        100_000,
        ge=1,
        description="Iterations that a run may be ahead of what its viewer was sent.",
    )

    @model_validator(mode="after")
    def _apart(self) -> Self:
        """Refuse one token for both: everybody would be a lecturer."""
        if self.token is not None and self.token == self.student_token:
            raise ValueError("token and student_token must not be the same")
        return self

    @property
    def host_names(self) -> set[str]:
        """Host names of this service by itself: those of loopback, and the one it is bound to."""
        own = f"[{self.host}]" if ":" in self.host else self.host
        return {*LOOPBACK_NAMES, own.lower()} - {"", "0.0.0.0", "[::]"}

    @property
    def listens_everywhere(self) -> bool:
        """Whether it listens on every address of the machine."""
        return _is_every_address(self.host)

    @property
    def needs_tokens(self) -> bool:
        """Whether others than this machine's users can reach it, or a token was asked for.

        Names that are allowed mean a proxy, and with it everybody who can reach that.
        """
        further = {name.rpartition(":")[0] or name for name in self.allowed_hosts}
        asked_for = self.token or self.student_token or further - LOOPBACK_NAMES
        return not _is_loopback(self.host) or bool(asked_for)


def _is_every_address(host: str) -> bool:
    try:
        return not host or ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return False


def _is_loopback(host: str) -> bool:
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
