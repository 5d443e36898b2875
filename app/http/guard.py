"""The guard: what every request has to pass, over HTTP and over websockets, before anything else.

The right host, the right origin, a token where one is needed, and not too often. What it refuses
reaches no route; every answer, its own too, carries the headers of `app.http.headers`.
"""

from __future__ import annotations

import html
import json
import logging
from collections import Counter
from http import HTTPStatus
from urllib.parse import parse_qsl, quote, urlencode

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect, cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.http.headers import HEADERS
from app.http.hosts import Hosts, parse
from app.http.origin import is_our_own
from app.http.rate import Rate
from app.http.role import Role
from app.http.tokens import COOKIE_AGE, Tokens
from app.settings import Settings
from app.validation.problems import problem

logger = logging.getLogger(__name__)

WRONG_TOKENS_PER_MINUTE = 60

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class Refusal(Exception):
    """A request that is not let in.

    Parameters
    ----------
    status : HTTPStatus
    sentence : str
        Why, and what to do.
    field, value, allowed
        What is wrong, as in `app.validation.problems.problem`.
    headers : dict, optional
    """

    def __init__(
        self,
        status: HTTPStatus,
        sentence: str,
        field: str,
        value: object,
        allowed: str,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(sentence)
        self.status, self.sentence = status, sentence
        self.problem = {**problem(field, value, allowed), "message": sentence}
        self.headers = headers or {}


class Guard:
    """Lets a request through to an application, or answers it.

    Parameters
    ----------
    app : ASGI application
    settings : Settings
    tokens : Tokens or None
        None lets everybody in, as a lecturer.
    """

    def __init__(self, app: ASGIApp, settings: Settings, tokens: Tokens | None) -> None:
        self._app = app
        self._hosts = Hosts(settings)
        self._tokens = tokens
        self._open: Counter[str] = Counter()
        self._most_sockets = settings.connections_per_client
        self._rates = {
            "question": Rate(settings.questions_per_minute),
            "connection": Rate(settings.connections_per_minute),
            "wrong token": Rate(WRONG_TOKENS_PER_MINUTE),
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        send = _with_headers(send)
        headers = Headers(scope=scope)
        try:
            self._check_form(headers)
            self._check_place(scope, headers)
            role = self._role(scope, headers)
            self._check_rate(scope)
        except Refusal as refusal:
            await _refuse(scope, headers, receive, send, refusal)
            return
        token = _token_in(scope)
        if token is not None and scope["type"] == "http" and self._tokens is not None:
            before = self._tokens.role_of_cookie(_cookie(headers, cookie_name(scope)))
            await self._exchange(scope, send, role, before)
            return
        scope.setdefault("state", {})["role"] = role
        await self._let_in(scope, receive, send)

    async def _let_in(self, scope: Scope, receive: Receive, send: Send) -> None:
        client = scope["client"][0] if scope.get("client") else ""
        if scope["type"] == "websocket":
            if self._open[client] >= self._most_sockets:
                await _refuse(scope, Headers(scope=scope), receive, send, _too_many(client))
                return
            self._open[client] += 1
        started = False

        async def noting(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive, noting)
        except ClientDisconnect:
            logger.debug("a client left in the middle of its request: %s", scope["path"])
        except Exception:
            logger.exception("a request failed: %s", scope["path"])
            if started or scope["type"] == "websocket":
                raise
            failed = json.dumps({"detail": "the server failed; its log says why"}).encode()
            status = HTTPStatus.INTERNAL_SERVER_ERROR
            await _answer(send, "http.response", status, "application/json", failed, {})
        finally:
            if scope["type"] == "websocket":
                self._open[client] -= 1
                if not self._open[client]:
                    del self._open[client]

    def _check_form(self, headers: Headers) -> None:
        """Refuse a body whose end is announced twice: two readers could differ about it."""
        if "content-length" in headers and "transfer-encoding" in headers:
            raise Refusal(
                HTTPStatus.BAD_REQUEST,
                "The request has both Content-Length and Transfer-Encoding: send one of them.",
                "transfer-encoding",
                headers["transfer-encoding"],
                "no Transfer-Encoding beside a Content-Length",
                {"Connection": "close"},
            )

    def _check_place(self, scope: Scope, headers: Headers) -> None:
        given = headers.getlist("host")
        host = parse(given[0]) if len(given) == 1 else None
        port = scope["server"][1] if scope.get("server") else None
        if host is None or not self._hosts.is_ours(host, port):
            shown = ", ".join(given)
            raise Refusal(
                HTTPStatus.BAD_REQUEST,
                f"This service does not answer to the host {shown!r}. Whoever runs it can allow "
                "further names with UNROLLED_ALLOWED_HOSTS.",
                "host",
                shown,
                "the host name and port that the service is known by",
            )
        if scope["type"] == "http" and scope["method"] in _SAFE:
            return
        origin, site = headers.get("origin"), headers.get("sec-fetch-site")
        if not is_our_own(scope["scheme"], host, origin, site):
            raise Refusal(
                HTTPStatus.FORBIDDEN,
                "The page that asks is not from this service: only its own pages may.",
                "origin",
                origin,
                "the origin of this service's own pages",
            )

    def _role(self, scope: Scope, headers: Headers) -> Role:
        if self._tokens is None:
            return "lecturer"
        token = _token_in(scope) or _bearer(headers)
        if token is not None:
            role = self._tokens.role_of_token(token)
        else:
            role = self._tokens.role_of_cookie(_cookie(headers, cookie_name(scope)))
        if role is None:
            if token is not None:
                self._count(scope, "wrong token")
            raise Refusal(
                HTTPStatus.UNAUTHORIZED,
                "This lab is open to those who have its link. Open the link that the lecturer "
                "gave you, or scan the code on the projector: it ends in ?token= and a long word.",
                "token",
                None,
                "the token of the printed link",
                {"WWW-Authenticate": "Bearer"},
            )
        return role

    def _check_rate(self, scope: Scope) -> None:
        if scope["type"] == "websocket":
            kind = "connection"
        elif scope["method"] not in _SAFE:
            kind = "question"
        else:
            return
        self._count(scope, kind)

    def _count(self, scope: Scope, kind: str) -> None:
        """Count a request of a client.

        Raises
        ------
        Refusal
            If there have been too many of its kind within a minute.
        """
        client = scope["client"][0] if scope.get("client") else ""
        rate = self._rates[kind]
        if not rate.admits(client):
            raise Refusal(
                HTTPStatus.TOO_MANY_REQUESTS,
                f"Too many {kind}s from {client}: at most {rate.most} a minute. Try again soon.",
                kind,
                f"more than {rate.most}",
                f"at most {rate.most} a minute",
                {"Retry-After": "5"},
            )

    async def _exchange(self, scope: Scope, send: Send, role: Role, before: Role | None) -> None:
        """Give a cookie for a token, and lead to the same address without it.

        A lecturer who opens her students' link stays one, and sees what they see.
        """
        assert self._tokens is not None
        query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        kept = [(name, value) for name, value in query if name != "token"]
        if before == "lecturer" and role == "student":
            role = "lecturer"
            kept.append(("as", "student"))
        rest = urlencode(kept)
        # Of our own server, whatever the path: one that began with // would lead elsewhere.
        path = "/" + quote(scope["path"].lstrip("/\\"), safe="/-._~")
        secure = "; Secure" if scope["scheme"] == "https" else ""
        cookie = (
            f"{cookie_name(scope)}={self._tokens.cookie(role)}; Max-Age={COOKIE_AGE}; Path=/; "
            # Not Strict: a link in a mail or a chat has to find it after the redirect.
            f"HttpOnly; SameSite=Lax{secure}"
        )
        headers = {
            "Location": f"{path}?{rest}" if rest else path,
            "Set-Cookie": cookie,
            "Cache-Control": "no-store",
        }
        await _answer(send, "http.response", HTTPStatus.SEE_OTHER, "text/plain", b"", headers)


def _too_many(client: str) -> Refusal:
    return Refusal(
        HTTPStatus.TOO_MANY_REQUESTS,
        f"Too many pages are open at {client}: close some of them.",
        "connection",
        client,
        "fewer open connections",
        {"Retry-After": "30"},
    )


def cookie_name(scope: Scope) -> str:
    """Return what the cookie is called: the port is part of it, as cookies don't tell ports."""
    port = scope["server"][1] if scope.get("server") else ""
    return f"unrolled-{port}"


def _token_in(scope: Scope) -> str | None:
    query = parse_qsl(scope["query_string"].decode("latin-1"))
    return next((value for name, value in query if name == "token"), None)


def _bearer(headers: Headers) -> str | None:
    scheme, _, token = headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def _cookie(headers: Headers, name: str) -> str:
    # As browsers write them: cookies of other programs on this host, as JSON in one, come along,
    # and the standard library's parser gives up at the first that is not by the book.
    return cookie_parser(headers.get("cookie", "")).get(name, "")


def _with_headers(send: Send) -> Send:
    starts = ("http.response.start", "websocket.http.response.start", "websocket.accept")

    async def send_with_headers(message: Message) -> None:
        if message["type"] in starts:
            message = {**message, "headers": list(message.get("headers", ()))}
            headers = MutableHeaders(raw=message["headers"])
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return send_with_headers


async def _refuse(
    scope: Scope, headers: Headers, receive: Receive, send: Send, refusal: Refusal
) -> None:
    if "text/html" in headers.get("accept", ""):
        kind, body = "text/html; charset=utf-8", _page(refusal).encode()
    else:
        kind = "application/json"
        body = json.dumps({"detail": [refusal.problem]}, ensure_ascii=False).encode()
    if scope["type"] == "http":
        await _answer(send, "http.response", refusal.status, kind, body, refusal.headers)
        return
    await receive()  # the handshake itself
    if "websocket.http.response" in scope.get("extensions", {}):
        part = "websocket.http.response"
        await _answer(send, part, refusal.status, kind, body, refusal.headers)
    else:
        await send({"type": "websocket.close", "code": 1008, "reason": refusal.status.phrase})


async def _answer(
    send: Send, part: str, status: HTTPStatus, kind: str, body: bytes, more: dict[str, str]
) -> None:
    headers = MutableHeaders(raw=[])
    for name, value in {
        "Content-Type": kind,
        "Content-Length": str(len(body)),
        **more,
    }.items():
        headers[name] = value
    await send({"type": f"{part}.start", "status": int(status), "headers": headers.raw})
    await send({"type": f"{part}.body", "body": body})


def _page(refusal: Refusal) -> str:
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Unrolled: {refusal.status.phrase}</title>"
        '<body style="font: 1.25rem/1.5 system-ui, sans-serif; max-width: 34rem; margin: 12vh auto;'
        ' padding: 0 1rem">'
        f"<h1>{refusal.status.phrase}</h1><p>{html.escape(refusal.sentence)}</p>"
    )
