"""Posts that wait share a commit; whoever cannot be helped is told so within five seconds."""

import asyncio
import sqlite3
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction

from accounts.models import User
from rooms import writer
from rooms.actions import posting
from rooms.actions.messages import post_prepared
from rooms.actions.posting import Post, Posted
from rooms.models import Message, Room
from rooms.refusals import Internal, Refusal, StorageUnavailable
from tests.running import wait_until

pytestmark = pytest.mark.django_db(transaction=True)


class Batches:
    """Every batch that the writer has posted; each waits while the gate is closed."""

    def __init__(self) -> None:
        self.sizes: list[int] = []
        self.gate = threading.Event()
        self.gate.set()
        self.begun = threading.Event()

    def note(self, size: int) -> None:
        self.sizes.append(size)
        self.begun.set()
        assert self.gate.wait(10)


@pytest.fixture
def batches(monkeypatch: pytest.MonkeyPatch) -> Iterator[Batches]:
    seen = Batches()
    really = post_prepared

    def noted(posts: Any, prepared: Any) -> Any:
        seen.note(len(posts))
        return really(posts, prepared)

    monkeypatch.setattr(writer, "post_prepared", noted)
    yield seen
    seen.gate.set()


async def outcome(post: Post) -> Posted | Refusal:
    try:
        return await writer.post(post)
    except Refusal as refusal:
        return refusal


async def begin(post: Post, batches: Batches) -> "asyncio.Task[Posted | Refusal]":
    """A post whose batch is under way, and held there."""
    batches.gate.clear()
    batches.begun.clear()
    held = asyncio.create_task(outcome(post))
    await asyncio.to_thread(batches.begun.wait, 10)
    return held


async def until_waiting(count: int) -> None:
    await asyncio.to_thread(wait_until, lambda: len(writer._writer._waiting) >= count)


async def contents() -> list[str]:
    return [each.content async for each in Message.objects.order_by("seq")]


async def test_what_waits_while_one_commit_runs_shares_the_next(
    ada: User, bob: User, general: Room, batches: Batches
) -> None:
    first = await begin(Post(ada.pk, general.pk, "first"), batches)
    others = [
        asyncio.create_task(outcome(Post(who.pk, general.pk, f"{number}")))
        for number, who in enumerate([ada, bob] * 10)
    ]
    await until_waiting(20)
    batches.gate.set()
    answers = await asyncio.gather(first, *others)

    assert batches.sizes == [1, 20]
    assert [answer.message.seq for answer in answers if isinstance(answer, Posted)] == [
        *range(1, 22)
    ]
    assert await contents() == ["first", *map(str, range(20))]


async def test_an_answer_means_that_others_can_read_the_row(ada: User, general: Room) -> None:
    path = connection.settings_dict["NAME"]
    for number in range(5):
        posted = await writer.post(Post(ada.pk, general.pk, f"{number}"))
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as elsewhere:
            found = elsewhere.execute(
                "SELECT content FROM rooms_message WHERE id = ?", [posted.message.pk]
            ).fetchall()
        elsewhere.close()
        assert found == [(f"{number}",)]


async def test_threads_and_sockets_share_a_batch(
    ada: User, general: Room, batches: Batches
) -> None:
    first = await begin(Post(ada.pk, general.pk, "first"), batches)
    with ThreadPoolExecutor(4) as pool:
        asked = [
            pool.submit(writer.post_and_wait, Post(ada.pk, general.pk, f"{n}")) for n in range(4)
        ]
        here = asyncio.create_task(outcome(Post(ada.pk, general.pk, "here")))
        await until_waiting(5)
        batches.gate.set()
        seqs = {(await asyncio.wrap_future(each)).message.seq for each in asked}
    assert batches.sizes == [1, 5]
    told = await here
    assert isinstance(told, Posted)
    assert seqs | {told.message.seq} == {2, 3, 4, 5, 6}
    await first


async def test_a_refused_post_harms_no_other(
    ada: User, eve: User, general: Room, batches: Batches
) -> None:
    eve.is_active = False
    await eve.asave()
    first = await begin(Post(ada.pk, general.pk, "first"), batches)
    posts = [
        Post(ada.pk, general.pk, "one", client_id="same"),
        Post(ada.pk, general.pk, "  "),
        Post(eve.pk, general.pk, "I am gone"),
        Post(ada.pk, general.pk, "one", client_id="same"),
        Post(ada.pk, 999_999, "nowhere"),
        Post(ada.pk, general.pk, "two"),
    ]
    waiting = [asyncio.create_task(outcome(post)) for post in posts]
    await until_waiting(len(posts))
    batches.gate.set()
    answers = await asyncio.gather(*waiting)

    assert [a.message.content if isinstance(a, Posted) else a.code for a in answers] == [
        "one", "empty", "not_found", "one", "not_found", "two",
    ]  # fmt: skip
    assert batches.sizes == [1, 6]
    assert await contents() == ["first", "one", "two"]
    await first


