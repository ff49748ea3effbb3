"""Bad lines between clients and site: silent, cut, far away, narrow; and stopped clients."""

import asyncio
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from pathlib import Path

import pytest
from websockets.asyncio.client import ClientConnection

from tests.faults.door import Door
from tests.faults.hearing import hear
from tests.faults.house import House
from tests.faults.load import SENDERS, Load
from tests.faults.people import Person
from tests.faults.proxy import Proxy
from tests.faults.rounds import LONG, Round, under_load
from tests.faults.slow import SlowReader
from tests.running import ROOT

pytestmark = pytest.mark.timeout(900)

PORCH = "porch"  # where nobody of the load is
OFF_WITHIN = 45.0  # seconds
CUTS = 20 if LONG else 3
FAR = 0.3  # seconds each way
NARROW = 6_000  # bytes a second
BAD_FOR = 20.0 if LONG else 3.0  # seconds


async def test_silent_lines_and_clients_that_are_stopped(tmp_path: Path) -> None:
    async with behind_a_proxy(tmp_path, "half-open lines, stopped clients") as (round_, proxy):
        house, here = round_.house, people_of(round_, "general")
        watcher, *guests = await round_.newcomers(5, "guest", rooms=[PORCH])
        async with lookout(house, "general", watcher) as general:
            for _ in range(2 if LONG else 1):
                gone = len(round_.load.record.gone)
                async with round_.strike(), porch_with(guests, house, url_of(proxy)) as porch:
                    await general.until_here_are(here)
                    proxy.half_open()
                    await porch.until_here_are(set(), OFF_WITHIN)
                    # New lines work: everybody notices by themselves and comes back.
                    await round_.load.until(partial(_all_were_lost, round_.load, gone), OFF_WITHIN)
                await general.until_here_are(here)
                proxy.heal()


@pytest.mark.skipif(not LONG, reason="the pings that find it take 20 seconds")
async def test_lines_that_lead_nowhere(tmp_path: Path) -> None:
    async with behind_a_proxy(tmp_path, "no way to the site for a while") as (round_, proxy):
        here = people_of(round_, "general")
        (watcher,) = await round_.newcomers(1, "guest")
        async with lookout(round_.house, "general", watcher) as general:
            for _ in range(2):
                async with round_.strike():
                    await general.until_here_are(here)
                    proxy.half_open(new=True)
                    await general.until_here_are(set(), OFF_WITHIN)
                    proxy.heal()
                    await general.until_here_are(here, OFF_WITHIN)


async def test_lines_that_are_cut_again_and_again(tmp_path: Path) -> None:
    async with behind_a_proxy(tmp_path, "lines cut") as (round_, proxy):
        for _ in range(CUTS):
            async with round_.strike():
                await asyncio.sleep(round_.chance.uniform(0, 0.3))
                proxy.cut()
        assert len(round_.load.record.gone) >= CUTS * len(round_.load.readers) / 2


async def test_far_away(tmp_path: Path) -> None:
    async with behind_a_proxy(tmp_path, "300 ms each way") as (round_, proxy):
        async with round_.strike():
            proxy.delay(FAR)
            began = time.monotonic()
            await asyncio.sleep(BAD_FOR)
            ended = time.monotonic()
            proxy.delay(0)
        record = round_.load.record
        assert not record.gone
        sent = {each.client_id: each.at for each in reversed(record.sent)}  # first times
        took = [
            acked.at - sent[acked.client_id]
            for acked in record.acked
            if began < sent[acked.client_id] and acked.at < ended
        ]
        assert min(took) >= 2 * FAR


async def test_narrow_lines(tmp_path: Path) -> None:
    async with behind_a_proxy(tmp_path, "6 kB a second") as (round_, proxy):
        async with round_.strike():
            proxy.throttle(NARROW)
            await asyncio.sleep(BAD_FOR)
            proxy.throttle(None)
        assert {gone.code for gone in round_.load.record.gone} <= {1013, None}


def _all_were_lost(load: Load, since: int) -> bool:
    lost = {each.reader for each in load.record.gone[since:]}
    return lost == {reader.name for reader in load.readers}


def people_of(round_: Round, room: str) -> set[str]:
    """Those of the load who are seen in that room; over REST nobody is."""
    load = round_.load
    posting = {
        sender.author
        for way, sender in zip(SENDERS, load.senders, strict=True)
        if way != "rest" and sender.room == room
    }
    return posting | {r.door.person.name for r in load.readers if r.door.room == room}


class Lookout:
    """One who sees, over a good line, who else is in a room, and who says something there."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._here: set[str] = set()
        self._said: set[str] = set()
        self._news = asyncio.Event()

    async def watch(self, socket: ClientConnection) -> None:
        async for text in socket:
            assert isinstance(text, str)
            heard = hear(text, "json")
            if heard.name == "users":
                self._here = {each["username"] for each in heard.told["told"]} - {self._name}
            elif heard.name == "message" and heard.state is not None:
                self._said.add(heard.state.author)
            self._news.set()

    async def until_here_are(self, names: set[str], seconds: float = 15) -> None:
        await self._until(lambda: self._here == names, seconds)

    async def until_heard(self, name: str) -> None:
        await self._until(lambda: name in self._said, 30)

    async def _until(self, claim: Callable[[], bool], seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                while not claim():
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            raise AssertionError(f"in {seconds} s only {self._here}") from None


@asynccontextmanager
async def lookout(house: House, room: str, person: Person) -> AsyncIterator[Lookout]:
    """Straight to the house, not through the proxy."""
    seen = Lookout(person.name)
    async with Door(house.url, room, person).open() as socket:
        watching = asyncio.create_task(seen.watch(socket))
        try:
            yield seen
            assert not watching.done()
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)


@asynccontextmanager
async def porch_with(
    people: Sequence[Person], house: House, through: str
) -> AsyncIterator[Lookout]:
    """Three on the porch who notice nothing and do not come back: one who is stopped and one who
    never reads, both on good lines, and one who reads, behind the proxy."""
    watcher, stopped, deaf, behind = people
    async with lookout(house, PORCH, watcher) as seen:
        mute = SlowReader(house.url, PORCH, deaf)
        # This one answers pings, and would itself look after the line only much later.
        far = Door(through, PORCH, behind, patience=600)
        try:
            await mute.come()
            async with far.open():
                with chattering(house, stopped) as process:
                    await seen.until_here_are({stopped.name, deaf.name, behind.name})
                    await seen.until_heard(stopped.name)
                    process.send_signal(signal.SIGSTOP)
                    yield seen
        finally:
            mute.close()


@contextmanager
def chattering(house: House, person: Person) -> Iterator[subprocess.Popen[bytes]]:
    """A process that posts on the porch."""
    url = f"{house.url.replace('http', 'ws', 1)}/ws/chat/{PORCH}/?token={person.token}"
    process = subprocess.Popen([sys.executable, "-m", "tests.faults.chatter", url], cwd=ROOT)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@asynccontextmanager
async def behind_a_proxy(folder: Path, fault: str) -> AsyncIterator[tuple[Round, Proxy]]:
    """All of the load comes through the proxy."""
    proxy = Proxy()

    async def begin(house: House) -> list[str]:
        await proxy.start(house.servers[0].port)
        return [url_of(proxy)]

    try:
        async with under_load(folder, fault, urls=begin) as round_:
            yield round_, proxy
    finally:
        await proxy.close()


def url_of(proxy: Proxy) -> str:
    return f"http://127.0.0.1:{proxy.port}"
