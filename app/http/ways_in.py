"""The ways in: addresses of pages, with the tokens that open them."""

from __future__ import annotations

import io
from urllib.parse import urlencode

import segno

from app.http.tokens import Tokens


class WaysIn:
    """The addresses that are printed.

    Parameters
    ----------
    base : str
        URL of the service, ending in a slash.
    tokens : Tokens or None
        What others are let in by.
    """

    def __init__(self, base: str, tokens: Tokens | None) -> None:
        self._base, self._tokens = base, tokens

    @property
    def are_guarded(self) -> bool:
        """Whether a token is needed."""
        return self._tokens is not None

    def of_lecturer(self, path: str) -> str:
        """Return the lecturer's own address of a page."""
        return self._with(path, self._tokens.lecturer if self._tokens else None)

    def of_students(self, path: str) -> str:
        """Return the address of a page that students are given."""
        return self._with(path, self._tokens.student if self._tokens else None)

    def code(self, path: str) -> str:
        """Return the students' address as a code for the cameras of phones, in characters."""
        drawn = io.StringIO()
        segno.make(self.of_students(path), error="l").terminal(drawn, border=2, compact=True)
        return drawn.getvalue()

    def _with(self, path: str, token: str | None) -> str:
        return f"{self._base}{path}" + (f"?{urlencode({'token': token})}" if token else "")
