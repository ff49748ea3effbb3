"""One direction of a line: what came, until it may go on and the other end takes it."""

import asyncio
import contextlib
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.faults.line import End

HELD = 32 * 1024  # bytes that wait here, and again before the sink, until the source is paused


class Way:
    """From one end to the other. What is held goes on when it is due and the sink takes it."""

    def __init__(self, source: "End", sink: "End") -> None:
        self.delay = 0.0
        self.rate: float | None = None
        self.silent = False
        self.full = False  # the sink takes no more
        self.ended = False
        self._source, self._sink = source, sink
        source.out = sink.into = self
        self._held: deque[tuple[float, bytes]] = deque()  # with their times of arrival
        self._size = 0
        self._free_at = 0.0  # when the next byte may go
        self._timer: asyncio.TimerHandle | None = None

    def take(self, data: bytes) -> None:
        """What the source sent; empty at its end."""
        self._held.append((asyncio.get_running_loop().time(), data))
        self._size += len(data)
        self.go_on()

    def go_on(self) -> None:
        """Hands on what may go now; called whenever something has changed."""
        self._flow()
        self._read_or_not()

    def _read_or_not(self) -> None:
        # Exactly while what the source sends can go anywhere.
        source = self._source.transport
        if source is None or source.is_closing():
            return
        if self._sink.transport is None or self.silent or self.full or self._size >= HELD:
            source.pause_reading()
        else:
            source.resume_reading()

    def _flow(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        loop = asyncio.get_running_loop()
        while self._held and self._may_flow():
            arrived, data = self._held[0]
            due = max(arrived + self.delay, self._free_at if self.rate else 0.0)
            now = loop.time()
            if now < due:
                self._timer = loop.call_at(due, self.go_on)
                return
            self._hand_on(data, now)

    def _may_flow(self) -> bool:
        sink = self._sink.transport
        return not (sink is None or sink.is_closing() or self.silent or self.full)

    def _hand_on(self, data: bytes, now: float) -> None:
        assert self._sink.transport is not None
        piece = data[: max(1, int(self.rate / 20))] if self.rate else data
        arrived, _data = self._held.popleft()
        if len(piece) < len(data):
            self._held.appendleft((arrived, data[len(piece) :]))
        self._size -= len(piece)
        if self.rate:
            self._free_at = now + len(piece) / self.rate
        if piece:
            self._sink.transport.write(piece)
        else:
            self._end()

    def _end(self) -> None:
        self.ended = True
        source, sink = self._source.transport, self._sink.transport
        assert sink is not None
        with contextlib.suppress(OSError):
            sink.write_eof()
        if self._sink.out.ended:
            sink.close()
            if source is not None:
                source.close()
