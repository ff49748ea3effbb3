"""At the end every list of a room is the same: each client's, REST's and the rows'."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import fields

from tests.faults.claims.facts import Facts
from tests.faults.claims.violation import Name, Violation
from tests.faults.record import State


def every_list_is_the_rows(facts: Facts) -> Iterator[Violation]:
    """The same messages in the same order and state."""
    acked = {ack.id for ack in facts.record.acked}
    truths = {
        room: sorted(rows, key=lambda row: row.seq) for room, rows in facts.ending.rows.items()
    }
    for room in truths.keys() | facts.ending.rest.keys():
        rest = facts.ending.rest.get(room, [])
        yield from _compare(f"REST of {room}", rest, truths.get(room, []), acked)
    for (reader, room), shown in facts.ending.shown.items():
        yield from _compare(f"{reader}'s list of {room}", shown, truths.get(room, []), acked)


def _compare(
    place: str, held: Sequence[State], truth: Sequence[State], acked: set[int]
) -> Iterator[Violation]:
    if list(held) == truth:
        return
    expected = {row.id: row for row in truth}
    counts = Counter(state.id for state in held)
    for message_id, count in counts.items():
        if count > 1:
            yield Violation("doubled", f"{place} has message {message_id} {count} times")
        if message_id not in expected:
            yield Violation("phantom", f"{place} has message {message_id}, which no row is")
    for message_id in expected.keys() - counts.keys():
        name: Name = "lost" if message_id in acked else "differs"
        yield Violation(name, f"{place} lacks message {message_id}")
    in_place = [message_id for message_id in expected if message_id in counts]
    listed = [message_id for message_id in counts if message_id in expected]
    for here, there in zip(listed, in_place, strict=True):
        if here != there:
            yield Violation("out_of_order", f"{place} has message {here} in the place of {there}")
            break
    for state in held:
        row = expected.get(state.id, state)
        if state != row:
            yield Violation("differs", f"{place}, message {state.id}: {_difference(state, row)}")
            break


def _difference(state: State, row: State) -> str:
    return ", ".join(
        f"{each.name} {getattr(state, each.name)!r}, row {getattr(row, each.name)!r}"
        for each in fields(State)
        if getattr(state, each.name) != getattr(row, each.name)
    )
