"""One connection through the proxy: two ends, a way in each direction, and what is done to them."""

import asyncio
import contextlib
import socket
import struct
from collections.abc import Buffer, Callable

from tests.faults.way import HELD, Way

READ = 16 * 1024  # bytes taken at once
KERNEL = 128 * 1024  # bytes asked for in the kernel, which doubles them

_buffer = memoryview(bytearray(READ))


class Line:
    """A client's connection and the one to the server that stands for it."""

    def __init__(self, changed: Callable[["Line"], None]) -> None:
        self._changed = changed
        self._silent = False
        self._broken = False
        self._connecting: asyncio.Task[None] | None = None
        self.client = End(self)
        self.server = End(self)
        self.up = Way(self.client, self.server)
        self.down = Way(self.server, self.client)

    @property
    def is_over(self) -> bool:
        """Whether both ends are gone."""
        return self.client.is_gone and self.server.is_gone

    @property
    def client_port(self) -> int:
        """By which a client knows which line is its own; 0 before there is one."""
        if self.client.transport is None:
            return 0
        return int(self.client.transport.get_extra_info("peername")[1])

    def connect(self, port: int) -> None:
        """Goes on to the server at that port; a client whom nobody takes is reset."""
        self._connecting = asyncio.get_running_loop().create_task(self._connect(port))

    def delay(self, seconds: float) -> None:
        """Everything comes that much later."""
        for way in (self.up, self.down):
            way.delay = seconds
            way.go_on()

    def throttle(self, bytes_per_second: float | None, *, up: bool = True) -> None:
        """At most so much flows each way, or with `up` off only towards the client."""
        for way in (self.up, self.down) if up else (self.down,):
            way.rate = bytes_per_second
            way.go_on()

    def half_open(self) -> None:
        """Nothing flows any more, and neither end hears of it."""
        self._silent = True
        for way in (self.up, self.down):
            way.silent = True
            way.go_on()

    def heal(self) -> None:
        """A good line again; if an end was lost in the silence, the other hears of it now."""
        self._silent = False
        if self._broken:
            self.cut()
        for way in (self.up, self.down):
            way.delay, way.rate, way.silent = 0.0, None, False
            way.go_on()

    def cut(self) -> None:
        """Resets both ends."""
        if self._connecting is not None:
            self._connecting.cancel()
        for end in (self.client, self.server):
            end.reset()
        self._changed(self)

    def lost(self, problem: Exception | None) -> None:
        """An end is gone: after both ways have ended that is all, else the other one is reset."""
        if problem is not None or not (self.up.ended and self.down.ended):
            self._broken = True
            if not self._silent:
                self.cut()
        self._changed(self)

    async def _connect(self, port: int) -> None:
        loop = asyncio.get_running_loop()
        link = socket.socket()
        link.setblocking(False)
        _bound_kernel(link)
        try:
            await loop.sock_connect(link, ("127.0.0.1", port))
            await loop.create_connection(lambda: self.server, sock=link)
        except OSError:
            link.close()
            self.cut()
        except asyncio.CancelledError:
            link.close()
            raise


class End(asyncio.BufferedProtocol):
    """One of the two connections. `out` is the way that begins here, `into` the one that ends."""

    out: Way
    into: Way
    transport: asyncio.Transport | None = None
    is_gone = False

    def __init__(self, line: Line) -> None:
        self._line = line

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        if self.is_gone:  # the line was cut before it was there
            _reset(transport)
            return
        transport.set_write_buffer_limits(HELD)
        _bound_kernel(transport.get_extra_info("socket"))
        self.out.go_on()
        self.into.go_on()

    def get_buffer(self, sizehint: int) -> Buffer:
        return _buffer

    def buffer_updated(self, nbytes: int) -> None:
        self.out.take(bytes(_buffer[:nbytes]))

    def eof_received(self) -> bool:
        self.out.take(b"")
        return True  # the other direction may go on

    def pause_writing(self) -> None:
        self.into.full = True
        self.into.go_on()

    def resume_writing(self) -> None:
        self.into.full = False
        self.into.go_on()

    def connection_lost(self, exc: Exception | None) -> None:
        self.is_gone = True
        self._line.lost(exc)

    def reset(self) -> None:
        """Ends it by RST, as a machine does that knows nothing of the connection any more."""
        if self.transport is None:
            self.is_gone = True
        elif not self.is_gone:
            _reset(self.transport)


def _reset(transport: asyncio.Transport) -> None:
    with contextlib.suppress(OSError):
        transport.get_extra_info("socket").setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
        )
    transport.abort()


def _bound_kernel(link: socket.socket) -> None:
    for option in (socket.SO_RCVBUF, socket.SO_SNDBUF):
        link.setsockopt(socket.SOL_SOCKET, option, KERNEL)
