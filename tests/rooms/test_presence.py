"""Leases: who is here, once each, who came last first, and gone by themselves."""

from typing import Any

import pytest

from rooms import presence
from rooms.payloads import UserPayload
from rooms.presence import leases, shared
from rooms.presence.leases import LEASE, RENEWAL, Lease, MemoryPresence, latest_first


def person(number: int) -> UserPayload:
    return {"id": number, "username": f"p{number}", "display_name": ""}


def ids(people: list[UserPayload]) -> list[int]:
    return [each["id"] for each in people]


class Clock:
    """What nobody can set, and the clocks of this machine and of Redis', which are set."""

    now = 1_000_000.0
    here = 500_000_000.0
    redis = 600_000_000.0

    def monotonic(self) -> float:
        return self.now

    def time(self) -> float:
        return self.now + self.here

    def time_of_redis(self, _answer: object) -> tuple[int, int]:
        """In the place of what Redis answers to TIME."""
        return int(self.now + self.redis), 250_000


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Time that passes only when the test says so."""
    ticking = Clock()
    for module in (leases, shared):
        monkeypatch.setattr(module, "time", ticking)
    return ticking


def test_a_lease_outlives_two_renewals_that_fail() -> None:
    assert LEASE > 2 * RENEWAL
    # The end of a lease is looked for every second, and the room told at most a second later.
    assert LEASE + 2 < 45  # docs/protocol.md, promise 10


def test_who_came_last_comes_first_and_everybody_once() -> None:
    held = [
        Lease(person(1), came=10, until=100),
        Lease(person(2), came=20, until=100),
        Lease(person(1), came=30, until=100),  # another process; they came with the first
        Lease(person(3), came=15, until=100),
    ]

    assert ids(latest_first(held, 50)) == [2, 3, 1]


def test_of_those_who_came_together_the_order_is_fixed() -> None:
    held = [Lease(person(number), came=10, until=100) for number in (2, 3, 1)]

    assert ids(latest_first(held, 50)) == ids(latest_first(held[::-1], 50)) == [3, 2, 1]


def test_a_lease_that_ran_out_counts_no_more() -> None:
    held = [Lease(person(1), came=10, until=50), Lease(person(2), came=10, until=51)]

    assert ids(latest_first(held, 50)) == [2]


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
