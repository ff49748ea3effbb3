"""A bucket for each person: bursts, refill, and the wait that is told."""

import pytest
from pytest_django import Settings

from rooms import limits
from rooms.limits import Buckets, check_rate
from rooms.refusals import RateLimited


def test_a_burst_is_free_and_then_one_waits_for_the_refill() -> None:
    buckets = Buckets(5, 20)

    assert [buckets.take(1, 100.0) for _time in range(20)] == [0.0] * 20
    assert buckets.take(1, 100.0) == pytest.approx(0.2)
    assert buckets.take(1, 100.1) == pytest.approx(0.1)
    assert buckets.take(1, 100.2) == 0.0
    assert buckets.take(1, 100.2) > 0


def test_a_refused_try_costs_nothing() -> None:
    buckets = Buckets(1, 1)
    buckets.take(1, 0.0)

    for _time in range(100):
        assert buckets.take(1, 0.5) == pytest.approx(0.5)
    assert buckets.take(1, 1.0) == 0.0


def test_a_bucket_is_never_fuller_than_full() -> None:
    buckets = Buckets(5, 20)
    buckets.take(1, 0.0)

    assert [buckets.take(1, 10**6) for _time in range(20)] == [0.0] * 20
    assert buckets.take(1, 10**6) > 0


def test_each_person_has_their_own() -> None:
    buckets = Buckets(1, 1)
    buckets.take(1, 0.0)

    assert buckets.take(1, 0.0) > 0
    assert buckets.take(2, 0.0) == 0.0


def test_full_buckets_are_forgotten_and_the_others_are_not() -> None:
    buckets = Buckets(1, 2)
    for person in range(10_000):
        buckets.take(person, 0.0)
    buckets.take(-1, 100.0)
    buckets.take(-1, 100.0)

    buckets.take(-2, 100.0)

    assert len(buckets._levels) == 2
    assert buckets.take(-1, 100.0) > 0


def test_the_refusal_tells_whole_seconds() -> None:
    for _time in range(20):
        check_rate(7)

    with pytest.raises(RateLimited) as refused:
        check_rate(7)
    assert refused.value.retry_after == 1
    check_rate(8)


def test_the_limits_can_be_set_and_switched_off(settings: Settings) -> None:
    settings.MESSAGE_BURST, settings.MESSAGES_PER_SECOND = 1, 0.1
    limits.reset_rates()
    check_rate(7)
    with pytest.raises(RateLimited) as refused:
        check_rate(7)
    assert refused.value.retry_after == 10

    settings.RATE_LIMITS = False
    for _time in range(100):
        check_rate(7)
