"""REST for the clients of a fault run: one kept connection, opened anew after any loss."""

import asyncio
import json
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import h11

from tests.faults.record import State

PATIENCE = 15.0  # seconds until an answer that does not come is a loss
PAGE = 200


class NoAnswer(ConnectionError):
    """The connection ended before the answer, or the answer says that it may be asked again."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: Any

    @property
    def code(self) -> str:
        """A problem's stable code."""
        return str(self.body.get("code", self.status)) if isinstance(self.body, dict) else "?"


class Rest:
    """One person's. Asks one thing at a time."""

    def __init__(self, url: str, token: str) -> None:
        self._address = urlsplit(url)
        self._token = token
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self._http = h11.Connection(h11.CLIENT)

    async def ask(self, method: str, path: str, body: Any = None) -> Answer:
        """Raises NoAnswer when the connection is lost; whether it was done is then unknown."""
        try:
            async with asyncio.timeout(PATIENCE):
                return await self._ask(method, path, body)
        except BaseException as problem:
            self.close()
            if isinstance(problem, OSError | TimeoutError | h11.ProtocolError):
                raise NoAnswer(f"{method} {path}: {problem!r}") from problem
            raise

    async def get(self, path: str) -> Any:
        """The body of a 200. Raises NoAnswer."""
        answer = await self.ask("GET", path)
        if answer.status != 200:
            raise NoAnswer(f"GET {path}: {answer.status} {answer.body}")
        return answer.body

    async def history(self, room: str) -> list[State]:
        """The room's messages, paged from the beginning. Raises NoAnswer."""
        found: list[State] = []
        path = f"/api/rooms/{room}/messages/?after=0&limit={PAGE}"
        while path:
            page = await self.get(path)
            found += map(State.of, page["results"])
            following = urlsplit(page["next"] or "")
            path = f"{following.path}?{following.query}" if page["next"] else ""
        return found

    def close(self) -> None:
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, it: BaseException | None, at: TracebackType | None
    ) -> None:
        self.close()

    async def _ask(self, method: str, path: str, body: Any) -> Answer:
        if self._streams is None:
            self._streams = await asyncio.open_connection(
                self._address.hostname, self._address.port
            )
            self._http = h11.Connection(h11.CLIENT)
        content = b"" if body is None else json.dumps(body).encode()
        headers = [
            ("Host", self._address.netloc),
            ("Authorization", f"Bearer {self._token}"),
            ("Content-Length", str(len(content))),
        ]
        if body is not None:
            headers.append(("Content-Type", "application/json"))
        reader, writer = self._streams
        for event in (
            h11.Request(method=method, target=path, headers=headers),
            h11.Data(content),
            h11.EndOfMessage(),
        ):
            writer.write(self._http.send(event) or b"")
        await writer.drain()
        answer = await self._answer(reader)
        if self._http.our_state is self._http.their_state is h11.DONE:
            self._http.start_next_cycle()
        else:
            self.close()
        return answer

    async def _answer(self, reader: asyncio.StreamReader) -> Answer:
        status, parts = 0, []
        while True:
            event = self._http.next_event()
            if event is h11.NEED_DATA:
                self._http.receive_data(await reader.read(65536))
            elif isinstance(event, h11.Response):
                status = event.status_code
            elif isinstance(event, h11.Data):
                parts.append(bytes(event.data))
            elif isinstance(event, h11.EndOfMessage):
                content = b"".join(parts)
                return Answer(status, _read(content))
            elif isinstance(event, h11.ConnectionClosed):
                raise ConnectionResetError("closed")


def _read(content: bytes) -> Any:
    """The JSON of an answer; the words of one that is none."""
    try:
        return json.loads(content) if content else None
    except ValueError:
        return content.decode(errors="replace")
