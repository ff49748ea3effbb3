"""What was acknowledged is in the rows, once, and nothing else is."""

from collections import Counter
from collections.abc import Iterator

from tests.faults.claims.facts import Facts, Key
from tests.faults.claims.violation import Violation


def acknowledged_posts_are_stored(facts: Facts) -> Iterator[Violation]:
    """Each ack names its author's own message, by its id and number."""
    for ack in facts.record.acked:
        row = facts.rows.get(ack.id)
        what = f"{ack.author}'s {ack.client_id}, acked as {ack.id}, number {ack.seq} of {ack.room}"
        if row is None or facts.rooms[ack.id] != ack.room:
            yield Violation("lost", f"{what}: there is no such row")
        elif (row.author, row.client_id) != (ack.author, ack.client_id):
            yield Violation("id_reused", f"{what}: the row is {row.author}'s {row.client_id}")
        elif row.seq != ack.seq:
            yield Violation("altered", f"{what}: its row's number is {row.seq}")


def acknowledged_changes_are_stored(facts: Facts) -> Iterator[Violation]:
    """The row is at least as new as any acknowledged change, and deleted if that was the change."""
    kinds = {(each.actor, each.room, each.client_id): each.kind for each in facts.record.asked}
    for done in facts.record.changed:
        row = facts.rows.get(done.id)
        what = f"{done.actor}'s change {done.client_id} of message {done.id} in {done.room}"
        if row is None or facts.rooms[done.id] != done.room or row.changed_seq < done.seq:
            yield Violation("lost", f"{what} was acknowledged as {done.seq}: no row is that new")
        elif done.seq < row.seq:
            yield Violation("altered", f"{what} was acknowledged as {done.seq}, below {row.seq}")
        elif kinds.get((done.actor, done.room, done.client_id)) == "deleted" and not row.deleted:
            yield Violation("lost", f"{what} was acknowledged, and the message is not deleted")


def a_post_is_one_row(facts: Facts) -> Iterator[Violation]:
    """One row an id and one a `client_id`, which somebody sent."""
    rows = [row for found in facts.ending.rows.values() for row in found]
    for message_id, count in Counter(row.id for row in rows).items():
        if count > 1:
            yield Violation("id_reused", f"{count} rows have the id {message_id}")
    for (author, client_id), count in Counter((row.author, row.client_id) for row in rows).items():
        if (author, client_id) not in facts.sent:
            yield Violation("phantom", f"nobody sent {author}'s {client_id}: {count} rows")
        elif count > 1:
            yield Violation("doubled", f"{author}'s {client_id} is {count} rows")


def a_post_is_posted_once(facts: Facts) -> Iterator[Violation]:
    """One answer at most says that it was the first; none may, where it died with its server."""
    firsts = Counter((ack.author, ack.client_id) for ack in facts.record.acked if not ack.duplicate)
    for (author, client_id), count in firsts.items():
        if count > 1:
            yield Violation("doubled", f"{author}'s {client_id} was {count} times the first")


def resends_are_told_from_conflicts(facts: Facts) -> Iterator[Violation]:
    """What repeats the first text is acknowledged, any other text is an `id_conflict`."""
    acks = Counter((ack.author, ack.client_id) for ack in facts.record.acked)
    refused = Counter(
        (each.author, each.client_id) for each in facts.record.refused if each.code == "id_conflict"
    )
    firsts = _first_texts(facts)
    for key in acks.keys() | refused.keys():
        if key not in facts.sent:
            continue  # another claim names it
        posts = Counter((post.room, post.content) for post in facts.sent[key])
        # Where no reader saw the first text, any of those sent may have been it.
        may_be_first = [firsts[key]] if key in firsts else list(posts)
        if not any(
            acks[key] <= posts[first] and refused[key] <= posts.total() - posts[first]
            for first in may_be_first
        ):
            yield Violation(
                "conflict",
                f"{key[0]}'s {key[1]}, sent as {dict(posts)}, had {acks[key]} acks and "
                f"{refused[key]} refusals; stored first: {firsts.get(key, 'not known')}",
            )


def _first_texts(facts: Facts) -> dict[Key, tuple[str, str]]:
    """Room and text of each message as it was posted, where anybody saw it so."""
    found: dict[Key, tuple[str, str]] = {}
    for message_id, room in facts.rooms.items():
        for state in facts.states[message_id]:
            if state.client_id and state.changed_seq == state.seq and not state.deleted:
                found.setdefault((state.author, state.client_id), (room, state.content))
    return found
