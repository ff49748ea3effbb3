"""What is not told while Redis is away is made good as soon as it answers again."""

import time
from typing import Any

from rooms.presence.shared import AWAY, RedisPresence
from tests import needs
from tests.rooms.test_presence import clock, ids, person
from tests.rooms.test_presence_in_redis import backend, frozen, is_behind, other, redis_server
from tests.scale.test_two_processes import Redis

__all__ = ["backend", "clock", "other", "redis_server"]  # the fixtures

pytestmark = needs.redis_server


def test_while_redis_is_away_the_last_answer_stands_and_it_is_right_again_after_a_renewal(
    backend: RedisPresence, redis_server: Redis, clock: Any
) -> None:
    backend.enter("a", 1, person(1))
    assert ids(backend.people(1)) == [1]

    redis_server.stop()
    backend.enter("a", 1, person(2))
    backend.leave("a", 1, 1)
    backend.renew("a", {1: [person(2)]})
    assert ids(backend.people(1)) == [1]
    assert backend.people(2) == []
    assert backend.stamps([1]) == {}

    redis_server.start()
    clock.now += AWAY
    backend.renew("a", {1: [person(2)]})
    assert ids(backend.people(1)) == [2]


def test_who_left_while_redis_was_frozen_is_gone_with_the_next_renewal(
    backend: RedisPresence, other: RedisPresence, redis_server: Redis, clock: Any
) -> None:
    backend.renew("a", {1: [person(1), person(2)], 2: [person(1)]})
    before = other.stamps([1, 2])

    with frozen(redis_server):
        backend.leave("a", 1, 1)
        # A moment after a failure nothing is asked; the one before may be heard when it thaws.
        backend.leave("a", 2, 1)
    clock.now += AWAY
    backend.renew("a", {1: [person(2)]})

    assert ids(other.people(1)) == [2]
    assert other.people(2) == []
    after = other.stamps([1, 2])
    assert before[1] != after[1]
    assert before[2] != after[2]


def test_who_left_and_came_back_while_redis_was_frozen_is_here(
    backend: RedisPresence, other: RedisPresence, redis_server: Redis, clock: Any
) -> None:
    backend.enter("a", 1, person(1))

    with frozen(redis_server):
        backend.leave("a", 1, 1)
        backend.enter("a", 1, person(1))
    clock.now += AWAY
    backend.renew("a", {1: [person(1)]})
    assert ids(other.people(1)) == [1]

    backend.renew("a", {1: [person(1)]})
    assert ids(other.people(1)) == [1]


def test_a_leave_is_kept_until_redis_has_heard_it(
    backend: RedisPresence, other: RedisPresence, redis_server: Redis, clock: Any
) -> None:
    backend.enter("a", 1, person(1))
    with frozen(redis_server):
        backend.people(1)
        backend.leave("a", 1, 1)
        backend.renew("a", {})
    assert ids(other.people(1)) == [1]

    clock.now += AWAY
    backend.renew("a", {})
    assert other.people(1) == []


def test_a_renewal_is_due_as_soon_as_redis_answers_again(
    backend: RedisPresence, other: RedisPresence, redis_server: Redis, clock: Any
) -> None:
    backend.enter("a", 1, person(1))
    assert not is_behind(backend)

    with frozen(redis_server):
        assert backend.stamps([]) == {}
        assert not is_behind(backend)
    assert backend.stamps([]) == {}
    assert not is_behind(backend)  # it was not asked yet
    clock.now += AWAY
    before = backend.stamps([1])
    assert is_behind(backend)

    backend.renew("a", {1: [person(1)]})
    assert not is_behind(backend)
    # Others may have seen the lease run out meanwhile.
    assert other.stamps([1]) != before


def test_a_renewal_that_fails_is_due_again(
    backend: RedisPresence, redis_server: Redis, clock: Any
) -> None:
    backend.enter("a", 1, person(1))
    for _time in range(2):
        with frozen(redis_server):
            backend.renew("a", {1: [person(1)]})
            assert not is_behind(backend)
        clock.now += AWAY
        backend.stamps([1])
        assert is_behind(backend)


def test_a_redis_that_does_not_answer_is_waited_for_once_a_moment(
    backend: RedisPresence, redis_server: Redis, clock: Any
) -> None:
    with frozen(redis_server):
        begun = time.monotonic()
        for number in range(20):
            backend.enter("a", 1, person(number))
        assert time.monotonic() - begun < 5
    clock.now += AWAY
    backend.renew("a", {1: [person(1)]})
    assert 1 in ids(backend.people(1))
