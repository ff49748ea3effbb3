"""The fast way to a socket's transport, for the servers that offer one; all others get `send`.

docs/decisions/0007-wire.md says why. A server that knows its transport puts a `Wire` into the scope
of each socket, after `is_proven` has found that it writes what the server itself would write.
"""

import logging
from collections.abc import Callable, MutableMapping
from typing import Any, Protocol

from django.conf import settings

logger = logging.getLogger(__name__)

KEY = "chatsite.wire"

# Lengths on both sides of each form that a frame's head can have, and letters of several bytes.
_PROBES = ("", "a" * 125, "b" * 126, "é🙂" * 40, "c" * 65_535, "d" * 65_536)


class Wire(Protocol):
    """Where the frames of one open socket can be written from the event loop."""

    def takes_frames(self) -> bool:
        """Whether it is open and its transport is not full: what is written then goes out in the
        order of writing."""

    def write_frames(self, data: bytes) -> None:
        """Whole frames, one or several. Returns at once; a line that broke is the server's to
        notice."""


def text_frame(text: str) -> bytes:
    """A server's text frame, whole and not compressed (RFC 6455, 5.2)."""
    payload = text.encode()
    size = len(payload)
    if size < 126:
        head = bytes((0x81, size))
    elif size < 65_536:
        head = b"\x81\x7e" + size.to_bytes(2)
    else:
        head = b"\x81\x7f" + size.to_bytes(8)
    return head + payload


def wire_of(scope: MutableMapping[str, Any]) -> Wire | None:
    """What the server has put there, if it has."""
    found: Wire | None = scope.get(KEY)
    return found


def is_proven(server: str, frame_by_server: Callable[[str], bytes]) -> bool:
    """Asked once when a server starts: whether its own frames are these, byte for byte.

    `frame_by_server` makes the frame of a text with the server's own means.
    """
    if not settings.FAST_WIRE:
        return False
    try:
        same = all(frame_by_server(text) == text_frame(text) for text in _PROBES)
    except Exception:
        # Its insides have changed: the plain way needs none of them.
        logger.exception("%s: no fast way to the wire", server)
        return False
    if not same:
        logger.warning("%s: its frames are not as expected; the plain way is taken", server)
    return same
