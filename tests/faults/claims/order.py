"""Each connection tells ascending numbers: those asked for, then those after its `ready`."""

from collections.abc import Iterator

from tests.faults.claims.facts import Connection, Facts, number_of
from tests.faults.claims.violation import Name, Violation
from tests.faults.record import Told


def every_connection_ascends(facts: Facts) -> Iterator[Violation]:
    """Strictly, by the number that concerns the reader; a change told again is `doubled`.

    After a reconnect a change may be told again if `since` was below it: then the reader asked.
    """
    for hearing in facts.hearings:
        known: set[tuple[int, int]] = set()
        for connection in hearing.connections:
            last = 0
            for told in connection.told:
                number = number_of(told)
                change = number, told.state.id
                floor = max(last, _floor(connection, told))
                if number <= floor:
                    name: Name = "doubled" if change in known else "out_of_order"
                    yield Violation(name, f"{hearing} was told {change}, having all to {floor}")
                elif told.replayed and connection.live and number > connection.live.seq:
                    yield Violation("out_of_order", f"{hearing} was told {change} before ready")
                last = max(last, number)
                known.add(change)


def _floor(connection: Connection, told: Told) -> int:
    """The last number before those that may be told at this place."""
    live = connection.live
    if live is None:
        return 0
    if not told.replayed:
        return live.seq
    # Without `since`, and in a reset's place, nothing is replayed.
    return live.seq if live.since is None or live.reset is not None else live.since
