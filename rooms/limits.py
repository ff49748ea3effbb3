"""How fast one person may change things: a token bucket each, in this process."""

import math
import time
from dataclasses import dataclass, field
from threading import Lock

from django.conf import settings
from django.utils.translation import ngettext

from rooms.refusals import RateLimited

_FORGET_BEYOND = 10_000


class Buckets:
    """`rate` a second with bursts of `burst`, per key; safe to use from several threads."""

    def __init__(self, rate: float, burst: int) -> None:
        self._rate = rate
        self._burst = burst
        self._levels: dict[int, tuple[float, float]] = {}
        self._lock = Lock()

    def take(self, key: int, now: float) -> float:
        """Takes one token and returns 0.0, or returns the seconds to wait until there is one."""
        with self._lock:
            level, at = self._levels.get(key, (float(self._burst), now))
            level = min(float(self._burst), level + (now - at) * self._rate)
            if level < 1:
                return (1 - level) / self._rate
            self._levels[key] = (level - 1, now)
            if len(self._levels) > _FORGET_BEYOND:
                self._forget_full(now)
            return 0.0

    def _forget_full(self, now: float) -> None:
        refill = self._burst / self._rate
        self._levels = {
            key: (level, at) for key, (level, at) in self._levels.items() if now - at < refill
        }


# Whatever a person's sockets send counts as a frame; a socket that comes costs a replay.
FRAMES_PER_SECOND, FRAME_BURST = 50, 200
CONNECTS_PER_SECOND, CONNECT_BURST = 1, 60


@dataclass(slots=True)
class _Limits:
    """What one process counts."""

    changes: Buckets = field(
        default_factory=lambda: Buckets(settings.MESSAGES_PER_SECOND, settings.MESSAGE_BURST)
    )
    frames: Buckets = field(default_factory=lambda: Buckets(FRAMES_PER_SECOND, FRAME_BURST))
    connects: Buckets = field(default_factory=lambda: Buckets(CONNECTS_PER_SECOND, CONNECT_BURST))


_limits = _Limits()


def check_rate(user_id: int) -> None:
    """Counts one change by this person. Raises RateLimited with the whole seconds to wait."""
    _check(_limits.changes, user_id)


def check_frames(user_id: int) -> None:
    """Counts one frame from any of this person's sockets. Raises RateLimited."""
    _check(_limits.frames, user_id)


def may_connect(user_id: int) -> bool:
    """Counts one more socket of this person; whether they do not come too fast."""
    return not settings.RATE_LIMITS or not _limits.connects.take(user_id, time.monotonic())


def reset_rates() -> None:
    """Gives everybody full buckets again; tests begin with it."""
    global _limits
    _limits = _Limits()


def _check(buckets: Buckets, user_id: int) -> None:
    if not settings.RATE_LIMITS:
        return
    wait = buckets.take(user_id, time.monotonic())
    if wait:
        seconds = math.ceil(wait)
        raise RateLimited(
            ngettext(
                "Too fast. Wait %(count)s second.", "Too fast. Wait %(count)s seconds.", seconds
            )
            % {"count": seconds},
            retry_after=seconds,
        )
