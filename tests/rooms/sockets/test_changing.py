"""Editing, deleting, reacting over a socket: what everybody is told, and who may."""

from typing import Any

import pytest
from asgiref.sync import sync_to_async

from accounts.models import User
from rooms.actions.messages import post_message
from rooms.actions.rooms import create_room
from rooms.models import Message, Reaction, Room, RoomHead
from tests.rooms.sockets.conftest import Enter
from tests.sockets import Client

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def hello(ada: User, general: Room) -> Message:
    """Ada's message, the room's first."""
    return post_message(ada, general, "hello", client_id="hi").message


async def test_an_edit_is_shown_to_everybody_and_acked_with_the_changes_number(
    ada: User, bob: User, hello: Message, enter: Enter
) -> None:
    hers, his = await enter(ada), await enter(bob)

    await hers.send({"edit": {"id": hello.pk, "content": "hello all"}, "client_id": "e"})

    edited = await his.until("edited")
    assert edited == await hers.until("edited")
    assert (edited["id"], edited["content"]) == (hello.pk, "hello all")
    assert (edited["seq"], edited["changed_seq"]) == (1, 2)
    assert edited["edited_at"] is not None
    assert edited["client_id"] == "hi"
    assert await hers.until("ack") == {"client_id": "e", "id": hello.pk, "seq": 2}


async def test_an_edit_that_changes_nothing_takes_no_number_and_tells_nobody(
    ada: User, bob: User, hello: Message, enter: Enter
) -> None:
    hers, his = await enter(ada), await enter(bob)

    await hers.send({"edit": {"id": hello.pk, "content": "hello"}, "client_id": "e"})

    assert await hers.until("ack") == {"client_id": "e", "id": hello.pk, "seq": 1}
    assert await his.so_far() == []


async def test_a_deleted_message_keeps_its_place_and_loses_its_words(
    ada: User, bob: User, hello: Message, enter: Enter
) -> None:
    hers, his = await enter(ada), await enter(bob)
    await his.send({"react": {"id": hello.pk, "emoji": "👍"}})
    await his.until("reactions")

    await hers.send({"delete": {"id": hello.pk}, "client_id": "d"})

    deleted = await his.until("deleted")
    assert deleted == await hers.until("deleted")
    assert (deleted["seq"], deleted["changed_seq"]) == (1, 3)
    assert (deleted["content"], deleted["deleted"], deleted["reactions"]) == ("", True, {})
    assert await hers.until("ack") == {"client_id": "d", "id": hello.pk, "seq": 3}


async def test_deleting_twice_tells_nobody_twice(
    ada: User, bob: User, hello: Message, enter: Enter
) -> None:
    hers, his = await enter(ada), await enter(bob)
    await hers.send({"delete": {"id": hello.pk}, "client_id": "d"})
    await his.until("deleted")

    await hers.send({"delete": {"id": hello.pk}, "client_id": "again"})

    ack = await hers.until(lambda frame: "again" in str(frame))
    assert ack == {"ack": {"client_id": "again", "id": hello.pk, "seq": 2}}
    assert await his.so_far() == []


async def test_others_may_not_edit_and_only_moderators_delete(
    bob: User, mod: User, hello: Message, enter: Enter
) -> None:
    his, theirs = await enter(bob), await enter(mod)

    for client, command in (
        (his, {"edit": {"id": hello.pk, "content": "mine now"}}),
        (his, {"delete": {"id": hello.pk}}),
        (theirs, {"edit": {"id": hello.pk, "content": "better so"}}),
    ):
        await client.send({**command, "client_id": "x"})
        error = await client.until("error")
        assert (error["code"], error["client_id"]) == ("forbidden", "x")
    await theirs.send({"delete": {"id": hello.pk}, "client_id": "x"})

    assert (await his.until("deleted"))["id"] == hello.pk


async def test_a_deleted_message_is_not_there_to_be_edited_or_reacted_to(
    ada: User, hello: Message, enter: Enter
) -> None:
    hers = await enter(ada)
    await hers.send({"delete": {"id": hello.pk}, "client_id": "d"})
    await hers.until("ack")

    for command in (
        {"edit": {"id": hello.pk, "content": "back"}},
        {"react": {"id": hello.pk, "emoji": "👍"}},
    ):
        await hers.send({**command, "client_id": "x"})
        assert (await hers.until("error"))["code"] == "not_found"


