"""Daphne, hardened: bounded both ways, every close code, no path from a header, an orderly stop."""

import asyncio
import logging
import socket
from collections.abc import Callable
from functools import partial
from typing import Any
from weakref import WeakSet

from daphne.http_protocol import HTTPFactory, WebRequest
from daphne.server import Server
from daphne.ws_protocol import WebSocketFactory
from twisted.internet import defer, reactor
from twisted.logger import formatEvent, globalLogBeginner
from twisted.web.http import HTTPChannel

from chatsite.bodies import MAX_BODY, too_large
from chatsite.daphne_probe import frame_by_autobahn
from chatsite.daphne_socket import Outflow, Socket
from chatsite.frames import MAX_MESSAGE
from chatsite.stopping import GRACE, exit_at_the_latest, leave_no_thread
from rooms import wire

logger = logging.getLogger(__name__)

# What a handshake may take, in seconds. Stock Daphne refuses with 403 after 5.
HANDSHAKE = 20
# What a request may take to begin, and then to come in whole, in seconds.
REQUEST = 30


class Channel(HTTPChannel):
    """A connection that has a deadline, which Twisted's moves on with every byte."""

    def resetTimeout(self) -> None:
        """Nothing: `begin_request` does it."""

    def begin_request(self) -> None:
        self.setTimeout(self.timeOut)


class Request(Outflow, WebRequest):
    """A request, or the handshake of a socket."""

    is_refused = False

    def __init__(self, channel: Channel, *arguments: Any) -> None:
        super().__init__(channel, *arguments)
        channel.begin_request()

    def gotLength(self, length: int | None) -> None:
        self.bytes_left: int = self.server.max_body
        if length is not None and length > self.server.max_body:
            super().gotLength(0)
            self._refuse()
        else:
            super().gotLength(length)

    def handleContentChunk(self, data: bytes) -> None:
        self.bytes_left -= len(data)
        if self.bytes_left >= 0:
            super().handleContentChunk(data)
        elif not self.is_refused:
            self._refuse()

    def process(self) -> Any:
        if self.is_refused:
            return None
        # Daphne lets any client set SCRIPT_NAME by this header, and so pass a proxy's path rules.
        self.requestHeaders.removeHeader(b"daphne-root-path")
        # None is taken up, and autobahn answers an offer that it cannot read with 400.
        self.requestHeaders.removeHeader(b"sec-websocket-extensions")
        return super().process()

    def handle_reply(self, message: dict[str, Any]) -> None:
        super().handle_reply(message)
        if message["type"] == "http.response.start" and self.channel and not self.finished:
            self.registerProducer(self, True)

    def finish(self) -> None:
        if self.producer:
            self.unregisterProducer()
        self.resumeProducing()
        super().finish()

    def connectionLost(self, reason: Any) -> None:
        self.resumeProducing()
        super().connectionLost(reason)

    def _refuse(self) -> None:
        self.is_refused = True
        # Else Twisted asks for the body all the same.
        self.requestHeaders.removeHeader(b"expect")
        headers, body = too_large(self.channel._path.decode("latin-1"), self.server.max_body)
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        self.channel.write(f"HTTP/1.1 413 Content Too Large\r\n{lines}\r\n".encode() + body)
        self.channel.loseConnection()


class RequestFactory(HTTPFactory):
    protocol = Channel

    def buildProtocol(self, addr: Any) -> Any:
        protocol = super().buildProtocol(addr)
        protocol.requestFactory = Request
        protocol.timeOut = REQUEST
        return protocol


class SocketFactory(WebSocketFactory):
    protocol = Socket


