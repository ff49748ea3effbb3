"""A room with readers and speakers on a running server, for who goes step by step."""

import asyncio
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from itertools import batched
from pathlib import Path
from random import Random

from tests.faults.checker import Violation, check
from tests.faults.client import Reader
from tests.faults.door import Door
from tests.faults.house import House
from tests.faults.mouths import Command, Mouth, Name, Reply, RestMouth, SocketMouth
from tests.faults.people import Person
from tests.faults.record import (
    Acked,
    Asked,
    Changed,
    Ending,
    Kind,
    Record,
    Refused,
    Sent,
    State,
    Way,
)
from tests.faults.rest import Rest
from tests.faults.rows import Rows
from tests.running import ROOT

PATIENCE = 30.0  # seconds
AT_ONCE = 48
KINDS: dict[Name, Kind] = {
    "edit": "edited",
    "delete": "deleted",
    "react": "reactions",
    "unreact": "reactions",
}


class Stage:
    """One room: what is asked and told in it. Its methods run in one loop."""

    def __init__(self, house: House, room: str, people: list[Person], chance: Random) -> None:
        self.house = house
        self.room = room
        self.record = Record()
        self.readers: list[Reader] = []
        self._people = people
        self._chance = chance
        self._rows = Rows(house.database)
        self._tasks: dict[Reader | Mouth, asyncio.Task[None]] = {}
        ways: tuple[Way, ...] = ("json", "html", "rest")
        self.mouths: list[Mouth] = [self._mouth(p, w) for p, w in zip(people, ways, strict=False)]
        self.acknowledged: dict[tuple[str, str], Acked] = {}  # what no restore took back
        self.longest = 0.0  # seconds until all agreed
        self._begun = 0

    async def begin(self) -> None:
        for mouth in self.mouths:
            self._tasks[mouth] = asyncio.create_task(mouth.run())
        await self.admit("json")
        await self.admit("html")

    async def end(self) -> None:
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        self._rows.close()

    # --- who reads ---------------------------------------------------------------------

    async def admit(self, way: Way) -> None:
        """One more reader, who is live on return."""
        self._begun += 1
        person = self._people[self._begun % len(self._people)]
        door = Door(self.house.url, self.room, person, way)
        name = f"{person.name}-{way}-{self._begun}"
        reader = Reader(name, door, self.record, self._row_is, self._chance)
        self._tasks[reader] = asyncio.create_task(reader.run())
        self.readers.append(reader)
        await self._until(lambda: reader.is_live and not reader.is_loading)

    async def leave(self, place: int) -> None:
        """One reader goes for good."""
        reader = self.readers.pop(place)
        task = self._tasks.pop(reader)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    async def agree(self) -> bool:
        """Returns when every reader shows the rows, or it is too late for that."""
        began = time.monotonic()
        found = await self._until(self._is_agreed, fails=False)
        self.longest = max(self.longest, time.monotonic() - began)
        return found

    async def breaches(self) -> list[Violation]:
        """What the checker says, when all have agreed or had the time for it."""
        await self.agree()
        rows, counters = self._rows.read(self.room)
        async with Rest(self.house.url, self._people[0].token) as rest:
            history = await rest.history(self.room)
        shown = {(reader.name, self.room): reader.shown() for reader in self.readers}
        return check(
            self.record,
            Ending(
                {self.room: rows[self.room]},
                {self.room: counters[self.room]},
                {self.room: history},
                shown,
            ),
        )

    def rows(self) -> list[State]:
        return self._rows.read(self.room)[0][self.room]

    # --- who speaks --------------------------------------------------------------------

    async def post(self, speaker: int, client_id: str, content: str) -> Reply | None:
        """Says it once; None when nobody knows what became of it."""
        mouth, key = self.mouths[speaker], (self._people[speaker].name, self.room, client_id)
        await asyncio.wait_for(mouth.live(), PATIENCE)
        self.record.sent.append(Sent(*key, content, time.monotonic()))
        reply = await mouth.ask(Command("message", client_id, text=content))
        now = time.monotonic()
        if reply is None:
            return None
        if reply.code:
            self.record.refused.append(Refused(*key, reply.code, now))
        else:
            assert reply.seq is not None
            ack = Acked(*key, reply.id, reply.seq, reply.duplicate, now)
            self.record.acked.append(ack)
            self.acknowledged.setdefault((key[0], client_id), ack)
        return reply

    async def post_together(self, posts: Sequence[tuple[int, str, str]]) -> None:
        """Says all of them, some dozens at a time."""
        for some in batched(posts, AT_ONCE):
            await asyncio.gather(*(self.post(*each) for each in some))

    async def change(
        self, speaker: int, name: Name, client_id: str, message_id: int, text: str = ""
    ) -> Reply | None:
        mouth, key = self.mouths[speaker], (self._people[speaker].name, self.room, client_id)
        await asyncio.wait_for(mouth.live(), PATIENCE)
        self.record.asked.append(Asked(*key, message_id, KINDS[name], time.monotonic()))
        reply = await mouth.ask(Command(name, client_id, message_id, text))
        if reply is not None and reply.code:
            self.record.refused.append(Refused(*key, reply.code, time.monotonic()))
        elif reply is not None and reply.seq is not None:
            self.record.changed.append(Changed(*key, message_id, reply.seq, time.monotonic()))
        return reply

    async def cut(self) -> None:
        """Breaks every line."""
        for reader in self.readers:
            reader.cut()
        for mouth in self.mouths:
            mouth.cut()

    # --- copies ------------------------------------------------------------------------

    def copy(self, path: Path) -> Record:
        """A whole copy of the database, and what had been asked and answered until then."""
        with (
            closing(sqlite3.connect(self.house.database)) as live,
            closing(sqlite3.connect(path)) as copy,
        ):
            live.backup(copy)
        old = self.record
        return Record(
            list(old.sent), list(old.acked), list(old.refused), list(old.asked), list(old.changed)
        )

    async def restore(self, path: Path, then: Record) -> None:
        """Stops the server, puts the copy in place as the documentation says, and starts it.

        The record goes on from where the copy was made; nobody was told anything of that life.
        """
        await asyncio.to_thread(self.house.stop)
        await self._until(self._all_are_gone)
        self._rows.close()
        await asyncio.to_thread(self._put_back, path)
        self.record = then
        self.acknowledged = {}
        for ack in then.acked:
            self.acknowledged.setdefault((ack.author, ack.client_id), ack)
        for reader in self.readers:
            reader.record = then
        await asyncio.to_thread(self.house.start)
        await self._until(lambda: all(r.is_live and not r.is_loading for r in self.readers))

    def _put_back(self, path: Path) -> None:
        database = self.house.database
        for suffix in ("-wal", "-shm"):
            database.with_name(database.name + suffix).unlink(missing_ok=True)
        database.write_bytes(path.read_bytes())
        subprocess.run(
            [sys.executable, "manage.py", "new_epoch"],
            cwd=ROOT,
            env={**os.environ, **self.house.environment},
            check=True,
            capture_output=True,
        )

    # --- parts -------------------------------------------------------------------------

    def _mouth(self, person: Person, way: Way) -> Mouth:
        door = Door(self.house.url, self.room, person, way)
        if way == "rest":
            return RestMouth(door, self._chance)
        return SocketMouth(person.name, door, self._chance)

    def _row_is(self, message_id: int, changed_seq: int) -> bool:
        return self._rows.row_is(message_id, changed_seq)

    def _is_agreed(self) -> bool:
        rows = self.rows()
        return all(r.is_live and not r.is_loading and r.shown() == rows for r in self.readers)

    def _all_are_gone(self) -> bool:
        """Each has heard the end of its connection, so that it tells nothing of it any more."""
        ended = {(gone.reader, gone.connection) for gone in self.record.gone}
        return all((reader.name, reader.connections) in ended for reader in self.readers)

    async def _until(self, claim: Callable[[], bool], *, fails: bool = True) -> bool:
        deadline = time.monotonic() + PATIENCE
        while not claim():
            for task in self._tasks.values():
                if task.done():
                    task.result()  # raises what ended it
            if time.monotonic() > deadline:
                assert not fails, "it has not come about"
                return False
            await asyncio.sleep(0.01)
        return True
