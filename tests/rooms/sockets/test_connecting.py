"""What comes on connecting and in which order: replay or reset, `ready`, `users`; and the beat."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from pytest_django import Settings

from accounts.models import User
from rooms.actions.messages import delete_message, edit_message, post_message
from rooms.actions.reactions import add_reaction
from rooms.actions.rooms import change_room
from rooms.models import Room, Site
from tests.rooms.sockets.conftest import Enter
from tests.sockets import Client, chat

pytestmark = pytest.mark.django_db(transaction=True)

Knock = Callable[..., Any]


@pytest.fixture
async def knock(the_hub: object, token: Callable[[User], str]) -> AsyncIterator[Knock]:
    """Opens a socket and returns it with the names of its first frames, `users` last."""
    opened: list[Client] = []

    async def open_one(user: User, **query: Any) -> tuple[Client, list[str]]:
        client = await chat(token(user), **query).connect()
        opened.append(client)
        await client.until("users")
        return client, [next(iter(frame)) for frame in client.frames]

    yield open_one
    for client in opened:
        await client.disconnect()


@pytest.fixture
def story(ada: User, bob: User, general: Room) -> None:
    """Numbers 1 to 8: five posts, of which one was edited, one deleted, one reacted to."""
    first, second, third, _fourth = (
        post_message(ada, general, text).message for text in ("one", "two", "three", "four")
    )
    edit_message(ada, general, first.pk, "ONE")
    delete_message(ada, general, second.pk)
    add_reaction(bob, general, third.pk, "👍")
    post_message(bob, general, "five")


async def test_without_since_ready_and_users_come_and_no_history(
    ada: User, story: None, knock: Knock
) -> None:
    client, names = await knock(ada)

    assert names == ["ready", "users"]
    ready = client.frames[0]["ready"]
    assert (ready["seq"], ready["epoch"]) == (8, await sync_to_async(Site.current_epoch)())
    assert ready["room"] == {
        "name": "general",
        "title": "General",
        "topic": "",
        "kind": "public",
        "archived": False,
        "seq": 8,
        "created_at": ready["room"]["created_at"],
    }
    assert client.frames[1] == {
        "users": [{"id": ada.pk, "username": "ada", "display_name": "Ada"}],
        "count": 1,
    }


async def test_with_since_the_missed_changes_come_first_as_they_are_now(
    ada: User, story: None, knock: Knock
) -> None:
    client, names = await knock(ada, since=0)

    assert names == ["message"] * 5 + ["ready", "users"]
    messages = [frame["message"] for frame in client.frames[:5]]
    assert [message["seq"] for message in messages] == [1, 2, 3, 4, 8]
    assert [message["content"] for message in messages] == ["ONE", "", "three", "four", "five"]
    assert [message["deleted"] for message in messages] == [False, True, False, False, False]
    assert messages[2]["reactions"] == {"👍": ["bob"]}


async def test_older_messages_come_as_edited_or_deleted_ordered_with_the_new_ones(
    ada: User, story: None, knock: Knock
) -> None:
    client, names = await knock(ada, since=3)

    assert names == ["message", "edited", "deleted", "edited", "message", "ready", "users"]
    assert client.frames[1]["edited"]["content"] == "ONE"
    assert client.frames[2]["deleted"]["content"] == ""
    assert client.frames[3]["edited"]["reactions"] == {"👍": ["bob"]}


async def test_the_ring_tells_the_same_as_the_rows(
    ada: User, bob: User, general: Room, enter: Enter, knock: Knock
) -> None:
    await enter(bob)  # from here on the hub keeps the room's frames
    first = await sync_to_async(post_message)(ada, general, "one")
    second = await sync_to_async(post_message)(ada, general, "two")
    await sync_to_async(edit_message)(ada, general, first.message.pk, "ONE")
    await sync_to_async(delete_message)(ada, general, second.message.pk)
    await sync_to_async(post_message)(ada, general, "three")

    from_nothing, names = await knock(ada, since=0)
    assert names == ["message"] * 3 + ["ready", "users"]
    assert [f["message"]["content"] for f in from_nothing.frames[:3]] == ["ONE", "", "three"]
    _later, names = await knock(ada, since=2)
    assert names == ["edited", "deleted", "message", "ready", "users"]


async def test_with_the_last_number_nothing_is_replayed(
    ada: User, story: None, knock: Knock
) -> None:
    epoch = await sync_to_async(Site.current_epoch)()

    _client, names = await knock(ada, since=8, epoch=epoch)

    assert names == ["ready", "users"]


async def test_a_long_replay_comes_page_by_page_without_a_gap(
    ada: User, bob: User, general: Room, knock: Knock
) -> None:
    def post_many() -> None:
        for number in range(450):
            post_message(ada, general, f"{number}")

    await sync_to_async(post_many)()

    client, names = await knock(bob, since=0)

    assert names == ["message"] * 450 + ["ready", "users"]
    assert [f["message"]["seq"] for f in client.frames[:450]] == list(range(1, 451))


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ({"since": 8, "epoch": "another"}, "epoch"),
        ({"since": 0, "epoch": "another"}, "epoch"),
        ({"since": 9}, "unknown"),
        ({"since": 10**15}, "unknown"),
        ({"since": 10**30}, "unknown"),
        ({"since": -1}, "unknown"),
        ({"since": "x"}, "unknown"),
        ({"since": "1.0"}, "unknown"),
        ({"since": "%D9%A3"}, "unknown"),
        ({"since": 4}, "too_far"),
    ],
)
async def test_a_number_that_leads_nowhere_is_answered_by_reset_and_the_socket_goes_live(
    ada: User,
    story: None,
    knock: Knock,
    settings: Settings,
    query: dict[str, Any],
    reason: str,
) -> None:
    settings.MAX_REPLAY = 3

    client, names = await knock(ada, **query)

    assert names == ["reset", "ready", "users"]
    assert client.frames[0] == {"reset": {"reason": reason, "seq": 8}}
    assert client.frames[1]["ready"]["seq"] == 8
    await client.send({"message": "live"})
    assert (await client.until("message"))["seq"] == 9


async def test_a_difference_of_exactly_the_limit_is_still_told(
    ada: User, story: None, knock: Knock, settings: Settings
) -> None:
    settings.MAX_REPLAY = 3

    _client, names = await knock(ada, since=5)

    assert names == ["deleted", "edited", "message", "ready", "users"]


async def test_what_is_posted_after_ready_comes_live_and_once(
    ada: User, bob: User, general: Room, knock: Knock
) -> None:
    client, _names = await knock(ada, since=0)

    for number in range(5):
        await sync_to_async(post_message)(bob, general, f"{number}")
    last = await client.until(lambda frame: frame.get("message", {}).get("seq") == 5)

    assert last["message"]["content"] == "4"
    seqs = [frame["message"]["seq"] for frame in client.frames if "message" in frame]
    assert seqs == [1, 2, 3, 4, 5]


async def test_a_beat_tells_the_rooms_number_to_those_who_want_it(
    quick_sweeps: None, ada: User, bob: User, general: Room, enter: Enter
) -> None:
    hers, his = await enter(ada, beat=1), await enter(bob)

    assert await hers.until("beat") == {"seq": 0}
    await sync_to_async(post_message)(bob, general, "x")
    await hers.until(lambda frame: frame == {"beat": {"seq": 1}})

    assert [list(frame) for frame in await his.so_far()] == [["message"]]


async def test_a_change_of_title_topic_name_or_archiving_is_told(
    ada: User, mod: User, lounge: Room, enter: Enter
) -> None:
    hers = await enter(ada, "lounge")

    await sync_to_async(change_room)(mod, lounge, title="Salon")
    assert (await hers.until("room"))["title"] == "Salon"
    await sync_to_async(change_room)(mod, lounge, topic="tea", name="salon")
    room = await hers.until("room")
    assert (room["topic"], room["name"]) == ("tea", "salon")
    await sync_to_async(change_room)(mod, lounge, archived=True)
    assert (await hers.until("room"))["archived"] is True
    await sync_to_async(change_room)(mod, lounge, archived=False)
    assert (await hers.until("room"))["archived"] is False
    await hers.send({"message": "it is the same room", "client_id": "x"})

    assert (await hers.until("ack"))["seq"] == 1
    late = await enter(ada, "salon")
    assert late.frames[0]["ready"]["room"]["title"] == "Salon"
