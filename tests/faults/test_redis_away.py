"""Redis dies, freezes, forgets and comes back: it costs time, and neither messages nor sockets."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import needs
from tests.faults.load import ROOMS, Load
from tests.faults.redis import Redis
from tests.faults.rounds import LONG, MESSAGES, under_load
from tests.faults.telling import Span, assert_told_in_time, bursts, longest_wait, talk_at_ease

pytestmark = [pytest.mark.timeout(900), needs.redis_server]

AWAY = 5.0 if LONG else 2.5  # seconds; the layer is given one to answer, a sweep comes each second
ANSWERED = 1.0 if LONG else 2.0  # seconds; at ease, as nothing waits but for Redis
DURING = MESSAGES // 10 if LONG else 0  # acknowledged beside each fault, after the bursts
COMERS = 40


async def test_redis_away(tmp_path: Path, redis: Redis) -> None:
    name = "Redis killed, frozen, flushed, restarted"
    spans, away = [], []
    async with under_load(tmp_path, name, processes=2, REDIS_URL=redis.url) as round_:
        load = round_.load
        for fault in (_killed, _frozen, _flushed, _restarted) * (2 if LONG else 1):
            async with round_.strike():
                began = time.monotonic()
                away += await fault(load, redis)
                await bursts(load)
                await load.until_acked(load.acknowledged + DURING)
            spans.append(Span(fault.__name__, began, time.monotonic()))
        await round_.finish()
        assert_told_in_time(round_, spans)
        seconds = longest_wait(round_.load.record, away)
        assert seconds < ANSWERED, f"{seconds:.2f} s until an ack"


async def test_people_come_while_redis_is_frozen(tmp_path: Path, redis: Redis) -> None:
    """Telling Redis of each of them takes until it is given up, and nobody may wait for that."""
    name = "people who come while Redis is frozen"
    async with under_load(tmp_path, name, processes=2, REDIS_URL=redis.url) as round_:
        load = round_.load
        people = await round_.newcomers(COMERS, "comer", rooms=ROOMS)
        async with round_.strike():
            redis.freeze()
            began = time.monotonic()
            comers = [load.admit(person, "json") for person in people]
            await load.until(lambda: all(comer.is_live for comer in comers), 30)
            await bursts(load)
            redis.thaw()
        span = Span(name, began, time.monotonic())
        await round_.finish()
        assert_told_in_time(round_, [span])


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[Redis]:
    server = Redis(tmp_path)
    try:
        server.start()
        yield server
    finally:
        server.kill()


async def _killed(load: Load, redis: Redis) -> list[Span]:
    await asyncio.to_thread(redis.kill)
    away = await talk_at_ease(load, "killed", AWAY)
    await bursts(load)
    await asyncio.to_thread(redis.start)
    return [away]


async def _frozen(load: Load, redis: Redis) -> list[Span]:
    redis.freeze()
    away = await talk_at_ease(load, "frozen", AWAY)
    await bursts(load)
    redis.thaw()
    return [away]


async def _flushed(_load: Load, redis: Redis) -> list[Span]:
    await asyncio.to_thread(redis.flush)
    return []


async def _restarted(_load: Load, redis: Redis) -> list[Span]:
    await asyncio.to_thread(redis.restart)
    return []
