"""What runs beside every fault: people who post in three rooms, people who read, and the count."""

import asyncio
import os
import secrets
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Sequence
from random import Random

from tests.faults.client import Reader, asking_once
from tests.faults.door import Door
from tests.faults.house import House
from tests.faults.mouths import Mouth, RestMouth, SocketMouth
from tests.faults.people import Person
from tests.faults.record import Ending, Record, Way
from tests.faults.rest import Rest
from tests.faults.rows import Rows
from tests.faults.senders import Book, Habits, Sender

SEED = os.environ.get("FAULT_SEED") or secrets.token_hex(4)

ROOMS = ("general", "hall", "den")
SENDERS: tuple[Way, ...] = ("json", "json", "json", "json", "json", "rest", "rest", "html")
READERS: tuple[Way, ...] = ("json",) * 9 + ("html",) * 3
PEOPLE = len(SENDERS) + len(READERS)
ENOUGH = 100  # acknowledged posts a second, before and after each fault
LINES = 2  # sockets of a sender
CAUGHT_UP_WITHIN = 30.0  # seconds


class Load:
    """Eight who post and twelve who read, over all doors; `record` is what they saw.

    `people` are PEOPLE, all of whom may see and write in all rooms; `urls` are where they come in,
    the house's own or proxies'. Everything runs in the loop that calls `start`: nothing may block
    it.
    """

    def __init__(
        self,
        house: House,
        people: Sequence[Person],
        *,
        urls: Sequence[str] = (),
        seed: str = SEED,
        rooms: Sequence[str] = ROOMS,
        habits: Habits | None = None,
        window: int = 6,
        pace: float | None = None,
    ) -> None:
        self.record = Record()
        self.house = house
        self.rooms = tuple(rooms)
        self._urls = tuple(urls) or tuple(server.url for server in house.servers)
        self._seed = seed
        self._row_is = asking_once(house.row_is)
        self._book = Book(self.record)
        # A connection of its own: it is read in threads, and the house's is asked meanwhile.
        self._rows = Rows(house.database)
        self._tasks: list[asyncio.Task[None]] = []
        self._posting: list[asyncio.Task[None]] = []
        assert len(people) == PEOPLE
        self.people = tuple(people)
        self.senders = [
            self._sender(n, person, way, habits=habits or Habits(), window=window, pace=pace)
            for n, (way, person) in enumerate(zip(SENDERS, people, strict=False))
        ]
        self.readers = [
            self._new_reader(n, person, way)
            for n, (way, person) in enumerate(zip(READERS, people[len(SENDERS) :], strict=True))
        ]

    @property
    def acknowledged(self) -> int:
        """How many posts were, each counted once."""
        return len(self._book.firsts)

    def rate(self, seconds: float = 5.0) -> float:
        """Posts acknowledged a second, over the last seconds."""
        firsts = self._book.firsts
        return (len(firsts) - bisect_left(firsts, time.monotonic() - seconds)) / seconds

    def refusals(self) -> Counter[str]:
        """How often which code was answered."""
        return Counter(each.code for each in self.record.refused)

    async def start(self) -> None:
        """Returns when all readers are live and the first posts are acknowledged."""
        for reader in self.readers:
            self._read(reader)
        await self.until(lambda: all(reader.is_live for reader in self.readers), 30)
        self._posting = [
            asyncio.create_task(sender.run(), name=sender.author) for sender in self.senders
        ]
        self._tasks += self._posting
        await self.until_acked(len(self.senders))

    def admit(self, person: Person, way: Way) -> Reader:
        """One more reader, who comes when there is something to read already."""
        reader = self._new_reader(len(self.readers), person, way)
        self.readers.append(reader)
        self._read(reader)
        return reader

    def cut(self) -> None:
        """Breaks every line, as a bad network does."""
        for reader in self.readers:
            reader.cut()
        for sender in self.senders:
            sender.cut()

    async def pause(self) -> None:
        """Returns when nothing is under way and nothing new begins, until `go_on`."""
        self._book.going.clear()
        await self.until(lambda: not self._book.under_way, 30)

    def go_on(self) -> None:
        """Ends the pause."""
        self._book.going.set()

    def keep_to(self, pace: float | None) -> None:
        """Each sender begins at most so many things a second from now on; None: as many as may."""
        for sender in self.senders:
            sender.keep_to(pace)

    async def until_acked(self, count: int, seconds: float = 120) -> None:
        """Returns when so many posts are acknowledged, from the beginning. Fails when they are
        not in time."""
        done = asyncio.create_task(self._acked(count))
        try:
            await asyncio.wait({done, *self._tasks}, timeout=seconds, return_when="FIRST_COMPLETED")
            self._raise_what_failed()
            assert done.done(), f"{self.acknowledged} of {count} acknowledged in {seconds} s"
        finally:
            done.cancel()

    async def until(self, claim: Callable[[], bool], seconds: float) -> None:
        """Returns when `claim` holds. Raises TimeoutError, and what ended a client."""
        async with asyncio.timeout(seconds):
            while not claim():
                self._raise_what_failed()
                await asyncio.sleep(0.02)

    async def steady(self, seconds: float = 3.0) -> float:
        """Fails unless ENOUGH a second are acknowledged for so long; how many a second were."""
        began, before = time.monotonic(), self.acknowledged
        await self.until_acked(before + int(ENOUGH * seconds), seconds)
        return (self.acknowledged - before) / (time.monotonic() - began)

    async def settle(self) -> float:
        """Ends the posting and waits until everything is acknowledged; then until every reader
        shows what the tables hold, or too long has passed and it is the checker's to say what is
        missing. Returns the seconds that the readers took."""
        for sender in self.senders:
            sender.end()
        self.go_on()
        _done, late = await asyncio.wait(self._posting, timeout=CAUGHT_UP_WITHIN)
        self._raise_what_failed()
        names = sorted(task.get_name() for task in late)
        assert not late, f"not everything acknowledged in {CAUGHT_UP_WITHIN} s: {names}"
        began = time.monotonic()
        while time.monotonic() - began < CAUGHT_UP_WITHIN and not await self._all_have_it():
            self._raise_what_failed()
            await asyncio.sleep(0.05)
        return time.monotonic() - began

    async def ending(self) -> Ending:
        """What is left. To be asked after `settle`."""
        rows, counters = await asyncio.to_thread(self._rows.read)
        async with Rest(self._urls[0], self.people[-1].token) as rest:
            paged = {room: await rest.history(room) for room in self.rooms}
        return Ending(
            {room: rows[room] for room in self.rooms},
            {room: counters[room] for room in self.rooms},
            paged,
            {(reader.name, reader.door.room): reader.shown() for reader in self.readers},
        )

    async def close(self) -> None:
        """Ends all clients."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._rows.close()

    # --- parts -------------------------------------------------------------------------

    def _url(self, place: int) -> str:
        # Not in step with the rooms, so that each room has clients everywhere.
        return self._urls[place // len(self.rooms) % len(self._urls)]

    def _room(self, place: int) -> str:
        return self.rooms[place % len(self.rooms)]

    def _chance(self, name: str) -> Random:
        return Random(f"{self._seed}/{name}")  # noqa: S311 - not secret, and to be repeated

    def _sender(
        self,
        place: int,
        person: Person,
        way: Way,
        *,
        habits: Habits,
        window: int,
        pace: float | None,
    ) -> Sender:
        """On sockets it has several, so that the same can be said on all of them at once."""
        chance = self._chance(person.name)
        door = Door(self._url(place), self._room(place), person, way)
        mouths: list[Mouth] = (
            [RestMouth(door, chance)]
            if way == "rest"
            else [SocketMouth(person.name, door, chance) for _line in range(LINES)]
        )
        # Each request costs the site as much as several posts over a socket.
        window = 1 if way == "rest" else window
        return Sender(
            person.name, door.room, mouths, self._book, chance,
            window=window, habits=habits, pace=pace,
        )  # fmt: skip

    def _new_reader(self, place: int, person: Person, way: Way) -> Reader:
        name = f"{person.name}-{way}"
        door = Door(self._url(place), self._room(place), person, way)
        return Reader(name, door, self.record, self._row_is, self._chance(name))

    def _read(self, reader: Reader) -> None:
        self._tasks.append(asyncio.create_task(reader.run(), name=reader.name))

    async def _acked(self, count: int) -> None:
        while self.acknowledged < count:
            self._book.news.clear()
            await self._book.news.wait()

    async def _all_have_it(self) -> bool:
        rows, _counters = await asyncio.to_thread(self._rows.read)
        return all(
            reader.is_live and not reader.is_loading and reader.shown() == rows[reader.door.room]
            for reader in self.readers
        )

    def _raise_what_failed(self) -> None:
        for task in self._tasks:
            if task.done() and not task.cancelled() and (problem := task.exception()):
                raise problem
