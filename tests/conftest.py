"""The people of the tests, the room they are in, and what must be fresh for each test."""

import signal
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from rest_framework_simplejwt.tokens import AccessToken

from accounts.models import User
from rooms import hub, limits, presence
from rooms.actions.memberships import join_room
from rooms.actions.rooms import ensure_general
from rooms.models import Membership, Room
from tests.prepared import prepared_folder

pytest_plugins = ["tests.needs"]

PASSWORD = "four odd words work"
MakeUser = Callable[..., User]


def pytest_configure() -> None:
    """What only tests may: no fsync, and hashes that cost nothing."""
    options = settings.DATABASES["default"].get("OPTIONS", {})
    if "init_command" in options:
        options["init_command"] = options["init_command"].replace(
            "synchronous=FULL", "synchronous=OFF"
        )
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        # What a shell starts in the background ignores Ctrl-C, and so would the tests' servers.
        signal.signal(signal.SIGINT, signal.default_int_handler)
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest test comes first, so that at the end nobody waits for it alone."""
    items.sort(key=lambda item: not item.nodeid.startswith("tests/scale/"))


@pytest.fixture(autouse=True)
def fresh() -> None:
    """Nobody is here, nobody was fast, nothing is cached."""
    limits.reset_rates()
    cache.clear()
    if isinstance(presence.backend, presence.MemoryPresence):
        presence.backend.__init__()  # type: ignore[misc]  # empties it in place


@pytest.fixture
def prepared() -> Iterator[Path]:
    """A data folder as a first start leaves it."""
    with prepared_folder() as folder:
        yield folder


@pytest.fixture
async def the_hub() -> AsyncIterator[Any]:
    """The loop's hub, closed when the test ends."""
    running = hub.hub_here()
    yield running
    await running.close()


@pytest.fixture
def make_user(db: None) -> MakeUser:
    """Makes an account without the cost of a real password's hash."""

    def make(username: str, **fields: Any) -> User:
        return User.objects.create_user(username, password=PASSWORD, **fields)

    return make


@pytest.fixture
def general(db: None) -> Room:
    return ensure_general()


@pytest.fixture
def ada(make_user: MakeUser, general: Room) -> User:
    """A member of general."""
    return _member(make_user("ada", display_name="Ada"), general)


@pytest.fixture
def bob(make_user: MakeUser, general: Room) -> User:
    """Another one."""
    return _member(make_user("bob", display_name="Bob"), general)


@pytest.fixture
def hal(make_user: MakeUser, general: Room) -> User:
    """A bot, by its behaviour."""
    return _member(make_user("hal"), general)


@pytest.fixture
def mod(make_user: MakeUser, general: Room) -> User:
    """Moderates general."""
    user = make_user("mod")
    Membership.objects.create(room=general, user=user, role=Membership.Role.MODERATOR)
    return user


@pytest.fixture
def eve(make_user: MakeUser, general: Room) -> User:
    """An outsider: a member of nothing."""
    return make_user("eve")


@pytest.fixture
def token() -> Callable[[User], str]:
    """An access token of a person."""

    def make(user: User) -> str:
        return str(AccessToken.for_user(user))

    return make


def _member(user: User, room: Room) -> User:
    join_room(user, room)
    return user
