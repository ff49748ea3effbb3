"""What has come over a socket and has not had its turn yet, each with the time of its coming."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

# What is read ahead; beyond it the server stops reading, and the client's own line holds the rest.
MOST, MOST_BYTES = 64, 256 * 1024


class Arrival(NamedTuple):
    """An event of the server's, and when it came, by the loop's time."""

    message: dict[str, Any]
    at: float


class Inbox:
    """Events in order. Only while something slow is done for the socket does a task read ahead, so
    that an idle one costs nothing."""

    __slots__ = ("_ahead", "_held", "_is_busy", "_receive", "_size")

    def __init__(self, receive: Callable[[], Awaitable[dict[str, Any]]]) -> None:
        self._receive = receive
        self._held: deque[Arrival] = deque()
        self._size = 0  # characters or bytes
        self._ahead: asyncio.Task[None] | None = None
        self._is_busy = False

    async def take(self) -> Arrival:
        """The next event; waits for one."""
        while not self._held:
            if self._ahead is None:
                return await self._next()
            # It ends with the event that it waits for, now that nobody is busy.
            await asyncio.shield(self._ahead)
            self._ahead = None
        arrival = self._held.popleft()
        self._size -= _size(arrival)
        return arrival

    @contextmanager
    def reading_ahead(self) -> Iterator[None]:
        """Around what takes long: what comes meanwhile is noted when it comes."""
        self._is_busy = True
        if (self._ahead is None or self._ahead.done()) and self._may_read():
            self._ahead = asyncio.create_task(self._read_ahead())
        try:
            yield
        finally:
            self._is_busy = False

    def close(self) -> None:
        """Reads no more."""
        if self._ahead is not None:
            self._ahead.cancel()

    async def _read_ahead(self) -> None:
        while True:
            arrival = await self._next()
            self._held.append(arrival)
            self._size += _size(arrival)
            if not self._is_busy or not self._may_read():
                return

    async def _next(self) -> Arrival:
        message = await self._receive()
        return Arrival(message, asyncio.get_running_loop().time())

    def _may_read(self) -> bool:
        if self._held and self._held[-1].message["type"] == "websocket.disconnect":
            return False
        return len(self._held) < MOST and self._size < MOST_BYTES


def _size(arrival: Arrival) -> int:
    return len(arrival.message.get("text") or arrival.message.get("bytes") or "")
