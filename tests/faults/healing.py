"""How long a fault was felt: until an answer came, and until every reader had what was answered."""

from tests.faults.claims.facts import Hearing, Key, hearings
from tests.faults.record import Acked, Record


def healing(record: Record, from_: float) -> float:
    """The longest time, in seconds, from an ack to the last reader of the room being told.

    Counted from `from_` (the fault) for what was acknowledged before and told after it. A reader
    who was away counts until they came back and were told, or could load it after a `reset`. A
    reader who never was told counts nothing: `check` names what is lost.
    """
    acks = list(_first_acks(record).values())
    return max((_longest(hearing, acks, from_) for hearing in hearings(record)), default=0.0)


def longest_unanswered(record: Record, from_: float) -> float:
    """The longest time, in seconds, from a post's first sending, or from `from_`, to its ack."""
    sent: dict[Key, float] = {}
    for post in record.sent:
        sent.setdefault((post.author, post.client_id), post.at)
    return max(
        (
            ack.at - max(sent.get(key, ack.at), from_)
            for key, ack in _first_acks(record).items()
            if ack.at >= from_
        ),
        default=0.0,
    )


def _first_acks(record: Record) -> dict[Key, Acked]:
    first: dict[Key, Acked] = {}
    for ack in record.acked:
        first.setdefault((ack.author, ack.client_id), ack)
    return first


def _longest(hearing: Hearing, acks: list[Acked], from_: float) -> float:
    told: dict[int, float] = {}
    loaded: list[tuple[int, float]] = []  # up to which number, and when
    for connection in hearing.connections:
        for each in connection.told:
            if each.kind == "message":
                told.setdefault(each.state.id, each.at)
        live = connection.live
        if live is not None and (live.reset is not None or live.since is None):
            loaded.append((live.seq, live.at))
    start = hearing.connections[0].base or 0  # what was there before them is history
    longest = 0.0
    for ack in acks:
        if ack.room != hearing.room or ack.seq <= start:
            continue
        at = told.get(ack.id)
        if at is None:
            at = next((when for upto, when in loaded if ack.seq <= upto), from_)
        longest = max(longest, at - max(ack.at, from_))
    return longest
