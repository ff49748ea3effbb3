"""Leases: who is here, once each, who came last first, and gone by themselves."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rooms import presence
from rooms.payloads import UserPayload
from rooms.presence import LEASE, RENEWAL, Lease, MemoryPresence, RedisPresence, latest_first
from tests import needs
from tests.scale.test_two_processes import Redis


def person(number: int) -> UserPayload:
    return {"id": number, "username": f"p{number}", "display_name": ""}


def ids(people: list[UserPayload]) -> list[int]:
    return [each["id"] for each in people]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Time that passes only when the test says so."""

    class Clock:
        now = 1_000_000.0

        def time(self) -> float:
            return self.now

    ticking = Clock()
    monkeypatch.setattr(presence, "time", ticking)
    return ticking


def test_a_lease_outlives_two_renewals_that_fail() -> None:
    assert LEASE > 2 * RENEWAL
    # The end of a lease is looked for every second, and the room told at most a second later.
    assert LEASE + 2 < 45  # docs/protocol.md, promise 10


def test_who_came_last_comes_first_and_everybody_once() -> None:
    leases = [
        Lease(person(1), came=10, until=100),
        Lease(person(2), came=20, until=100),
        Lease(person(1), came=30, until=100),  # another process; they came with the first
        Lease(person(3), came=15, until=100),
    ]

    assert ids(latest_first(leases, 50)) == [2, 3, 1]


def test_of_those_who_came_together_the_order_is_fixed() -> None:
    leases = [Lease(person(number), came=10, until=100) for number in (2, 3, 1)]

    assert ids(latest_first(leases, 50)) == ids(latest_first(leases[::-1], 50)) == [3, 2, 1]


def test_a_lease_that_ran_out_counts_no_more() -> None:
    leases = [Lease(person(1), came=10, until=50), Lease(person(2), came=10, until=51)]

    assert ids(latest_first(leases, 50)) == [2]


class Anywhere:
    """What holds wherever leases are kept."""

    def test_people_come_and_go(self, backend: presence.Presence, clock: Any) -> None:
        backend.enter("a", 1, person(1))
        clock.now += 1
        backend.enter("a", 1, person(2))
        backend.enter("a", 2, person(3))
        assert ids(backend.people(1)) == [2, 1]
        assert backend.people(1)[0] == person(2)

        backend.leave("a", 1, 2)
        assert ids(backend.people(1)) == [1]
        assert ids(backend.people(2)) == [3]
        assert backend.people(99) == []

    def test_leaving_where_one_is_not_is_nothing(self, backend: presence.Presence) -> None:
        backend.leave("a", 1, 1)

        assert backend.people(1) == []

    def test_a_person_in_two_processes_is_here_until_both_are_left(
        self, backend: presence.Presence, clock: Any
    ) -> None:
        backend.enter("a", 1, person(1))
        backend.enter("b", 1, person(1))
        assert ids(backend.people(1)) == [1]

        backend.leave("a", 1, 1)
        assert ids(backend.people(1)) == [1]
        backend.leave("b", 1, 1)
        assert backend.people(1) == []

    def test_who_is_not_renewed_is_gone(self, backend: presence.Presence, clock: Any) -> None:
        backend.enter("a", 1, person(1))
        backend.enter("b", 1, person(2))

        clock.now += LEASE - 1
        backend.renew("b", {1: [person(2)]})
        clock.now += 1

        assert ids(backend.people(1)) == [2]

    def test_a_renewal_keeps_the_order_in_which_they_came(
        self, backend: presence.Presence, clock: Any
    ) -> None:
        for number in (1, 2):
            backend.enter("a", 1, person(number))
            clock.now += 1

        backend.renew("a", {1: [person(1)]})

        assert ids(backend.people(1)) == [2, 1]


class TestInMemory(Anywhere):
    @pytest.fixture
    def backend(self, clock: Any) -> MemoryPresence:
        return MemoryPresence()

    def test_an_empty_room_costs_nothing(self, backend: MemoryPresence) -> None:
        backend.enter("a", 1, person(1))
        backend.leave("a", 1, 1)

        assert backend._rooms == {}


@pytest.fixture(scope="module")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Redis]:
    server = Redis(Path(tmp_path_factory.mktemp("redis")))
    server.start()
    yield server
    server.stop()


@needs.redis_server
class TestInRedis(Anywhere):
    @pytest.fixture
    def backend(self, clock: Any, redis_server: Redis) -> Iterator[RedisPresence]:
        if redis_server.process is None:
            redis_server.start()
        kept = RedisPresence(redis_server.url)
        kept._redis.flushall()
        yield kept
        kept._redis.close()

    def test_another_process_sees_the_same(self, backend: RedisPresence, clock: Any) -> None:
        backend.enter("a", 1, person(1))
        other = RedisPresence(f"redis://127.0.0.1:{_port(backend)}/0")

        assert ids(other.people(1)) == [1]
        other._redis.close()

    def test_the_stamp_moves_when_somebody_comes_or_leaves_and_not_on_renewal(
        self, backend: RedisPresence
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

    def test_while_redis_is_away_the_last_answer_stands_and_it_is_right_again_after_a_renewal(
        self, backend: RedisPresence, redis_server: Redis
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
        backend.renew("a", {1: [person(2)]})
        assert ids(backend.people(1)) == [2]

    def test_a_lease_that_ends_is_noticed_without_anybodys_word(
        self, backend: RedisPresence, clock: Any
    ) -> None:
        backend.enter("a", 1, person(1))
        assert ids(backend.people(1)) == [1]
        assert backend.expired(clock.now + LEASE - 1) == []

        clock.now += LEASE + 1

        assert backend.expired(clock.now) == [1]
        assert backend.people(1) == []

    def test_what_redis_forgot_comes_back_with_a_mark(self, backend: RedisPresence) -> None:
        backend.enter("a", 1, person(1))
        backend._redis.flushall()
        before = backend.stamps([1])

        backend.renew("a", {1: [person(1)]})

        assert ids(backend.people(1)) == [1]
        assert backend.stamps([1]) != before

    def test_the_leases_of_dead_processes_are_cleared_away(
        self, backend: RedisPresence, clock: Any
    ) -> None:
        backend.enter("dead", 1, person(1))
        clock.now += 2 * LEASE + 1
        backend.enter("alive", 1, person(2))

        assert ids(backend.people(1)) == [2]
        assert backend._redis.hlen("chatsite:here:1") == 1


def _port(backend: RedisPresence) -> int:
    return int(backend._redis.connection_pool.connection_kwargs["port"])
