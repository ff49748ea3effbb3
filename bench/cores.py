"""Who computes where: the server on one core, the load on another, so that neither waits."""

import os
import resource
import shutil
from typing import Literal

_ORDER = ("server", "load")


def on_core(who: Literal["server", "load"]) -> list[str]:
    """What to put before a command; nothing where there is one core only."""
    if not _are_apart():
        return []
    core = sorted(os.sched_getaffinity(0))[_ORDER.index(who)]
    return ["taskset", "--cpu-list", str(core)]


def placing() -> str:
    """How it is, for the reader of the figures."""
    if _are_apart():
        return "Server and load each on a core of their own."
    return "**Server and load on one core**: wall times and latencies say little."


def allow_many_files() -> None:
    """A socket is a file, here and in all that is started from here."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def _are_apart() -> bool:
    return len(os.sched_getaffinity(0)) > 1 and shutil.which("taskset") is not None