async def test_messages_of_other_rooms_and_of_none_are_not_found(ada: User, enter: Enter) -> None:
    hers = await enter(ada)
    elsewhere = await sync_to_async(create_room)(ada, name="elsewhere")
    other = (await sync_to_async(post_message)(ada, elsewhere, "hello")).message

    for number in (other.pk, other.pk + 1000):
        for command in _commands(number):
            await hers.send({**command, "client_id": "x"})
            error = await hers.until("error")
            assert (error["code"], error["client_id"]) == ("not_found", "x"), command
    assert (await Message.objects.aget(pk=other.pk)).content == "hello"


async def test_an_edit_is_held_to_the_rules_of_a_post(
    ada: User, hello: Message, enter: Enter
) -> None:
    hers = await enter(ada)

    for content, code in ((" \n", "empty"), ("x" * 4001, "too_long"), ("a\x00b", "bad_text")):
        await hers.send({"edit": {"id": hello.pk, "content": content}})
        assert (await hers.until("error"))["code"] == code
    assert (await Message.objects.aget(pk=hello.pk)).content == "hello"


async def test_a_reaction_is_shown_to_everybody_with_who_gave_it(
    ada: User, bob: User, hello: Message, enter: Enter
) -> None:
    hers, his = await enter(ada), await enter(bob)

    await his.send({"react": {"id": hello.pk, "emoji": "👍"}, "client_id": "r"})
    assert (await hers.until("reactions"))["reactions"] == {"👍": ["bob"]}
    assert await his.until("ack") == {"client_id": "r", "id": hello.pk, "seq": 2}
    await hers.send({"react": {"id": hello.pk, "emoji": "👍"}})
    both = await his.until(lambda frame: "ada" in str(frame.get("reactions")))
    await hers.send({"react": {"id": hello.pk, "emoji": "🎉"}})
    three = await his.until("reactions")

    assert both["reactions"]["reactions"] == {"👍": ["bob", "ada"]}
    assert three["reactions"] == {"👍": ["bob", "ada"], "🎉": ["ada"]}
    assert (three["seq"], three["changed_seq"], three["content"]) == (1, 4, "hello")
    assert three["edited_at"] is None


async def test_a_reaction_is_taken_back_by_who_gave_it_alone(
    ada: User, bob: User, hello: Message, enter: Enter
) -> None:
    hers, his = await enter(ada), await enter(bob)
    await his.send({"react": {"id": hello.pk, "emoji": "👍"}})
    await hers.until("reactions")

    await hers.send({"unreact": {"id": hello.pk, "emoji": "👍"}, "client_id": "not hers"[:3]})
    await hers.until("ack")
    assert await Reaction.objects.acount() == 1
    await his.send({"unreact": {"id": hello.pk, "emoji": "👍"}, "client_id": "u"})

    assert (await hers.until("reactions"))["reactions"] == {}
    assert (await his.until("ack"))["seq"] == 3
    assert (await RoomHead.objects.aget()).seq == 3


async def test_the_same_reaction_again_changes_nothing(
    bob: User, hello: Message, enter: Enter
) -> None:
    his = await enter(bob)
    for _time in range(2):
        await his.send({"react": {"id": hello.pk, "emoji": "👍"}, "client_id": "r"})
        assert (await his.until("ack"))["seq"] == 2

    assert await _reactions_told(his) == 1


async def test_what_is_not_one_emoji_is_bad_text(bob: User, hello: Message, enter: Enter) -> None:
    his = await enter(bob)

    for words in ("", "x", "👍👍", "👍 ", "<b>", "\u200d", "\ufe0f", "a" * 1000):
        await his.send({"react": {"id": hello.pk, "emoji": words}, "client_id": "x"})
        error = await his.until("error")
        assert (error["code"], error["client_id"]) == ("bad_text", "x"), words
    assert await Reaction.objects.acount() == 0


async def test_an_outsider_may_react_in_a_public_room(
    ada: User, eve: User, hello: Message, enter: Enter
) -> None:
    hers, eves = await enter(ada), await enter(eve)

    await eves.send({"react": {"id": hello.pk, "emoji": "👍"}})

    assert (await hers.until("reactions"))["reactions"] == {"👍": ["eve"]}


def _commands(number: int) -> list[dict[str, Any]]:
    return [
        {"edit": {"id": number, "content": "other"}},
        {"delete": {"id": number}},
        {"react": {"id": number, "emoji": "👍"}},
        {"unreact": {"id": number, "emoji": "👍"}},
    ]


async def _reactions_told(client: Client) -> int:
    await client.so_far()
    return sum("reactions" in frame for frame in client.frames)
