"""Closed because of where from, where to, or our own fault: 4403, 4404, 1012, 1011."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import OperationalError
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from rooms import access
from rooms.actions.messages import post_message
from rooms.actions.rooms import create_room
from rooms.hub import Hub
from rooms.models import Membership, Room, RoomHead, Site
from tests.rooms.sockets.conftest import Enter
from tests.sockets import Client, chat

pytestmark = pytest.mark.django_db(transaction=True)

MakeToken = Callable[[User], str]


@pytest.mark.parametrize(
    "origin",
    ["http://evil.example", "http://localhost:8001", "https://localhost:8000", "null", "", "http:"],
)
async def test_an_origin_that_is_neither_ours_nor_allowed_is_4403_even_with_a_token(
    ada: User, token: MakeToken, the_hub: Hub, origin: str
) -> None:
    headers = [(b"host", b"localhost:8000"), (b"origin", origin.encode())]

    client = await Client(f"/ws/chat/general/?token={token(ada)}", headers).connect()

    assert await client.closed() == 4403


@pytest.mark.parametrize(
    "origin", [None, "http://localhost:8000", "https://app.example", "https://app.example:443"]
)
async def test_no_origin_our_own_and_the_allowed_ones_may_open_the_json_socket(
    ada: User, token: MakeToken, the_hub: Hub, settings: Settings, origin: str | None
) -> None:
    settings.ALLOWED_ORIGINS = ["https://app.example"]
    headers = [(b"host", b"localhost:8000")]
    if origin is not None:
        headers.append((b"origin", origin.encode()))

    client = await Client(f"/ws/chat/general/?token={token(ada)}", headers).connect()

    await client.until("ready")
    await client.disconnect()


async def test_who_is_banned_from_a_public_room_is_told_so(
    ada: User, token: MakeToken, the_hub: Hub
) -> None:
    soon = timezone.now() + timedelta(hours=1)
    await Membership.objects.filter(user=ada).aupdate(banned_until=soon)

    assert await (await chat(token(ada)).connect()).closed() == 4403


async def test_a_ban_ends_by_itself(ada: User, enter: Enter) -> None:
    before = timezone.now() - timedelta(seconds=1)
    await Membership.objects.filter(user=ada).aupdate(banned_until=before)

    await enter(ada)


@pytest.mark.parametrize(
    "name", ["nowhere", "new", "%20general", "general%00", "gen eral", "ａ", "x" * 41, "%ED%A0%80"]
)
async def test_a_room_that_is_not_there_is_4404(
    ada: User, token: MakeToken, the_hub: Hub, name: str
) -> None:
    assert await (await chat(token(ada), name).connect()).closed() == 4404


async def test_others_private_and_direct_rooms_look_as_if_they_were_not_there(
    ada: User, bob: User, token: MakeToken, the_hub: Hub
) -> None:
    await sync_to_async(create_room)(bob, name="den", kind="private")

    assert await (await chat(token(ada), "den").connect()).closed() == 4404


async def test_who_is_banned_from_a_private_room_is_not_told_that_it_is_there(
    ada: User, bob: User, token: MakeToken, the_hub: Hub
) -> None:
    room = await sync_to_async(create_room)(bob, name="den", kind="private")
    soon = timezone.now() + timedelta(hours=1)
    await Membership.objects.acreate(room=room, user=ada, banned_until=soon)

    assert await (await chat(token(ada), "den").connect()).closed() == 4404


@pytest.mark.parametrize(
    "path", ["/", "/ws/", "/ws/chat/", "/ws/chat/general", "/ws/chat/a/b/", "/ws/Me/", "/rooms/"]
)
async def test_a_socket_to_nowhere_is_4404(db: None, path: str) -> None:
    assert await (await Client(path).connect()).closed() == 4404


async def test_a_counter_that_went_back_sends_everybody_away_to_come_back(
    quick_sweeps: None, ada: User, bob: User, general: Room, enter: Enter
) -> None:
    hers, his = await enter(ada), await enter(bob)
    for number in range(3):
        await sync_to_async(post_message)(ada, general, f"{number}")
    await hers.until(lambda frame: frame.get("message", {}).get("seq") == 3)
    elsewhere = await sync_to_async(create_room)(ada, name="elsewhere")
    aside = await enter(bob, "elsewhere")

    await RoomHead.objects.filter(room=general).aupdate(seq=1, number=1)

    assert await hers.closed() == 1012
    assert await his.closed() == 1012
    await sync_to_async(post_message)(ada, elsewhere, "not here")
    assert (await aside.until("message"))["content"] == "not here"
    back = await enter(ada, since=3)
    assert [next(iter(frame)) for frame in back.frames] == ["reset", "ready", "users"]
    assert [user["username"] for user in back.frames[-1]["users"]] == ["ada"]


async def test_a_new_epoch_sends_everybody_away_to_come_back(
    quick_sweeps: None, ada: User, enter: Enter
) -> None:
    hers = await enter(ada)
    old = hers.frames[0]["ready"]["epoch"]

    await Site.objects.aupdate(epoch="restored")

    assert await hers.closed() == 1012
    back = await enter(ada, since=0, epoch=old)
    assert back.frames[0] == {"reset": {"reason": "epoch", "seq": 0}}
    assert back.frames[1]["ready"]["epoch"] == "restored"


async def test_a_hub_that_ends_sends_everybody_away_to_come_back(
    ada: User, bob: User, the_hub: Hub, enter: Enter
) -> None:
    hers, his = await enter(ada), await enter(bob)

    await the_hub.close()

    assert await hers.closed() == 1012
    assert await his.closed() == 1012


async def test_a_database_that_is_away_on_connecting_is_1012(
    ada: User, token: MakeToken, the_hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access, "find_room", _raising(OperationalError("planted")))

    assert await (await chat(token(ada)).connect()).closed() == 1012


async def test_a_fault_on_connecting_is_1011_and_leaves_nothing_behind(
    ada: User, token: MakeToken, the_hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access, "find_room", _raising(RuntimeError("planted")))

    assert await (await chat(token(ada)).connect()).closed() == 1011

    assert not the_hub.sockets
    assert not the_hub.people


async def test_who_hangs_up_leaves_nothing_behind(ada: User, the_hub: Hub, enter: Enter) -> None:
    hers = await enter(ada)
    (topic,) = the_hub.topics.values()
    assert (len(the_hub.sockets), topic.refs) == (1, 1)

    await hers.disconnect()

    assert not the_hub.sockets
    assert not the_hub.people
    assert not the_hub.attendance.here
    assert not topic.subscribers
    assert topic.refs == 0


def _raising(problem: Exception) -> Callable[..., Any]:
    def fail(*_arguments: object, **_options: object) -> None:
        raise problem

    return fail
