"""A JSON socket over the network, and servers to open it on."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import websockets
from websockets.asyncio.client import ClientConnection

from tests.prepared import QUICK
from tests.running import running, wait_until
from tests.site import Site

PATIENCE = 10.0  # seconds


class Line:
    """One open socket."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    async def send(self, frame: Any) -> None:
        """An object as JSON; a text or bytes as they are."""
        plain = isinstance(frame, (str, bytes))
        await self.connection.send(frame if plain else json.dumps(frame))

    async def next(self) -> Any:
        """The next frame."""
        return json.loads(await asyncio.wait_for(self.connection.recv(), PATIENCE))

    async def until(self, name: str, wanted: Callable[[Any], bool] = lambda _value: True) -> Any:
        """What the next frame of that name, that is wanted, tells."""
        while True:
            frame = await self.next()
            if name in frame and wanted(frame[name]):
                return frame[name]

    async def code(self) -> int | None:
        """The code with which the server closes."""
        await asyncio.wait_for(self._drain(), PATIENCE)
        return self.connection.close_code

    async def _drain(self) -> None:
        try:
            while True:
                await self.connection.recv()
        except websockets.ConnectionClosed:
            return


@asynccontextmanager
async def line(address: str, **options: Any) -> AsyncIterator[Line]:
    """An open socket, closed with the block."""
    async with websockets.connect(address, max_size=None, **options) as connection:
        yield Line(connection)


@contextmanager
def plain_daphne(folder: Path) -> Iterator[Site]:
    """The founding command: `python -m daphne chatsite.asgi:application`, on a prepared folder."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    arguments = ("-m", "daphne", "-p", str(port), "chatsite.asgi:application")
    with running(*arguments, DATA_DIR=str(folder), PYTHONPATH=".", **QUICK) as process:
        wait_until(lambda: _answers(port), 30)
        yield Site(process, f"http://127.0.0.1:{port}")


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


__all__ = ["PATIENCE", "Line", "line", "plain_daphne"]
