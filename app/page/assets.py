"""The files that a browser loads, each at an address that changes with what is in it."""

from __future__ import annotations

import gzip
import hashlib
import threading
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath

from starlette.requests import Request
from starlette.responses import Response

FOR_EVER = "public, max-age=31536000, immutable"

MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
}
"""Said here and not asked of the system, which may believe that modules are plain text."""


def folder(name: str) -> Path:
    """Return the folder of `name` (``static``, ``templates``), installed or in the source tree.

    Parameters
    ----------
    name
        What the folder is called.

    Returns
    -------
    Path
        The folder inside the installed package, or else the one beside the package.
    """
    package = Path(__file__).resolve().parents[1]
    inside = package / name
    return inside if inside.is_dir() else package.parent / name


@dataclass(frozen=True)
class Asset:
    """The bytes of one file, and the same bytes compressed.

    Attributes
    ----------
    body : bytes
        What is in the file.
    media_type : str
        Its media type.
    """

    body: bytes
    media_type: str
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False, compare=False)

    @cached_property
    def digest(self) -> str:
        """Sixteen hexadecimal digits that change when the bytes change."""
        return hashlib.sha256(self.body).hexdigest()[:16]

    @cached_property
    def _compressed(self) -> bytes:
        return gzip.compress(self.body, compresslevel=6, mtime=0)

    def response(self, request: Request, cache: str = FOR_EVER) -> Response:
        """Answer `request` with the file, compressed if the browser takes that.

        Compressing happens once, in the thread that asks first.

        Parameters
        ----------
        request : Request
        cache : str
            How long a browser may keep it.
        """
        tag = f'"{self.digest}"'
        headers = {"Cache-Control": cache, "Vary": "Accept-Encoding", "ETag": tag}
        if tag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        if "gzip" not in request.headers.get("accept-encoding", ""):
            return Response(self.body, headers=headers, media_type=self.media_type)
        with self._lock:
            body = self._compressed
        headers["Content-Encoding"] = "gzip"
        return Response(body, headers=headers, media_type=self.media_type)


class Assets:
    """All files of one folder, under one version.

    The version stands in the address of every file, so that modules which import each other by
    relative paths are always of the same version, however long a browser keeps them.

    Parameters
    ----------
    root
        The folder.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._seen: dict[str, tuple[int, int]] = {}
        self._files: dict[str, Asset] = {}
        self._version = ""
        self._lock = threading.Lock()

    @property
    def version(self) -> str:
        """Changes with any file: edit one, reload the page, and it is there."""
        with self._lock:
            self._refresh()
            return self._version

    def paths(self, suffix: str) -> list[str]:
        """Return the paths of the files whose names end in `suffix`, in order."""
        with self._lock:
            return sorted(path for path in self._files if path.endswith(suffix))

    def find(self, version: str, path: str) -> Asset | None:
        """Return the file at `path`, or None if there is none of that version.

        A page never mixes the modules of two versions: an old address is not answered with a
        new file.
        """
        with self._lock:
            if version != self._version:
                self._refresh()
            return self._files.get(path) if version == self._version else None

    def _refresh(self) -> None:
        seen = {
            file.relative_to(self._root).as_posix(): (file.stat().st_mtime_ns, file.stat().st_size)
            for file in self._root.rglob("*")
            if file.is_file() and file.suffix in MEDIA_TYPES
        }
        if seen == self._seen:
            return
        self._seen = seen
        self._files = {
            path: Asset((self._root / path).read_bytes(), MEDIA_TYPES[PurePosixPath(path).suffix])
            for path in sorted(seen)
        }
        whole = "".join(f"{path}\0{asset.digest}\0" for path, asset in self._files.items())
        self._version = hashlib.sha256(whole.encode()).hexdigest()[:16]
