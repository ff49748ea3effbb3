"""One per process and loop: hears of each event once and hands the same text to every socket."""

import asyncio
import logging
import secrets
from collections import defaultdict, deque
from collections.abc import Callable
from functools import partial
from typing import Any
from weakref import WeakValueDictionary

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
)
from rooms.hub import sweeps
from rooms.hub.attendance import Attendance
from rooms.hub.frames import Frames
from rooms.hub.layer import LayerListener
from rooms.hub.threads import HubThreads, run_query
from rooms.hub.topic import RoomTopic, Subscriber

logger = logging.getLogger(__name__)

TYPING_EVERY = 2.9  # seconds; a little less than the sockets', whose clocks began earlier
USERS_REMEMBERED = 1000


class Hub:
    """Delivers; never acts. Everything but `hear` runs on its loop."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.process = secrets.token_hex(6)
        self.topics: dict[int, RoomTopic] = {}
        self.sockets: set[Subscriber] = set()
        self.people: defaultdict[int, set[Subscriber]] = defaultdict(set)
        self._threads = HubThreads()
        self._layer = LayerListener(self.process, self._heard)
        self.attendance = Attendance(
            self.process,
            presence.backend,
            ask=partial(run_query, self._threads.presence),
            spawn=self.spawn,
            tell=self._hear_own,
        )
        self._unheard: deque[tuple[str, Event]] = deque()
        self._is_called = False
        self._tasks: set[asyncio.Task[Any]] = set()
        self._turns: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
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
        self._threads.close()

    def spawn(self, work: Any) -> None:
        """A task that ends with the hub."""
        task = self.loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def ask(self, query: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Runs a query in the hub's own threads."""
        return await run_query(self._threads.pages, query, *args, **kwargs)

    async def look(self, query: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """As `ask`, for sweeps and what they find: no page waits before it."""
        return await run_query(self._threads.sweeps, query, *args, **kwargs)

    def turn_of(self, user_id: int) -> asyncio.Lock:
        """Held while something costly is made for one person: they take one thread at most."""
        return self._turns.setdefault(user_id, asyncio.Lock())

    # --- events ------------------------------------------------------------------------

    def hear(self, topic: str, event: Event) -> None:
        """Called after a commit, from any thread: own sockets first, other processes in the
        background."""
        self._unheard.append((topic, event))
        if self._is_called:
            return
        # What a batch of posts tells is heard in one step of the loop, and so goes out together.
        self._is_called = True
        try:
            self.loop.call_soon_threadsafe(self._hear_all)
        except RuntimeError:
            # The loop is gone, and its sockets with it.
            broadcast.listeners.remove(self.hear)

    def _hear_all(self) -> None:
        self._is_called = False  # first: whatever is appended from here on calls again
        while self._unheard:
            topic, event = self._unheard.popleft()
            try:
                self._hear_own(topic, event)
            except Exception:
                logger.exception("%s: not heard; the sweep will find it", topic)

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
            self.attendance.moved(topic)
        elif isinstance(event, PersonTyping):
            self._tell_typing(topic, event)

    def _tell_typing(self, topic: RoomTopic, event: PersonTyping) -> None:
        """To everybody else; once in TYPING_EVERY from however many of one's sockets."""
        now, person = self.loop.time(), event.user["id"]
        if now - topic.typed.get(person, float("-inf")) < TYPING_EVERY:
            return
        if len(topic.typed) > USERS_REMEMBERED:
            topic.typed.clear()
        topic.typed[person] = now
        own = {each for each in topic.subscribers if each.identity.user_id == person}
        topic.tell_all(Frames(event), but=own)

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
            self.attendance.left(topic, socket)

    async def open(self, room_id: int) -> RoomTopic:
        """The room's topic, listening and counting. Raises DatabaseError. Each call needs a
        `release`."""
        topic = self.topics.get(room_id)
        if topic is None:
            topic = self.topics[room_id] = RoomTopic(room_id, self.look, self._restored)
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
            await self.attendance.begin(topic)
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
        topic.flush()
        topic.subscribers.add(socket)
        room = {**topic.room, "seq": topic.seq}
        socket.deliver(Frames(Ready(room, topic.seq, topic.epoch)))  # type: ignore[arg-type]  # a spread TypedDict is a dict
        self.attendance.came(topic, socket)

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
            self.attendance.left(topic, socket)
        self.drop(topic)
