"""One WebSocket on the hardened Daphne: what waits in it is bounded in both directions.

Names in camelCase are the hooks of Twisted and autobahn.
"""

import asyncio
import time
from typing import Any

from autobahn.twisted.websocket import ConnectionDeny
from daphne.ws_protocol import WebSocketProtocol
from twisted.internet.interfaces import IPushProducer
from zope.interface import implementer

from chatsite.frames import MAX_PIECES, Patience

# The application may leave this much unread before the server stops reading from the client.
MAX_WAITING = 64
MAX_WAITING_BYTES = 1024 * 1024
# A client that lets this many bytes pile up in spite of everything is cut.
MAX_UNSENT = 1024 * 1024


@implementer(IPushProducer)
class Outflow:
    """Hears from the transport when more than 64 KiB wait in it, and when they are gone."""

    _drained: asyncio.Event | None = None

    async def drain(self) -> None:
        """Returns when the transport takes more, or is gone."""
        if self._drained is not None:
            await self._drained.wait()

    def pauseProducing(self) -> None:
        if self._drained is None:
            self._drained = asyncio.Event()

    def resumeProducing(self) -> None:
        if self._drained is not None:
            self._drained.set()
            self._drained = None

    def stopProducing(self) -> None:
        self.resumeProducing()


class Socket(Outflow, WebSocketProtocol):
    """Daphne's socket with backpressure."""

    inbox: asyncio.Queue[dict[str, Any]]
    message_data: list[bytes]
    is_input_held = False
    waiting_bytes = 0
    pieces = 0

    def onConnect(self, request: Any) -> Any:
        self.closed = asyncio.Event()
        self.patience = Patience()
        # The HTTP channel that was here before the upgrade still listens to the transport.
        self.transport.unregisterProducer()
        self.transport.registerProducer(self, True)
        return super().onConnect(request)

    # To the client.

    def pauseProducing(self) -> None:
        super().pauseProducing()
        if len(self.transport.dataBuffer) + self.transport._tempDataLen > MAX_UNSENT:
            self.wasNotCleanReason = "too slow"
            self.dropConnection(abort=True)

    def handle_reply(self, message: dict[str, Any]) -> None:
        if message["type"] != "websocket.close" or self.state == self.STATE_CONNECTING:
            super().handle_reply(message)
            return
        # Not sendClose: it refuses 1001, 1011, 1012 and 1013.
        self.sendCloseFrame(
            code=message.get("code") or 1000,
            reasonUtf8=_fitting(message.get("reason") or ""),
        )

    def restart(self) -> None:
        """Tells client and application that the server goes; for a stop in order."""
        if self.state == self.STATE_CONNECTING:
            self.handshake_deferred.errback(ConnectionDeny(code=503, reason="Restarting"))
            del self.handshake_deferred
        if self.state != self.STATE_OPEN:
            return
        self.muted = True
        self.inbox.put_nowait({"type": "websocket.disconnect", "code": 1012})
        self.sendCloseFrame(code=1012)
        # The client's answer to the close frame comes behind what was not read yet.
        self._release_input()

    def end(self) -> None:
        """The application has returned: a socket that nobody serves must not stay open."""
        if self.state == self.STATE_OPEN:
            self.sendCloseFrame(code=1011)

    # As `rooms.wire.Wire`.

    def takes_frames(self) -> bool:
        return self._drained is None and self.state == self.STATE_OPEN and self.transport.connected

    def write_frames(self, data: bytes) -> None:
        transport = self.transport
        if not transport._tempDataLen and transport.offset == len(transport.dataBuffer):
            # At once, and without asking the reactor first when the line is ready.
            sent = transport.writeSomeData(data)
            if isinstance(sent, int):
                if sent == len(data):
                    return
                data = data[sent:]
            # A line that broke: the reactor finds it when it writes.
        transport.write(data)

    # From the client.

    async def receive(self) -> dict[str, Any]:
        message = await self.inbox.get()
        self.waiting_bytes -= _size(message)
        if self.is_input_held and not self.inbox.qsize():
            asyncio.get_running_loop().call_soon(self._release_input)
        return message

    def onMessage(self, payload: bytes, isBinary: bool) -> None:
        super().onMessage(payload, isBinary)
        if self.muted:
            return
        self.waiting_bytes += len(payload)
        if self.inbox.qsize() >= MAX_WAITING or self.waiting_bytes >= MAX_WAITING_BYTES:
            self._hold_input()

    def processData(self) -> bool:
        # One read can bring thousands of small frames: they stay bytes until there is room.
        return False if self.is_input_held else super().processData()

    def onMessageFrameEnd(self) -> None:
        super().onMessageFrameEnd()
        self.pieces += 1
        if self.pieces > MAX_PIECES and not self.failedByMe:
            self._fail_connection(1009, "too many pieces")
        if not self.current_frame.fin:
            self._count_frame()

    def onMessageBegin(self, isBinary: bool) -> None:
        self.pieces = 0
        super().onMessageBegin(isBinary)

    def onPing(self, payload: bytes) -> None:
        if not self._count_frame():
            super().onPing(payload)

    def onPong(self, payload: bytes) -> None:
        self._count_frame()

    def onAutoPingTimeout(self) -> None:
        # While the site is slower than the client, its pong lies unread and says nothing about it.
        if self.is_input_held and self._drained is None:
            self.autoPingTimeoutCall = None
            return
        super().onAutoPingTimeout()

    def onClose(self, wasClean: bool, code: Any, reason: Any) -> None:
        self.resumeProducing()
        if not hasattr(self, "closed"):
            # The handshake was refused before it became a connection.
            return
        self.closed.set()
        super().onClose(wasClean, code or 1005, reason)

    def _count_frame(self) -> bool:
        """Whether the frame was one too many."""
        is_closing = self.state != self.STATE_OPEN
        if not self.patience.is_over(time.monotonic(), is_closing=is_closing):
            return False
        if is_closing:
            # The close frame still goes out; closeHandshakeTimeout cuts who answers nothing else.
            self._hold_input()
        else:
            self.wasNotCleanReason = "too many frames without a message"
            self.dropConnection(abort=True)
        return True

    def _hold_input(self) -> None:
        self.is_input_held = True
        self.transport.pauseProducing()

    def _release_input(self) -> None:
        if not self.is_input_held:
            return
        self.is_input_held = False
        self.consumeData()
        if not self.is_input_held:
            self.transport.resumeProducing()


def _size(message: dict[str, Any]) -> int:
    if message["type"] != "websocket.receive":
        return 0
    if (text := message.get("text")) is not None:
        return len(text.encode())
    return len(message["bytes"])


def _fitting(reason: str) -> bytes:
    """At most the 123 bytes that a close frame holds, cut between characters."""
    return reason.encode()[:123].decode(errors="ignore").encode()
