"""Who is here by the sockets of one process, told to where several processes keep it."""

import asyncio
from threading import Event
from typing import Any

import pytest
from django.db import OperationalError

from accounts.socket_auth import Identity
from rooms import payloads, presence
from rooms.hub import Hub, sweeps
from rooms.hub.frames import Frames
from rooms.hub.topic import RoomTopic
from rooms.payloads import UserPayload
from tests.running import wait_until


class Elsewhere(presence.MemoryPresence):
    """Leases that others see too, behind a line on which one kind of news is slow."""

    is_local = False

    def __init__(self) -> None:
        super().__init__()
        self.slow = ""
        self.line = Event()
        self.told: list[str] = []
        self.renewed: list[dict[int, list[UserPayload]]] = []

    def enter(self, process: str, room_id: int, person: UserPayload) -> None:
        self._pass_line("enter")
        super().enter(process, room_id, person)
        self.told.append("enter")

    def leave(self, process: str, room_id: int, user_id: int) -> None:
        self._pass_line("leave")
        super().leave(process, room_id, user_id)
        self.told.append("leave")

    def renew(self, process: str, rooms: Any) -> None:
        self.renewed.append(rooms)
        self.is_behind = False

    def _pass_line(self, news: str) -> None:
        if news == self.slow:
            self.line.wait(5)


class Socket:
    """As much of one as attendance needs."""

    def __init__(self, user_id: int, name: str) -> None:
        self.identity = Identity(user_id, name, "", "", None, None)

    def deliver(self, frames: Frames, *, replaces: bool = False) -> None: ...


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> Elsewhere:
    kept = Elsewhere()
    monkeypatch.setattr(presence, "backend", kept)
    return kept


@pytest.fixture
def hub(elsewhere: Elsewhere, the_hub: Hub) -> Hub:
    """Keeps its leases elsewhere, which comes first."""
    return the_hub


@pytest.fixture
def topic(hub: Hub) -> RoomTopic:
    return RoomTopic(1, hub.ask, lambda _room: None)


async def test_who_loads_the_page_again_stays(
    hub: Hub, topic: RoomTopic, elsewhere: Elsewhere
) -> None:
    before, after = socket(1, "ada"), socket(1, "ada")
    hub.attendance.came(topic, before)
    await told(elsewhere, 1)

    elsewhere.slow = "leave"
    hub.attendance.left(topic, before)
    hub.attendance.came(topic, after)
    await overtaken(hub)
    elsewhere.line.set()
    await told(elsewhere, 3)

    assert elsewhere.told == ["enter", "leave", "enter"]
    assert len(elsewhere.people(1)) == 1


async def test_who_looks_in_for_a_moment_is_gone(
    hub: Hub, topic: RoomTopic, elsewhere: Elsewhere
) -> None:
    visitor = socket(1, "ada")

    elsewhere.slow = "enter"
    hub.attendance.came(topic, visitor)
    hub.attendance.left(topic, visitor)
    await overtaken(hub)
    elsewhere.line.set()
    await told(elsewhere, 2)

    assert elsewhere.told == ["enter", "leave"]
    assert elsewhere.people(1) == []


async def test_leases_are_renewed_with_the_last_names_while_the_database_is_away(
    hub: Hub, topic: RoomTopic, elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_ids: object) -> dict[int, UserPayload]:
        raise OperationalError

    named = {1: UserPayload(id=1, username="ada", display_name="Countess")}
    hub.attendance.came(topic, socket(1, "ada"))
    monkeypatch.setattr(payloads, "users_by_id", lambda _ids: named)
    await sweeps.renew_leases(hub)

    monkeypatch.setattr(payloads, "users_by_id", away)
    hub.attendance.came(topic, socket(2, "bob"))
    await sweeps.renew_leases(hub)

    bob: UserPayload = {"id": 2, "username": "bob", "display_name": ""}
    assert elsewhere.renewed == [{1: [named[1]]}, {1: [named[1], bob]}]


async def test_leases_are_renewed_while_the_database_does_not_answer(
    hub: Hub, topic: RoomTopic, elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    hangs = Event()
    monkeypatch.setattr(sweeps, "NAMES_WITHIN", 0.05)
    monkeypatch.setattr(payloads, "users_by_id", lambda _ids: hangs.wait(5))
    hub.attendance.came(topic, socket(1, "ada"))
    try:
        await sweeps.renew_leases(hub)
    finally:
        hangs.set()

    assert [[person["username"] for person in room[1]] for room in elsewhere.renewed] == [["ada"]]


async def test_what_was_not_told_is_told_by_the_next_look_and_not_by_the_next_renewal(
    hub: Hub, topic: RoomTopic, elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(payloads, "users_by_id", lambda _ids: {})
    hub.attendance.came(topic, socket(1, "ada"))
    await sweeps.watch_presence(hub)
    assert elsewhere.renewed == []

    elsewhere.is_behind = True
    await sweeps.watch_presence(hub)
    await sweeps.watch_presence(hub)

    assert len(elsewhere.renewed) == 1


def socket(user_id: int, name: str) -> Any:
    return Socket(user_id, name)


async def told(elsewhere: Elsewhere, count: int) -> None:
    """Returns when so many have come and gone."""
    await asyncio.to_thread(wait_until, lambda: len(elsewhere.told) >= count)


async def overtaken(hub: Hub) -> None:
    """Returns when what was asked later has been answered, if that can be."""
    asked = asyncio.ensure_future(hub.attendance.stamps([1]))
    await asyncio.wait([asked], timeout=0.2)
