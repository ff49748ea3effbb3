"""A disk so small that it can be filled; where none may be mounted, a failpoint."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.faults.house import House

SIZE = "48m"  # what the long form writes fits in twice
PIECE = bytes(64 * 1024)


class Disk:
    """`is_real` unless its fullness is a failpoint's."""

    def __init__(self, folder: Path, *, is_real: bool) -> None:
        self.is_real = is_real
        self._filler = folder / "filler"

    def fill(self, house: House) -> None:
        """Not a byte is left when this returns."""
        if not self.is_real:
            house.sabotage(disk_full=True)
            return
        with self._filler.open("wb", buffering=0) as file:
            for piece in (PIECE, bytes(1)):
                # What is left by pieces goes by bytes; on a tmpfs that is a page at a time.
                with suppress(OSError):
                    while file.write(piece):
                        pass

    def free(self, house: House) -> None:
        if self.is_real:
            self._filler.unlink()
        else:
            house.sabotage()


@contextmanager
def small_disk(folder: Path) -> Iterator[Disk]:
    """Mounted at `folder`, until the block ends."""
    folder.mkdir(parents=True)
    options = f"size={SIZE},mode=0700,uid={os.getuid()}"
    mounted = _run("mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder))
    try:
        yield Disk(folder, is_real=mounted)
    finally:
        if mounted:
            assert _run("umount", str(folder)) or _run("umount", "-l", str(folder))


def _run(*command: str) -> bool:
    """Whether it could be done."""
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False
