"""How a client comes to a room: its address, who it is, and when it may not come back."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from tests.faults.people import Person
from tests.faults.record import Way

# What a try to connect, or a connection, ends with; anything else is a fault of the rig.
LOSSES = (OSError, WebSocketException, TimeoutError)
# After these codes a client stops (docs/protocol.md); after all others it comes back.
FINAL = frozenset({1002, 1007, 1009, 4400, 4401, 4403, 4404, 4409})


class SentAway(AssertionError):
    """The site closed a socket with a code after which a client may not come back."""


@dataclass(frozen=True, slots=True)
class Door:
    """One person's way into one room. `url` is the site's or a proxy's, without a last slash."""

    url: str
    room: str
    person: Person
    way: Way = "json"
    patience: float = 10.0  # seconds between pings, and until a pong that does not come is a loss

    def open(self, since: int | None = None, epoch: str | None = None) -> connect:
        """A connection for `async with`. Raises one of LOSSES when there is none."""
        query = [] if since is None else [f"since={since}"]
        query += [] if epoch is None else [f"epoch={epoch}"]
        headers = {}
        if self.way == "html":
            path, parts = f"/ws/rooms/{self.room}/", urlsplit(self.url)
            headers["Origin"] = f"{parts.scheme}://{parts.netloc}"
            headers["Cookie"] = f"sessionid={self.person.session}"
        else:
            path = f"/ws/chat/{self.room}/"
            query.append(f"token={self.person.token}")
        return connect(
            f"{self.url.replace('http', 'ws', 1)}{path}?{'&'.join(query)}",
            additional_headers=headers,
            compression=None,
            proxy=None,
            open_timeout=self.patience,
            ping_interval=self.patience,
            ping_timeout=self.patience,
            close_timeout=1,
            max_queue=None,
        )


def close_code(socket: ClientConnection) -> int | None:
    """With which code the other side ended it; None when no close frame came."""
    end = socket.protocol.close_rcvd
    return None if end is None else int(end.code)


def raise_if_final(code: int | None, who: str) -> None:
    """Raises SentAway for a code after which nobody comes back."""
    if code in FINAL:
        raise SentAway(f"{who} was sent away with {code}")


def cut(socket: ClientConnection) -> None:
    """Ends it as a broken cable does: no close frame, nothing more in either direction."""
    socket.transport.abort()
