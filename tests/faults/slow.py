"""Readers whose lines stand still: one reads nothing at all, another a byte a second."""

import asyncio
import base64
import os
import socket
from pathlib import Path
from urllib.parse import urlsplit

from tests.faults.people import Person

# Loopback's own would have the kernel hold megabytes for each; these are an ordinary network's.
SEGMENT, RECEIVED = 1_460, 4_096  # bytes

_ESTABLISHED = "01"


class SlowReader:
    """A member's JSON socket, opened by hand; with `every` it reads a byte in so many seconds."""

    def __init__(self, url: str, room: str, person: Person, every: float | None = None) -> None:
        address = urlsplit(url)
        assert address.port is not None
        self._server = ("127.0.0.1", address.port)
        self._path = f"/ws/chat/{room}/?token={person.token}"
        self._every = every
        self._got = bytearray()
        self._line = socket.socket()
        self._line.setblocking(False)
        self._line.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, SEGMENT)
        self._line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVED)

    @property
    def port(self) -> int:
        return int(self._line.getsockname()[1])

    async def come(self) -> None:
        """Returns when the handshake is answered; not a byte more is read."""
        loop = asyncio.get_running_loop()
        await loop.sock_connect(self._line, self._server)
        lines = [
            f"GET {self._path} HTTP/1.1",
            f"Host: {self._server[0]}:{self._server[1]}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}",
            "Sec-WebSocket-Version: 13",
        ]
        await loop.sock_sendall(self._line, "".join(f"{e}\r\n" for e in [*lines, ""]).encode())
        head = bytearray()
        while not head.endswith(b"\r\n\r\n"):
            one = await loop.sock_recv(self._line, 1)
            assert one, head
            head += one
        assert b" 101 " in head.split(b"\r\n")[0], head

    async def crawl(self) -> None:
        """Reads as slowly as it does, until the line ends or it is cancelled."""
        loop = asyncio.get_running_loop()
        while self._every is not None:
            await asyncio.sleep(self._every)
            try:
                one = await loop.sock_recv(self._line, 1)
            except ConnectionError:
                return
            if not one:
                return
            self._got += one

    async def end(self) -> int | None:
        """Reads all that is left, in one go: the code it was closed with, None without one."""
        loop = asyncio.get_running_loop()
        try:
            while more := await loop.sock_recv(self._line, 65_536):
                self._got += more
        except ConnectionError:
            pass
        return close_code(self._got)

    def close(self) -> None:
        self._line.close()


def close_code(data: bytes | bytearray) -> int | None:
    """That of the close frame among whole frames of a server; None where there is none."""
    at = 0
    while at + 2 <= len(data):
        opcode, size = data[at] & 0x0F, data[at + 1]
        at += 2
        if size > 125:
            width = 2 if size == 126 else 8
            size = int.from_bytes(data[at : at + width])
            at += width
        if opcode == 8 and at + 2 <= len(data):
            return int.from_bytes(data[at : at + 2])
        at += size
    return None


def held_by(server_port: int) -> set[int]:
    """The clients' ports of all connections that a server at that port keeps open; only on Linux.

    A client that does not read is not told of the end: it has to be looked for at the other side.
    """
    found = set()
    for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]:
        _number, local, remote, state, *_rest = line.split()
        if state == _ESTABLISHED and int(local.partition(":")[2], 16) == server_port:
            found.add(int(remote.partition(":")[2], 16))
    return found
