"""Whatever is posted, changed, lost and cut: every client ends with what REST holds, in its
order."""

import asyncio
import os
from random import Random
from typing import Any

import pytest

from accounts.models import User
from rooms import broadcast, history
from rooms.events import MessagePosted
from rooms.hub import sweeps
from rooms.hub import topic as topic_module
from tests.rooms.hub.chats import ListChat, RowChat
from tests.rooms.hub.readers import Reader, StillHub

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(900)]

# The runs on real rows cost 30 times as much.
RUNS = int(os.environ.get("PROPERTY_RUNS", "4000"))
ROW_RUNS = int(os.environ.get("PROPERTY_ROW_RUNS", "160"))
LONG = 4  # further parts of the same size: 20,000 and 800 in all
SEED = int(os.environ.get("PROPERTY_SEED", "20261122"))


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Pages of two, no grace and queries in the loop: few messages then reach every branch."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    monkeypatch.setattr(history, "MAX_PAGE", 2)
    monkeypatch.setattr(topic_module, "REPAIR_PAGE", 2)
    monkeypatch.setattr(topic_module, "GRACE", 0.0)
    changes_since = history.changes_since

    def by_two(*args: Any, **kwargs: Any) -> Any:
        return changes_since(*args, **{**kwargs, "limit": 2})

    monkeypatch.setattr(history, "changes_since", by_two)
    return monkeypatch


@pytest.fixture
def people() -> list[User]:
    """Two who need no rows."""
    return [User(pk=1, username="ada"), User(pk=2, username="bob")]


parts = pytest.mark.parametrize(
    "part", [0, *(pytest.param(part, marks=pytest.mark.slow) for part in range(1, 1 + LONG))]
)


@parts
def test_every_client_ends_with_what_rest_holds(
    small: pytest.MonkeyPatch, people: list[User], part: int
) -> None:
    run_many(SEED + part, RUNS, people, small)


@parts
def test_the_same_holds_on_rows(small: pytest.MonkeyPatch, ada: User, bob: User, part: int) -> None:
    run_many(SEED + part, ROW_RUNS, [ada, bob], None)


def test_ordering_by_changed_seq_is_caught(small: pytest.MonkeyPatch, people: list[User]) -> None:
    def by_changed_seq(posted: Any, changed: Any, since: int) -> Any:
        both = [*posted, *changed]
        both.sort(key=lambda message: message.changed_seq)
        return [MessagePosted.of(m) if m.seq > since else history.change_of(m) for m in both]

    small.setattr(history, "merge_changes", by_changed_seq)
    with pytest.raises(AssertionError, match=r"before an older|holds"):
        run_many(SEED, 2000, people, small)


def test_new_before_old_is_caught(small: pytest.MonkeyPatch, people: list[User]) -> None:
    def new_first(posted: Any, changed: Any, since: int) -> Any:
        return [
            *(MessagePosted.of(m) for m in posted),
            *(history.change_of(m) for m in changed),
        ]

    small.setattr(history, "merge_changes", new_first)
    with pytest.raises(AssertionError, match="holds"):
        run_many(SEED, 2000, people, small)


def run_many(
    seed: int, runs: int, people: list[User], monkeypatch: pytest.MonkeyPatch | None
) -> None:
    """Runs seeded `seed:0`, `seed:1`, …; a failure names the one that failed. With `monkeypatch`,
    on lists."""

    async def all_runs() -> None:
        for number in range(runs):
            name = f"{seed}:{number}"
            random = Random(name)  # noqa: S311 - a repeatable run, not a secret
            chat = ListChat(random, people) if monkeypatch else RowChat(random, people)
            if monkeypatch and isinstance(chat, ListChat):
                chat.patch(monkeypatch)
            try:
                await one_run(random, chat)
            except AssertionError as problem:
                raise AssertionError(f"run {name}: {problem}") from problem

    asyncio.run(all_runs())


async def one_run(random: Random, chat: RowChat) -> None:
    """A short life of one room with one or two clients."""
    hub = StillHub(random, loses=random.choice([0.0, 0.3]))
    broadcast.listeners.append(hub.hear)  # it listens, but does not sweep by itself
    topic = await hub.open_small(chat.room, ring=random.choice([0, 1, 3, 256]))
    readers = [Reader(hub, chat.room, chat.people[each]) for each in range(random.choice([1, 2]))]
    tasks: dict[int, asyncio.Task[None]] = {}
    try:
        for _step in range(random.randint(6, 16)):
            await one_step(random, chat, readers, tasks)
        for reader in readers:
            reader.stop()
        await asyncio.gather(*tasks.values())
        await asyncio.gather(*(reader.run(budget=10**6) for reader in readers))
        if random.random() < 0.5:
            chat.act()
        await asyncio.sleep(0)
        chat.is_still = True
        await sweeps.compare_counters(hub)
        await topic.settled()
        await asyncio.sleep(0)
        topic.flush()
        expected = {message["id"]: message for message in chat.rest()}
        for reader in readers:
            assert reader.held == expected, f"a client holds {reader.held}, REST {expected}"
    finally:
        await hub.close()


async def one_step(
    random: Random, chat: RowChat, readers: list[Reader], tasks: dict[int, asyncio.Task[None]]
) -> None:
    """Something happens: mostly changes, now and then a client comes, goes, or loads a page."""
    which = random.randrange(len(readers))
    reader = readers[which]
    dice = random.random()
    if dice < 0.6:
        chat.act()
    elif dice < 0.85:
        if which not in tasks or tasks[which].done():
            reader.stop()
            if not reader.shown and random.random() < 0.5:
                since = chat.counter()
                chat.act()  # between the counter and the page
                reader.load_page(since, chat.rest())
            tasks[which] = asyncio.create_task(reader.run(budget=random.choice([1, 2, 3, 5, 50])))
    else:
        reader.stop()
    for _turn in range(random.randrange(4)):
        await asyncio.sleep(0)
