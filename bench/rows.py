"""The rows of the table, with their bars: what is done, by whom, and what ours may cost."""

from dataclasses import dataclass, replace

from bench.contestants import (
    DAPHNE,
    DAPHNE_HTML,
    SHARES,
    SOCKET_IO,
    TUTORIAL,
    TUTORIAL_REDIS,
    UVICORN,
    UVICORN_HTML,
    WS,
)
from bench.figures import Bar
from bench.speech import Pattern

OURS = (DAPHNE, UVICORN)
EVERYBODY = (*OURS, WS, SOCKET_IO, TUTORIAL, TUTORIAL_REDIS)
BOTH_WAYS = (DAPHNE, DAPHNE_HTML, UVICORN, UVICORN_HTML)
SMALL_SOCKETS, SMALL_MESSAGES = 50, 40


@dataclass(frozen=True, slots=True)
class Row:
    """All sockets are in one room, and every message goes to all of them."""

    name: str
    words: str
    sockets: int
    pattern: Pattern
    contestants: tuple[str, ...]
    bars: tuple[Bar, ...]

    def pattern_of(self, contestant: str) -> Pattern:
        """Whole bursts, fewer of them for who is slow."""
        if self.pattern.rate:
            return self.pattern
        wanted = self.pattern.messages * SHARES.get(contestant, 1.0)
        bursts = max(1, round(wanted / self.pattern.burst))
        return replace(self.pattern, messages=bursts * self.pattern.burst)

    def small(self) -> "Row":
        """The same, to see whether it works: its figures mean nothing."""
        pattern = replace(self.pattern, messages=min(SMALL_MESSAGES, self.pattern.messages))
        sockets = min(SMALL_SOCKETS, self.sockets)
        words = f"{self.words} (small: {pattern.messages} to {sockets})"
        return replace(self, words=words, sockets=sockets, pattern=pattern)


def _as_cheap(peer: str, words: str, times: float = 1.0) -> tuple[Bar, ...]:
    return tuple(Bar(ours, peer, words, times=times) for ours in OURS)


def _html_as_json() -> tuple[Bar, ...]:
    words = "CPU at most 1.3 times JSON's"
    pairs = ((DAPHNE_HTML, DAPHNE), (UVICORN_HTML, UVICORN))
    return tuple(Bar(html, json, words, times=1.3) for html, json in pairs)


ROWS = (
    Row(
        "fan-out",
        "one message at a time to 1,000 sockets",
        1_000,
        Pattern(300),
        EVERYBODY,
        (
            *_as_cheap(WS, "CPU at most ws's"),
            *_as_cheap(TUTORIAL, "CPU at most 1/20 of the tutorial's", 1 / 20),
        ),
    ),
    Row(
        "bursts",
        "8 messages waiting for 1,000 sockets",
        1_000,
        Pattern(480, burst=8),
        EVERYBODY,
        _as_cheap(WS, "CPU at most half of ws's", 0.5),
    ),
    Row(
        "rate",
        "100 messages a second to 500 sockets",
        500,
        Pattern(1_000, rate=100),
        (*OURS, WS, SOCKET_IO),
        (
            *_as_cheap(WS, "CPU at most 0.6 of ws's", 0.6),
            *(Bar(ours, WS, "p50 at most 15 ms above ws's", of="p50", plus=15.0) for ours in OURS),
        ),
    ),
    Row(
        "latency",
        "50 messages a second to 200 sockets",
        200,
        Pattern(500, rate=50),
        (*OURS, WS),
        tuple(Bar(ours, WS, "p99 at most 20 ms or ws's", of="p99", floor=20.0) for ours in OURS),
    ),
    Row(
        "html",
        "one message at a time to 1,000 sockets, HTML beside JSON",
        1_000,
        Pattern(300),
        BOTH_WAYS,
        _html_as_json(),
    ),
    Row(
        "html-bursts",
        "8 messages waiting for 1,000 sockets, HTML beside JSON",
        1_000,
        Pattern(480, burst=8),
        BOTH_WAYS,
        _html_as_json(),
    ),
)