class HardenedServer(Server):
    """Serves `application` on a socket that listens already, until SIGTERM or SIGINT."""

    def __init__(self, application: Any, listener: socket.socket, max_body: int = MAX_BODY) -> None:
        super().__init__(
            application,
            endpoints=[str(listener.getsockname())],
            # The default ends every socket after a day.
            websocket_timeout=-1,
            websocket_connect_timeout=HANDSHAKE,
            websocket_handshake_timeout=HANDSHAKE,
            ping_interval=10,
            ping_timeout=10,
            server_name="",
        )
        self.listener = listener
        self.max_body = max_body
        self.requests: WeakSet[asyncio.Task[Any]] = WeakSet()
        self.has_fast_wire = wire.is_proven("daphne", frame_by_autobahn)

    def run(self, announce: Callable[[], None] | None = None) -> None:
        """Serves; calls `announce` once connections are taken."""
        self.connections: dict[Any, dict[str, Any]] = {}
        self.http_factory = RequestFactory(self)
        self.ws_factory = SocketFactory(self, server=self.server_name)
        self.ws_factory.setProtocolOptions(
            allowNullOrigin=True,
            autoPingTimeout=self.ping_timeout,
            closeHandshakeTimeout=5,
            # By default a broken frame cuts the connection and the client never learns the code.
            failByDrop=False,
            maxFramePayloadSize=MAX_MESSAGE,
            maxMessagePayloadSize=MAX_MESSAGE,
            openHandshakeTimeout=self.websocket_handshake_timeout,
        )
        globalLogBeginner.beginLoggingTo(
            [_report_failure], redirectStandardIO=False, discardBuffer=True
        )
        asyncio.set_event_loop(reactor._asyncioEventloop)
        self.port = self._take(self.listener)
        reactor.callLater(1, self.application_checker)
        reactor.callLater(2, self.timeout_checker)
        reactor.addSystemEventTrigger("before", "shutdown", self.kill_all_applications)
        if announce:
            reactor.callWhenRunning(announce)
        reactor.run(installSignalHandlers=self.signal_handlers)

    def create_application(self, protocol: Any, scope: dict[str, Any]) -> Any:
        if not isinstance(protocol, Socket):
            queue = super().create_application(protocol, scope)
            # Remembered here too: Daphne forgets a request whose client has gone, not yet done.
            if queue is not None:
                self.requests.add(self.connections[protocol]["application_instance"])
            return queue
        protocol.inbox = asyncio.Queue()
        scope.setdefault("asgi", {"version": "3.0"})
        if self.has_fast_wire:
            scope[wire.KEY] = protocol
        reply = partial(self.handle_reply, protocol)
        task = asyncio.ensure_future(self.application(scope, protocol.receive, reply))
        task.add_done_callback(lambda _: protocol.end())
        self.connections[protocol]["application_instance"] = task
        return protocol.inbox

    async def handle_reply(self, protocol: Any, message: dict[str, Any]) -> None:
        await super().handle_reply(protocol, message)
        # Backpressure: the application goes on when the client has taken what was sent.
        if message["type"] in {"websocket.send", "http.response.body"}:
            await protocol.drain()

    def kill_all_applications(self) -> Any:
        """Twisted waits for this before it stops: sockets are told 1012 and may finish."""
        return defer.Deferred.fromFuture(asyncio.ensure_future(self._stop_in_order()))

    def _take(self, listener: socket.socket) -> Any:
        listener.setblocking(False)
        port = reactor.adoptStreamPort(listener.fileno(), listener.family, self.http_factory)
        # Twisted has made a copy; the first one would keep the port open.
        listener.close()
        return port

    async def _stop_in_order(self) -> None:
        exit_at_the_latest()
        self.port.stopListening()
        for protocol in list(self.connections):
            if isinstance(protocol, Socket):
                protocol.restart()
        await self._wait_for_applications(GRACE)
        # What still runs is the site's own: it ends with the loop that it runs in.
        left = asyncio.all_tasks() - {asyncio.current_task()}
        for task in left:
            task.cancel()
        if left:
            await asyncio.wait(left, timeout=0.5)
        leave_no_thread()

    async def _wait_for_applications(self, seconds: float) -> None:
        running = {
            details["application_instance"]
            for details in self.connections.values()
            if "application_instance" in details
        } | {task for task in self.requests if not task.done()}
        closed = {
            asyncio.ensure_future(protocol.closed.wait())
            for protocol in self.connections
            if isinstance(protocol, Socket)
        }
        if running or closed:
            _, unfinished = await asyncio.wait(running | closed, timeout=seconds)
            if stuck := unfinished & running:
                logger.warning(
                    "%d connections did not end in %d s and were cut.", len(stuck), GRACE
                )


def _report_failure(event: Any) -> None:
    """Of Twisted's log only exceptions are passed on; the rest tells of every client."""
    if failure := event.get("log_failure"):
        problem = (failure.type, failure.value, failure.getTracebackObject())
        logger.error("%s", formatEvent(event) or "A failure in the server", exc_info=problem)
