"""Readers who take nothing, or a byte a second, beside as many good ones, who must not notice."""

import asyncio
import json
import re
import statistics
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from itertools import repeat
from pathlib import Path

import pytest
from websockets.asyncio.client import ClientConnection

from tests.faults.door import Door
from tests.faults.house import House, housing
from tests.faults.load import PEOPLE, ROOMS, SEED
from tests.faults.people import Person
from tests.faults.rounds import LONG, Round, loading
from tests.faults.server import Kind
from tests.faults.slow import SlowReader, held_by
from tests.running import wait_until

pytestmark = [pytest.mark.timeout(900), pytest.mark.alone]

ROOM = "flood"  # of their own: what the checker looks at stays with the load
EACH = 100 if LONG else 20
PAIRS, CALM = (3, 15.0) if LONG else (1, 3.0)  # runs with and without, and seconds without
POSTS = 20  # a second
LONGEST = "🙂" * 4_000
KEPT = 300  # messages; a few more than the site keeps of a room
FULL = 1024 * 1024  # bytes told, far more than outbox, server and kernel hold for one socket
CUT_WITHIN = 30.0
PACE = 18.0 if LONG else 4.0  # of the load's senders: as fast without the slow ones as with them

_CLIENT_ID = re.compile(r'"client_id": ?"([^"]+)"')


class Crowd:
    """The good ones, and one who posts to them; how long each delivery took is in `latencies`."""

    def __init__(self) -> None:
        self.latencies: list[float] = []
        self.count = 0  # who are here, by the last `users`
        self.told = 0  # bytes to each
        self._sent: dict[str, float] = {}
        self._news = asyncio.Event()
        self._acked = asyncio.Event()

    async def read(self, socket: ClientConnection) -> None:
        async for text in socket:
            assert isinstance(text, str)
            if text.startswith('{"message"') and (found := _CLIENT_ID.search(text)):
                self.latencies.append(time.monotonic() - self._sent[found[1]])
            elif text.startswith('{"users"'):
                self.count = json.loads(text)["count"]
                self._news.set()
            elif text.startswith('{"ack"'):
                self._acked.set()

    async def post(self, socket: ClientConnection, count: int | None = None) -> None:
        """So many, or until it is cancelled; one after the other, so that nothing piles up at its
        own line."""
        due = time.monotonic()
        for _time in repeat(None) if count is None else repeat(None, count):
            client_id = f"f{len(self._sent)}"
            frame = json.dumps({"message": LONGEST, "client_id": client_id}, ensure_ascii=False)
            self._sent[client_id] = time.monotonic()
            self._acked.clear()
            await socket.send(frame)
            await self._acked.wait()
            self.told += len(frame.encode())
            due = max(time.monotonic(), due + 1 / POSTS)
            await asyncio.sleep(due - time.monotonic())

    async def until_here(self, count: int) -> None:
        async with asyncio.timeout(30):
            while self.count != count:
                self._news.clear()
                await self._news.wait()

    @asynccontextmanager
    async def posting(self, socket: ClientConnection) -> AsyncIterator[None]:
        self.latencies, self.told = [], 0
        task = asyncio.create_task(self.post(socket))
        try:
            yield
            assert not task.done(), task
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


@pytest.mark.parametrize("server", ["daphne", "uvicorn"])
async def test_slow_readers_cost_little_and_slow_nobody(tmp_path: Path, server: Kind) -> None:
    with housing(tmp_path, server=server, seed=SEED) as house:
        people = await asyncio.to_thread(house.people, PEOPLE + 2 * EACH, rooms=[*ROOMS, ROOM])
        slow, good = people[PEOPLE:][:EACH], people[PEOPLE:][EACH:]
        async with (
            loading(house, "slow readers", people[:PEOPLE], pace=PACE) as round_,
            good_ones(house, good) as (crowd, poster),
        ):
            await compare(round_, crowd, poster, slow)


