"""What was measured, and what is made of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal

Figure = Literal["cpu", "wall", "p50", "p99"]


@dataclass(frozen=True, slots=True)
class Measured:
    """One contestant's measured stretch in one round. Times in seconds, latencies in ms."""

    deliveries: int
    cpu: float  # of the server's process tree
    wall: float
    busy: float  # the share of its time in which the load generator computed
    p50: float
    p99: float
    lost: int
    doubled: int
    disordered: int
    gone: int  # sockets that the server closed

    @property
    def is_sound(self) -> bool:
        return not (self.lost or self.doubled or self.disordered or self.gone)

    def figure(self, which: Figure) -> float:
        """CPU and wall in microseconds a delivery, latencies in milliseconds."""
        if which == "cpu" or which == "wall":
            seconds = self.cpu if which == "cpu" else self.wall
            return seconds * 1e6 / max(1, self.deliveries)
        return self.p50 if which == "p50" else self.p99


@dataclass(frozen=True, slots=True)
class Spread:
    """The median of several rounds, and the least and greatest of them."""

    middle: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{_short(self.middle)} [{_short(self.low)}..{_short(self.high)}]"


@dataclass(frozen=True, slots=True)
class Result:
    """One row's outcome: what each contestant's rounds were, in the order of the row."""

    row: str
    words: str
    sockets: int
    rounds: dict[str, list[Measured]]

    @property
    def is_sound(self) -> bool:
        return all(each.is_sound for rounds in self.rounds.values() for each in rounds)

    def spread(self, contestant: str, figure: Figure) -> Spread:
        return spread_of([each.figure(figure) for each in self.rounds[contestant]])


@dataclass(frozen=True, slots=True)
class Bar:
    """A claim: ours is at most `times` the peer's `plus` so much, or at most `floor`."""

    ours: str
    peer: str
    words: str
    of: Figure = "cpu"
    times: float = 1.0
    plus: float = 0.0
    floor: float = 0.0

    def holds(self, result: Result) -> bool:
        """By the medians of the rounds. No figure counts where a delivery went wrong."""
        ours = result.spread(self.ours, self.of).middle
        peer = result.spread(self.peer, self.of).middle
        return result.is_sound and ours <= max(self.floor, peer * self.times + self.plus)

    def ratio(self, result: Result) -> float:
        """Ours by the peer's."""
        peer = result.spread(self.peer, self.of).middle
        return result.spread(self.ours, self.of).middle / peer if peer else float("inf")


def spread_of(values: Sequence[float]) -> Spread:
    return Spread(median(values), min(values), max(values))


def percentile(ascending: Sequence[float], share: float) -> float:
    """The value that this share of them does not exceed; 0 of none."""
    return ascending[min(len(ascending) - 1, int(len(ascending) * share))] if ascending else 0.0


def rounds_of(
    contestants: Sequence[str], pairs: int, measure: Callable[[str], Measured]
) -> dict[str, list[Measured]]:
    """Each contestant once in every round, so that a slow minute is everybody's."""
    rounds: dict[str, list[Measured]] = {name: [] for name in contestants}
    for _pair in range(pairs):
        for name in contestants:
            rounds[name].append(measure(name))
    return rounds


def _short(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}"
