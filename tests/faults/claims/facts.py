"""A run sorted once by what the claims ask for: messages, numbers, posts, and who heard what."""

from collections import defaultdict
from dataclasses import dataclass, field

from tests.faults.record import Acked, Asked, Changed, Ending, Live, Record, Sent, State, Told

type Key = tuple[str, str]  # an author and their client_id: what a post is known by


def number_of(told: Told) -> int:
    """The number that concerns whoever was told (docs/protocol.md, "Numbers")."""
    return told.state.seq if told.kind == "message" else told.state.changed_seq


@dataclass(slots=True)
class Connection:
    """One of a reader's connections; `live` is None when it ended before its `ready`."""

    told: list[Told] = field(default_factory=list)
    live: Live | None = None

    @property
    def base(self) -> int | None:
        """Up to here the reader had, or loaded, everything by itself; None when nobody knows."""
        if self.live is None:
            return None
        if self.live.since is None or self.live.reset is not None:
            return self.live.seq
        return self.live.since


@dataclass(slots=True)
class Hearing:
    """All that one reader heard of one room, in the order of their connections."""

    reader: str
    room: str
    connections: list[Connection]

    def __str__(self) -> str:
        return f"{self.reader} in {self.room}"


@dataclass(slots=True)
class Facts:
    """The run. Rows are those of the tables; of an id that stands there twice, the last."""

    record: Record
    ending: Ending
    rows: dict[int, State]  # by id
    rooms: dict[int, str]  # the row's room, by id
    sent: dict[Key, list[Sent]]
    asked: dict[int, list[Asked]]  # by message id
    numbers: dict[str, dict[int, set[int]]]  # by room and message id: the numbers that are its own
    states: dict[int, dict[State, str]]  # by id: all that it ever looked like, and to whom first
    hearings: list[Hearing]

    @classmethod
    def of(cls, record: Record, ending: Ending) -> "Facts":
        sent: defaultdict[Key, list[Sent]] = defaultdict(list)
        for post in record.sent:
            sent[post.author, post.client_id].append(post)
        asked: defaultdict[int, list[Asked]] = defaultdict(list)
        for change in record.asked:
            asked[change.id].append(change)
        return cls(
            record,
            ending,
            {row.id: row for rows in ending.rows.values() for row in rows},
            {row.id: room for room, rows in ending.rows.items() for row in rows},
            dict(sent),
            dict(asked),
            _numbers(record, ending),
            _states(record, ending),
            hearings(record),
        )


def hearings(record: Record) -> list[Hearing]:
    """What was told and when who went live, by reader and room."""
    found: defaultdict[tuple[str, str], defaultdict[int, Connection]] = defaultdict(
        lambda: defaultdict(Connection)
    )
    for told in record.told:
        found[told.reader, told.room][told.connection].told.append(told)
    for live in record.live:
        found[live.reader, live.room][live.connection].live = live
    return [
        Hearing(reader, room, [connection for _number, connection in sorted(connections.items())])
        for (reader, room), connections in found.items()
    ]


def _numbers(record: Record, ending: Ending) -> dict[str, dict[int, set[int]]]:
    """Whose each number is: as the rows, the answers and all readers say."""
    found: defaultdict[str, defaultdict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
    for room, rows in ending.rows.items():
        for row in rows:
            found[room][row.id].update((row.seq, row.changed_seq))
    answers: list[Acked | Changed] = [*record.acked, *record.changed]
    for ack in answers:
        found[ack.room][ack.id].add(ack.seq)
    told = {
        (each.room, each.state.id, each.state.seq, each.state.changed_seq) for each in record.told
    }
    for room, message_id, seq, changed_seq in told:
        found[room][message_id].update((seq, changed_seq))
    return {room: dict(messages) for room, messages in found.items()}


def _states(record: Record, ending: Ending) -> dict[int, dict[State, str]]:
    """The rows' come first, then REST's; each message's in the order of its changes."""
    first: dict[State, str] = {}
    for place, lists in (("the rows", ending.rows), ("REST", ending.rest)):
        for room, states in lists.items():
            for state in states:
                first.setdefault(state, f"{place} of {room}")
    for told in record.told:
        if told.state not in first:
            first[told.state] = f"told to {told.reader} in {told.room}"
    for (reader, room), states in ending.shown.items():
        for state in states:
            if state not in first:
                first[state] = f"{reader}'s list of {room}"
    found: defaultdict[int, dict[State, str]] = defaultdict(dict)
    for state in sorted(first, key=lambda state: state.changed_seq):
        found[state.id][state] = first[state]
    return dict(found)
