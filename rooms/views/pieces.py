"""Messages as templates get them: the very context that the sockets' pieces are made from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date
from typing import Any

from rooms.events import MessagePosted
from rooms.models import Membership, Message


@dataclass(frozen=True, slots=True)
class Row:
    """A message in the log, and the lines that stand before it: of its day, and of what is new."""

    piece: dict[str, Any]
    day: date | None
    is_first_new: bool


def piece_of(message: Message) -> dict[str, Any]:
    """What `rooms/_message.html` needs; the row has the relations of `with_payload`."""
    return MessagePosted.of(message).context()


def rows_of(messages: Sequence[Message], reader: Membership | None = None) -> list[Row]:
    """A stretch of the log. `reader` is whose first unread message is marked."""
    first_new = _first_new(messages, reader)
    rows = []
    before = None
    for message in messages:
        day = message.created_at.astimezone(UTC).date()
        rows.append(Row(piece_of(message), day if day != before else None, message == first_new))
        before = day
    return rows


def _first_new(messages: Sequence[Message], reader: Membership | None) -> Message | None:
    """Somebody else's first message behind the read position; nothing for who has yet to read."""
    if reader is None or not reader.read_seq:
        return None
    for message in messages:
        if message.seq > reader.read_seq and message.author_id != reader.user_id:
            return message
    return None
