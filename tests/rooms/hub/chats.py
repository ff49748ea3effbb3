"""Two stores for the property test: the real rows by the real actions, and lists in memory by the
same rules."""

from random import Random
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from rooms import history
from rooms.actions.messages import delete_message, edit_message, post_message
from rooms.actions.reactions import add_reaction, remove_reaction
from rooms.broadcast import listeners, room_topic
from rooms.events import (
    MessageDeleted,
    MessageEdited,
    MessageEvent,
    MessagePosted,
    ReactionsChanged,
    RoomChanged,
)
from rooms.models import Message, Reaction, Room, RoomHead
from rooms.payloads import message_payload, room_payload

EMOJI = ("👍", "🎉")


class RowChat:
    """A new room in the database."""

    is_still = False  # nothing changes any more but by `act`

    def __init__(self, random: Random, people: list[User]) -> None:
        self.random = random
        self.people = people
        self.room = Room.objects.create(name=f"r{random.getrandbits(100):x}")
        RoomHead.objects.create(room=self.room)
        self.own: dict[int, list[int]] = {}  # by author
        self.ids: list[int] = []

    def act(self) -> None:
        """One change by one of the people."""
        random, actor = self.random, self.random.choice(self.people)
        own = self.own.setdefault(actor.pk, [])
        dice = random.random()
        if dice < 0.45 or not self.ids:
            answered = random.choice(self.ids) if self.ids and random.random() < 0.2 else None
            self.post(actor, f"text {random.randrange(1000)}", answered)
        elif dice < 0.65 and own:
            self.edit(actor, random.choice(own), f"edit {random.randrange(1000)}")
        elif dice < 0.75 and own:
            self.delete(actor, own.pop(random.randrange(len(own))))
        else:
            self.react(actor, random.choice(self.ids), random.choice(EMOJI), dice < 0.9)

    def post(self, actor: User, content: str, answered: int | None) -> None:
        message = post_message(actor, self.room, content, reply_to=answered).message
        self.ids.append(message.pk)
        self.own[actor.pk].append(message.pk)

    def edit(self, actor: User, message_id: int, content: str) -> None:
        edit_message(actor, self.room, message_id, content)

    def delete(self, actor: User, message_id: int) -> None:
        delete_message(actor, self.room, message_id)
        self.ids.remove(message_id)

    def react(self, actor: User, message_id: int, emoji: str, adds: bool) -> None:
        (add_reaction if adds else remove_reaction)(actor, self.room, message_id, emoji)

    def counter(self) -> int:
        return history.read_counter(self.room.pk)

    def rest(self) -> list[Any]:
        """Everything that REST holds of the room, oldest first."""
        found: list[Any] = []
        after: int | None = 0
        while after is not None:
            page = history.page_of_messages(self.room, after=after, limit=200)
            found += [message_payload(message) for message in page.messages]
            after = page.newer
        return found


class ListChat(RowChat):
    """The same without a database: for the many runs that the order of changes needs."""

    def __init__(self, random: Random, people: list[User]) -> None:
        self.random = random
        self.people = people
        self.room = Room(pk=1, name="lists", created_at=timezone.now())
        self.own, self.ids = {}, []
        self.seq = 0
        self.messages: dict[int, Message] = {}
        self.created_at = timezone.now()

    def patch(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Puts the lists in the place of the queries, below everything that is tested."""
        head = RoomChanged(room_payload(self.room, 0), 0)
        monkeypatch.setattr(history, "read_heads", lambda _ids: {1: history.Head(self.seq, 0, "e")})
        monkeypatch.setattr(history, "room_changed", lambda _id: head)
        monkeypatch.setattr(history, "_posted", self._posted)
        monkeypatch.setattr(history, "_changed", self._changed)
        monkeypatch.setattr(history, "_of_one_moment", self._of_one_moment)

    def post(self, actor: User, content: str, answered: int | None) -> None:
        number = len(self.messages) + 1
        self.seq += 1
        message = Message(
            pk=number, room=self.room, author=actor, seq=self.seq, changed_seq=self.seq,
            number=number, content=content, html=content, created_at=self.created_at,
            reply_to=self.messages[answered] if answered else None,
        )  # fmt: skip
        message._prefetched_objects_cache = {"reactions": []}  # type: ignore[attr-defined]
        self.messages[number] = message
        self.ids.append(number)
        self.own[actor.pk].append(number)
        self._publish(MessagePosted.of(message))

    def edit(self, actor: User, message_id: int, content: str) -> None:
        message = self._change(message_id)
        message.content, message.edited_at = content, self.created_at
        self._publish(MessageEdited.of(message))

    def delete(self, actor: User, message_id: int) -> None:
        message = self._change(message_id)
        message.content, message.deleted_at = "", self.created_at
        message._prefetched_objects_cache["reactions"].clear()  # type: ignore[attr-defined]
        self.ids.remove(message_id)
        self._publish(MessageDeleted.of(message))

    def react(self, actor: User, message_id: int, emoji: str, adds: bool) -> None:
        placed = self.messages[message_id]._prefetched_objects_cache["reactions"]  # type: ignore[attr-defined]
        held = [each for each in placed if (each.user, each.emoji) == (actor, emoji)]
        if bool(held) == adds:
            return
        message = self._change(message_id)
        if adds:
            placed.append(Reaction(message=message, user=actor, emoji=emoji))
        else:
            placed.remove(held[0])
        self._publish(ReactionsChanged.of(message))

    def counter(self) -> int:
        return self.seq

    def rest(self) -> list[Any]:
        return [message_payload(message) for message in self.messages.values()]

    def _change(self, message_id: int) -> Message:
        self.seq += 1
        self.messages[message_id].changed_seq = self.seq
        return self.messages[message_id]

    def _publish(self, event: MessageEvent) -> None:
        for listener in list(listeners):
            listener(room_topic(self.room.pk), event)

    def _posted(self, _room_id: int, floor: int, upto: int, limit: int) -> list[Message]:
        return [m for m in self.messages.values() if floor < m.seq <= upto][:limit]

    def _changed(
        self, _room_id: int, since: int, floor: int, upto: int, limit: int
    ) -> list[Message]:
        found = [
            m
            for m in self.messages.values()
            if m.changed_seq > m.seq and floor < m.changed_seq <= upto and m.seq <= since
        ]
        return sorted(found, key=lambda m: m.changed_seq)[:limit]

    def _of_one_moment(self, found: list[Message]) -> list[Message]:
        """Now and then one of them changes while it is read."""
        there = [message.pk for message in found if not message.is_deleted]
        if there and not self.is_still and self.random.random() < 0.1:
            self.react(self.people[0], self.random.choice(there), "👀", True)
        return found
