"""Who posts and gives up nothing before its ack, and what they do to their messages besides."""

import asyncio
import time
from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Literal, get_args

from tests.faults.mouths import Command, Mouth, Name, Reply
from tests.faults.record import Acked, Asked, Blank, Changed, Kind, Record, Refused, Sent
from tests.faults.words import EMOJI, say

# Refusals that pass; after all others a post is dropped.
PASSING = frozenset({"storage_unavailable", "rate_limited", "internal"})
FIRST_PAUSE, LAST_PAUSE = 0.05, 1.0  # seconds until a refused post is tried again
REMEMBERED = 500  # messages of one's own, and of a room, that something may yet be done to

type Act = Literal["edit", "delete", "react", "unreact", "again", "conflict"]
_ACTS: tuple[Act, ...] = get_args(Act.__value__)


@dataclass(frozen=True, slots=True)
class Habits:
    """How often, of all that a sender does, it does something else than posting once."""

    edit: float = 0.015
    delete: float = 0.005
    react: float = 0.015
    unreact: float = 0.005
    again: float = 0.015  # an acknowledged message, one to five times, over all its lines at once
    conflict: float = 0.005  # the same with another text
    several: float = 0.015  # of its posts: sent two to five times at once to begin with


QUIET = Habits(0, 0, 0, 0, 0, 0, 0)


@dataclass(slots=True)
class Book:
    """What all senders write in: the record, when posts were first acknowledged, and of what."""

    record: Record
    firsts: list[float] = field(default_factory=list)  # seconds of the monotonic clock
    said: defaultdict[str, deque[int]] = field(
        default_factory=lambda: defaultdict(lambda: deque(maxlen=REMEMBERED))
    )  # message ids by room
    news: asyncio.Event = field(default_factory=asyncio.Event)  # set at each first ack
    going: asyncio.Event = field(default_factory=asyncio.Event)  # cleared: nothing new is begun
    under_way: int = 0  # things begun whose answers are awaited

    def __post_init__(self) -> None:
        self.going.set()


@dataclass(slots=True)
class Post:
    """One of one's own, with the text of its first sending."""

    client_id: str
    content: str
    id: int = 0  # once it is acknowledged
    is_busy: bool = False  # one thing at a time, so that answers are not mixed up


