"""Notices get lost, doubled and overtaken, and everyone shows every change within the promise."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import needs
from tests.faults.failpoints import Notices
from tests.faults.redis import Redis
from tests.faults.rounds import LONG, MESSAGES, Round, under_load
from tests.faults.telling import Span, assert_told_in_time, bursts

pytestmark = pytest.mark.timeout(900)

DURING = MESSAGES // 5 if LONG else 0  # acknowledged while each fault lasts, after the bursts
FAULTS: dict[str, Notices] = {
    "drop": {"drop": 0.3},
    "double": {"double": 0.3},
    "reorder": {"reorder": 0.3},
    "drop_last": {"drop_last": True},
}


async def test_notices_of_one_process(tmp_path: Path) -> None:
    name = "notices lost, doubled, overtaken, the last one lost"
    async with under_load(tmp_path, name) as round_:
        spans = await _spoil_notices(round_, "own")
        await round_.finish()
        assert_told_in_time(round_, spans)


@pytest.mark.slow
@needs.redis_server
async def test_notices_between_two_processes(tmp_path: Path, redis: Redis) -> None:
    name = "notices lost, doubled, overtaken, the last one lost, two processes"
    async with under_load(tmp_path, name, processes=2, REDIS_URL=redis.url) as round_:
        spans = await _spoil_notices(round_, "own", "layer")
        await round_.finish()
        assert_told_in_time(round_, spans)


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[Redis]:
    server = Redis(tmp_path)
    try:
        server.start()
        yield server
    finally:
        server.kill()


async def _spoil_notices(round_: Round, *places: str) -> list[Span]:
    """One fault after another, each of which strikes in all these places."""
    load, house, spans = round_.load, round_.house, []
    for fault, notices in FAULTS.items():
        before = house.struck()
        async with round_.strike():
            house.sabotage(notices=notices)
            began = time.monotonic()
            await bursts(load)
            await load.until_acked(load.acknowledged + DURING)
            house.sabotage()
        struck = house.struck() - before
        assert all(struck[f"{place}.{fault}"] for place in places), struck
        spans.append(Span(fault, began, time.monotonic()))
    return spans
