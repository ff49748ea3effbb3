"""uvicorn's two protocols with deadlines, and with bounds on what says nothing."""

import asyncio
from functools import cache
from typing import Any, cast

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame
from websockets.protocol import State
from websockets.server import ServerProtocol

from chatsite.frames import MAX_PIECES, Patience
from rooms import wire

# What a request may take to begin, and then to come in whole, in seconds.
REQUEST = 30
# What a socket may take to be gone after its application has returned, in seconds.
LEAVING = 10


def frame_by_websockets(text: str) -> bytes:
    """The frame of `text` as websockets makes it."""
    server = ServerProtocol(state=State.OPEN)
    server.send_text(text.encode())
    return b"".join(server.data_to_send())


@cache
def _has_fast_wire() -> bool:
    return wire.is_proven("uvicorn", frame_by_websockets)


class Request(H11Protocol):
    """A connection whose requests have to come in whole in time."""

    deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(transport)
        self._set_deadline()

    def handle_events(self) -> None:
        super().handle_events()
        is_upgraded = self.transport.get_protocol() is not self
        if is_upgraded or self.conn.their_state not in {h11.IDLE, h11.SEND_BODY}:
            self._lift_deadline()
        elif self.deadline is None and not self.transport.is_closing():
            self._set_deadline()

    def connection_lost(self, exc: Exception | None) -> None:
        self._lift_deadline()
        super().connection_lost(exc)

    def _set_deadline(self) -> None:
        self.deadline = self.loop.call_later(REQUEST, self.transport.abort)

    def _lift_deadline(self) -> None:
        if self.deadline is not None:
            self.deadline.cancel()
            self.deadline = None


class Socket(WebSocketsSansIOProtocol):
    """A WebSocket that counts what its client sends without saying anything."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.patience = Patience()
        self.pieces = 0

    async def run_asgi(self) -> None:
        if _has_fast_wire():
            cast(dict[str, Any], self.scope)[wire.KEY] = self
        await super().run_asgi()

    # As `rooms.wire.Wire`.

    def takes_frames(self) -> bool:
        return (
            self.handshake_complete
            and not self.close_sent
            and self.writable.is_set()
            and not self.transport.is_closing()
        )

    def write_frames(self, data: bytes) -> None:
        self.transport.write(data)

    # From the client.

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.conn.handshake_exc is not None and not self.handshake_initiated:
            # h11 took the request, but websockets did not: a line beyond 8 KiB, or 128 headers.
            self.transport.write(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")
            self.transport.close()

    def handle_text(self, event: Frame) -> None:
        self._count_piece(event, 1)
        super().handle_text(event)

    def handle_bytes(self, event: Frame) -> None:
        self._count_piece(event, 1)
        super().handle_bytes(event)

    def handle_cont(self, event: Frame) -> None:
        if self.transport.is_closing():
            return
        self._count_piece(event, self.pieces + 1)
        if self.pieces > MAX_PIECES and not self.close_sent:
            self.frames = []
            self.conn.fail(1009, "too many pieces")
            self.handle_parser_exception()
            return
        super().handle_cont(event)

    def handle_ping(self) -> None:
        if not self._count_frame():
            super().handle_ping()

    def handle_pong(self, event: Frame) -> None:
        if not self._count_frame():
            super().handle_pong(event)

    def send_receive_event_to_app(self) -> None:
        if self.curr_msg_data_type == "text" and not self.close_sent:
            try:
                b"".join(self.frames).decode()
            except UnicodeDecodeError:
                # Not left to uvicorn, which logs a traceback for each.
                self.frames = []
                self.conn.fail(1007, "not UTF-8")
                self.handle_parser_exception()
                return
        super().send_receive_event_to_app()

    def on_task_complete(self, task: asyncio.Task[None]) -> None:
        super().on_task_complete(task)
        # A transport that closes waits for what is left to be read, and would wait for ever.
        self.loop.call_later(LEAVING, self.transport.abort)

    def keepalive_timeout(self) -> None:
        # Not with 1011, which says that the fault is ours, and not behind what nobody reads.
        self.stop_keepalive()
        self.transport.abort()

    def _count_piece(self, event: Frame, pieces: int) -> None:
        self.pieces = pieces
        if not event.fin:
            self._count_frame()

    def _count_frame(self) -> bool:
        """Whether the frame was one too many, and the client is cut."""
        if self.transport.is_closing():
            return True
        if not self.patience.is_over(self.loop.time(), is_closing=self.close_sent):
            return False
        self.transport.abort()
        return True
