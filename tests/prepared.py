"""Data folders as a first start leaves them, in memory: for tests of what comes after it."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.site import serving

# For a process on such a folder, where it is not tested how passwords are kept.
QUICK = {"DJANGO_SETTINGS_MODULE": "tests.quick_settings"}
MEMORY = Path("/dev/shm")
ENOUGH = 512 * 1024 * 1024  # bytes; a site takes a few MiB


@contextmanager
def prepared_folder() -> Iterator[Path]:
    """One of the test's own, removed with the block."""
    with scratch() as place:
        folder = Path(place) / "data"
        shutil.copytree(_after_a_first_start(), folder)
        yield folder


def scratch() -> TemporaryDirectory[str]:
    """In memory, where nobody waits for a disk; on disk where there is no such place."""
    is_roomy = os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ENOUGH
    return TemporaryDirectory(prefix="chatsite-", dir=MEMORY if is_roomy else None)


@cache
def _after_a_first_start() -> Path:
    """Made once a process: it takes longer than all that is tested on many a site."""
    folder = Path(_kept().name) / "data"
    with serving(folder) as site:
        assert site.process.end() == 0, site.process.output
    return folder


@cache
def _kept() -> TemporaryDirectory[str]:
    """Removed when the process ends."""
    return scratch()
