"""What the tests of accounts share."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client
from pytest_django import Settings

from accounts import authority
from tests.accounts.wire import Api

Lost = list[tuple[int, str | None, str | None]]


@pytest.fixture(autouse=True)
def quick_passwords(settings: Settings) -> None:
    """A real hash costs half a second; the tests of hashing ask for it by themselves."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def lost() -> Iterator[Lost]:
    """What was announced as lost: person, session that ended, session that stays."""
    heard: Lost = []

    def listen(person: int, session: str | None, except_session: str | None) -> None:
        heard.append((person, session, except_session))

    authority.listeners.append(listen)
    yield heard
    authority.listeners.remove(listen)


@contextmanager
def without_database(failure: type[Exception] = OperationalError) -> Iterator[None]:
    """Whatever is asked of the database fails."""

    def fail(*_: Any) -> None:
        raise failure("planted")

    with connection.execute_wrapper(fail):
        yield


@pytest.fixture
def api() -> Api:
    """A client of the API that shows no token."""
    return Api()


@pytest.fixture
def far_away() -> Client:
    """A browser that is not on this machine."""
    return Client(REMOTE_ADDR="203.0.113.7")
