"""How often somebody may try: counted before any password is hashed."""

import hashlib
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.cache import cache
from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.exceptions import ValidationError
from django.utils.translation import ngettext
from redis.exceptions import RedisError

from accounts.addresses import is_this_machine
from accounts.names import normalise_username

if TYPE_CHECKING:
    from accounts.models import User

logger = logging.getLogger(__name__)

_MINUTE = 60
_HOUR = 3600
# On this machine sit its owner, tests and proxies that were not declared: one address, many people.
_THIS_MACHINE_FACTOR = 100
_TRUST_AGAIN_AFTER = 5.0  # seconds without asking a shared cache that failed


class TooMany(Exception):
    """Refused for now; `wait` tells the whole seconds until it is worth trying again."""

    def __init__(self, wait: int) -> None:
        self.wait = max(1, wait)
        super().__init__(f"wait {self.wait} s")

    def told(self) -> str:
        """In words for people."""
        words = ngettext(
            "Too many tries. Wait %(wait)d second.",
            "Too many tries. Wait %(wait)d seconds.",
            self.wait,
        )
        return words % {"wait": self.wait}


@contextmanager
def sign_in(address: str, username: str) -> Iterator[None]:
    """Counts a try to sign in and forgives it unless the block raises. Raises TooMany."""
    name = f"{address} {normalise_username(username)}"
    _count(
        "sign-in-address", address, _for_address(settings.SIGN_INS_PER_ADDRESS, address), _MINUTE
    )
    _count("sign-in-name", name, settings.SIGN_INS_PER_NAME, _MINUTE)
    yield
    # Not so the address: who has one account could else try another's name for ever.
    _forgive("sign-in-name", name, _MINUTE)


@contextmanager
def registration(address: str) -> Iterator[None]:
    """Counts a registration; one that a ValidationError refuses is free. Raises TooMany."""
    limit = _for_address(settings.REGISTRATIONS_PER_ADDRESS, address)
    _count("registration", address, limit, _HOUR)
    try:
        yield
    except ValidationError:
        _forgive("registration", address, _HOUR)
        raise


@contextmanager
def password_check(user: "User") -> Iterator[None]:
    """Counts a signed-in person's try to tell their password; forgiven unless the block raises."""
    _count("password", str(user.pk), settings.PASSWORD_CHECKS_PER_USER, _MINUTE)
    yield
    _forgive("password", str(user.pk), _MINUTE)


def token_check(what: str, address: str) -> None:
    """Counts a look at a token that somebody without an account may ask for. Raises TooMany."""
    _count(what, address, _for_address(settings.TOKEN_CHECKS_PER_ADDRESS, address), _MINUTE)


def refresh(user: "User") -> None:
    """Counts a pair of tokens that is made for another one. Raises TooMany."""
    _count("refresh-user", str(user.pk), settings.REFRESHES_PER_USER, _MINUTE)


def profile_change(user: "User", address: str) -> None:
    """Counts a person's change of how others see them, by both doors. Raises TooMany."""
    limit = _for_address(settings.PROFILE_CHANGES_PER_ADDRESS, address)
    _count("profile-address", address, limit, _MINUTE)
    _count("profile-user", str(user.pk), settings.PROFILE_CHANGES_PER_USER, _MINUTE)


def _for_address(limit: int, address: str) -> int:
    return limit * _THIS_MACHINE_FACTOR if is_this_machine(address) else limit


def _count(what: str, whose: str, limit: int, window: int) -> None:
    if not settings.RATE_LIMITS:
        return
    if _add(_key(what, whose, window), 1, window) > limit:
        raise TooMany(window - int(time.time()) % window)


def _forgive(what: str, whose: str, window: int) -> None:
    if settings.RATE_LIMITS:
        _add(_key(what, whose, window), -1, window)


def _key(what: str, whose: str, window: int) -> str:
    # The window's number is part of the key: a new window starts at nought without being asked to.
    digest = hashlib.sha256(whose.encode(errors="replace")).hexdigest()[:32]
    return f"throttle:{what}:{digest}:{int(time.time()) // window}"


_own = LocMemCache("throttle", {"OPTIONS": {"MAX_ENTRIES": 100_000}})
_shared_is_away_until = 0.0


def _add(key: str, step: int, window: int) -> int:
    global _shared_is_away_until
    if time.monotonic() >= _shared_is_away_until:
        try:
            return _add_in(cache, key, step, window)
        except (RedisError, OSError) as problem:
            # People must be able to sign in while Redis is away; each process counts alone then.
            logger.warning("The shared cache is away (%s).", type(problem).__name__)
            _shared_is_away_until = time.monotonic() + _TRUST_AGAIN_AFTER
    return _add_in(_own, key, step, window)


def _add_in(store: BaseCache, key: str, step: int, window: int) -> int:
    store.add(key, 0, timeout=window)
    try:
        return int(store.incr(key, step))
    except ValueError:  # It was thrown out in between.
        return step
