"""The origin of a page that opens a websocket or sends something.

Browsers let any page open a websocket to any server, and post to it, and send only the page's
origin along: here is the one place where a page of another site can be recognised.
"""

from __future__ import annotations

import re

from app.http.hosts import Host, parse

_ORIGIN = re.compile(r"(https?)://([^/@?#\s]+)")
_SCHEMES = {"ws": "http", "wss": "https", "http": "http", "https": "https"}
_PORTS = {"http": 80, "https": 443}
_FOREIGN = ("cross-site", "same-site")


def is_our_own(scheme: str, host: Host, origin: str | None, fetch_site: str | None) -> bool:
    """Return whether a page came from this server, or the client is no browser.

    Scheme, host and port have to be the same. Programs that are no browsers send no origin, and
    could send any.

    Parameters
    ----------
    scheme : str
        Of the request: http, https, ws or wss.
    host : Host
        That the request asks for.
    origin, fetch_site : str or None
        Its headers ``Origin`` and ``Sec-Fetch-Site``.
    """
    if fetch_site is not None and fetch_site.lower() in _FOREIGN:
        return False
    if origin is None:
        return True
    found = _ORIGIN.fullmatch(origin.lower())
    if found is None:
        return False
    theirs, where = found.groups()
    page = parse(where)
    if page is None or theirs != _SCHEMES[scheme]:
        return False
    usual = _PORTS[theirs]
    return page.name == host.name and (page.port or usual) == (host.port or usual)
