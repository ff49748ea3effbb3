"""Leases in Redis: what holds anywhere, whatever the clocks say, and other processes' word."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from rooms.presence.leases import LEASE, Lease
from rooms.presence.shared import RedisPresence
from tests import needs
from tests.rooms.test_presence import Anywhere, Clock, clock, ids, person
from tests.scale.test_two_processes import Redis

__all__ = ["clock"]  # the fixture

pytestmark = needs.redis_server


@pytest.fixture(scope="module")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Redis]:
    server = Redis(Path(tmp_path_factory.mktemp("redis")))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def backend(clock: Any, redis_server: Redis) -> Iterator[RedisPresence]:
    if redis_server.process is None:
        redis_server.start()
    kept = reaching(redis_server, clock)
    kept._redis.flushall()
    yield kept
    kept._redis.close()


@pytest.fixture
def other(backend: RedisPresence, clock: Any, redis_server: Redis) -> Iterator[RedisPresence]:
    """Of another process."""
    kept = reaching(redis_server, clock)
    yield kept
    kept._redis.close()


class TestInRedis(Anywhere):
    """With the fixtures above."""


def test_another_process_sees_the_same(backend: RedisPresence, other: RedisPresence) -> None:
    backend.enter("a", 1, person(1))

    assert ids(other.people(1)) == [1]


def test_the_stamp_moves_when_somebody_comes_or_leaves_and_not_on_renewal(
    backend: RedisPresence,
) -> None:
    assert backend.stamps([]) == {}
    assert backend.stamps([1, 2]) == {1: "", 2: ""}
    backend.enter("a", 1, person(1))
    came = backend.stamps([1, 2])
    assert came[1] != ""
    assert came[2] == ""

    backend.renew("a", {1: [person(1)]})
    assert backend.stamps([1, 2]) == came
    backend.leave("a", 1, 1)
    assert backend.stamps([1])[1] != came[1]


@pytest.mark.parametrize("seconds", [3600, -3600])
def test_a_machine_whose_clock_is_wrong_keeps_and_sees_the_same_leases(
    backend: RedisPresence, other: RedisPresence, clock: Any, seconds: int
) -> None:
    backend.enter("a", 1, person(1))
    clock.here += seconds
    assert ids(other.people(1)) == [1]
    other.enter("b", 1, person(2))
    clock.here -= seconds
    assert ids(backend.people(1)) == [2, 1]
    assert backend.expired() == []

    clock.now += LEASE
    assert backend.people(1) == []


@pytest.mark.parametrize("seconds", [3600, -3600])
def test_when_the_clock_of_redis_is_set_everybody_is_here_after_a_renewal_at_once(
    backend: RedisPresence, other: RedisPresence, clock: Any, seconds: int
) -> None:
    for number in (1, 2):
        backend.enter("a", 1, person(number))
        clock.now += 1
    other.enter("dead", 1, person(3))
    assert not is_behind(backend)

    clock.redis += seconds
    backend.stamps([1])
    assert is_behind(backend)
    backend.renew("a", {1: [person(1), person(2)]})

    assert not is_behind(backend)
    assert ids(backend.people(1)) == [2, 1]


def test_a_lease_that_ends_is_noticed_without_anybodys_word(
    backend: RedisPresence, clock: Any
) -> None:
    backend.enter("a", 1, person(1))
    assert ids(backend.people(1)) == [1]
    clock.now += LEASE - 1
    assert backend.expired() == []

    clock.now += 2

    assert backend.expired() == [1]
    assert backend.people(1) == []


def test_what_redis_forgot_comes_back_with_a_mark(backend: RedisPresence) -> None:
    backend.enter("a", 1, person(1))
    backend._redis.flushall()
    before = backend.stamps([1])

    backend.renew("a", {1: [person(1)]})

    assert ids(backend.people(1)) == [1]
    assert backend.stamps([1]) != before


def test_the_leases_of_dead_processes_are_cleared_away(backend: RedisPresence, clock: Any) -> None:
    backend.enter("dead", 1, person(1))
    backend.enter("dead", 1, person(3))
    clock.now += 2 * LEASE + 1
    backend.enter("alive", 1, person(2))

    assert ids(backend.people(1)) == [2]
    assert backend._redis.hlen("chatsite:here:1") == 1


def test_the_time_of_redis_is_what_it_answers(redis_server: Redis) -> None:
    if redis_server.process is None:
        redis_server.start()
    kept = RedisPresence(redis_server.url)
    began = time.time()
    kept._redis.flushall()

    kept.enter("a", 1, person(1))

    lease = Lease(**json.loads(str(kept._redis.hget("chatsite:here:1", "a:1"))))
    assert began - 1 < lease.came <= lease.until - LEASE < time.time() + 1
    kept._redis.close()


def reaching(server: Redis, clock: Clock) -> RedisPresence:
    kept = RedisPresence(server.url)
    kept._redis.set_response_callback("TIME", clock.time_of_redis)
    return kept


def is_behind(backend: RedisPresence) -> bool:
    """As the sweep asks; by a call, because it changes behind a type checker's back."""
    return backend.is_behind


@contextmanager
def frozen(server: Redis) -> Iterator[None]:
    """Its connections stay open, and nothing answers."""
    server.freeze()
    try:
        yield
    finally:
        server.thaw()
