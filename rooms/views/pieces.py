"""Messages as templates get them: the very context that the sockets' pieces are made from."""

from collections.abc import Iterable
from typing import Any

from rooms.events import MessagePosted
from rooms.models import Message


def piece_of(message: Message) -> dict[str, Any]:
    """What `rooms/_message.html` needs; the row has the relations of `with_payload`."""
    return MessagePosted.of(message).context()


def pieces_of(messages: Iterable[Message]) -> list[dict[str, Any]]:
    return [piece_of(message) for message in messages]
