"""`{"message": …}` over a socket: who gets it, what its sender is told, who may."""

import sqlite3
import time
from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from rooms import limits, turns, writer
from rooms.actions.messages import post_message
from rooms.actions.rooms import change_room, create_room
from rooms.models import Membership, Message, Room
from tests.rooms.sockets.conftest import Enter

pytestmark = pytest.mark.django_db(transaction=True)


async def test_a_message_comes_whole_to_everybody_and_to_its_author(
    ada: User, bob: User, enter: Enter
) -> None:
    hers, his = await enter(ada), await enter(bob)

    await hers.send({"message": "Grüße 👋 <b>"})

    message = await his.until("message")
    assert message == await hers.until("message")
    stored = await Message.objects.aget()
    assert message == {
        "id": stored.pk,
        "room": "general",
        "seq": 1,
        "changed_seq": 1,
        "user": {"id": ada.pk, "username": "ada", "display_name": "Ada"},
        "content": "Grüße 👋 <b>",
        "created_at": message["created_at"],
        "edited_at": None,
        "deleted": False,
        "reply_to": None,
        "reactions": {},
        "client_id": None,
    }
    assert message["created_at"].endswith("Z")
    assert stored.html == "Grüße 👋 &lt;b&gt;"


async def test_without_a_client_id_there_is_no_ack(ada: User, enter: Enter) -> None:
    hers = await enter(ada)

    await hers.send({"message": "hello"})

    assert [list(frame) for frame in await hers.so_far()] == [["message"]]


async def test_what_waits_behind_a_post_waits_no_longer_than_it(
    ada: User, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "GIVES_UP", 1.0)
    hers = await enter(ada)
    other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        begun = time.monotonic()
        for number in range(5):
            await hers.send({"message": f"{number}", "client_id": f"c{number}"})
        for number in range(5):
            refused = await hers.until("error")
            assert refused["code"] == "storage_unavailable"
            assert refused["client_id"] == f"c{number}"
        assert time.monotonic() - begun < 3
    finally:
        other.rollback()
        other.close()