@pytest.mark.parametrize("server", ["daphne", "uvicorn"])
async def test_who_is_cut_before_the_first_ping_is_let_go(tmp_path: Path, server: Kind) -> None:
    with housing(tmp_path, server=server, seed=SEED) as house:
        good, slow = await asyncio.to_thread(house.people, 2)
        reader = SlowReader(house.url, "general", slow)
        async with Door(house.url, "general", good).open() as poster:
            await reader.come()
            for number in range(FULL // len(LONGEST.encode())):
                frame = {"message": LONGEST, "client_id": f"f{number}"}
                await poster.send(json.dumps(frame, ensure_ascii=False))
            await asyncio.to_thread(
                wait_until,
                lambda: reader.port not in held_by(house.servers[0].port),
                CUT_WITHIN,
            )
        assert await reader.end() in {1013, None}
        reader.close()
        assert not house.tracebacks(), house.tracebacks()[0]


async def compare(
    round_: Round, crowd: Crowd, poster: ClientConnection, slow: Sequence[Person]
) -> None:
    # The last messages of a room are kept for whoever comes back: that is not the slow ones' doing.
    await crowd.post(poster, KEPT)
    calm, disturbed, used, peaks = [], [], [], []
    for _ in range(PAIRS):
        async with crowd.posting(poster):
            await asyncio.sleep(CALM)
            used.append(round_.house.memory())
        calm.append(p99(crowd.latencies))
        async with round_.strike():
            peaks.append(await disturb(round_.house, crowd, poster, slow))
        disturbed.append(p99(crowd.latencies))
    # From the first calm time on: in the next ones stands what the slow ones left behind.
    grown = (max(peaks) - used[0]) / 2**20
    print(f"p99 {calm} s, with slow ones {disturbed} s, {grown:.1f} MiB more")  # noqa: T201
    assert grown < 40
    over = [late - allowed(early) for early, late in zip(calm, disturbed, strict=True)]
    assert statistics.median(over) <= 0, (calm, disturbed)


def allowed(calm: float) -> float:
    # Beside other tests a few seconds say little: only that nobody waits for a slow one.
    return max(calm * 1.2, calm + 0.005) if LONG else 3 * calm + 2


def p99(latencies: Sequence[float]) -> float:
    return round(sorted(latencies)[len(latencies) * 99 // 100], 4)


async def disturb(
    house: House, crowd: Crowd, poster: ClientConnection, people: Sequence[Person]
) -> int:
    """Until all slow ones have been cut, in time; the most memory meanwhile."""
    readers = [
        SlowReader(house.url, ROOM, person, 1.0 if place % 2 else None)
        for place, person in enumerate(people)
    ]
    crawling = []
    try:
        for reader in readers:
            await reader.come()
        await crowd.until_here(2 * EACH)
        crawling = [asyncio.create_task(reader.crawl()) for reader in readers]
        async with crowd.posting(poster):
            peak = await until_all_are_cut(house, crowd, {reader.port for reader in readers})
        for task in crawling:
            task.cancel()
        await asyncio.gather(*crawling, return_exceptions=True)
        async with asyncio.timeout(30):
            codes = {await reader.end() for reader in readers}
        assert codes <= {1013, None}, codes
        await crowd.until_here(EACH)
        return peak
    finally:
        for task in crawling:
            task.cancel()
        for reader in readers:
            reader.close()


async def until_all_are_cut(house: House, crowd: Crowd, ports: set[int]) -> int:
    full_at: float | None = None
    peak = 0
    while True:
        peak = max(peak, house.memory())
        left = ports & held_by(house.servers[0].port)
        now = time.monotonic()
        if full_at is None and crowd.told > FULL:
            full_at = now
        if not left:
            return peak
        late = full_at is not None and now - full_at > CUT_WITHIN
        assert not late, f"{len(left)} of {len(ports)} are held {CUT_WITHIN} s after {FULL} bytes"
        await asyncio.sleep(0.2)


@asynccontextmanager
async def good_ones(
    house: House, people: Sequence[Person]
) -> AsyncIterator[tuple[Crowd, ClientConnection]]:
    """All of them are live; the last is the one who posts."""
    crowd = Crowd()
    async with AsyncExitStack() as stack:
        sockets = [
            await stack.enter_async_context(Door(house.url, ROOM, person).open())
            for person in people
        ]
        reading = [asyncio.create_task(crowd.read(socket)) for socket in sockets]
        try:
            await crowd.until_here(EACH)
            yield crowd, sockets[-1]
            assert not any(task.done() for task in reading)  # none of them was ever cut
        finally:
            for task in reading:
                task.cancel()
            await asyncio.gather(*reading, return_exceptions=True)