async def test_what_no_row_can_hold_fails_alone(
    ada: User, general: Room, batches: Batches, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A text that got past the door and that the database will not take.
    monkeypatch.setattr(posting, "render_content", lambda text: None if text == "bad" else text)
    first = await begin(Post(ada.pk, general.pk, "first"), batches)
    waiting = [
        asyncio.create_task(outcome(Post(ada.pk, general.pk, text)))
        for text in ("one", "bad", "two")
    ]
    await until_waiting(3)
    batches.gate.set()
    one, bad, two = await asyncio.gather(*waiting)

    assert isinstance(bad, Internal)
    assert isinstance(one, Posted)
    assert isinstance(two, Posted)
    assert await contents() == ["first", "one", "two"]
    await first


@pytest.mark.parametrize("problem", [IntegrityError, OperationalError])
async def test_what_was_stored_alone_is_not_tried_again(
    ada: User,
    general: Room,
    batches: Batches,
    monkeypatch: pytest.MonkeyPatch,
    problem: type[Exception],
) -> None:
    really = posting._numbered

    def numbered(accepted: Any, posts: Any, *rest: Any) -> Any:
        if any(post.content == "bad" for post in posts):
            raise IntegrityError if len(posts) > 1 else problem
        return really(accepted, posts, *rest)

    monkeypatch.setattr(posting, "_numbered", numbered)
    first = await begin(Post(ada.pk, general.pk, "first"), batches)
    waiting = [
        asyncio.create_task(outcome(Post(ada.pk, general.pk, text)))
        for text in ("one", "bad", "two")
    ]
    await until_waiting(3)
    batches.gate.set()
    one, bad, two = await asyncio.gather(*waiting)

    assert isinstance(one, Posted)
    if problem is IntegrityError:
        assert isinstance(bad, Internal)
        assert isinstance(two, Posted)
        assert await contents() == ["first", "one", "two"]
    else:
        # The database is away by now: who comes after it would wait as long in vain.
        assert isinstance(bad, StorageUnavailable)
        assert isinstance(two, StorageUnavailable)
        assert await contents() == ["first", "one"]
    await first


async def test_a_locked_database_is_told_in_time(
    ada: User, general: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "GIVES_UP", 0.5)
    other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        begun = time.monotonic()
        answers = await asyncio.gather(
            *(outcome(Post(ada.pk, general.pk, f"{n}")) for n in range(3)),
            asyncio.to_thread(by_thread, Post(ada.pk, general.pk, "form")),
        )
        assert [type(answer) for answer in answers] == [StorageUnavailable] * 4
        assert time.monotonic() - begun < 3
    finally:
        other.rollback()
        other.close()


async def test_what_was_given_up_is_not_posted_later(
    ada: User, general: Room, batches: Batches, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await begin(Post(ada.pk, general.pk, "first"), batches)
    monkeypatch.setattr(writer, "GIVES_UP", 0.1)
    late = await asyncio.gather(
        outcome(Post(ada.pk, general.pk, "late")),
        asyncio.to_thread(by_thread, Post(ada.pk, general.pk, "form")),
    )
    assert [type(answer) for answer in late] == [StorageUnavailable] * 2
    batches.gate.set()
    assert isinstance(await first, Posted)

    monkeypatch.setattr(writer, "GIVES_UP", 10)
    assert isinstance(await outcome(Post(ada.pk, general.pk, "next")), Posted)
    assert await contents() == ["first", "next"]


def by_thread(post: Post) -> Posted | Refusal:
    try:
        return writer.post_and_wait(post)
    except Refusal as refusal:
        return refusal


def test_whoever_waits_gives_up_before_the_five_seconds_of_the_promise() -> None:
    assert writer.GIVES_UP < 5


async def test_more_than_can_wait_is_refused_at_once(
    ada: User, general: Room, batches: Batches, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "MAX_WAITING", 2)
    first = await begin(Post(ada.pk, general.pk, "first"), batches)
    waiting = [asyncio.create_task(outcome(Post(ada.pk, general.pk, f"{n}"))) for n in range(2)]
    await until_waiting(2)
    assert isinstance(await outcome(Post(ada.pk, general.pk, "too much")), StorageUnavailable)
    batches.gate.set()
    assert all(isinstance(answer, Posted) for answer in await asyncio.gather(first, *waiting))


async def test_a_database_that_comes_back_is_written_to_again(
    ada: User, general: Room, batches: Batches, monkeypatch: pytest.MonkeyPatch
) -> None:
    really, failures = post_prepared, [OperationalError("disk full")]

    def fails_once(posts: Any, prepared: Any) -> Any:
        if failures:
            raise failures.pop()
        return really(posts, prepared)

    monkeypatch.setattr(writer, "post_prepared", fails_once)
    assert isinstance(await outcome(Post(ada.pk, general.pk, "one")), StorageUnavailable)
    assert isinstance(await outcome(Post(ada.pk, general.pk, "two")), Posted)
    assert await contents() == ["two"]


def test_inside_a_transaction_a_post_joins_it(ada: User, general: Room, batches: Batches) -> None:
    with transaction.atomic():
        posted = writer.post_and_wait(Post(ada.pk, general.pk, "one"))
        transaction.set_rollback(True)
    assert posted.message.seq == 1
    assert not Message.objects.exists()
