"""A room's counter is the number of its committed changes, and each number is one message's."""

from collections import Counter, defaultdict
from collections.abc import Iterator

from tests.faults.claims.facts import Facts
from tests.faults.claims.violation import Violation

# After these nobody knows whether the change was committed; after any other refusal it was not.
UNCERTAIN = frozenset({"storage_unavailable", "internal"})


def every_number_is_a_change(facts: Facts) -> Iterator[Violation]:
    """1 to the counter, each number a posting, a row's last change or an acknowledged one.

    A change that was never answered may have taken a number; so may one for each such number that
    nothing else explains.
    """
    unanswered = _unanswered(facts)
    for room in facts.numbers.keys() | facts.ending.counters.keys() | facts.ending.rows.keys():
        counter = facts.ending.counters.get(room, 0)
        beyond = {
            number
            for numbers in facts.numbers.get(room, {}).values()
            for number in numbers
            if not 1 <= number <= counter
        }
        if beyond:
            yield Violation("uncounted", f"{room} counts to {counter}, but has {sorted(beyond)}")
        explained = {done.seq for done in facts.record.changed if done.room == room}
        for row in facts.ending.rows.get(room, ()):
            explained |= {row.seq, row.changed_seq}
        unexplained = [number for number in range(1, counter + 1) if number not in explained]
        if len(unexplained) > unanswered[room]:
            yield Violation(
                "uncounted",
                f"{room} counts to {counter}: {unexplained} are no change's, and "
                f"{unanswered[room]} were not answered",
            )


def no_number_is_used_twice(facts: Facts) -> Iterator[Violation]:
    """As the rows, the answers and all readers say."""
    for room, messages in facts.numbers.items():
        owners: defaultdict[int, set[int]] = defaultdict(set)
        for message_id, numbers in messages.items():
            for number in numbers:
                owners[number].add(message_id)
        for number, ids in owners.items():
            if len(ids) > 1:
                yield Violation("id_reused", f"{number} of {room} is of messages {sorted(ids)}")


def _unanswered(facts: Facts) -> Counter[str]:
    """By room: how many requests to change a message had no certain answer."""
    asked = Counter((each.actor, each.room, each.client_id) for each in facts.record.asked)
    asked.subtract((each.actor, each.room, each.client_id) for each in facts.record.changed)
    asked.subtract(
        (each.author, each.room, each.client_id)
        for each in facts.record.refused
        if each.code not in UNCERTAIN
    )
    rooms: Counter[str] = Counter()
    for (_actor, room, _client_id), count in asked.items():
        rooms[room] += max(count, 0)
    return rooms
