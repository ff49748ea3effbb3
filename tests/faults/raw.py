"""A socket whose frames are written octet by octet, so that they may be wrong."""

import base64
import os
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import NamedTuple
from urllib.parse import urlsplit

from tests.faults.hearing import Heard, hear
from tests.faults.people import Person
from tests.faults.record import Way

CONT, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
PATIENCE = 20.0  # seconds

_KEY = b"\x37\xfa\x21\x3d"


class Frame(NamedTuple):
    """One from the server."""

    opcode: int
    payload: bytes


class Closed(Exception):
    """The server ended the connection; `code` is None without a close frame, 1005 with an empty."""

    def __init__(self, code: int | None) -> None:
        super().__init__(code)
        self.code = code


def frame(
    opcode: int,
    payload: bytes = b"",
    *,
    fin: bool = True,
    rsv: int = 0,
    masked: bool = True,
    announced: int | None = None,
    width: int | None = None,
) -> bytes:
    """A frame; `announced` is the length it claims, `width` in how many octets (0, 2 or 8)."""
    size = len(payload) if announced is None else announced
    if width is None:
        width = 0 if size < 126 else 2 if size < 65_536 else 8
    short = {0: size, 2: 126, 8: 127}[width]
    head = bytes([fin << 7 | rsv << 4 | opcode, masked << 7 | short])
    if width:
        head += size.to_bytes(width)
    if not masked:
        return head + payload
    mask = (_KEY * (len(payload) // 4 + 1))[: len(payload)]
    hidden = int.from_bytes(payload) ^ int.from_bytes(mask)
    return head + _KEY + hidden.to_bytes(len(payload))


def pieces(opcode: int, parts: Sequence[bytes]) -> list[bytes]:
    """One message in several frames."""
    last = len(parts) - 1
    return [
        frame(CONT if number else opcode, part, fin=number == last)
        for number, part in enumerate(parts)
    ]


class RawSocket:
    """The client's end, after the handshake."""

    def __init__(self, line: socket.socket, way: Way, head: bytes, rest: bytes) -> None:
        self.head = head  # the handshake's answer
        self.way = way
        self.pinged_at: list[float] = []  # by the monotonic clock; nobody answers
        self._line = line
        self._got = rest

    def write(self, data: bytes) -> None:
        """Whatever the other end makes of it; what it left before the end is read later."""
        with suppress(ConnectionError):
            self._line.sendall(data)

    def say(self, text: str) -> None:
        self.write(frame(TEXT, text.encode()))

    def next(self) -> Frame:
        """The next frame but the server's own pings. Raises Closed."""
        while True:
            opcode = self._take(1)[0] & 0x0F
            size = self._take(1)[0]
            if size > 125:
                size = int.from_bytes(self._take(2 if size == 126 else 8))
            payload = self._take(size)
            if opcode == CLOSE:
                raise Closed(int.from_bytes(payload[:2]) if payload else 1005)
            if opcode != PING:
                return Frame(opcode, payload)
            self.pinged_at.append(time.monotonic())

    def heard(self) -> Heard | Frame:
        """The next frame; a text by what it says. Raises Closed."""
        found = self.next()
        if found.opcode != TEXT:
            return found
        text = found.payload.decode()
        # What people wrote may look like anything, and is not asked for here.
        is_item = self.way == "html" and 'class="msg"' in text
        return Heard("message", {}) if is_item else hear(text, self.way)

    def until(self, name: str) -> Heard:
        """The next text of that name. Raises Closed."""
        while True:
            found = self.heard()
            if isinstance(found, Heard) and found.name == name:
                return found

    def code(self) -> int | None:
        """With what the server closes; what comes before is passed over."""
        try:
            while True:
                self.next()
        except Closed as closed:
            return closed.code

    def _take(self, count: int) -> bytes:
        while len(self._got) < count:
            try:
                more = self._line.recv(65_536)
            except ConnectionError:
                more = b""
            if not more:
                raise Closed(None)
            self._got += more
        found, self._got = self._got[:count], self._got[count:]
        return found


@contextmanager
def raw_socket(
    url: str, person: Person, way: Way, *headers: str, room: str = "general"
) -> Iterator[RawSocket]:
    """Open and live: `ready` has come."""
    address = urlsplit(url)
    path = f"/ws/rooms/{room}/" if way == "html" else f"/ws/chat/{room}/?token={person.token}"
    own = [f"Origin: {url}", f"Cookie: sessionid={person.session}"] if way == "html" else []
    lines = [
        f"GET {path} HTTP/1.1",
        f"Host: {address.netloc}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}",
        "Sec-WebSocket-Version: 13",
        *own,
        *headers,
    ]
    with socket.create_connection((address.hostname, address.port), PATIENCE) as line:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        line.sendall("".join(f"{each}\r\n" for each in [*lines, ""]).encode())
        got = b""
        while b"\r\n\r\n" not in got:
            more = line.recv(65_536)
            assert more, got
            got += more
        head, _blank, rest = got.partition(b"\r\n\r\n")
        assert b" 101 " in head.split(b"\r\n")[0], head
        opened = RawSocket(line, way, head, rest)
        opened.until("ready")
        yield opened
