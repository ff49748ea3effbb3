"""Static files: found where they lie, addressed by what is in them, sent compressed."""

import gzip
import hashlib
import io
import re
from collections.abc import Mapping
from functools import cache, cached_property
from http import HTTPStatus
from pathlib import Path
from typing import Any

import brotli  # type: ignore[import-untyped]
from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage
from whitenoise.middleware import WhiteNoiseMiddleware  # type: ignore[import-untyped]
from whitenoise.responders import Response, StaticFile  # type: ignore[import-untyped]

from chatsite.bundles import FOLDER

_TEXT = frozenset({".css", ".js", ".json", ".map", ".svg", ".txt"})
# By preference. What is refused has a weight of nought.
_ACCEPTS = {
    coding: re.compile(rf"(?<![\w-]){coding}(?![\w-])(?!\s*;\s*q=0(\.0*)?\s*(,|$))")
    for coding in ("br", "gzip")
}
_LARGE = 256 * 1024  # bytes; from here on Brotli's highest level takes seconds


class VersionedStaticStorage(StaticFilesStorage):
    """Gives each file's URL a `?v=` made of its content, so that browsers may keep it for a
    year."""

    def url(self, name: str | None) -> str:
        """The address of the file `name`, with its version when the file is found."""
        address = super().url(name)
        version = _version(name or "") if not settings.DEBUG else ""
        return f"{address}?v={version}" if version else address


class StaticFiles(WhiteNoiseMiddleware):  # type: ignore[misc]  # it has no types
    """WhiteNoise, whose files of text go out compressed."""

    def get_static_file(self, path: str, url: str, stat_cache: Any = None) -> Any:
        """What answers requests for the file at `path`."""
        return VersionedFile(path, super().get_static_file(path, url, stat_cache=stat_cache))


class VersionedFile:
    """A file, to be kept for a year by whoever asks for the very version that it is.

    One of text is compressed once, when somebody who takes it so first asks for it. Not a
    middleware around WhiteNoise: it compresses at every request, gives a 304 a body, and makes the
    ETag one that WhiteNoise does not know again.
    """

    def __init__(self, path: str, file: StaticFile) -> None:
        self._path = Path(path)
        self._file = file
        self._is_text = self._path.suffix in _TEXT
        # Another process of another version may write there while this one runs.
        self._whole = self._path.read_bytes() if self._path.parent.name == FOLDER else None
        self._forms: dict[str, bytes] = {}

    def get_response(self, method: str, request: Mapping[str, str]) -> Response:
        """The answer to a request with these headers, as WSGI names them."""
        asked = dict(request)
        # One and the same file to whoever holds either form of it.
        if "HTTP_IF_NONE_MATCH" in asked:
            asked["HTTP_IF_NONE_MATCH"] = asked["HTTP_IF_NONE_MATCH"].removeprefix("W/")
        if self._whole is not None:
            asked.pop("HTTP_RANGE", None)
        answer = self._file.get_response(method, asked)
        headers = dict(answer.headers)
        # Under another version's address it would stand for that one for a year.
        if not settings.DEBUG and asked.get("QUERY_STRING") != f"v={self._version}":
            headers["Cache-Control"] = "no-cache"
        file, body = answer.file, self._whole
        if self._is_text:
            headers["Vary"] = "Accept-Encoding"
            coding = _best_coding(asked.get("HTTP_ACCEPT_ENCODING", ""))
            if answer.status == HTTPStatus.OK and coding:
                body = self._compressed(coding)
                headers["Content-Encoding"] = coding
                headers["ETag"] = f"W/{headers['ETag']}"
        if answer.status == HTTPStatus.OK and body is not None:
            headers["Content-Length"] = str(len(body))
            if file:
                file.close()
                file = io.BytesIO(body)
        return Response(answer.status, list(headers.items()), file)

    @cached_property
    def _version(self) -> str:
        return _version_of(self._read())

    def _read(self) -> bytes:
        return self._path.read_bytes() if self._whole is None else self._whole

    def _compressed(self, coding: str) -> bytes:
        if coding not in self._forms:
            whole = self._read()
            if coding == "br":
                quality = 11 if len(whole) < _LARGE else 9
                self._forms[coding] = brotli.compress(whole, quality=quality)
            else:
                self._forms[coding] = gzip.compress(whole, compresslevel=9, mtime=0)
        return self._forms[coding]


def _best_coding(accepted: str) -> str:
    return next((coding for coding, takes in _ACCEPTS.items() if takes.search(accepted)), "")


@cache
def _version(name: str) -> str:
    path = finders.find(name)
    if not isinstance(path, str):
        return ""
    return _version_of(Path(path).read_bytes())


def _version_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:12]
