"""What the hub itself tells, whatever is lost and cut, is what the checker holds to be allowed."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from accounts.models import User
from rooms import broadcast, history
from rooms.events import MessagePosted
from rooms.hub import sweeps
from tests.faults.checker import Violation, check
from tests.faults.record import Acked, Asked, Changed, Ending, Kind, Live, Record, Sent, State, Told
from tests.rooms.hub.chats import ListChat
from tests.rooms.hub.readers import Reader, StillHub
from tests.rooms.hub.test_any_order import one_step, people, small

__all__ = ["people", "small"]  # the fixtures

ROOM = "lists"
SEED = 20261122
RUNS = 60
KINDS: tuple[Kind, ...] = ("message", "edited", "deleted", "reactions")


def test_nothing_that_the_hub_tells_is_complained_of(
    small: pytest.MonkeyPatch, people: list[User]
) -> None:
    assert asyncio.run(runs(people, small)) == []


def test_a_hub_that_orders_by_changed_seq_is_complained_of(
    small: pytest.MonkeyPatch, people: list[User]
) -> None:
    def by_changed_seq(posted: Any, changed: Any, since: int) -> Any:
        both = sorted([*posted, *changed], key=lambda message: message.changed_seq)
        return [MessagePosted.of(m) if m.seq > since else history.change_of(m) for m in both]

    small.setattr(history, "merge_changes", by_changed_seq)
    found = asyncio.run(runs(people, small))

    assert {violation.name for violation in found} >= {"out_of_order"}


class RecordedChat(ListChat):
    """Rows in memory; every post and change came from a client and was answered."""

    def __init__(self, random: Random, people: list[User], record: Record) -> None:
        super().__init__(random, people)
        self.record = record

    def post(self, actor: User, content: str, answered: int | None) -> None:
        place = len(self.messages) + 1
        self.record.sent.append(Sent(actor.username, ROOM, f"c{place}", content, 0))
        super().post(actor, content, answered)
        self.record.acked.append(
            Acked(actor.username, ROOM, f"c{place}", place, self.seq, duplicate=False, at=0)
        )

    def edit(self, actor: User, message_id: int, content: str) -> None:
        with self._asked(actor, message_id, "edited"):
            super().edit(actor, message_id, content)

    def delete(self, actor: User, message_id: int) -> None:
        with self._asked(actor, message_id, "deleted"):
            super().delete(actor, message_id)

    def react(self, actor: User, message_id: int, emoji: str, adds: bool) -> None:
        with self._asked(actor, message_id, "reactions"):
            super().react(actor, message_id, emoji, adds)

    def states(self) -> list[State]:
        return [state_of(payload) for payload in self.rest()]

    @contextmanager
    def _asked(self, actor: User, message_id: int, kind: Kind) -> Iterator[None]:
        name, client_id = actor.username, f"change-{len(self.record.asked)}"
        self.record.asked.append(Asked(name, ROOM, client_id, message_id, kind, 0))
        yield
        seq = self.messages[message_id].changed_seq
        self.record.changed.append(Changed(name, ROOM, client_id, message_id, seq, 0))


class RecordedReader(Reader):
    """Notes what reaches it."""

    def __init__(self, hub: StillHub, chat: RecordedChat, name: str) -> None:
        super().__init__(hub, chat.room, chat.people[0])
        self.name, self.chat = name, chat
        self.connection, self.since, self.is_live = 0, 0, False

    async def run(self, budget: int) -> None:
        self.connection, self.since, self.is_live = self.connection + 1, self.known, False
        await super().run(budget)

    def list(self) -> list[State]:
        """What it shows, in its order."""
        by_seq = {message["seq"]: message for message in self.held.values()}
        return [state_of(by_seq[seq]) for seq in self.shown]

    def _show(self, message: Any) -> None:
        # Whatever it is told, so that it is the checker who complains.
        self.shown.append(message["seq"])
        self.held[message["id"]] = message

    def _take(self, frame: Any) -> None:  # type: ignore[override]  # as its parent's
        super()._take(frame)
        for kind in KINDS:
            if kind in frame:
                state = state_of(frame[kind])
                self.chat.record.told.append(
                    Told(
                        self.name, ROOM, kind, state, self.connection,
                        replayed=not self.is_live,
                        committed=self.chat.messages[state.id].changed_seq >= state.changed_seq,
                        at=0,
                    )
                )  # fmt: skip
        if "ready" in frame:
            self.is_live = True
            ready = frame["ready"]
            self.chat.record.live.append(
                Live(
                    self.name, ROOM, self.connection, ready["seq"], ready["epoch"], self.since,
                    None, 0,
                )
            )  # fmt: skip


def state_of(payload: Any) -> State:
    """Posts in lists carry no `client_id` of their own."""
    return replace(State.of(payload), client_id=f"c{payload['id']}")


async def runs(people: list[User], monkeypatch: pytest.MonkeyPatch) -> list[Violation]:
    """What the checker says of RUNS short lives of a room."""
    found: list[Violation] = []
    for number in range(RUNS):
        random = Random(f"{SEED}:{number}")  # noqa: S311 - a repeatable run, not a secret
        chat = RecordedChat(random, people, Record())
        chat.patch(monkeypatch)
        found += check(chat.record, await one_run(random, chat))
    return found


async def one_run(random: Random, chat: RecordedChat) -> Ending:
    hub = StillHub(random, loses=random.choice([0.0, 0.3]))
    broadcast.listeners.append(hub.hear)  # it listens, but does not sweep by itself
    topic = await hub.open_small(chat.room, ring=random.choice([0, 1, 3, 256]))
    readers = [RecordedReader(hub, chat, name) for name in ("ada", "bob")]
    tasks: dict[int, asyncio.Task[None]] = {}
    try:
        for _step in range(random.randint(6, 24)):
            await one_step(random, chat, list[Reader](readers), tasks)
        for _again in range(2):  # one that was coming may have come meanwhile
            for reader in readers:
                reader.stop()
            await asyncio.gather(*tasks.values())
        await asyncio.gather(*(reader.run(budget=10**6) for reader in readers))
        chat.act()
        await asyncio.sleep(0)
        await sweeps.compare_counters(hub)
        await topic.settled()
        await asyncio.sleep(0)
    finally:
        await hub.close()
    shown = {(reader.name, ROOM): reader.list() for reader in readers}
    return Ending({ROOM: chat.states()}, {ROOM: chat.counter()}, {ROOM: chat.states()}, shown)
