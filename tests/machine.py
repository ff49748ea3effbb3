"""How slow this machine is now, so that a bar in seconds asks the same of each."""

import time
from statistics import median

# The bars are those of an ordinary server core, on which Python counts so far in this time.
COUNTED = 2_000_000
COUNTED_IN = 0.1  # seconds


class Pace:
    """Taken beside what is measured: a shared machine is now slow and now fast."""

    def __init__(self) -> None:
        self._taken: list[float] = []

    def take(self) -> None:
        """One look, by the clock: what others take from this machine counts too."""
        began = time.perf_counter()
        total = 0
        for number in range(COUNTED):
            total += number
        self._taken.append(time.perf_counter() - began)

    @property
    def slowness(self) -> float:
        """1.0 on such a core and on faster ones; 2.0 where all takes twice as long."""
        return max(1.0, median(self._taken) / COUNTED_IN)
