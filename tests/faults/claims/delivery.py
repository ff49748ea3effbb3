"""Every change reached every reader, after its commit, unless a later one took its place."""

from collections.abc import Iterable, Iterator

from tests.faults.claims.facts import Facts, Hearing, number_of
from tests.faults.claims.violation import Violation
from tests.faults.record import Told

type Span = tuple[int, float]  # the numbers after the first, up to the second


def nothing_is_told_before_its_commit(facts: Facts) -> Iterator[Violation]:
    """Not at the time, and not ever: the row is as new as whatever was told of it."""
    for told in facts.record.told:
        row = facts.rows.get(told.state.id)
        if not told.committed:
            yield Violation("early", f"{_what(told)} before it was committed")
        if row is None or facts.rooms[row.id] != told.room:
            yield Violation("phantom", f"{_what(told)}: there is no such row")
        elif row.changed_seq < told.state.changed_seq:
            yield Violation("early", f"{_what(told)}, and the row is at {row.changed_seq}")


def every_change_reaches_every_reader(facts: Facts) -> Iterator[Violation]:
    """Each message as `message`, and each of its later numbers or one that took its place.

    A reader who did not live to the end is owed what came before the last number they saw.
    """
    for hearing in facts.hearings:
        lived = (hearing.reader, hearing.room) in facts.ending.shown
        spans = not_owed(hearing, lived=lived)
        posted: set[int] = set()
        newest: dict[int, int] = {}
        for connection in hearing.connections:
            for told in connection.told:
                state = told.state
                if told.kind == "message":
                    posted.add(state.id)
                newest[state.id] = max(newest.get(state.id, 0), state.changed_seq)
        for message_id, numbers in facts.numbers.get(hearing.room, {}).items():
            row = facts.rows.get(message_id)
            if row is None or facts.rooms[message_id] != hearing.room:
                continue  # another claim names it
            if message_id not in posted and not _within(row.seq, spans):
                yield Violation("lost", f"{hearing} was never told message {message_id}, {row.seq}")
            missed = _missed(numbers, max(row.seq, newest.get(message_id, 0)), spans)
            if missed is not None:
                yield Violation(
                    "lost", f"{hearing} was never told {missed} of message {message_id}"
                )


def not_owed(hearing: Hearing, *, lived: bool) -> list[Span]:
    """The numbers that the reader loaded instead: before the first connection, at a reset, …"""
    spans: list[Span] = []
    reached = -1
    for connection in hearing.connections:
        numbers = [number_of(told) for told in connection.told]
        base = connection.base
        if base is None:
            # It was cut in its replay, of which nobody knows the beginning; the list will show it.
            base = min(numbers, default=reached + 1) - 1
        if base > reached:
            spans.append((reached, base))
        reached = max(reached, base, *numbers)
        if connection.live is not None:
            reached = max(reached, connection.live.seq)
    return spans if lived else [*spans, (reached, float("inf"))]


def _what(told: Told) -> str:
    change = f"{told.state.changed_seq} of message {told.state.id}"
    return f"{told.reader} in {told.room} was told {change}"


def _missed(numbers: Iterable[int], newest: int, spans: list[Span]) -> int | None:
    """The message's last number that was owed and neither told nor replaced."""
    for number in sorted(numbers, reverse=True):
        if number <= newest or _within(number, spans):
            return None  # this one took the place of all before it
        return number
    return None


def _within(number: int, spans: list[Span]) -> bool:
    return any(after < number <= upto for after, upto in spans)
