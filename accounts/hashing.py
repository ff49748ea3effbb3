"""Password hashing, so few at a time that the site goes on answering."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher

from accounts.throttle import TooMany

_COME_BACK_AFTER = 5  # seconds
_slots = threading.BoundedSemaphore(settings.HASHINGS_AT_ONCE)


@contextmanager
def hashing_slot() -> Iterator[None]:
    """Waits for its turn; raises TooMany after `HASHING_WAIT` seconds without one."""
    patience = settings.HASHING_WAIT if settings.RATE_LIMITS else None
    if not _slots.acquire(timeout=patience):
        raise TooMany(_COME_BACK_AFTER)
    try:
        yield
    finally:
        _slots.release()


class BoundedPBKDF2Hasher(PBKDF2PasswordHasher):
    """Django's hasher behind the slots, by whatever door the password came."""

    def encode(self, password: str, salt: str, iterations: int | None = None) -> str:
        with hashing_slot():
            return super().encode(password, salt, iterations)
