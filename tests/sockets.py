"""A socket client for tests: talks to the site's ASGI application, frame by frame."""

import asyncio
import contextlib
import json
from collections.abc import Callable
from typing import Any

from channels.testing import WebsocketCommunicator

from chatsite.asgi import application

PATIENCE = 15.0  # seconds until a frame that does not come is a failure


class Client:
    """One open socket. `frames` is everything it has received, in order."""

    def __init__(
        self,
        path: str,
        headers: list[tuple[bytes, bytes]] | None = None,
        *,
        site: Any = application,
        **options: Any,
    ) -> None:
        self._line = WebsocketCommunicator(site, path, headers, **options)
        self._fences = 0
        self.frames: list[Any] = []
        self.subprotocol: str | None = None

    async def connect(self) -> "Client":
        connected, self.subprotocol = await self._line.connect(timeout=PATIENCE)
        assert connected
        return self

    async def send(self, frame: Any) -> None:
        """An object as JSON; a text or bytes as they are."""
        if isinstance(frame, bytes):
            await self._line.send_to(bytes_data=frame)
        else:
            text = frame if isinstance(frame, str) else json.dumps(frame)
            # Not by `send_to`, which refuses the empty frame that clients may well send.
            await self._line.send_input({"type": "websocket.receive", "text": text})

    async def receive(self) -> Any:
        """The next frame: an object from a JSON socket, text from an HTML one, `{"close": code}` at
        the end."""
        event = await self._line.receive_output(timeout=PATIENCE)
        frame: Any
        if event["type"] == "websocket.close":
            frame = {"close": event["code"]}
        elif event["text"].startswith("{"):
            frame = json.loads(event["text"])
        else:
            frame = event["text"]
        self.frames.append(frame)
        return frame

    async def until(self, wanted: str | Callable[[Any], bool]) -> Any:
        """The next frame of that name, or that the test wants; those before it are kept in
        `frames`."""
        while True:
            frame = await self.receive()
            if callable(wanted):
                if wanted(frame):
                    return frame
            elif isinstance(frame, str):
                if f'data-frame="{wanted}"' in frame:
                    return frame
            elif wanted in frame:
                return frame[wanted]
            if isinstance(frame, dict) and "close" in frame:
                raise AssertionError(f"closed with {frame['close']} instead of {wanted}")

    async def closed(self) -> int:
        """The code with which the site ends the socket; what came before it is kept in `frames`."""
        frame = await self.until(lambda frame: isinstance(frame, dict) and "close" in frame)
        return int(frame["close"])

    async def so_far(self) -> list[Any]:
        """All that has come until now: a ping goes behind it, and what comes before its pong is
        told.

        Without `users`, which come at their own pace.
        """
        self._fences += 1
        fence = {"pong": f"fence {self._fences}"}
        await self.send({"ping": fence["pong"]})
        came: list[Any] = []
        while (frame := await self.receive()) != fence and 'data-frame="pong"' not in frame:
            if "close" in frame:
                raise AssertionError(f"closed with {frame['close']}")
            if not ("users" in frame or 'data-frame="users"' in frame):
                came.append(frame)
        return came

    async def answered(self) -> bool:
        """Waits for a `pong` or an `error` and leaves it unread: it may be nested too deeply."""
        while True:
            event = await self._line.receive_output(timeout=PATIENCE)
            if event["type"] == "websocket.close":
                return False
            if event["text"].startswith(('{"pong"', '{"error"')):
                return True

    async def nothing(self, seconds: float = 0.2) -> bool:
        return bool(await self._line.receive_nothing(timeout=seconds))

    async def disconnect(self) -> None:
        with contextlib.suppress(asyncio.CancelledError):
            await self._line.disconnect(timeout=PATIENCE)


def chat(token: str, room: str = "general", **query: Any) -> Client:
    """A bot's socket, not yet connected."""
    options = "".join(f"&{key}={value}" for key, value in query.items())
    return Client(f"/ws/chat/{room}/?token={token}{options}")