class Sender:
    """One person who posts in one room, `window` things at a time."""

    def __init__(
        self,
        author: str,
        room: str,
        mouths: Sequence[Mouth],
        book: Book,
        chance: Random,
        *,
        window: int = 6,
        habits: Habits = QUIET,
        pace: float | None = None,  # things a second at most
    ) -> None:
        self.author = author
        self.room = room
        self._mouths = mouths
        self._book = book
        self._chance = chance
        self._window = window
        self._habits = habits
        self._pace = pace
        self._next_at = 0.0
        self._is_ended = False
        self._hurry = asyncio.Event()  # set: nobody waits for a turn any more
        self._mine: deque[Post] = deque(maxlen=REMEMBERED)
        self._begun = 0
        self._prefix = f"{author}-{chance.getrandbits(24):06x}"

    async def run(self) -> None:
        """Returns after `end`, when each post is acknowledged. Raises SentAway."""
        async with asyncio.TaskGroup() as group:
            lines = [group.create_task(mouth.run()) for mouth in self._mouths]
            work = [group.create_task(self._work()) for _ in range(self._window)]
            await asyncio.wait(work)
            for line in lines:
                line.cancel()

    def end(self) -> None:
        """Begins nothing new."""
        self._is_ended = True
        self._hurry.set()

    def keep_to(self, pace: float | None) -> None:
        """Another pace from now on, also for what waits for its turn at the old one."""
        self._hurry.set()
        self._hurry = asyncio.Event()
        self._pace, self._next_at = pace, 0.0

    def cut(self) -> None:
        """Breaks all of its lines."""
        for mouth in self._mouths:
            mouth.cut()

    async def _work(self) -> None:
        while not self._is_ended:
            await self._wait_for_its_turn()
            await self._book.going.wait()
            self._book.under_way += 1
            await self._begin()
            self._book.under_way -= 1

    async def _begin(self) -> None:
        act = self._choose()
        post = self._pick() if act in ("edit", "delete", "again", "conflict") else None
        if act in ("react", "unreact") and (said := self._book.said[self.room]):
            emoji = self._chance.choice(EMOJI)
            await self._change(act, "reactions", self._chance.choice(said), emoji)
        elif post is None:
            await self._post()
        else:
            post.is_busy = True
            await self._do(act, post)
            post.is_busy = False

    async def _wait_for_its_turn(self) -> None:
        if self._pace is None:
            return
        now = time.monotonic()
        self._next_at = max(now, self._next_at + 1 / self._pace)
        try:
            async with asyncio.timeout(self._next_at - now):
                await self._hurry.wait()
        except TimeoutError:
            return

    def _choose(self) -> Act | None:
        """What to do next; None: a post."""
        at = self._chance.random()
        for act in _ACTS:
            share: float = getattr(self._habits, act)
            if at < share:
                return act
            at -= share
        return None

    def _pick(self) -> Post | None:
        if not self._mine:
            return None
        post = self._chance.choice(self._mine)
        return None if post.is_busy else post

    async def _do(self, act: Act | None, post: Post) -> None:
        if act == "edit":
            await self._change(
                "edit", "edited", post.id, say(self._chance, f"{self.author} {self._begun}")
            )
        elif act == "delete":
            await self._change("delete", "deleted", post.id)
        elif act == "again":
            times = self._chance.randint(1, 5)
            await asyncio.gather(*(self._say_once(post, post.content, n) for n in range(times)))
        else:
            await self._say_once(post, say(self._chance, f"{self.author} {self._begun}"))

    # --- posts -------------------------------------------------------------------------

    async def _post(self) -> None:
        self._begun = turn = self._begun + 1
        post = Post(f"{self._prefix}-{turn}", say(self._chance, f"{self.author} {self._begun}"))
        several = self._chance.random() < self._habits.several
        copies = self._chance.randint(1, 4) if several else 0
        await asyncio.gather(
            self._say_until_acked(post, turn),
            *(self._say_once(post, post.content, turn + n + 1) for n in range(copies)),
        )

    async def _say_until_acked(self, post: Post, turn: int) -> None:
        pause = FIRST_PAUSE
        mouth = self._mouths[turn % len(self._mouths)]
        while True:
            reply = await self._say(mouth, post, post.content)
            if reply is None:
                continue
            if not reply.code:
                post.id = reply.id
                self._mine.append(post)
                self._book.said[self.room].append(reply.id)
                self._book.firsts.append(time.monotonic())
                self._book.news.set()
                return
            if reply.code not in PASSING:
                return
            await asyncio.sleep(max(reply.wait, pause * self._chance.uniform(0.5, 1)))
            pause = min(LAST_PAUSE, 2 * pause)

    async def _say_once(self, post: Post, content: str, turn: int = 0) -> None:
        await self._say(self._mouths[turn % len(self._mouths)], post, content)

    async def _say(self, mouth: Mouth, post: Post, content: str) -> Reply | None:
        await mouth.live()
        record, name = self._book.record, (self.author, self.room, post.client_id)
        record.sent.append(Sent(*name, content, time.monotonic()))
        reply = await mouth.ask(Command("message", post.client_id, text=content))
        now = time.monotonic()
        if reply is None:
            record.blank.append(Blank(*name, now))
        elif reply.code:
            record.refused.append(Refused(*name, reply.code, now))
        else:
            assert reply.seq is not None
            record.acked.append(Acked(*name, reply.id, reply.seq, reply.duplicate, now))
        return reply

    # --- changes -----------------------------------------------------------------------

    async def _change(self, name: Name, kind: Kind, message_id: int, text: str = "") -> None:
        """Asked once: whether a lost one was done is nobody's to know."""
        mouth = self._chance.choice(self._mouths)
        await mouth.live()
        self._begun += 1
        key = (self.author, self.room, f"{self._prefix}-{self._begun}")
        record = self._book.record
        record.asked.append(Asked(*key, message_id, kind, time.monotonic()))
        reply = await mouth.ask(Command(name, key[2], message_id, text))
        now = time.monotonic()
        if reply is not None and reply.code:
            record.refused.append(Refused(*key, reply.code, now))
        elif reply is not None and reply.seq is not None:
            record.changed.append(Changed(*key, message_id, reply.seq, now))
        else:
            record.blank.append(Blank(*key, now))
