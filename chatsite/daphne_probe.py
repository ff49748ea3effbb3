"""What Daphne's socket writes, tried on a pair of sockets before the first client comes."""

import socket

from autobahn.twisted.websocket import WebSocketServerFactory
from autobahn.websocket.protocol import WebSocketProtocol
from twisted.internet.tcp import Connection

from chatsite.daphne_socket import Socket
from rooms.wire import text_frame


def frame_by_autobahn(text: str) -> bytes:
    """The frame of `text` as autobahn makes it.

    Raises when what the fast way needs of autobahn and Twisted is no longer there, or when it
    writes something else than it is given.
    """
    ours, theirs = socket.socketpair()
    try:
        for each in (ours, theirs):
            each.setblocking(False)
        probe = _open_on(ours)
        probe.sendMessage(text.encode(), isBinary=False)
        by_server = _written(probe, theirs)
        frame = text_frame(text)
        if not probe.takes_frames():
            raise RuntimeError("an open socket takes no frames")
        probe.write_frames(frame)
        if _written(probe, theirs) != frame:
            raise RuntimeError("the fast way writes something else")
        return by_server
    finally:
        ours.close()
        theirs.close()


class _Reactor:
    """As much of Twisted's as a transport needs to be told to write."""

    def addWriter(self, _writer: object) -> None: ...

    def removeWriter(self, _writer: object) -> None: ...


def _open_on(end: socket.socket) -> Socket:
    factory = WebSocketServerFactory()
    factory.protocol = Socket
    factory.setProtocolOptions(openHandshakeTimeout=0)  # no timer that outlives this
    probe: Socket = factory.buildProtocol(None)
    probe.transport = Connection(end, probe, reactor=_Reactor())
    probe.transport.connected = 1
    WebSocketProtocol._connectionMade(probe)
    probe.send_state = WebSocketProtocol.SEND_STATE_GROUND
    probe.state = WebSocketProtocol.STATE_OPEN
    return probe


def _written(probe: Socket, end: socket.socket) -> bytes:
    pieces = []
    while True:
        probe.transport.doWrite()
        try:
            pieces.append(end.recv(1 << 20))
        except BlockingIOError:
            return b"".join(pieces)
