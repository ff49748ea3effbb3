"""One room in one process: who listens, the last number told, and how a hole is mended."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection
from typing import TYPE_CHECKING, Any, Protocol

from rooms import history
from rooms.events import MessageEvent, RoomChanged, UsersChanged
from rooms.hub.frames import Delivery, Form, Frames, Joined
from rooms.hub.ring import Ring
from rooms.payloads import RoomPayload, UserPayload

if TYPE_CHECKING:
    from accounts.socket_auth import Identity

logger = logging.getLogger(__name__)

# A notice that overtook its forerunner waits this long for it before the rows are asked. Seconds.
GRACE = 0.03
MAX_WAITING = 512
REPAIR_PAGE = 200
# A room that was just told of something rests before it is told more, so that the more it costs the
# more goes out in one piece: seconds for each socket, and at most. docs/decisions/0007-wire.md
REST_EACH = 0.00004
REST = 0.02
# What goes out in one piece: events, and characters of what people wrote.
MAX_JOINED, MAX_JOINED_TEXT = 64, 32_000


class Subscriber(Protocol):
    """What the hub knows of a socket."""

    identity: "Identity"
    form: Form
    language: str
    device: str
    room_id: int | None
    wants_beat: bool

    def deliver(self, delivery: Delivery, *, replaces: bool = False) -> None: ...

    def cut(self, code: int) -> None: ...

    def stalled(self, now: float) -> bool: ...


class RoomTopic:
    """`seq` is the number of the last change that every subscriber has been handed, or is handed by
    the next `flush`."""

    def __init__(
        self, room_id: int, ask: Callable[..., Awaitable[Any]], restored: Callable[[int], None]
    ) -> None:
        self.room_id = room_id
        self.seq = 0
        self.epoch = ""
        self.subscribers: set[Subscriber] = set()
        self.ring = Ring(0)
        self.refs = 0  # sockets that hold the topic open, those still catching up included
        self.idle_since = 0.0
        self.opened: asyncio.Future[None] | None = None
        self.room: RoomPayload | None = None
        self.version = 0
        self.people: list[UserPayload] = []  # who is here, as far as this process knows
        self.users: UsersChanged | None = None  # what everybody was told last
        self.users_given: dict[Subscriber, UsersChanged] = {}  # to those who came since then
        self.users_told = float("-inf")
        self.users_due: asyncio.TimerHandle | None = None
        self.stamp = ""
        self.typed: dict[int, float] = {}  # by user id: when their typing was last told
        self._untold: list[Frames] = []
        self._untold_text = 0
        self._flush: asyncio.Handle | None = None
        self._rested = 0.0  # by the loop's time: from when on it is told more
        self._ask = ask
        self._restored = restored
        self._waiting: dict[int, MessageEvent] = {}
        self._grace: asyncio.TimerHandle | None = None
        self._repair: asyncio.Task[None] | None = None
        self._behind = False

    async def settled(self) -> None:
        """Returns when no repair is under way. Raises what the repair raised."""
        while self._repair is not None:
            await asyncio.shield(self._repair)

    def begin(self, head: history.Head, details: RoomChanged) -> None:
        """Starts counting at `head`, which was read after listening began."""
        self.seq, self.epoch = head.seq, head.epoch
        self.ring = Ring(head.seq)
        self.room, self.version = details.room, details.version
        self._waiting = {n: event for n, event in self._waiting.items() if n > head.seq}
        self._tell_waiting()
        if self._waiting:
            self._start_repair()

    def hear(self, event: MessageEvent) -> None:
        """A notice: told at once if it is the next, dropped if it is old, kept if one is
        missing."""
        if event.number <= self.seq:
            return
        if self.room is None:
            # The counter is being read; it may or may not know of this change.
            if len(self._waiting) < MAX_WAITING:
                self._waiting[event.number] = event
            return
        if self._repair is None and event.number == self.seq + 1:
            self.tell(event)
            self.seq = event.number
            self._tell_waiting()
            return
        if len(self._waiting) < MAX_WAITING:
            self._waiting[event.number] = event
        if self._repair is None and self._grace is None:
            loop = asyncio.get_running_loop()
            self._grace = loop.call_later(GRACE, self._start_repair)

    def hear_room(self, event: RoomChanged) -> None:
        """The room's details changed; an older version is dropped."""
        if self.room is None or event.version <= self.version:
            return
        if self.room["name"] != event.room["name"]:
            # What is remembered names the room as it was.
            self.ring = Ring(self.seq)
        self.room, self.version = event.room, event.version
        self.flush()
        self.tell_all(Frames(event))

    def compare(self, head: history.Head, counted: int) -> None:
        """What the sweep read: starts a repair if the room is ahead, ends all if it is behind.

        `counted` is `seq` from before the reading: what was heard since may be more than was read.
        """
        if head.seq < counted or (self.epoch and head.epoch != self.epoch):
            self._restored(self.room_id)
        elif head.seq > self.seq or head.version > self.version:
            self._start_repair()

    def refresh(self) -> None:
        """Has the rows looked at now, for a socket that knows of more than this process."""
        self._start_repair()

    def tell(self, event: MessageEvent) -> None:
        """Keeps one change for those who come back, and hands it to everybody: now, or with what
        comes while the room rests."""
        frames = Frames(event)
        self.ring.add(frames, event)
        self._untold.append(frames)
        self._untold_text += len(event.message["content"])
        if len(self._untold) >= MAX_JOINED or self._untold_text >= MAX_JOINED_TEXT:
            self.flush()
        elif self._flush is None:
            loop = asyncio.get_running_loop()
            # Never in this step of the loop: what was committed together is heard in one.
            if self._rested <= loop.time():
                self._flush = loop.call_soon(self.flush)
            else:
                self._flush = loop.call_at(self._rested, self.flush)

    def flush(self) -> None:
        """Hands over what waits. What speaks of `seq` is told after this alone."""
        if self._flush is not None:
            self._flush.cancel()
            self._flush = None
        untold, self._untold, self._untold_text = self._untold, [], 0
        if untold:
            self.tell_all(untold[0] if len(untold) == 1 else Joined(untold))
            rest = min(REST, REST_EACH * len(self.subscribers))
            self._rested = asyncio.get_running_loop().time() + rest

    def tell_all(
        self, delivery: Delivery, *, replaces: bool = False, but: Collection[Subscriber] = ()
    ) -> None:
        """Hands the same to every subscriber, `but` these."""
        for subscriber in tuple(self.subscribers):
            if subscriber in but:
                continue
            try:
                subscriber.deliver(delivery, replaces=replaces)
            except Exception:
                # A form that cannot be made must not cost the others theirs; this one comes back.
                logger.exception("room %s: a frame could not be made", self.room_id)
                subscriber.cut(1012)

    def close(self) -> None:
        """Ends timers and the repair."""
        for timer in (self._grace, self._flush, self.users_due):
            if timer is not None:
                timer.cancel()
        if self._repair is not None:
            self._repair.cancel()

    def _start_repair(self) -> None:
        self._grace = None
        self._behind = True
        if self._repair is None:
            self._repair = asyncio.get_running_loop().create_task(self._mend())

    async def _mend(self) -> None:
        try:
            while self._behind or self._waiting:
                # A repair under way may have read the counter before what it is asked for now.
                self._behind = False
                await self._mend_once()
        except Exception:
            # The next sweep tries again; whoever waits to join is sent away to come back.
            logger.exception("room %s: not repaired", self.room_id)
        finally:
            self._repair = None

    async def _mend_once(self) -> None:
        waited = set(self._waiting)
        # The counter first, then the changes: the other order can miss one in between.
        heads = await self._ask(history.read_heads, [self.room_id])
        head = heads.get(self.room_id)
        if head is None or head.seq < self.seq or (self.epoch and head.epoch != self.epoch):
            self._waiting.clear()
            self._restored(self.room_id)
            return
        for number in waited:
            if number > head.seq:
                # Told before the counter was read and yet not counted: no row stands behind it.
                del self._waiting[number]
        if head.version > self.version:
            self.hear_room(await self._ask(history.room_changed, self.room_id))
        since, more = self.seq, self.seq < head.seq
        while more:
            changes: history.Changes = await self._ask(
                history.changes_since,
                self.room_id, since, upto=head.seq, after=self.seq, limit=REPAIR_PAGE,
            )  # fmt: skip
            for event in changes.events:
                self.tell(event)
                # Kept at once: should the next page fail, nobody is told this one again.
                self.seq = history.concerning_number(event)
            self.seq, more = changes.reached, changes.more
        self.seq = max(self.seq, head.seq)
        self._tell_waiting()

    def _tell_waiting(self) -> None:
        while self._waiting:
            number = min(self._waiting)
            if number > self.seq + 1:
                return
            event = self._waiting.pop(number)
            if number == self.seq + 1:
                self.tell(event)
                self.seq = number
