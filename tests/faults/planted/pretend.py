"""A site that keeps its promises and clients that record it, all in memory: what a legal run is."""

from dataclasses import dataclass, field, replace

from tests.faults.record import (
    Acked,
    Asked,
    Changed,
    Ending,
    Gone,
    Kind,
    Live,
    Record,
    Refused,
    Sent,
    State,
    Told,
)


@dataclass(slots=True)
class Reader:
    """A client of one room: the list it shows, and how far it knows."""

    name: str
    room: str
    shown: dict[int, State] = field(default_factory=dict)
    known: int = 0
    connection: int = 0
    live: bool = False
    alive: bool = True

    def take(self, kind: Kind, state: State) -> None:
        """By the rules of docs/protocol.md, "Numbers"."""
        held = self.shown.get(state.id)
        if held.changed_seq < state.changed_seq if held else kind == "message":
            self.shown[state.id] = state
        self.known = max(self.known, state.seq if kind == "message" else state.changed_seq)


@dataclass(slots=True)
class Room:
    """Rows and counter; `told` is the last number that the hub has handed on."""

    rows: dict[int, State] = field(default_factory=dict)
    seq: int = 0
    told: int = 0
    deaf: bool = False


class Pretend:
    """Each call is one thing that happens; times are a thousandth of a second apart."""

    def __init__(self, *rooms: str) -> None:
        self.record = Record()
        self.rooms = {name: Room() for name in rooms}
        self.readers: dict[tuple[str, str], Reader] = {}
        self.first_ids: dict[tuple[str, str], int] = {}  # by author and client_id
        self._at = 0.0

    # --- senders -------------------------------------------------------------------------

    def post(
        self, author: str, room: str, client_id: str, content: str, *, answered: bool = True
    ) -> int:
        """Sends a post; a known `client_id` is answered as the first time, or as a conflict."""
        key = author, client_id
        self.record.sent.append(Sent(author, room, client_id, content, self._now()))
        duplicate = key in self.first_ids
        if not duplicate:
            # Ids are the site's, numbers are a room's.
            self.first_ids[key] = 100 + len(self.first_ids)
            seq = self._next(room)
            self._commit(
                room,
                "message",
                State(self.first_ids[key], seq, seq, author, client_id, content, deleted=False),
            )
        message_id = self.first_ids[key]
        first = next(s for s in self.record.sent if (s.author, s.client_id) == key)
        if (first.room, first.content) != (room, content):
            self.record.refused.append(Refused(author, room, client_id, "id_conflict", self._now()))
        elif answered:
            seq = self.rooms[room].rows[message_id].seq
            self.record.acked.append(
                Acked(author, room, client_id, message_id, seq, duplicate, self._now())
            )
        return message_id

    def edit(self, room: str, message_id: int, content: str, *, answered: bool = True) -> None:
        row = self.rooms[room].rows[message_id]
        self._change(row.author, room, "edited", replace(row, content=content), answered)

    def delete(self, actor: str, room: str, message_id: int, *, answered: bool = True) -> None:
        row = self.rooms[room].rows[message_id]
        gone = replace(row, content="", deleted=True, reactions=())
        self._change(actor, room, "deleted", gone, answered)

    def react(
        self, actor: str, room: str, message_id: int, emoji: str, *, answered: bool = True
    ) -> None:
        """Puts the emoji on the message, or takes it back if it is there."""
        row = self.rooms[room].rows[message_id]
        reactions = tuple(sorted({*row.reactions} ^ {(emoji, actor)}))
        self._change(actor, room, "reactions", replace(row, reactions=reactions), answered)

    def _change(self, actor: str, room: str, kind: Kind, state: State, answered: bool) -> None:
        client_id = f"change-{len(self.record.asked)}"
        self.record.asked.append(Asked(actor, room, client_id, state.id, kind, self._now()))
        row = self.rooms[room].rows[state.id]
        if row.deleted and kind != "deleted":
            self.record.refused.append(Refused(actor, room, client_id, "not_found", self._now()))
            return
        if state != row:
            state = replace(state, changed_seq=self._next(room))
            self._commit(room, kind, state)
        if answered:
            self.record.changed.append(
                Changed(actor, room, client_id, state.id, state.changed_seq, self._now())
            )

    # --- the hub -------------------------------------------------------------------------

    def deafen(self, room: str) -> None:
        """From now on the room's notices are lost."""
        self.rooms[room].deaf = True

    def mend(self, room: str) -> None:
        """The sweep: the hub tells what it has missed, and hears again."""
        it = self.rooms[room]
        for kind, state in self._changes(room, it.told, it.seq):
            self._tell_live(room, kind, state)
        it.told, it.deaf = it.seq, False

    def _commit(self, room: str, kind: Kind, state: State) -> None:
        it = self.rooms[room]
        it.rows[state.id] = state
        if not it.deaf:
            it.told = state.changed_seq
            self._tell_live(room, kind, state)

    def _changes(self, room: str, since: int, upto: int) -> list[tuple[Kind, State]]:
        found: list[tuple[int, Kind, State]] = []
        for row in self.rooms[room].rows.values():
            if since < row.seq <= upto:
                found.append((row.seq, "message", row))
            elif row.seq <= since < row.changed_seq <= upto:
                found.append((row.changed_seq, "deleted" if row.deleted else "edited", row))
        return [(kind, row) for _number, kind, row in sorted(found, key=lambda each: each[0])]

    def _next(self, room: str) -> int:
        self.rooms[room].seq += 1
        return self.rooms[room].seq

    # --- readers -------------------------------------------------------------------------

    def come(
        self, name: str, room: str, *, anew: bool = False, reset: bool = False, cut_after: int = -1
    ) -> None:
        """Connects with what the reader knows, or `anew`, without `since`, and then loads the page.

        `reset`: its number is refused and it loads the page. `cut_after`: so many frames of the
        replay, then the line breaks.
        """
        reader = self.readers.setdefault((name, room), Reader(name, room))
        self.leave(name, room)
        reader.connection += 1
        since = None if anew else reader.known
        it = self.rooms[room]
        if since is not None and not reset:
            if since > it.told:
                self.mend(room)
            for place, (kind, state) in enumerate(self._changes(room, since, it.told)):
                if place == cut_after:
                    self._gone(reader)
                    return
                self._tell(reader, kind, state, replayed=True)
        self.record.live.append(
            Live(
                name, room, reader.connection, it.told, "e", since, "too_far" if reset else None,
                self._now(),
            )
        )  # fmt: skip
        reader.live = True
        if anew or reset:
            reader.shown = dict(it.rows)
            reader.known = it.told
        reader.known = max(reader.known, it.told)

    def leave(self, name: str, room: str) -> None:
        reader = self.readers[name, room]
        if reader.live:
            self._gone(reader)

    def die(self, name: str, room: str) -> None:
        """Leaves for good."""
        self.leave(name, room)
        self.readers[name, room].alive = False

    def _gone(self, reader: Reader) -> None:
        reader.live = False
        self.record.gone.append(
            Gone(reader.name, reader.room, reader.connection, None, self._now())
        )

    def _tell_live(self, room: str, kind: Kind, state: State) -> None:
        for reader in self.readers.values():
            if reader.room == room and reader.live:
                self._tell(reader, kind, state, replayed=False)

    def _tell(self, reader: Reader, kind: Kind, state: State, *, replayed: bool) -> None:
        reader.take(kind, state)
        self.record.told.append(
            Told(
                reader.name, reader.room, kind, state, reader.connection, replayed,
                committed=True, at=self._now(),
            )
        )  # fmt: skip

    # --- the end -------------------------------------------------------------------------

    def ending(self) -> Ending:
        """Everybody who lives comes back and catches up."""
        for name in self.rooms:
            self.mend(name)
        for reader in list(self.readers.values()):
            if reader.alive and not reader.live:
                self.come(reader.name, reader.room)
        rows = {name: list(room.rows.values()) for name, room in self.rooms.items()}
        return Ending(
            rows,
            {name: room.seq for name, room in self.rooms.items()},
            {name: list(found) for name, found in rows.items()},
            {
                (reader.name, reader.room): list(reader.shown.values())
                for reader in self.readers.values()
                if reader.alive
            },
        )

    def _now(self) -> float:
        self._at += 0.001
        return self._at
