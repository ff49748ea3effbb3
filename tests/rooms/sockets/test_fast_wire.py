"""What is handed to a socket goes straight to its wire, unless something waits before it."""

import asyncio
from typing import Any

from rooms.consumers.room import JsonRoomSocket
from rooms.events import Beat
from rooms.hub.frames import Frames, Joined
from rooms.hub.outbox import Outbox
from rooms.wire import text_frame


class Line:
    """A wire that can be full."""

    def __init__(self) -> None:
        self.written: list[bytes] = []
        self.is_full = False

    def takes_frames(self) -> bool:
        return not self.is_full

    def write_frames(self, data: bytes) -> None:
        self.written.append(data)


class Opened(JsonRoomSocket):
    """A socket that is live, without a server."""

    def __init__(self, line: Line | None, limit: int = 1000) -> None:
        self._wire = line
        self._outbox = Outbox(limit)
        self._cut_with = None
        self._task = None
        self.codes: list[int] = []

    def cut(self, code: int) -> None:
        self.codes.append(code)


def beat(seq: int) -> Frames:
    return Frames(Beat(seq))


def frame(seq: int) -> bytes:
    return text_frame(f'{{"beat":{{"seq":{seq}}}}}')


async def draining(socket: Opened) -> "asyncio.Task[Any]":
    task = asyncio.create_task(socket._outbox.get())
    await asyncio.sleep(0)
    return task


async def test_it_is_written_at_once_and_in_one_piece() -> None:
    line = Line()
    socket = Opened(line)
    waits = await draining(socket)

    socket.deliver(beat(1))
    socket.deliver(Joined([beat(2), beat(3)]))

    assert line.written == [frame(1), frame(2) + frame(3)]
    assert not waits.done()
    waits.cancel()


async def test_before_the_outbox_is_drained_nothing_overtakes_it() -> None:
    line = Line()
    socket = Opened(line)
    socket.deliver(beat(1))
    waits = asyncio.create_task(socket._outbox.get())
    socket.deliver(beat(2))
    assert (await waits).text == '{"beat":{"seq":1}}'

    # The first is on its way now, and the second has not been fetched.
    socket.deliver(beat(3))

    assert line.written == []
    assert len(socket._outbox) == 2


async def test_a_full_line_is_not_written_to() -> None:
    line = Line()
    socket = Opened(line, limit=40)
    waits = await draining(socket)
    line.is_full = True
    socket.deliver(beat(1))
    assert (await waits).text == '{"beat":{"seq":1}}'
    line.is_full = False

    socket.deliver(Joined([beat(2), beat(3)]))

    assert line.written == []
    assert socket.codes == [1013]


async def test_without_a_wire_all_waits_in_the_outbox() -> None:
    socket = Opened(None)
    socket.deliver(Joined([beat(1), beat(2)]))

    texts = [(await socket._outbox.get()).text for _ in range(2)]
    assert texts == ['{"beat":{"seq":1}}', '{"beat":{"seq":2}}']
