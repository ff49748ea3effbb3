"""A bad network between clients and a server on loopback: slow, cut or silent, as a test says."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from tests.faults.line import Line

LOOPBACK = "127.0.0.1"


@dataclass(slots=True)
class _Faults:
    """What lines that are yet to come will suffer."""

    delay: float = 0.0
    rate: float | None = None
    silent: bool = False


class Proxy:
    """Takes connections on a port of its own and makes one to the server for each.

    What is done to the proxy is done to all of its lines and to those that come; what is done to
    one of `lines` to that one alone. `target_port` may change while it runs, for lines to come.
    No line holds more than `way.HELD` bytes each way besides two small kernel buffers: whoever
    does not read keeps the other side from writing.
    """

    def __init__(self) -> None:
        self.target_port = 0
        self.port = 0
        self.lines: list[Line] = []  # those that are open, the oldest first
        self._server: asyncio.Server | None = None
        self._faults = _Faults()
        self._news = asyncio.Event()

    async def start(self, target_port: int) -> int:
        """Listens; the port to connect to instead of `target_port`."""
        self.target_port = target_port
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._begin, LOOPBACK, 0, backlog=1024)
        self.port = self._server.sockets[0].getsockname()[1]
        return int(self.port)

    async def close(self) -> None:
        """Takes no more connections and cuts those there are."""
        if self._server is not None:
            self._server.close()
        self.cut()
        await self.until(lambda: not self.lines)

    def line_of(self, client_port: int) -> Line:
        """The line of the client whose own end is this port."""
        return next(line for line in self.lines if line.client_port == client_port)

    async def until(self, claim: Callable[[], bool], seconds: float = 15) -> None:
        """Returns when `claim` about the lines holds; looks whenever one comes or loses an end."""
        async with asyncio.timeout(seconds):
            while not claim():
                self._news.clear()
                await self._news.wait()

    def delay(self, seconds: float) -> None:
        """Everything comes that much later, each way; what flows at once still does."""
        self._faults.delay = seconds
        for line in self.lines:
            line.delay(seconds)

    def throttle(self, bytes_per_second: float | None) -> None:
        """At most so much flows each way; None lifts it."""
        self._faults.rate = bytes_per_second
        for line in self.lines:
            line.throttle(bytes_per_second)

    def half_open(self, *, new: bool = False) -> None:
        """Nothing flows any more, yet no end is told of it, not even of the other's close.

        With `new`, lines that come are taken and lead nowhere; without, they work.
        """
        self._faults.silent = new
        for line in self.lines:
            line.half_open()

    def heal(self) -> None:
        """All lines are good again; what silent ones held back flows."""
        self._faults = _Faults()
        for line in self.lines:
            line.heal()

    def cut(self) -> None:
        """Resets all connections, at both ends; new ones may come."""
        for line in tuple(self.lines):
            line.cut()

    def _begin(self) -> asyncio.BaseProtocol:
        line = Line(self._look_at)
        self.lines.append(line)
        line.delay(self._faults.delay)
        line.throttle(self._faults.rate)
        if self._faults.silent:
            line.half_open()
        line.connect(self.target_port)
        self._news.set()
        return line.client

    def _look_at(self, line: Line) -> None:
        if line.is_over and line in self.lines:
            self.lines.remove(line)
        self._news.set()


@asynccontextmanager
async def proxying(target_port: int) -> AsyncIterator[Proxy]:
    """A proxy before that port, closed with the block."""
    proxy = Proxy()
    await proxy.start(target_port)
    try:
        yield proxy
    finally:
        await proxy.close()
