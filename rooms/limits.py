"""How fast one person may change things: a token bucket each, in this process."""

import math
import time
from threading import Lock

from django.conf import settings
from django.utils.translation import gettext as _

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


_changes = Buckets(settings.MESSAGES_PER_SECOND, settings.MESSAGE_BURST)


def check_rate(user_id: int) -> None:
    """Counts one change by this person. Raises RateLimited with the whole seconds to wait."""
    if not settings.RATE_LIMITS:
        return
    wait = _changes.take(user_id, time.monotonic())
    if wait:
        seconds = math.ceil(wait)
        raise RateLimited(
            _("Too fast. Wait %(count)s seconds.") % {"count": seconds}, retry_after=seconds
        )


def reset_rates() -> None:
    """Gives everybody a full bucket again; tests begin with it."""
    global _changes
    _changes = Buckets(settings.MESSAGES_PER_SECOND, settings.MESSAGE_BURST)
