"""Tokens: by which lecturers and students are let in, and told apart."""

from __future__ import annotations

import secrets
import time

from itsdangerous import BadSignature, URLSafeTimedSerializer

from app.http.role import Role

COOKIE_AGE = 14 * 24 * 3600
"""Seconds for which a browser is let in without its token."""


class Tokens:
    """Two secrets, and cookies that stand for them.

    Parameters
    ----------
    lecturer, student : str
        The same after a restart keep everybody in.
    """

    def __init__(self, lecturer: str, student: str) -> None:
        self.lecturer, self.student = lecturer, student
        self._signer = URLSafeTimedSerializer(f"{lecturer} {student}", salt="unrolled cookie")

    def role_of_token(self, token: str) -> Role | None:
        """Return whose token it is; None if it is nobody's."""
        given = token.encode()
        roles: tuple[tuple[str, Role], ...] = (
            (self.lecturer, "lecturer"),
            (self.student, "student"),
        )
        # Both are compared, each in a time that tells nothing.
        found = [role for own, role in roles if secrets.compare_digest(own.encode(), given)]
        return found[0] if found else None

    def cookie(self, role: Role) -> str:
        """Return the value of a cookie that lets in."""
        value = self._signer.dumps(role)
        return value if isinstance(value, str) else value.decode()

    def role_of_cookie(self, value: str) -> Role | None:
        """Return whom a cookie stands for; None if it is not ours, or too old.

        One that is dated ahead is taken too, if by no more than it lasts: the clock of this machine
        was set back since, as happens to one that starts with a wrong time.
        """
        try:
            role, signed = self._signer.loads(value, return_timestamp=True)
        except BadSignature:
            return None
        if abs(time.time() - signed.timestamp()) > COOKIE_AGE:
            return None
        return role if role in ("lecturer", "student") else None
