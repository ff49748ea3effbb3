"""What waits for one socket's wire: bounded, so that a slow reader costs its own share and no
more."""

import asyncio
from collections import deque

from rooms.hub.frames import Frame


class Outbox:
    """Frames in order. Of the frames that replace each other (`users`) only the newest waits."""

    __slots__ = ("_frames", "_leaving", "_limit", "_replaceable", "_size", "_waiter")

    def __init__(self, limit: int) -> None:
        self._limit = limit  # bytes
        self._size = 0
        self._leaving = 0  # bytes of the frame that is on its way
        self._frames: deque[Frame | None] = deque()  # None: the replaceable frame's place
        self._replaceable: Frame | None = None
        self._waiter: asyncio.Future[None] | None = None

    def put(self, frame: Frame, *, replaces: bool = False) -> bool:
        """Whether there was room for the frame."""
        size = self._size + frame.size
        if replaces and self._replaceable is not None:
            self._size = size - self._replaceable.size
            self._replaceable = frame
            return True
        if size > self._limit and self._frames:
            return False  # a frame that is alone beyond the limit may go when nothing waits
        self._size = size
        if replaces:
            self._replaceable = frame
        self._frames.append(None if replaces else frame)
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)
        return True

    async def get(self) -> Frame:
        """The next frame; waits for one. Its bytes count until the caller comes for the next."""
        self._size -= self._leaving
        self._leaving = 0
        while not self._frames:
            self._waiter = asyncio.get_running_loop().create_future()
            await self._waiter
        frame = self._frames.popleft()
        if frame is None:
            frame, self._replaceable = self._replaceable, None
            assert frame is not None
        self._leaving = frame.size
        return frame

    @property
    def is_idle(self) -> bool:
        """Whether `get` waits: all that was put is on the wire."""
        return self._waiter is not None and not self._waiter.done()

    def __len__(self) -> int:
        return len(self._frames)
