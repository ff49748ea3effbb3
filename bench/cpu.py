"""What a server's processes have computed; only on Linux."""

import os
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import NamedTuple


class Stat(NamedTuple):
    """Of one process: whose child it is, and its CPU with that of its ended children."""

    parent: int
    ticks: int


def cpu_seconds(roots: Collection[int]) -> float:
    """User and system time so far of these processes and of all that they started."""
    return ticks_of_trees(_stats(), roots) / os.sysconf("SC_CLK_TCK")


def ticks_of_trees(stats: Mapping[int, Stat], roots: Collection[int]) -> int:
    """The sum over the trees below `roots`; who is in two of them counts once."""
    inside = set(roots)
    grown = True
    while grown:
        more = {pid for pid, stat in stats.items() if stat.parent in inside} - inside
        inside |= more
        grown = bool(more)
    return sum(stat.ticks for pid, stat in stats.items() if pid in inside)


def read_stat(text: str) -> Stat:
    """A line of /proc/<pid>/stat. The name in it may hold spaces and parentheses."""
    numbers = text.rpartition(")")[2].split()
    return Stat(int(numbers[1]), sum(map(int, numbers[11:15])))


def _stats() -> dict[int, Stat]:
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            found[int(folder.name)] = read_stat((folder / "stat").read_text(errors="replace"))
        except (FileNotFoundError, ProcessLookupError):
            continue  # it has ended since
    return found
