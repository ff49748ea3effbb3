"""How long a fault was felt, on made-up clocks."""

from dataclasses import replace

import pytest

from tests.faults.healing import healing, longest_unanswered
from tests.faults.record import Acked, Live, Record, Sent, State, Told

FAULT = 10.0


def sent(number: int, at: float) -> Sent:
    return Sent("ada", "general", f"a{number}", "text", at)


def acked(number: int, at: float) -> Acked:
    return Acked("ada", "general", f"a{number}", number, number, duplicate=False, at=at)


def told(reader: str, number: int, at: float, connection: int = 1) -> Told:
    state = State(number, number, number, "ada", f"a{number}", "text", deleted=False)
    return Told(
        reader, "general", "message", state, connection, replayed=False, committed=True, at=at
    )


def live(
    reader: str,
    connection: int,
    seq: int,
    at: float,
    *,
    since: int | None = 0,
    reset: str | None = None,
) -> Live:
    return Live(reader, "general", connection, seq, "e", since, reset, at)


def test_healing_is_from_the_ack_to_the_last_reader() -> None:
    record = Record(
        acked=[acked(1, 11), acked(2, 12)],
        told=[told("bob", 1, 11.5), told("hal", 1, 14), told("bob", 2, 12.1), told("hal", 2, 14)],
    )

    assert healing(record, FAULT) == 3


def test_what_was_acknowledged_before_the_fault_counts_from_it() -> None:
    record = Record(acked=[acked(1, 2), acked(2, 9)], told=[told("bob", 1, 8), told("bob", 2, 15)])

    assert healing(record, FAULT) == 5


def test_what_was_told_before_the_ack_or_the_fault_took_no_time() -> None:
    record = Record(acked=[acked(1, 2), acked(2, 12)], told=[told("bob", 1, 8), told("bob", 2, 11)])

    assert healing(record, FAULT) == 0


def test_a_message_told_again_counts_once() -> None:
    record = Record(acked=[acked(1, 11)], told=[told("bob", 1, 12), told("bob", 1, 19, 2)])

    assert healing(record, FAULT) == 1


@pytest.mark.parametrize(("since", "reset"), [(1, "too_far"), (None, None)])
def test_a_reset_heals_when_its_reader_can_load(since: int | None, reset: str | None) -> None:
    record = Record(
        acked=[acked(1, 11), acked(2, 13), acked(3, 12)],
        told=[told("bob", 1, 11)],
        live=[live("bob", 1, 0, 1), live("bob", 2, 3, 18, since=since, reset=reset)],
    )

    assert healing(record, FAULT) == 6


def test_coming_back_is_not_being_told() -> None:
    record = Record(acked=[acked(1, 11)], live=[live("bob", 1, 0, 1), live("bob", 2, 1, 18)])

    assert healing(record, FAULT) == 0


@pytest.mark.parametrize("reset", [None, "epoch"])
def test_who_comes_late_did_not_wait(reset: str | None) -> None:
    record = Record(
        acked=[acked(1, 11), acked(2, 20)],
        told=[told("eve", 2, 21)],
        live=[live("eve", 1, 1, 19, since=1, reset=reset)],
    )

    assert healing(record, FAULT) == 1


def test_who_comes_late_and_is_reset_waits_for_what_came_since() -> None:
    record = Record(
        acked=[acked(1, 11), acked(2, 15), acked(3, 19)],
        live=[live("eve", 1, 1, 14, since=1), live("eve", 2, 3, 20, since=1, reset="epoch")],
    )

    assert healing(record, FAULT) == 5


def test_other_rooms_are_nobodys_business() -> None:
    garden = [replace(live("bob", n, n - 1, 10 * n, reset="epoch"), room="garden") for n in (1, 2)]

    assert healing(Record(acked=[acked(1, 11)], live=garden), FAULT) == 0


def test_an_answer_is_waited_for_from_the_first_sending_or_the_fault() -> None:
    record = Record(
        sent=[sent(1, 2), sent(2, 12), sent(1, 13), sent(2, 14), sent(3, 15)],
        acked=[acked(1, 13.5), acked(2, 18), acked(2, 30)],
    )

    assert longest_unanswered(record, FAULT) == 6
    assert longest_unanswered(record, 17) == 1
    assert longest_unanswered(record, 19) == 0
    assert longest_unanswered(Record(), FAULT) == 0
