"""The wall clock of a house, moved while it runs; what measures durations goes on as it was."""

import struct
import subprocess
from pathlib import Path
from typing import Any

from tests import needs

HOUR = 3600


class Clock:
    """`environment` is for the processes whose clock it is. A test with one needs a compiler."""

    # Not libfaketime: beneath 0.9.10 Python's sleep fails, and a post takes seconds.

    def __init__(self, folder: Path) -> None:
        self._file = folder / "clock"
        self.move(0)
        library = folder / "clock.so"
        compiler = needs.find_compiler()
        assert compiler is not None
        source = Path(__file__).with_suffix(".c")
        subprocess.run([compiler, "-O2", "-shared", "-fPIC", "-o", library, source], check=True)
        self.environment: dict[str, Any] = {
            "LD_PRELOAD": str(library),
            "CLOCK_FILE": str(self._file),
        }

    def move(self, seconds: int) -> None:
        """So far from the right time it stands from now on; before it if negative."""
        with self._file.open("r+b" if self._file.exists() else "w+b", buffering=0) as file:
            file.write(struct.pack("=q", seconds))