async def test_each_is_answered_in_time_from_its_coming(
    ada: User, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    hers = await enter(ada)
    await hers.send({"message": "before", "client_id": "before"})
    message = (await hers.until("ack"))["id"]
    monkeypatch.setattr(writer, "GIVES_UP", 0.8)
    monkeypatch.setattr(turns, "PATIENCE", 0.8)
    other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        begun = time.monotonic()
        for turn in range(3):
            await hers.send({"message": "late", "client_id": f"post{turn}"})
            edit = {"id": message, "content": "late"}
            await hers.send({"edit": edit, "client_id": f"edit{turn}"})
        refused = [await hers.until("error") for _ in range(6)]
        took = time.monotonic() - begun
    finally:
        other.rollback()
        other.close()

    assert {each["code"] for each in refused} == {"storage_unavailable"}
    assert {each["client_id"] for each in refused} == {
        f"{what}{turn}" for what in ("post", "edit") for turn in range(3)
    }
    # One after the other they would take five times as long.
    assert took < 2.0


async def test_posts_and_what_follows_them_take_place_in_the_order_of_asking(
    ada: User, enter: Enter
) -> None:
    hers = await enter(ada)
    for number in range(10):
        await hers.send({"message": f"{number}"})
    await hers.send({"react": {"id": 10**6, "emoji": "👍"}, "client_id": "r"})
    await hers.send({"ping": 1})

    frames = await hers.so_far()
    told = [frame.get("message", {}).get("content") or next(iter(frame)) for frame in frames]
    assert told[:10] == [f"{number}" for number in range(10)]
    assert told[10:] == ["error", "pong"]


async def test_the_ack_goes_to_its_sender_alone_and_tells_id_and_seq(
    ada: User, bob: User, enter: Enter
) -> None:
    hers, her_phone, his = await enter(ada), await enter(ada), await enter(bob)

    await hers.send({"message": "hello", "client_id": "Az_9-"})

    ack = await hers.until("ack")
    message = await Message.objects.aget()
    assert ack == {"client_id": "Az_9-", "id": message.pk, "seq": 1}
    for other in (her_phone, his):
        (frame,) = await other.so_far()
        assert frame["message"]["client_id"] == "Az_9-"


async def test_the_same_again_is_acked_as_a_duplicate_and_shown_to_nobody(
    ada: User, bob: User, enter: Enter
) -> None:
    hers, his = await enter(ada), await enter(bob)
    frame = {"message": "hello", "client_id": "one"}
    await hers.send(frame)
    first = await hers.until("ack")
    await his.until("message")

    await hers.send(frame)

    assert await hers.until("ack") == {**first, "duplicate": True}
    assert await his.so_far() == []
    assert await Message.objects.acount() == 1


async def test_another_text_under_the_same_client_id_is_a_conflict(ada: User, enter: Enter) -> None:
    hers = await enter(ada)
    await hers.send({"message": "hello", "client_id": "one"})
    await hers.until("ack")

    await hers.send({"message": "good bye", "client_id": "one"})

    error = await hers.until("error")
    assert (error["code"], error["client_id"]) == ("id_conflict", "one")
    assert await Message.objects.acount() == 1


async def test_an_answer_tells_id_and_seq_of_what_it_answers(
    ada: User, bob: User, enter: Enter
) -> None:
    hers, his = await enter(ada), await enter(bob)
    await hers.send({"message": "who is there?"})
    question = await his.until("message")

    await his.send({"message": "I am", "reply_to": question["id"], "client_id": "r"})

    answer = await hers.until(lambda frame: "I am" in str(frame))
    assert answer["message"]["reply_to"] == {"id": question["id"], "seq": question["seq"]}


async def test_an_answer_to_what_is_in_no_or_another_room_is_not_found(
    ada: User, enter: Enter
) -> None:
    hers = await enter(ada)
    elsewhere = await sync_to_async(create_room)(ada, name="elsewhere")
    other = (await sync_to_async(post_message)(ada, elsewhere, "x")).message

    for number in (other.pk, other.pk + 1000, 0):
        await hers.send({"message": "hm?", "reply_to": number, "client_id": "x"})
        assert (await hers.until("error"))["code"] == "not_found"
    assert await Message.objects.filter(room__name="general").acount() == 0


async def test_an_outsider_who_posts_in_a_public_room_is_a_member_from_then_on(
    eve: User, general: Room, enter: Enter
) -> None:
    hers = await enter(eve)
    assert not await Membership.objects.filter(user=eve).aexists()

    await hers.send({"message": "may I?", "client_id": "x"})

    await hers.until("ack")
    assert await Membership.objects.current().filter(user=eve, room=general).aexists()


async def test_a_reader_may_not_post_edit_delete_react_or_tell_that_they_type(
    ada: User, general: Room, enter: Enter
) -> None:
    hers = await enter(ada)
    await hers.send({"message": "while I may", "client_id": "x"})
    number = (await hers.until("ack"))["id"]
    await Membership.objects.filter(user=ada).aupdate(role=Membership.Role.READ_ONLY)

    for command in _changes(number):
        await hers.send({**command, "client_id": "ro"})
        error = await hers.until("error")
        assert (error["code"], error["client_id"]) == ("read_only", "ro"), command


async def test_in_an_archived_room_every_change_is_refused_and_reading_goes_on(
    ada: User, mod: User, lounge: Room, enter: Enter
) -> None:
    hers = await enter(ada, "lounge")
    await hers.send({"message": "while I may", "client_id": "x"})
    number = (await hers.until("ack"))["id"]
    await sync_to_async(change_room)(mod, lounge, archived=True)
    assert (await hers.until("room"))["archived"] is True

    for command in _changes(number):
        await hers.send({**command, "client_id": "a"})
        error = await hers.until("error")
        assert (error["code"], error["client_id"]) == ("archived", "a"), command
    again = await enter(ada, "lounge", since=0)
    assert again.frames[0]["message"]["content"] == "while I may"


async def test_the_banned_are_refused_even_before_their_socket_ends(
    ada: User, enter: Enter
) -> None:
    hers = await enter(ada)
    tomorrow = timezone.now() + timedelta(days=1)
    await Membership.objects.filter(user=ada).aupdate(banned_until=tomorrow)

    await hers.send({"message": "let me", "client_id": "x"})

    assert (await hers.until("error"))["code"] == "forbidden"
    assert await Message.objects.acount() == 0


async def test_who_was_put_out_of_a_private_room_finds_it_no_more(
    ada: User, bob: User, enter: Enter
) -> None:
    room = await sync_to_async(create_room)(bob, name="den", kind="private")
    membership = await Membership.objects.acreate(room=room, user=ada)
    hers = await enter(ada, "den")
    await Membership.objects.filter(pk=membership.pk).aupdate(left_at=timezone.now())

    await hers.send({"message": "still here", "client_id": "x"})

    assert (await hers.until("error"))["code"] == "not_found"


async def test_a_room_is_found_whatever_the_case_of_its_name(ada: User, enter: Enter) -> None:
    hers = await enter(ada, "GENERAL")

    await hers.send({"message": "loud"})

    assert (await hers.until("message"))["room"] == "general"


async def test_rooms_do_not_hear_each_other(ada: User, bob: User, enter: Enter) -> None:
    await sync_to_async(create_room)(ada, name="den")
    in_den, in_general = await enter(ada, "den"), await enter(bob)

    await in_den.send({"message": "psst", "client_id": "x"})
    await in_den.until("ack")

    assert await in_general.so_far() == []


async def test_beyond_the_burst_one_is_told_when_to_try_again(
    ada: User, bob: User, enter: Enter, settings: Settings
) -> None:
    assert (settings.MESSAGES_PER_SECOND, settings.MESSAGE_BURST) == (5, 20)
    settings.MESSAGES_PER_SECOND, settings.MESSAGE_BURST = 0.1, 3
    limits.reset_rates()
    hers, his = await enter(ada), await enter(bob)

    for number in range(4):
        await hers.send({"message": f"{number}", "client_id": f"n{number}"})

    error = await hers.until("error")
    assert error["code"] == "rate_limited"
    assert error["client_id"] == "n3"
    assert 9 <= error["retry_after"] <= 10
    await his.send({"message": "I may still", "client_id": "b"})
    assert (await his.until("ack"))["client_id"] == "b"


def _changes(number: int) -> list[dict[str, object]]:
    return [
        {"message": "more"},
        {"edit": {"id": number, "content": "other"}},
        {"delete": {"id": number}},
        {"react": {"id": number, "emoji": "👍"}},
        {"unreact": {"id": number, "emoji": "👍"}},
        {"typing": True},
    ]
