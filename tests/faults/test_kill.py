"""The serving process is killed under load: at any moment, just before a commit, just after one."""

import asyncio
from pathlib import Path

import pytest

from tests.faults.rounds import LONG, Round, under_load

pytestmark = pytest.mark.timeout(900)

TIMES = 20 if LONG else 1


async def test_killed_at_any_moment(tmp_path: Path) -> None:
    async with under_load(tmp_path, "kill -9 at any moment") as round_:
        for _ in range(TIMES):
            async with round_.strike():
                await asyncio.sleep(round_.chance.uniform(0, 0.5))
                await asyncio.to_thread(round_.house.kill)
                await asyncio.to_thread(round_.house.start)


@pytest.mark.slow
@pytest.mark.parametrize("moment", ["before", "after"])
async def test_killed_at_a_commit(tmp_path: Path, moment: str) -> None:
    async with under_load(tmp_path, f"kill -9 just {moment} the commit") as round_:
        for _ in range(TIMES):
            async with round_.strike():
                await _die_at_the_next_commit(round_, moment)
                await asyncio.to_thread(round_.house.start)


async def _die_at_the_next_commit(round_: Round, moment: str) -> None:
    house = round_.house
    if moment == "before":
        house.sabotage(kill_before_commit=1.0)
    else:
        house.sabotage(kill_after_commit=1.0)
    async with asyncio.timeout(30):
        while house.is_up:  # noqa: ASYNC110 - another process's end is no event here
            await asyncio.sleep(0.01)
    house.sabotage()


async def test_stopped_in_order(tmp_path: Path) -> None:
    async with under_load(tmp_path, "SIGTERM") as round_:
        for _ in range(TIMES):
            async with round_.strike():
                # Who is still on the way in may be cut.
                await round_.load.until(lambda: all(r.is_live for r in round_.load.readers), 30)
                live = {(reader.name, reader.connections) for reader in round_.load.readers}
                ended = await asyncio.to_thread(round_.house.stop)
                assert ended.code == 0, round_.house.log[-8_000:]
                assert ended.seconds < 10
                await asyncio.to_thread(round_.house.start)
            ends = {(gone.reader, gone.connection): gone.code for gone in round_.load.record.gone}
            assert {each: ends.get(each) for each in live} == dict.fromkeys(live, 1012)
