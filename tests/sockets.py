"""A socket client for tests: talks to the site's ASGI application, frame by frame."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

from channels.testing import WebsocketCommunicator

from chatsite.asgi import application

PATIENCE = 5.0  # seconds until a frame that does not come is a failure


class Client:
    """One open socket. `frames` is everything it has received, in order."""

    def __init__(self, path: str, headers: list[tuple[bytes, bytes]] | None = None, **options: Any):
        self._line = WebsocketCommunicator(application, path, headers, **options)
        self.frames: list[Any] = []

    async def connect(self) -> "Client":
        connected, _detail = await self._line.connect(timeout=PATIENCE)
        assert connected
        return self

    async def send(self, frame: Any) -> None:
        """An object as JSON; a text or bytes as they are."""
        if isinstance(frame, bytes):
            await self._line.send_to(bytes_data=frame)
        else:
            text = frame if isinstance(frame, str) else json.dumps(frame)
            await self._line.send_to(text_data=text)

    async def receive(self) -> Any:
        """The next frame: an object from a JSON socket, text from an HTML one, `{"close": code}` at the end."""
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
        """The next frame of that name, or that the test wants; those before it are kept in `frames`."""
        while True:
            frame = await self.receive()
            if callable(wanted):
                if wanted(frame):
                    return frame
            elif isinstance(frame, dict) and wanted in frame:
                return frame[wanted]
            elif isinstance(frame, dict) and "close" in frame:
                raise AssertionError(f"closed with {frame['close']} instead of {wanted}")

    async def nothing(self, seconds: float = 0.2) -> bool:
        return await self._line.receive_nothing(timeout=seconds)

    async def disconnect(self) -> None:
        try:
            await self._line.disconnect(timeout=PATIENCE)
        except asyncio.CancelledError:
            pass


def chat(token: str, room: str = "general", **query: Any) -> Client:
    """A bot's socket, not yet connected."""
    options = "".join(f"&{key}={value}" for key, value in query.items())
    return Client(f"/ws/chat/{room}/?token={token}{options}")
