"""How a sender speaks: over a socket of either form or over REST it asks, and hears the answer."""

import asyncio
import json
from collections import defaultdict, deque
from dataclasses import dataclass
from random import Random
from typing import Any, Literal, Protocol, cast
from urllib.parse import quote

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from tests.faults.client import JITTER
from tests.faults.door import LOSSES, Door, close_code, cut, raise_if_final
from tests.faults.hearing import Heard, hear, is_for_me
from tests.faults.rest import NoAnswer, Rest

type Name = Literal["message", "edit", "delete", "react", "unreact"]


@dataclass(frozen=True, slots=True)
class Command:
    """What is asked; `text` is the words or the emoji, `id` the message that it is about."""

    name: Name
    client_id: str
    id: int = 0
    text: str = ""

    def frame(self) -> str:
        if self.name == "message":
            return json.dumps({"message": self.text, "client_id": self.client_id})
        told: dict[str, Any] = {"id": self.id}
        if self.name == "edit":
            told["content"] = self.text
        elif self.name != "delete":
            told["emoji"] = self.text
        return json.dumps({self.name: told, "client_id": self.client_id})

    def request(self, room: str) -> tuple[str, str, Any]:
        """Method, path and body."""
        messages = f"/api/rooms/{room}/messages/"
        if self.name == "message":
            return "POST", messages, {"content": self.text, "client_id": self.client_id}
        if self.name == "edit":
            return "PATCH", f"{messages}{self.id}/", {"content": self.text}
        if self.name == "delete":
            return "DELETE", f"{messages}{self.id}/", None
        emoji = f"{messages}{self.id}/reactions/{quote(self.text)}/"
        return "PUT" if self.name == "react" else "DELETE", emoji, None


@dataclass(frozen=True, slots=True)
class Reply:
    """An acknowledgement, or a refusal with its `code`; `seq` None where the answer has none."""

    id: int = 0
    seq: int | None = None
    duplicate: bool = False
    code: str = ""
    wait: float = 0.0  # seconds


class Mouth(Protocol):
    async def run(self) -> None:
        """Keeps the line until it is cancelled. Raises SentAway."""

    async def live(self) -> None:
        """Returns when there is somebody to speak to."""

    async def ask(self, command: Command) -> Reply | None:
        """The answer; None when the line was lost before it came."""

    def cut(self) -> None:
        """Breaks the line as a bad network does."""


class SocketMouth:
    """Over a socket; it hears what it is answered and passes over the news of the room."""

    def __init__(self, name: str, door: Door, chance: Random) -> None:
        self._name = name
        self._door = door
        self._chance = chance
        self._socket: ClientConnection | None = None
        self._is_live = asyncio.Event()
        # Answers to one `client_id` come in the order in which it was asked.
        self._owed: defaultdict[str, deque[asyncio.Future[Reply | None]]] = defaultdict(deque)

    async def run(self) -> None:
        while True:
            raise_if_final(await self._connect(), self._name)
            await asyncio.sleep(self._chance.uniform(0, JITTER))

    async def live(self) -> None:
        await self._is_live.wait()

    async def ask(self, command: Command) -> Reply | None:
        socket = self._socket
        if socket is None:
            return None
        answer: asyncio.Future[Reply | None] = asyncio.get_running_loop().create_future()
        self._owed[command.client_id].append(answer)
        try:
            await socket.send(command.frame())
        except ConnectionClosed:
            # Sooner than what came before its end has been read. Who asks again at once would
            # else keep the loop from ever reading that.
            if socket is self._socket:
                self._is_live.clear()
            return None
        return await answer

    def cut(self) -> None:
        if self._socket is not None:
            cut(self._socket)

    async def _connect(self) -> int | None:
        """One connection; with which code it ended."""
        try:
            async with self._door.open() as socket:
                try:
                    while True:
                        text = cast(str, await socket.recv())
                        if is_for_me(text, self._door.way):
                            self._take(hear(text, self._door.way), socket)
                except ConnectionClosed:
                    return close_code(socket)
                finally:
                    self._lose()
        except LOSSES:
            return None

    def _take(self, heard: Heard, socket: ClientConnection) -> None:
        told = heard.told
        if heard.name == "ready":
            self._socket = socket
            self._is_live.set()
        elif heard.name == "ack":
            self._answer(
                Reply(told["id"], told["seq"], bool(told.get("duplicate"))), told["client_id"]
            )
        elif heard.name == "error":
            wait = float(told.get("retry_after") or 0)
            self._answer(Reply(code=told["code"], wait=wait), told["client_id"])

    def _answer(self, reply: Reply, client_id: str) -> None:
        owed = self._owed[client_id]
        answer = owed.popleft()
        if not owed:
            del self._owed[client_id]
        if not answer.done():
            answer.set_result(reply)

    def _lose(self) -> None:
        self._socket = None
        self._is_live.clear()
        for owed in self._owed.values():
            for answer in owed:
                if not answer.done():
                    answer.set_result(None)
        self._owed.clear()


class RestMouth:
    """Over as many kept connections as are asked at once."""

    def __init__(self, door: Door, chance: Random) -> None:
        self._door = door
        self._chance = chance
        self._idle: list[Rest] = []
        self._is_down = False

    async def run(self) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            for rest in self._idle:
                rest.close()

    async def live(self) -> None:
        if self._is_down:
            await asyncio.sleep(self._chance.uniform(0, JITTER))

    async def ask(self, command: Command) -> Reply | None:
        rest = self._idle.pop() if self._idle else Rest(self._door.url, self._door.person.token)
        try:
            answer = await rest.ask(*command.request(self._door.room))
        except NoAnswer:
            self._is_down = True
            return None
        finally:
            self._idle.append(rest)
        self._is_down = False
        if answer.status == 204:
            return Reply(command.id)
        if answer.status in (200, 201):
            number = answer.body["seq" if command.name == "message" else "changed_seq"]
            return Reply(answer.body["id"], number, answer.status == 200)
        return Reply(code=answer.code)

    def cut(self) -> None:
        """Its next requests take new connections."""
        for rest in self._idle:
            rest.close()
