"""One script for a page: files of static/ joined into one, made when the site starts."""

import contextlib
import json
import logging
import os
import secrets
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder, FileSystemFinder, searched_locations
from django.contrib.staticfiles.utils import matches_patterns
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import FileSystemStorage

logger = logging.getLogger(__name__)

FOLDER = "joined"
_HTMX = "vendor/htmx-4.0.1-ws.min.js"

# Ours come first: htmx starts as soon as it is loaded, and must find who listens to it.
PARTS: dict[str, tuple[str, ...]] = {
    "room.js": (
        "js/ids.js",
        "js/frames.js",
        "js/pieces.js",
        "js/since.js",
        "js/trim.js",
        "js/jump.js",
        "js/announce.js",
        "js/log.js",
        "js/connection.js",
        "js/watchdog.js",
        "js/pending.js",
        "js/composer.js",
        "js/limit.js",
        "js/editing.js",
        "js/changing.js",
        "js/acts.js",
        "js/typing.js",
        "js/outbox.js",
        "js/reactions.js",
        "js/reading.js",
        "js/room.js",
        "js/history.js",
        "js/newline.js",
        "js/days.js",
        "js/times.js",
        "js/quotes.js",
        "js/keys.js",
        "js/leaving.js",
        _HTMX,
    ),
    "page.js": (
        "js/connection.js",
        "js/watchdog.js",
        "js/leaving.js",
        "js/unsent.js",
        "js/days.js",
        "js/times.js",
        "js/quotes.js",
        "js/offline.js",
        _HTMX,
    ),
}


class JoinedFiles(BaseFinder):
    """Finds `joined/room.js` and its like in the data folder, where it makes them.

    Once in the life of a process, or with DEBUG whenever it is asked. Raises ImproperlyConfigured
    when a part is missing or the folder cannot be written.
    """

    def __init__(self, *_: Any, **__: Any) -> None:
        self.storage = FileSystemStorage(location=settings.DATA_DIR / FOLDER)
        # By this Django and WhiteNoise know under which addresses the files lie.
        self.storage.prefix = FOLDER  # type: ignore[attr-defined]
        self._made: dict[str, Path] = {}

    def check(self, **kwargs: Any) -> list[Any]:
        """Nothing: what is wrong stops the start by itself."""
        return []

    def find(self, path: str, find_all: bool = False) -> Any:
        """Where the joined file `path` lies; what is falsy when there is none of that name."""
        searched_locations.append(str(self.storage.base_location))
        name = path.removeprefix(f"{FOLDER}/")
        if name == path or name not in PARTS:
            return [] if find_all else None
        found = str(self._path_of(name))
        return [found] if find_all else found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Any]]:
        """Each joined file and the storage that it lies in."""
        for name in PARTS:
            if not matches_patterns(name, ignore_patterns or []):
                self._path_of(name)
                yield name, self.storage

    def _path_of(self, name: str) -> Path:
        path = self._made.get(name)
        if path is None or settings.DEBUG:
            path = self._made[name] = Path(self.storage.path(name))
            _keep(path, join_parts(name))
        return path


def join_parts(name: str) -> bytes:
    """What stands in the joined file `name`: its parts in their order, small but with DEBUG.

    Raises ImproperlyConfigured when a part is missing.
    """
    own = [part for part in PARTS[name] if not part.startswith("vendor/")]
    scripts = dict(zip(own, _minified([_read(part, name) for part in own]), strict=True))
    return "\n".join(
        _apart(scripts[part]) if part in scripts else f"{_read(part, name).rstrip()}\n;"
        for part in PARTS[name]
    ).encode()


def _apart(script: str) -> str:
    """As files of their own they did not fall together: one that fails leaves the others whole."""
    return f"try {{\n{script.strip()}\n}} catch (problem) {{ reportError(problem); }}"


def _minified(scripts: list[str]) -> list[str]:
    """The scripts made small; as they are where that is not possible.

    In a process of its own, because the library brings along the runtime of another language.
    """
    if settings.DEBUG:
        return scripts
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter, our own files
            # -P: not what happens to lie in the folder where the site was started.
            [sys.executable, "-P", "-c", _MINIFY],
            input=json.dumps(scripts),
            env={name: os.environ[name] for name in _PASSED_ON if name in os.environ},
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=60,
            check=True,
        )
        small = json.loads(done.stdout)
    except (OSError, subprocess.SubprocessError, ValueError) as problem:
        logger.info("scripts go out as they are: %s", problem)
        return scripts
    is_whole = isinstance(small, list) and len(small) == len(scripts)
    return small if is_whole and all(isinstance(each, str) for each in small) else scripts


_PASSED_ON = ("PATH", "SYSTEMROOT")  # and no secret
_MINIFY = """
import json, sys, minify
sys.stdin.reconfigure(encoding="utf-8")
sys.stdout.reconfigure(encoding="utf-8")
small = [minify.string("application/javascript", script) for script in json.load(sys.stdin)]
json.dump(small, sys.stdout)
"""


def _read(part: str, name: str) -> str:
    found = FileSystemFinder().find(part)
    if not found:
        raise ImproperlyConfigured(
            f"static/{part} is missing, of which {FOLDER}/{name} is made (chatsite/bundles.py)."
        )
    return Path(found).read_text(encoding="utf-8")


def _keep(path: Path, content: bytes) -> None:
    """Puts `content` at `path` unless it is there: others may be reading or making it."""
    try:
        with contextlib.suppress(FileNotFoundError):
            if path.read_bytes() == content:
                return
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        try:
            draft.write_bytes(content)
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as problem:
        raise ImproperlyConfigured(
            f"{path} cannot be written ({problem}). The site keeps the scripts of its pages there: "
            "let the account that runs it write in DATA_DIR."
        ) from problem
