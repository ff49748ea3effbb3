"""What it writes on fails: the disk is full, a file may not grow, the database is locked."""

import asyncio
import resource
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

from tests.faults.disk import small_disk
from tests.faults.load import ROOMS
from tests.faults.rest import Rest
from tests.faults.rounds import LONG, Round, under_load
from tests.faults.waits import waits

pytestmark = pytest.mark.timeout(900)

TIMES = 5 if LONG else 1
LOCKED = 30.0 if LONG else 6.0
ANSWERED_WITHIN = 5.0  # docs/protocol.md, promise 12
REFUSALS = 30


async def test_the_disk_is_full(tmp_path: Path) -> None:
    with small_disk(tmp_path / "data") as disk:
        kind = "a small tmpfs" if disk.is_real else "failpoint"
        async with under_load(tmp_path, f"disk full ({kind})") as round_:
            for _ in range(TIMES):
                async with round_.strike():
                    await asyncio.to_thread(disk.fill, round_.house)
                    # Its log has pages from before, and takes a post into them now and then.
                    async with _all_is_read(round_):
                        await _refused(round_, REFUSALS)
                    await asyncio.to_thread(disk.free, round_.house)
            await _hold_the_promises(round_)


@pytest.mark.slow
async def test_no_file_may_grow(tmp_path: Path) -> None:
    async with under_load(tmp_path, "no file may grow (RLIMIT_FSIZE)") as round_:
        for _ in range(TIMES):
            async with round_.strike():
                _limit_files(round_, 4096)
                async with _nothing_is_stored_but_all_is_read(round_):
                    await _refused(round_, REFUSALS)
                _limit_files(round_, resource.RLIM_INFINITY)
        await _hold_the_promises(round_)


@pytest.mark.slow
async def test_another_process_holds_the_lock(tmp_path: Path) -> None:
    async with under_load(tmp_path, f"database locked for {LOCKED:.0f} s") as round_:
        async with round_.strike():
            other = sqlite3.connect(
                round_.house.database, isolation_level=None, check_same_thread=False, timeout=30
            )
            with closing(other):
                await asyncio.to_thread(other.execute, "BEGIN EXCLUSIVE")
                async with asyncio.timeout(LOCKED + 30):
                    until = asyncio.create_task(asyncio.sleep(LOCKED))
                    async with _nothing_is_stored_but_all_is_read(round_, already=True):
                        await until
                other.execute("ROLLBACK")
        await _hold_the_promises(round_)


def _limit_files(round_: Round, size: int) -> None:
    for server in round_.house.servers:
        pid = server.running.process.pid
        _soft, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, hard))


async def _refused(round_: Round, count: int) -> None:
    """Until so many more posts are told that they could not be stored."""
    wanted = round_.load.refusals()["storage_unavailable"] + count
    await round_.load.until(lambda: round_.load.refusals()["storage_unavailable"] >= wanted, 60)


@asynccontextmanager
async def _nothing_is_stored_but_all_is_read(
    round_: Round, *, already: bool = False
) -> AsyncIterator[None]:
    """Around the time in which nothing can be written, which may begin a little later."""
    if not already:
        await _refused(round_, 1)
    # Every number that is given is committed, so that this is what no ack may pass.
    before = await asyncio.to_thread(round_.house.counters)
    async with _all_is_read(round_):
        yield
    assert await asyncio.to_thread(round_.house.counters) == before


@asynccontextmanager
async def _all_is_read(round_: Round) -> AsyncIterator[None]:
    """Around a time in which reading goes on, over REST and on every line."""
    async with asyncio.timeout(60):
        await _read_all(round_)
        yield
        await _read_all(round_)
    assert all(each.is_live for each in round_.load.readers)


async def _read_all(round_: Round) -> None:
    # Over a line of its own each time: servers end those that are idle for some seconds.
    async with Rest(round_.house.url, round_.load.people[-1].token) as rest:
        for room in ROOMS:
            assert await rest.history(room)


async def _hold_the_promises(round_: Round) -> None:
    await round_.finish()
    record = round_.load.record
    assert not record.gone
    assert "storage_unavailable" in round_.load.refusals()
    longest = sorted(waits(record), key=lambda each: each.seconds)[-10:]
    assert longest[-1].seconds < ANSWERED_WITHIN, "\n".join(map(str, longest))
