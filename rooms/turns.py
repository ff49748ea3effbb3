"""Who changes rows of this process, one after another in the order of asking, and until when."""

import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import OperationalError, connection, transaction

# Seconds from the asking until a change must have begun: the answer is there within the 5 s of
# docs/protocol.md, promise 12.
PATIENCE = 4.0

_begins_by: ContextVar[float | None] = ContextVar("begins_by", default=None)


class _Turns:
    """A lock that is given to whoever has waited longest."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()  # the first of them has its turn

    def take(self, seconds: float, *, is_next: bool = False) -> bool:
        """Whether it came to be one's turn in time. `is_next` goes before all who wait."""
        mine = threading.Lock()
        mine.acquire()
        with self._guard:
            self._waiting.insert(1 if is_next else len(self._waiting), mine)
            if len(self._waiting) == 1:
                return True
        if mine.acquire(timeout=max(0.0, seconds)):
            return True
        with self._guard:
            if self._waiting[0] is mine:
                return True  # it came just now
            self._waiting.remove(mine)
            return False

    def give(self) -> None:
        """To the next."""
        with self._guard:
            self._waiting.popleft()
            if self._waiting:
                self._waiting[0].release()


_turns = _Turns()


@contextmanager
def asked_at(moment: float) -> Iterator[None]:
    """Around a change that was asked for then, by the monotonic clock, and has waited since."""
    token = _begins_by.set(moment + PATIENCE)
    try:
        yield
    finally:
        _begins_by.reset(token)


@contextmanager
def changing(*, is_next: bool = False) -> Iterator[None]:
    """A transaction that changes rooms. Raises OperationalError when it could not begin in time.

    SQLite has one lock for all, and whoever waits for it looks again now and then: beside a writer
    that takes it again at once they would look in vain. Here threads wait in a row before they ask
    for it; `is_next` is for the one who speaks for many. Within a transaction there is nothing to
    wait for.
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        with transaction.atomic():
            yield
        return
    begins_by = _begins_by.get() or time.monotonic() + PATIENCE
    if not _turns.take(begins_by - time.monotonic(), is_next=is_next):
        raise OperationalError("other changes of this process took too long")
    try:
        with _waiting_until(begins_by), transaction.atomic():
            yield
    finally:
        _turns.give()


@contextmanager
def _waiting_until(begins_by: float) -> Iterator[None]:
    """SQLite waits for other processes' changes no longer than that."""
    connection.ensure_connection()
    _wait_for_the_lock(max(0.0, begins_by - time.monotonic()))
    try:
        yield
    finally:
        if connection.connection is not None:
            _wait_for_the_lock(connection.settings_dict["OPTIONS"]["timeout"])


def _wait_for_the_lock(seconds: float) -> None:
    connection.connection.execute(f"PRAGMA busy_timeout = {int(seconds * 1000)}")
