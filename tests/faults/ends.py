"""Both ends of connections through the proxy, as the proxy's tests hold them."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from tests.faults.proxy import Proxy, proxying

QUIET = 0.2  # seconds without a byte that count as silence

type Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]

_writers: list[asyncio.StreamWriter] = []


@dataclass(slots=True)
class FarEnd:
    """The server behind the proxy: whoever comes waits in `taken`."""

    port: int = 0
    taken: asyncio.Queue[Streams] = field(default_factory=asyncio.Queue)

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        _writers.append(writer)
        await self.taken.put((reader, writer))


@asynccontextmanager
async def far_end() -> AsyncIterator[FarEnd]:
    end = FarEnd()
    listener = socket.create_server(("127.0.0.1", 0))
    # The kernel would else take megabytes before the proxy is asked for anything.
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 65_536)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)
    end.port = listener.getsockname()[1]
    server = await asyncio.start_server(end.take, sock=listener)
    try:
        yield end
    finally:
        server.close()


@asynccontextmanager
async def network() -> AsyncIterator[tuple[Proxy, FarEnd]]:
    """A proxy and the server behind it; nothing stays open after the block."""
    async with far_end() as end, proxying(end.port) as proxy:
        try:
            yield proxy, end
        finally:
            for writer in _writers:
                writer.transport.abort()
            _writers.clear()


async def connect(proxy: Proxy) -> Streams:
    line = socket.socket()
    line.setblocking(False)
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)
    line.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 65_536)
    await asyncio.get_running_loop().sock_connect(line, ("127.0.0.1", proxy.port))
    reader, writer = await asyncio.open_connection(sock=line)
    _writers.append(writer)
    return reader, writer


async def through(proxy: Proxy, end: FarEnd) -> tuple[Streams, Streams]:
    """A connection's two ends: the client's, the server's."""
    client = await connect(proxy)
    async with asyncio.timeout(10):
        return client, await end.taken.get()


async def read(streams: Streams, size: int) -> bytes:
    async with asyncio.timeout(10):
        return await streams[0].readexactly(size)


async def is_silent(streams: Streams) -> bool:
    try:
        async with asyncio.timeout(QUIET):
            await streams[0].read(1)
    except TimeoutError:
        return True
    return False


async def is_reset(streams: Streams) -> bool:
    try:
        async with asyncio.timeout(10):
            await streams[0].read(1)
    except ConnectionResetError:
        return True
    return False


async def pushed(writer: asyncio.StreamWriter) -> int:
    """How many bytes it takes until it takes no more."""
    total = 0
    piece = b"p" * 65_536
    writer.transport.set_write_buffer_limits(0)
    while total < 64 << 20:
        writer.write(piece)
        total += len(piece)
        try:
            async with asyncio.timeout(QUIET * 2):
                await writer.drain()
        except TimeoutError:
            return total
    return total
