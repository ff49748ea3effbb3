"""One per process and event loop: hears of each event once and hands the same text to every
socket."""

import asyncio
import logging
import secrets
import time
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from accounts.socket_auth import Identity
from rooms import broadcast, history, presence
from rooms.broadcast import room_topic, user_topic
from rooms.events import (
    AuthorityLost,
    Event,
    MessageEvent,
    PeopleMoved,
    PersonTyping,
    ReadMoved,
    Ready,
    RoomChanged,
    StandingChanged,
    UsersChanged,
)
from rooms.hub import sweeps
from rooms.hub.frames import Frames
from rooms.hub.layer import LayerListener
from rooms.hub.threads import run_query
from rooms.hub.topic import RoomTopic, Subscriber
from rooms.payloads import UserPayload

logger = logging.getLogger(__name__)

USERS_SHOWN = 100
USERS_EVERY = 1.0  # seconds between two `users` frames of a room


class Hub:
    """Delivers; never acts. Everything but `hear` runs on its loop."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.process = secrets.token_hex(6)
        self.topics: dict[int, RoomTopic] = {}
        self.sockets: set[Subscriber] = set()
        self.people: defaultdict[int, set[Subscriber]] = defaultdict(set)
        self.here: defaultdict[int, defaultdict[int, set[Subscriber]]] = defaultdict(
            lambda: defaultdict(set)
        )
        self.presence = presence.backend
        self._pool = ThreadPoolExecutor(4, thread_name_prefix="hub")
        self._layer = LayerListener(self.process, self._heard)
        self._tasks: set[asyncio.Task[Any]] = set()
        self.is_closed = False

    def start(self) -> None:
        """Begins to listen and to sweep."""
        broadcast.listeners.append(self.hear)
        self._layer.start()
        for sweep in sweeps.all_sweeps(self):
            self.spawn(sweep)

    async def close(self) -> None:
        """Stops listening; sockets that are still there are told to come back."""
        self.is_closed = True
        if self.hear in broadcast.listeners:
            broadcast.listeners.remove(self.hear)
        for socket in tuple(self.sockets):
            socket.cut(1012)
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for topic in self.topics.values():
            topic.close()
        await self._layer.close()
        self._pool.shutdown(wait=False)

    def spawn(self, work: Any) -> None:
        """A task that ends with the hub."""
        task = self.loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def ask(self, query: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Runs a query in the hub's own threads."""
        return await run_query(self._pool, query, *args, **kwargs)

    # --- events ------------------------------------------------------------------------

    def hear(self, topic: str, event: Event) -> None:
        """Called after a commit, from any thread: own sockets first, other processes in the
        background."""
        try:
            self.loop.call_soon_threadsafe(self._hear_own, topic, event)
        except RuntimeError:
            # The loop is gone, and its sockets with it.
            broadcast.listeners.remove(self.hear)

    def _hear_own(self, topic: str, event: Event) -> None:
        self._heard(topic, event)
        self._layer.tell(topic, event)

    def _heard(self, topic_name: str, event: Event) -> None:
        kind, _dot, number = topic_name.partition(".")
        if kind == "user":
            self._heard_of_person(int(number), event)
            return
        topic = self.topics.get(int(number))
        if topic is None:
            return  # nobody here
        if isinstance(event, MessageEvent):
            topic.hear(event)
        elif isinstance(event, RoomChanged):
            topic.hear_room(event)
        elif isinstance(event, PeopleMoved):
            self.users_moved(topic)
        elif isinstance(event, PersonTyping):
            frames = Frames(event)
            for socket in tuple(topic.subscribers):
                if socket.identity.user_id != event.user["id"]:
                    socket.deliver(frames)

    def _heard_of_person(self, user_id: int, event: Event) -> None:
        frames = Frames(event)
        for socket in tuple(self.people.get(user_id, ())):
            if isinstance(event, AuthorityLost):
                held = socket.identity.session
                one, kept = event.session, event.except_session
                if (one is None or held == one) and (kept is None or held != kept):
                    socket.cut(4401)
            elif isinstance(event, StandingChanged):
                if socket.room_id == event.room_id:
                    self.spawn(sweeps.recheck(self, [socket], dropped=event.dropped))
            elif isinstance(event, ReadMoved):
                topic = self.topics.get(event.room_id)
                if topic and socket in topic.subscribers and socket.device != event.device:
                    socket.deliver(frames)

    # --- sockets -----------------------------------------------------------------------

    def connect(self, socket: Subscriber) -> None:
        """From here on the socket is watched: its authority, its expiry, its progress."""
        self.sockets.add(socket)
        user_id = socket.identity.user_id
        if not self.people[user_id]:
            self._layer.listen(user_topic(user_id))
        self.people[user_id].add(socket)

    def disconnect(self, socket: Subscriber) -> None:
        """Forgets the socket wherever it stands; safe to call at any stage and twice."""
        self.sockets.discard(socket)
        user_id = socket.identity.user_id
        if socket in self.people.get(user_id, ()):
            self.people[user_id].discard(socket)
            if not self.people[user_id]:
                del self.people[user_id]
                self._layer.unlisten(user_topic(user_id))
        topic = self.topics.get(socket.room_id or 0)
        if topic is not None and socket in topic.subscribers:
            topic.subscribers.discard(socket)
            self._left(topic, socket)

    async def open(self, room_id: int) -> RoomTopic:
        """The room's topic, listening and counting. Raises DatabaseError. Each call needs a
        `release`."""
        topic = self.topics.get(room_id)
        if topic is None:
            topic = self.topics[room_id] = RoomTopic(room_id, self.ask, self._restored)
            topic.opened = self.loop.create_future()
            self.spawn(self._open(topic))
        topic.refs += 1
        try:
            if topic.opened is not None:
                await asyncio.shield(topic.opened)
        except BaseException:
            self.release(topic)
            raise
        return topic

    async def _open(self, topic: RoomTopic) -> None:
        assert topic.opened is not None
        try:
            # Listen first, then look: the other order can lose a change in between.
            await self._layer.listen_now(room_topic(topic.room_id))
            heads = await self.ask(history.read_heads, [topic.room_id])
            topic.begin(heads[topic.room_id], await self.ask(history.room_changed, topic.room_id))
            topic.opened.set_result(None)
        except Exception as problem:
            self.topics.pop(topic.room_id, None)
            self._layer.unlisten(room_topic(topic.room_id))
            topic.opened.set_exception(problem)
            topic.opened.exception()  # whoever waits gets it; with nobody there it is no news

    def release(self, topic: RoomTopic) -> None:
        """Ends what `open` began; the topic stays a while for those who come back."""
        topic.refs -= 1
        topic.idle_since = self.loop.time()

    def drop(self, topic: RoomTopic) -> None:
        """Forgets a topic that nobody holds."""
        topic.close()
        self.topics.pop(topic.room_id, None)
        self._layer.unlisten(room_topic(topic.room_id))

    def join(self, topic: RoomTopic, socket: Subscriber) -> None:
        """Goes live, in the same step of the loop in which the socket had caught up."""
        assert topic.room is not None
        topic.subscribers.add(socket)
        room = {**topic.room, "seq": topic.seq}
        socket.deliver(Frames(Ready(room, topic.seq, topic.epoch)))  # type: ignore[arg-type]  # a spread TypedDict is a dict
        self._came(topic, socket)

    def _restored(self, room_id: int) -> None:
        """The count went back: a backup was restored, and nobody's number means anything now."""
        topic = self.topics.get(room_id)
        if topic is None:
            return
        logger.warning(
            "room %s: the counter went back, sockets are sent away to come back", room_id
        )
        for socket in tuple(self.sockets):
            if socket.room_id == room_id:
                socket.cut(1012)
        # They leave now: later they would not be found in a topic that is no longer there.
        for socket in tuple(topic.subscribers):
            topic.subscribers.discard(socket)
            self._left(topic, socket)
        self.drop(topic)

    # --- who is here -------------------------------------------------------------------

    def _came(self, topic: RoomTopic, socket: Subscriber) -> None:
        identity = socket.identity
        sockets = self.here[topic.room_id][identity.user_id]
        sockets.add(socket)
        person = self.person_of(identity)
        if self.presence.is_local:
            if len(sockets) == 1:
                self.presence.enter(self.process, topic.room_id, person)
                self.users_moved(topic)
            socket.deliver(Frames(self._users(self.presence.people(topic.room_id))), replaces=True)
        else:
            self.spawn(self._came_from_afar(topic, socket, person, first=len(sockets) == 1))

    async def _came_from_afar(
        self, topic: RoomTopic, socket: Subscriber, person: UserPayload, *, first: bool
    ) -> None:
        if first:
            await self.ask(self.presence.enter, self.process, topic.room_id, person)
        people = await self.ask(self.presence.people, topic.room_id)
        if socket in topic.subscribers:
            socket.deliver(Frames(self._users(people)), replaces=True)
        if first:
            self._hear_own(room_topic(topic.room_id), PeopleMoved(topic.room_id))

    def _left(self, topic: RoomTopic, socket: Subscriber) -> None:
        sockets = self.here[topic.room_id][socket.identity.user_id]
        sockets.discard(socket)
        if sockets:
            return  # another tab is still open
        del self.here[topic.room_id][socket.identity.user_id]
        if not self.here[topic.room_id]:
            del self.here[topic.room_id]
        if self.presence.is_local:
            self.presence.leave(self.process, topic.room_id, socket.identity.user_id)
            self.users_moved(topic)
        elif not self.is_closed:
            self.spawn(self._left_from_afar(topic, socket.identity.user_id))

    async def _left_from_afar(self, topic: RoomTopic, user_id: int) -> None:
        await self.ask(self.presence.leave, self.process, topic.room_id, user_id)
        self._hear_own(room_topic(topic.room_id), PeopleMoved(topic.room_id))

    def users_moved(self, topic: RoomTopic) -> None:
        """Has the room told who is here, at most once in USERS_EVERY seconds."""
        if topic.users_due is None:
            due = max(topic.users_told + USERS_EVERY, self.loop.time())
            topic.users_due = self.loop.call_at(due, self._tell_users, topic)

    def _tell_users(self, topic: RoomTopic) -> None:
        topic.users_due = None
        topic.users_told = self.loop.time()
        if self.presence.is_local:
            self._tell_if_new(topic, self.presence.people(topic.room_id))
        elif not self.is_closed:
            self.spawn(self._tell_users_from_afar(topic))

    async def _tell_users_from_afar(self, topic: RoomTopic) -> None:
        self._tell_if_new(topic, await self.ask(self.presence.people, topic.room_id))

    def _tell_if_new(self, topic: RoomTopic, people: list[UserPayload]) -> None:
        event = self._users(people)
        if event != topic.users:
            topic.users = event
            topic.tell_all(Frames(event), replaces=True)

    @staticmethod
    def _users(people: list[UserPayload]) -> UsersChanged:
        return UsersChanged(people[:USERS_SHOWN], len(people))

    @staticmethod
    def person_of(identity: Identity) -> UserPayload:
        """The person on a socket, as others see them."""
        return {
            "id": identity.user_id,
            "username": identity.username,
            "display_name": identity.display_name,
        }

    @staticmethod
    def unix_time() -> float:
        """Against which tokens expire. Seconds."""
        return time.time()
