"""Too many bad frames, frames or sockets, too slow a wire: 4400, 4429, 4409, 1013."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from pytest_django import Settings

from accounts.models import User
from chatsite.asgi import application
from rooms import limits, turns
from rooms.actions.messages import post_message
from rooms.consumers import socket as socket_module
from rooms.models import Room
from tests.rooms.sockets.conftest import Enter
from tests.running import wait_until
from tests.sockets import Client, chat

pytestmark = pytest.mark.django_db(transaction=True)

MakeToken = Callable[[User], str]


async def test_the_fiftieth_bad_frame_in_ten_seconds_is_4400(
    ada: User, bob: User, enter: Enter
) -> None:
    hers, his = await enter(ada), await enter(bob)
    for number in range(49):
        await hers.send(["{", "[]", b"\x00", '{"dance": 1}', '{"ping": NaN}'][number % 5])
    assert len(await hers.so_far()) == 49
    await hers.send({"message": "I still may", "client_id": "x"})
    await hers.until("ack")

    await hers.send("{")

    assert await hers.closed() == 4400
    assert [list(frame) for frame in await his.so_far()] == [["message"]]


async def test_bad_frames_of_long_ago_are_forgotten(
    ada: User, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (socket_module.BAD_FRAMES, socket_module.STRIKES_WITHIN) == (50, 10.0)
    monkeypatch.setattr(socket_module, "STRIKES_WITHIN", 0.0)
    hers = await enter(ada)

    for _time in range(80):
        await hers.send("{")
        assert (await hers.until("error"))["code"] == "bad_json"


async def test_commands_that_are_well_formed_and_refused_are_no_bad_frames(
    eve: User, general: Room, enter: Enter
) -> None:
    hers = await enter(eve)

    for _time in range(60):
        await hers.send({"read": 0})
        assert (await hers.until("error"))["code"] == "forbidden"


async def test_two_hundred_frames_refused_by_rate_are_4429(
    ada: User, bob: User, enter: Enter
) -> None:
    hers, his = await enter(ada), await enter(bob)

    for _time in range(1000):
        await hers.send({"ping": 1})

    assert await hers.closed() == 4429
    errors = [frame["error"] for frame in hers.frames if "error" in frame]
    assert {error["code"] for error in errors} == {"rate_limited"}
    assert all(error["retry_after"] >= 1 for error in errors)
    assert await his.so_far() == []


async def test_a_persons_sockets_share_one_rate_of_frames(
    ada: User, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "FRAME_BURST", 3)
    monkeypatch.setattr(limits, "FRAMES_PER_SECOND", 0.001)
    limits.reset_rates()
    first, second = await enter(ada), await enter(ada)

    for client in (first, second, first):
        await client.send({"ping": 1})
        await client.until("pong")
    await second.send({"ping": 1})

    assert (await second.until("error"))["code"] == "rate_limited"


async def test_who_comes_back_too_fast_has_to_wait(
    ada: User, enter: Enter, token: Callable[[User], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "CONNECT_BURST", 2)
    monkeypatch.setattr(limits, "CONNECTS_PER_SECOND", 0.001)
    limits.reset_rates()
    for _time in range(2):
        await (await enter(ada)).disconnect()

    refused = await chat(token(ada)).connect()

    assert await refused.closed() == 4429


async def test_a_command_that_waited_too_long_for_its_turn_is_not_carried_out(
    ada: User, general: Room, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    hers = await enter(ada)
    await hers.send({"message": "hello"})
    message = await hers.until("message")
    monkeypatch.setattr(turns, "PATIENCE", -1.0)

    await hers.send({"edit": {"id": message["id"], "content": "late"}, "client_id": "a"})

    assert await hers.until("error") == {
        "code": "storage_unavailable",
        "detail": "It could not be stored. Try again.",
        "client_id": "a",
    }
    assert (await general.messages.aget()).content == "hello"


async def test_a_frame_refused_by_rate_is_told_by_its_id(
    ada: User, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    hers = await enter(ada)
    monkeypatch.setattr(limits, "FRAME_BURST", 1)
    monkeypatch.setattr(limits, "FRAMES_PER_SECOND", 0.001)
    limits.reset_rates()
    await hers.send({"ping": 1, "client_id": "first"})
    await hers.send({"ping": 2, "client_id": "too-many"})

    refused = await hers.until("error")
    assert (refused["code"], refused["client_id"]) == ("rate_limited", "too-many")
    assert refused["retry_after"] > 0


async def test_posts_refused_by_rate_count_too(
    ada: User, general: Room, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert socket_module.RATE_REFUSALS == 200
    monkeypatch.setattr(socket_module, "RATE_REFUSALS", 10)
    hers = await enter(ada)

    for number in range(80):
        await hers.send({"message": f"{number}"})

    assert await hers.closed() == 4429
    # What was taken before is stored, though nobody is there to be told.
    await asyncio.to_thread(wait_until, lambda: general.messages.count() >= 20)


async def test_with_rate_limits_off_nobody_is_too_fast(
    ada: User, enter: Enter, settings: Settings
) -> None:
    settings.RATE_LIMITS = False
    hers = await enter(ada)

    for number in range(400):
        await hers.send({"ping": number})

    assert await hers.until(lambda frame: frame == {"pong": 399})
    assert not [frame for frame in hers.frames if "error" in frame]


async def test_the_twenty_first_socket_of_a_person_is_4409(
    ada: User, bob: User, token: MakeToken, enter: Enter
) -> None:
    held = [await enter(ada) for _number in range(20)]

    assert await (await chat(token(ada)).connect()).closed() == 4409

    await enter(bob)
    await held[0].so_far()
    await held[0].disconnect()
    await enter(ada)


async def test_with_rate_limits_off_there_is_no_limit_of_sockets(
    ada: User, enter: Enter, settings: Settings
) -> None:
    settings.RATE_LIMITS, settings.SOCKETS_PER_USER = False, 1

    for _number in range(3):
        await enter(ada)


class Wire:
    """The site behind a wire that takes frames only while it is open; a close frame always gets
    through."""

    def __init__(self) -> None:
        self.is_open = asyncio.Event()
        self.is_open.set()

    async def site(self, scope: Any, receive: Any, send: Any) -> None:
        async def send_through(event: Any) -> None:
            if event["type"] == "websocket.send":
                await self.is_open.wait()
            await send(event)

        await application(scope, receive, send_through)


async def test_a_full_outbox_ends_its_socket_with_1013_and_harms_nobody_else(
    ada: User, bob: User, token: MakeToken, enter: Enter, settings: Settings
) -> None:
    assert settings.OUTBOX_BYTES == 256 * 1024
    settings.OUTBOX_BYTES = 20_000
    settings.RATE_LIMITS = False
    wire = Wire()
    hers = await Client(f"/ws/chat/general/?token={token(ada)}", site=wire.site).connect()
    await hers.until("users")
    his = await enter(bob)
    wire.is_open.clear()

    for number in range(12):
        await his.send({"message": f"{number} {'x' * 3000}", "client_id": f"n{number}"})
        await his.until("ack")

    assert await hers.closed() == 1013
    await his.so_far()
    assert len([frame for frame in his.frames if "message" in frame]) == 12
    again = await enter(ada, since=0)
    assert [f["message"]["seq"] for f in again.frames if "message" in f] == list(range(1, 13))


async def test_a_long_replay_does_not_fill_the_outbox(
    ada: User, general: Room, enter: Enter, settings: Settings
) -> None:
    settings.OUTBOX_BYTES = 5_000

    def post_many() -> None:
        for number in range(30):
            post_message(ada, general, f"{number} {'x' * 1000}")

    await sync_to_async(post_many)()

    again = await enter(ada, since=0)
    assert len([frame for frame in again.frames if "message" in frame]) == 30


async def test_a_wire_without_progress_is_cut_with_1013(
    quick_sweeps: None,
    ada: User,
    bob: User,
    token: MakeToken,
    enter: Enter,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert socket_module.STALL == 20.0
    monkeypatch.setattr(socket_module, "STALL", 0.05)
    wire = Wire()
    hers = await Client(f"/ws/chat/general/?token={token(ada)}", site=wire.site).connect()
    await hers.until("users")
    his = await enter(bob)
    wire.is_open.clear()

    await his.send({"message": "hello"})

    assert await hers.closed() == 1013
    assert (await his.until("message"))["content"] == "hello"
