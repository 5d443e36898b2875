"""Settings of the service, from ``UNROLLED_…`` in the environment."""

from __future__ import annotations

import ipaddress
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, StringConstraints
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

LOOPBACK_NAMES = ("127.0.0.1", "localhost", "[::1]")
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
    frame_rate: float = Field(
        60, gt=0, le=1000, description="Frames a second, at most, while a run plays."
    )
    send_timeout: float = Field(
        30, gt=0, description="Seconds that one message may take to leave before we hang up."
    )
    body_limit: int = Field(
        256 * 1024, ge=1024, description="Bytes of the largest request body or message we read."
    )
    unsent_limit: int = Field(
        100_000,
        ge=1,
        description="Iterations that a run may be ahead of what its viewer was sent.",
    )

    @property
    def host_names(self) -> list[str]:
        """Host names that a request may carry: a page of another name is not ours.

        On a loopback or other single address a foreign name means DNS rebinding. Whoever listens
        on every address has names that we cannot know, and takes any.
        """
        if "*" in self.allowed_hosts or _is_every_address(self.host):
            return ["*"]
        own = f"[{self.host}]" if ":" in self.host else self.host
        return list(dict.fromkeys([*LOOPBACK_NAMES, own.lower(), *self.allowed_hosts]))


def _is_every_address(host: str) -> bool:
    try:
        return not host or ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return False
