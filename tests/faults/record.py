"""What the clients of a fault run asked, were answered and were told, as it happened."""

from dataclasses import dataclass, field
from typing import Any, Literal

type Kind = Literal["message", "edited", "deleted", "reactions"]
type Way = Literal["json", "html", "rest"]


@dataclass(frozen=True, slots=True)
class Sent:
    """A post that left a client once more; the same `client_id` may be sent several times."""

    author: str
    room: str
    client_id: str
    content: str
    at: float  # seconds of the monotonic clock, as everywhere here


@dataclass(frozen=True, slots=True)
class Acked:
    """The answer to a post: an `ack`, or a 200 or 201."""

    author: str
    room: str
    client_id: str
    id: int
    seq: int
    duplicate: bool
    at: float


@dataclass(frozen=True, slots=True)
class Refused:
    """A coded refusal of a post or a change."""

    author: str
    room: str
    client_id: str
    code: str
    at: float


@dataclass(frozen=True, slots=True)
class Asked:
    """A change of a message that left a client: edit, delete, react or unreact."""

    actor: str
    room: str
    client_id: str
    id: int
    kind: Kind  # what it is told as
    at: float


@dataclass(frozen=True, slots=True)
class Changed:
    """The `ack` of a change: `seq` is its number, or the message's last when nothing changed."""

    actor: str
    room: str
    client_id: str
    id: int
    seq: int
    at: float


@dataclass(frozen=True, slots=True)
class Blank:
    """An end of the waiting that says no more: a 204, or the line was lost before the answer."""

    author: str
    room: str
    client_id: str
    at: float


@dataclass(frozen=True, slots=True)
class Told:
    """One message frame, as it reached one reader. `state` is comparable with a row's (`State`)."""

    reader: str
    room: str
    kind: Kind
    state: "State"
    connection: int  # which of the reader's connections, from 1
    replayed: bool  # before that connection's `ready`
    committed: bool  # whether the row stood in the database, as new as told, when the frame came
    at: float


@dataclass(frozen=True, slots=True)
class Live:
    """A `ready`: from here the reader's connection is live. `since` is what it had asked for."""

    reader: str
    room: str
    connection: int
    seq: int
    epoch: str
    since: int | None
    reset: str | None  # its reason, where one came in the replay's place
    at: float


@dataclass(frozen=True, slots=True)
class Gone:
    """A connection's end; None when no close frame came."""

    reader: str
    room: str
    connection: int
    code: int | None
    at: float


@dataclass(frozen=True, slots=True)
class State:
    """A message as somebody sees it, by what may not differ: in a frame, in REST, in its row."""

    id: int
    seq: int
    changed_seq: int
    author: str
    client_id: str | None
    content: str
    deleted: bool
    reactions: tuple[tuple[str, str], ...] = ()  # emoji and username, sorted

    @classmethod
    def of(cls, payload: dict[str, Any]) -> "State":
        """From the message payload of docs/protocol.md."""
        return cls(
            payload["id"],
            payload["seq"],
            payload["changed_seq"],
            payload["user"]["username"],
            payload["client_id"],
            payload["content"],
            payload["deleted"],
            tuple(sorted((e, n) for e, names in payload["reactions"].items() for n in names)),
        )


@dataclass(slots=True)
class Ending:
    """What is left when the load has ended and everybody has caught up."""

    rows: dict[str, list[State]]  # by room, as the tables hold them
    counters: dict[str, int]  # by room
    rest: dict[str, list[State]]  # by room, paged through REST from the beginning
    shown: dict[tuple[str, str], list[State]]  # by reader and room: the client's list, in its order


@dataclass(slots=True)
class Record:
    """Everything, each list in the order of time."""

    sent: list[Sent] = field(default_factory=list)
    acked: list[Acked] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    changed: list[Changed] = field(default_factory=list)
    blank: list[Blank] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    live: list[Live] = field(default_factory=list)
    gone: list[Gone] = field(default_factory=list)
