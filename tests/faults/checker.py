"""Whether a fault run kept the promises on messages: 1, 2, 3 and 5 of docs/protocol.md."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from tests.faults.claims.delivery import (
    every_change_reaches_every_reader,
    nothing_is_told_before_its_commit,
)
from tests.faults.claims.facts import Facts
from tests.faults.claims.lists import every_list_is_the_rows
from tests.faults.claims.numbers import every_number_is_a_change, no_number_is_used_twice
from tests.faults.claims.order import every_connection_ascends
from tests.faults.claims.states import (
    a_change_looks_the_same_everywhere,
    a_change_was_asked_for,
    a_frame_is_named_after_what_it_tells,
    a_message_says_what_was_sent,
)
from tests.faults.claims.storage import (
    a_post_is_one_row,
    a_post_is_posted_once,
    acknowledged_changes_are_stored,
    acknowledged_posts_are_stored,
    resends_are_told_from_conflicts,
)
from tests.faults.claims.violation import Name, Violation
from tests.faults.record import Ending, Record

CLAIMS: tuple[Callable[[Facts], Iterator[Violation]], ...] = (
    acknowledged_posts_are_stored,
    acknowledged_changes_are_stored,
    a_post_is_one_row,
    a_post_is_posted_once,
    resends_are_told_from_conflicts,
    every_number_is_a_change,
    no_number_is_used_twice,
    a_change_looks_the_same_everywhere,
    a_message_says_what_was_sent,
    a_change_was_asked_for,
    a_frame_is_named_after_what_it_tells,
    nothing_is_told_before_its_commit,
    every_change_reaches_every_reader,
    every_connection_ascends,
    every_list_is_the_rows,
)


@dataclass(frozen=True, slots=True)
class Summary:
    """A run's line in the table: how many posts were acknowledged, and the breaches by name."""

    acknowledged: int
    lost: int
    doubled: int
    out_of_order: int
    others: int


def check(record: Record, ending: Ending) -> list[Violation]:
    """Every breach once; nothing for a run that kept the promises.

    The record holds everything from empty rooms on: each post and each change that anybody asked
    for. It is of one life of the tables: where a backup is restored, a new record begins. A reader
    without a list in `ending.shown` did not live to the end.
    """
    facts = Facts.of(record, ending)
    return list(dict.fromkeys(found for claim in CLAIMS for found in claim(facts)))


def summary(record: Record, violations: Sequence[Violation]) -> Summary:
    """A post counts once however often it was acknowledged; breaches as often as they were seen."""
    names = Counter(violation.name for violation in violations)
    lost, doubled, out_of_order = names["lost"], names["doubled"], names["out_of_order"]
    return Summary(
        len({(ack.author, ack.client_id) for ack in record.acked}),
        lost,
        doubled,
        out_of_order,
        names.total() - lost - doubled - out_of_order,
    )


__all__ = ["CLAIMS", "Name", "Summary", "Violation", "check", "summary"]
