"""The tables as they are, read past the site's own code through a connection of one's own."""

import sqlite3
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

from tests.faults.record import State

_MESSAGES = """
    SELECT room.name, message.id, message.seq, message.changed_seq, author.username,
        message.client_id, message.content, message.deleted_at IS NOT NULL
    FROM rooms_message message
    JOIN rooms_room room ON room.id = message.room_id
    JOIN accounts_user author ON author.id = message.author_id
    WHERE room.name = :room OR :room = ''
    ORDER BY room.name, message.seq
"""
_REACTIONS = """
    SELECT reaction.message_id, reaction.emoji, person.username
    FROM rooms_reaction reaction
    JOIN accounts_user person ON person.id = reaction.user_id
    JOIN rooms_message message ON message.id = reaction.message_id
    JOIN rooms_room room ON room.id = message.room_id
    WHERE room.name = :room OR :room = ''
"""
_COUNTERS = """
    SELECT room.name, head.seq
    FROM rooms_roomhead head JOIN rooms_room room ON room.id = head.room_id
    WHERE room.name = :room OR :room = ''
"""
_AS_NEW = "SELECT 1 FROM rooms_message WHERE id = ? AND changed_seq >= ?"


class Rows:
    """Reads SQLite; never writes, and holds no lock between two calls. One thread at a time."""

    def __init__(self, database: Path) -> None:
        self._database = database
        self._opened: sqlite3.Connection | None = None

    def row_is(self, id: int, changed_seq: int) -> bool:  # noqa: A002 - the row's own word
        """Whether that message is committed, as new as that or newer."""
        return bool(self._connection.execute(_AS_NEW, (id, changed_seq)).fetchall())

    def read(self, room: str = "") -> tuple[dict[str, list[State]], dict[str, int]]:
        """All messages in the order of each room, and the counters, both as of one moment; or only
        those of one room."""
        connection, asked = self._connection, {"room": room}
        connection.execute("BEGIN")
        try:
            counters = dict(connection.execute(_COUNTERS, asked).fetchall())
            reactions: defaultdict[int, list[tuple[str, str]]] = defaultdict(list)
            for message, emoji, username in connection.execute(_REACTIONS, asked):
                reactions[message].append((emoji, username))
            rows: dict[str, list[State]] = {name: [] for name in counters}
            for name, *fields in connection.execute(_MESSAGES, asked):
                state = State(*fields)
                state = replace(
                    state,
                    deleted=bool(state.deleted),  # SQLite has numbers
                    reactions=tuple(sorted(reactions[state.id])),
                )
                rows[name].append(state)
        finally:
            connection.execute("COMMIT")
        return rows, counters

    def counters(self) -> dict[str, int]:
        """Of all rooms, without their messages."""
        return dict(self._connection.execute(_COUNTERS, {"room": ""}).fetchall())

    def close(self) -> None:
        """The next call opens it again: for when another file was put in the database's place."""
        if self._opened is not None:
            self._opened.close()
            self._opened = None

    @property
    def _connection(self) -> sqlite3.Connection:
        if self._opened is None:
            self._opened = sqlite3.connect(
                f"{self._database.as_uri()}?mode=ro",
                uri=True,
                timeout=10,
                isolation_level=None,
                check_same_thread=False,
            )
        return self._opened
