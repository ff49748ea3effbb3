"""Sockets of named people, live and closed again when the test ends."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.test import Client as Browser

from accounts.models import User
from rooms.actions.memberships import add_member
from rooms.actions.rooms import create_room
from rooms.hub import sweeps
from rooms.models import Room
from tests.sockets import Client, chat

Enter = Callable[..., Awaitable[Client]]

HOST = "localhost:8000"
ORIGIN = "http://localhost:8000"


@pytest.fixture
async def enter(the_hub: object, token: Callable[[User], str]) -> AsyncIterator[Enter]:
    """Opens a bot's socket that is live: its `ready` and its first `users` have come."""
    opened: list[Client] = []

    async def open_one(user: User, room: str = "general", **query: Any) -> Client:
        client = await chat(token(user), room, **query).connect()
        opened.append(client)
        await client.until("ready")
        await client.until("users")
        return client

    yield open_one
    for client in opened:
        await client.disconnect()


@pytest.fixture
async def browse(the_hub: object) -> AsyncIterator[Enter]:
    """Opens a browser's socket, by default a room's and with the right Origin; not awaited live."""
    opened: list[Client] = []

    async def open_one(
        user: User | None,
        path: str = "/ws/rooms/general/",
        *,
        session: str | None = None,
        origin: str | None = ORIGIN,
        host: str = HOST,
    ) -> Client:
        if session is None and user is not None:
            session = await sign_in(user)
        headers = [(b"host", host.encode())]
        if origin is not None:
            headers.append((b"origin", origin.encode()))
        if session is not None:
            headers.append((b"cookie", f"other=1; sessionid={session}".encode()))
        client = await Client(path, headers).connect()
        opened.append(client)
        return client

    yield open_one
    for client in opened:
        await client.disconnect()


@pytest.fixture
def den(ada: User, bob: User, mod: User) -> Room:
    """A private room of mod's with ada and bob in it."""
    room = create_room(mod, name="den", kind="private")
    for name in ("ada", "bob"):
        add_member(mod, room, name)
    return room


@pytest.fixture
def quick_sweeps(monkeypatch: pytest.MonkeyPatch) -> None:
    """The hub looks at everything many times a second; to be named before whatever starts it."""
    monkeypatch.setattr(sweeps, "COUNTERS_EVERY", 0.02)
    monkeypatch.setattr(sweeps, "AUTHORITY_EVERY", 0.02)
    monkeypatch.setattr(sweeps, "BEAT_EVERY", 0.02)


@sync_to_async
def sign_in(user: User) -> str:
    """A browser's session of this person: its key."""
    browser = Browser()
    browser.force_login(user)
    return browser.cookies["sessionid"].value
