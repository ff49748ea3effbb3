"""A hub without threads and clients that keep PROTOCOL's rules, so that a whole chat runs in one
loop."""

import asyncio
import json
from collections.abc import Callable
from random import Random
from typing import Any

from accounts.models import User
from accounts.socket_auth import Identity
from rooms import presence
from rooms.consumers.room import JsonRoomSocket
from rooms.events import Event
from rooms.hub import Hub
from rooms.hub.frames import Delivery, Frame, Frames, Joined
from rooms.hub.ring import Ring
from rooms.hub.topic import RoomTopic
from rooms.models import Room


class Cut(Exception):
    """The line broke."""


def events_of(delivery: Delivery) -> list[Event]:
    """What is told by it, in order."""
    if isinstance(delivery, Joined):
        return [frames.event for frames in delivery.parts]
    assert isinstance(delivery, Frames)
    return [delivery.event]


class StillHub(Hub):
    """The hub itself, but its queries run in the loop: every await is a place where others go
    on."""

    def __init__(self, random: Random, *, loses: float = 0.0) -> None:
        super().__init__()
        self._random = random
        self._loses = loses
        self.presence = presence.MemoryPresence()

    async def ask(self, query: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        if self._random.random() < 0.5:
            await asyncio.sleep(0)
        answer = query(*args, **kwargs)
        if self._random.random() < 0.5:
            await asyncio.sleep(0)
        return answer

    look = ask

    def hear(self, topic: str, event: Event) -> None:
        if self._random.random() >= self._loses:
            super().hear(topic, event)

    async def open_small(self, room: Room, ring: int) -> RoomTopic:
        """The room's topic with a ring of that many messages."""
        topic = await self.open(room.pk)
        topic.ring = Ring(topic.seq, ring)
        return topic


class Reader(JsonRoomSocket):
    """A client: what it holds, in the order in which it showed it, and how far it knows."""

    def __init__(self, hub: Hub, room: Room, user: User) -> None:
        self._hub = hub
        self._room = room
        self.room_id = room.pk
        self.device = user.username
        self.identity = Identity(user.pk, user.username, user.display_name, "", None, None)
        self._cut_with = None
        self._task = None
        self._sending_since = None
        self.budget = 0  # frames until the line breaks
        self.known = 0
        self.epoch: str | None = None
        self.held: dict[int, Any] = {}
        self.shown: list[int] = []

    def load_page(self, since: int, messages: list[Any]) -> None:
        """A page as REST gives it; `since` is the counter read before it."""
        self.known = since
        for message in messages:
            self._show(message)

    async def run(self, budget: int) -> None:
        """Connects with what it knows and catches up, unless the line breaks after `budget`
        frames."""
        self.budget = budget
        self.options = {"since": str(self.known)}
        topic = self._topic = await self._hub.open(self._room.pk)
        try:
            reason = await self._catch_up(topic)
            assert reason is None, reason
            self._hub.join(topic, self)
        except Cut:
            self.stop()
        finally:
            self._hub.release(topic)

    def stop(self) -> None:
        """The line is gone, at once."""
        self.budget = 0
        self._hub.disconnect(self)

    def deliver(self, delivery: Delivery, *, replaces: bool = False) -> None:
        try:
            for event in events_of(delivery):
                self._take(event.public())
        except Cut:
            self.stop()

    async def _put_on_wire(self, frame: Frame) -> None:
        self._take(json.loads(frame.text))
        await asyncio.sleep(0)

    def _take(self, frame: Any) -> None:  # type: ignore[override]  # a client's side of the line
        self.budget -= 1
        if self.budget < 0:
            raise Cut
        if "ready" in frame:
            self.known = max(self.known, frame["ready"]["seq"])
        elif "message" in frame:
            message = frame["message"]
            self.known = max(self.known, message["seq"])
            if message["id"] not in self.held:
                self._show(message)
            self._replace(message)
        else:
            for name in ("edited", "deleted", "reactions"):
                if name in frame:
                    self.known = max(self.known, frame[name]["changed_seq"])
                    self._replace(frame[name])

    def _show(self, message: Any) -> None:
        assert not self.shown or message["seq"] > self.shown[-1], "a post before an older one"
        self.shown.append(message["seq"])
        self.held[message["id"]] = message

    def _replace(self, message: Any) -> None:
        held = self.held.get(message["id"])
        if held is not None and message["changed_seq"] > held["changed_seq"]:
            self.held[message["id"]] = message
