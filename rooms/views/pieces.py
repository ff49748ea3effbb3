"""Messages as pages show them: the very pieces that the sockets tell."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date

from django.utils.safestring import SafeString

from rooms.events import MessagePosted
from rooms.models import Membership, Message


@dataclass(frozen=True, slots=True)
class Row:
    """A message in the log, and the lines that stand before it: of its day, and of what is new."""

    piece: SafeString
    day: date | None
    is_first_new: bool


def piece_of(message: Message) -> SafeString:
    """The message as it stands alone; the row has the relations of `with_payload`."""
    return replace(MessagePosted.of(message), follows=False).piece()


def rows_of(messages: Sequence[Message], reader: Membership | None = None) -> list[Row]:
    """A stretch of the log. `reader` is whose first unread message is marked."""
    first_new = _first_new(messages, reader)
    rows = []
    before = None
    for message in messages:
        day = message.created_at.astimezone(UTC).date()
        piece = MessagePosted.of(message).piece()
        rows.append(Row(piece, day if day != before else None, message == first_new))
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
