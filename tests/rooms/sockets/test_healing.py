"""Whatever is lost or overtaken on the way: every socket comes to show every change, in order."""

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from threading import Event
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import connection, transaction

from accounts.models import User
from rooms import broadcast, history
from rooms.actions.messages import delete_message, edit_message, post_message
from rooms.actions.rooms import change_room
from rooms.hub import Hub, sweeps
from rooms.models import Room
from tests.rooms.sockets.conftest import Enter
from tests.sockets import Client

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def nobody_is_told() -> Iterator[None]:
    """Notices are lost, as when another process wrote and Redis was away."""
    told = list(broadcast.listeners)
    broadcast.listeners.clear()
    yield
    broadcast.listeners.extend(told)


def test_it_is_looked_at_often_enough_for_the_promise() -> None:
    assert sweeps.COUNTERS_EVERY < 2


async def test_a_lost_last_notice_is_made_good(
    quick_sweeps: None, ada: User, general: Room, enter: Enter
) -> None:
    hers = await enter(ada)
    first = (await sync_to_async(post_message)(ada, general, "one")).message
    await hers.until("message")

    with nobody_is_told():
        await sync_to_async(edit_message)(ada, general, first.pk, "ONE")
        await sync_to_async(post_message)(ada, general, "two")

    assert (await hers.until("edited"))["content"] == "ONE"
    assert (await hers.until("message"))["content"] == "two"


@pytest.fixture
def no_sweep(monkeypatch: pytest.MonkeyPatch) -> None:
    """The hole alone has to be noticed; to be named before whatever starts the hub."""
    monkeypatch.setattr(sweeps, "COUNTERS_EVERY", 3600.0)


async def test_a_lost_notice_in_the_middle_is_made_good_before_the_next_is_shown(
    no_sweep: None, ada: User, general: Room, enter: Enter
) -> None:
    hers = await enter(ada)
    await sync_to_async(post_message)(ada, general, "one")
    with nobody_is_told():
        await sync_to_async(post_message)(ada, general, "two")

    await sync_to_async(post_message)(ada, general, "three")

    shown = [(await hers.until("message"))["content"] for _time in range(3)]
    assert shown == ["one", "two", "three"]


async def test_what_was_posted_and_deleted_unseen_comes_as_a_tombstone_without_words(
    quick_sweeps: None, ada: User, general: Room, enter: Enter
) -> None:
    hers = await enter(ada)

    def post_and_delete() -> None:
        with nobody_is_told(), transaction.atomic():
            delete_message(ada, general, post_message(ada, general, "secret").message.pk)

    await sync_to_async(post_and_delete)()

    told = await hers.until("message")

    assert (told["content"], told["deleted"], told["seq"], told["changed_seq"]) == ("", True, 1, 2)


async def test_a_lost_change_of_the_title_is_made_good(
    quick_sweeps: None, ada: User, mod: User, general: Room, enter: Enter
) -> None:
    hers = await enter(ada)

    with nobody_is_told():
        await sync_to_async(change_room)(mod, general, title="Lounge")

    assert (await hers.until("room"))["title"] == "Lounge"


async def test_the_deleted_words_are_not_told_again_to_who_comes_back(
    ada: User, bob: User, general: Room, enter: Enter
) -> None:
    await enter(bob)
    message = (await sync_to_async(post_message)(ada, general, "secret words")).message
    await sync_to_async(edit_message)(ada, general, message.pk, "more secret words")
    await sync_to_async(delete_message)(ada, general, message.pk)

    for since in (0, 1, 2):
        hers = await enter(ada, since=since)
        assert "words" not in str(hers.frames), since
        assert "deleted" in str(hers.frames[0]), since


async def test_a_busy_room_is_not_taken_for_a_restored_backup(
    quick_sweeps: None,
    ada: User,
    general: Room,
    enter: Enter,
    the_hub: Hub,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # The counter is read, then a change is heard, and only then the two are compared.
    def read_slowly(room_ids: Iterable[int]) -> dict[int, history.Head]:
        heads = history_read(room_ids)
        if read.is_set() and not posted.is_set():
            reading.set()
            posted.wait(5)
        return heads

    history_read = history.read_heads
    read, reading, posted = Event(), Event(), Event()
    monkeypatch.setattr(history, "read_heads", read_slowly)
    hers = await enter(ada)

    read.set()
    await asyncio.to_thread(reading.wait, 5)
    await sync_to_async(post_message)(ada, general, "one")
    await hers.until("message")
    posted.set()
    await sync_to_async(post_message)(ada, general, "two")

    await hers.until("message")
    assert await hers.so_far() == []


async def test_sockets_that_come_while_others_write_miss_nothing_and_see_it_in_order(
    ada: User, bob: User, general: Room, enter: Enter
) -> None:
    count = 150

    def write(author: User) -> None:
        for number in range(count):
            post_message(author, general, f"{author.username} {number}")
        connection.close()

    writers = [asyncio.create_task(asyncio.to_thread(write, user)) for user in (ada, bob)]
    readers: list[Client] = []
    while not all(writer.done() for writer in writers):
        readers.append(await enter(ada if len(readers) % 2 else bob, since=0))
        if len(readers) == 12:
            break
    await asyncio.gather(*writers)

    for reader in readers:
        await reader.so_far()
        assert _seqs(reader) == list(range(1, 2 * count + 1))


def _seqs(client: Client) -> list[Any]:
    return [frame["message"]["seq"] for frame in client.frames if "message" in frame]
