"""Who is in the rooms that this process serves, and telling it: at once to who comes, else once a
second."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from accounts.socket_auth import Identity
from rooms.broadcast import room_topic
from rooms.events import Event, PeopleMoved, UsersChanged
from rooms.hub.frames import Frames
from rooms.hub.topic import RoomTopic, Subscriber
from rooms.payloads import UserPayload
from rooms.presence import Presence

USERS_SHOWN = 100
USERS_EVERY = 1.0  # seconds between two `users` frames of a room

Spawn = Callable[[Coroutine[Any, Any, None]], None]
Tell = Callable[[str, Event], None]


class Attendance:
    """Leases for the people on this process's sockets. Where several processes share the leases,
    asking for them takes a thread; what is known then stands until the answer comes."""

    def __init__(
        self,
        process: str,
        presence: Presence,
        *,
        ask: Callable[..., Awaitable[Any]],
        spawn: Spawn,
        tell: Tell,
    ) -> None:
        self.process = process
        self.presence = presence
        # room id → user id → their sockets in it
        self.here: defaultdict[int, defaultdict[int, set[Subscriber]]] = defaultdict(
            lambda: defaultdict(set)
        )
        self._names: dict[int, UserPayload] = {}  # as they were at the last renewal
        self._ask = ask
        self._spawn = spawn
        self._tell = tell
        self._loop = asyncio.get_running_loop()

    async def stamps(self, room_ids: list[int]) -> dict[int, str]:
        """The presence stamps of these rooms, where several processes share them."""
        found: dict[int, str] = await self._ask(self.presence.stamps, room_ids)
        return found

    async def begin(self, topic: RoomTopic) -> None:
        """Learns who is in a room that this process has not served yet."""
        if not self.presence.is_local:
            topic.people = await self._ask(self.presence.people, topic.room_id)

    def came(self, topic: RoomTopic, socket: Subscriber) -> None:
        """A socket went live: it is told who is here now, the others soon."""
        sockets = self.here[topic.room_id][socket.identity.user_id]
        sockets.add(socket)
        is_first = len(sockets) == 1
        person = person_of(socket.identity)
        if self.presence.is_local:
            if is_first:
                self.presence.enter(self.process, topic.room_id, person)
            topic.people = self.presence.people(topic.room_id)
        elif all(each["id"] != person["id"] for each in topic.people):
            topic.people = [person, *topic.people]
        users = _users(topic.people)
        topic.users_given[socket] = users
        socket.deliver(Frames(users), replaces=True)
        if is_first and self.presence.is_local:
            self.moved(topic)
        elif is_first:
            # Tasks begin in the order in which they are made, and `_ask` answers in that order.
            self._spawn(self._enter(topic, person))

    def left(self, topic: RoomTopic, socket: Subscriber) -> None:
        """A socket is gone; with a person's last one they are."""
        user_id = socket.identity.user_id
        topic.users_given.pop(socket, None)
        sockets = self.here[topic.room_id][user_id]
        sockets.discard(socket)
        if sockets:
            return  # another tab is still open
        del self.here[topic.room_id][user_id]
        if not self.here[topic.room_id]:
            del self.here[topic.room_id]
        if self.presence.is_local:
            self.presence.leave(self.process, topic.room_id, user_id)
            self.moved(topic)
        else:
            self._spawn(self._leave(topic, user_id))

    def moved(self, topic: RoomTopic) -> None:
        """Has the room told who is here, at most once in USERS_EVERY seconds."""
        if topic.users_due is None:
            due = max(topic.users_told + USERS_EVERY, self._loop.time())
            topic.users_due = self._loop.call_at(due, self._tell_users, topic)

    async def renew(self, names: dict[int, UserPayload] | None) -> None:
        """Renews this process's leases, with the people's names as they are now; None if nobody
        knows those."""
        if names is not None:
            self._names = names
        rooms = {
            room_id: [
                self._names.get(user_id) or person_of(next(iter(sockets)).identity)
                for user_id, sockets in users.items()
            ]
            for room_id, users in self.here.items()
        }
        if self.presence.is_local:
            self.presence.renew(self.process, rooms)
        else:
            await self._ask(self.presence.renew, self.process, rooms)

    def _tell_users(self, topic: RoomTopic) -> None:
        topic.users_due = None
        topic.users_told = self._loop.time()
        if self.presence.is_local:
            self._tell_if_new(topic, self.presence.people(topic.room_id))
        else:
            self._spawn(self._ask_and_tell(topic))

    async def _ask_and_tell(self, topic: RoomTopic) -> None:
        self._tell_if_new(topic, await self._ask(self.presence.people, topic.room_id))

    def _tell_if_new(self, topic: RoomTopic, people: list[UserPayload]) -> None:
        event = _users(people)
        topic.people = people
        # Whoever came in since the last time was told on coming, and perhaps what is no longer so.
        holds = dict.fromkeys(topic.subscribers, topic.users) | topic.users_given
        told = {each for each, users in holds.items() if users == event}
        topic.tell_all(Frames(event), replaces=True, but=told)
        topic.users = event
        topic.users_given.clear()

    async def _enter(self, topic: RoomTopic, person: UserPayload) -> None:
        await self._ask(self.presence.enter, self.process, topic.room_id, person)
        self._tell(room_topic(topic.room_id), PeopleMoved(topic.room_id))

    async def _leave(self, topic: RoomTopic, user_id: int) -> None:
        await self._ask(self.presence.leave, self.process, topic.room_id, user_id)
        self._tell(room_topic(topic.room_id), PeopleMoved(topic.room_id))


def person_of(identity: Identity) -> UserPayload:
    """The person on a socket, as others see them."""
    return {
        "id": identity.user_id,
        "username": identity.username,
        "display_name": identity.display_name,
    }


def _users(people: list[UserPayload]) -> UsersChanged:
    return UsersChanged(people[:USERS_SHOWN], len(people))
