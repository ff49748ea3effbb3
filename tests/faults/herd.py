"""Very many quiet readers, cheap enough to run beside the site that they come back to."""

import asyncio
import base64
import json
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from urllib.parse import urlsplit

from tests.faults.people import Person

COMES_BACK_WITHIN = 5.0  # seconds at most between a loss and the first try: the client's jitter
TRIES_AGAIN_WITHIN = 2.0
_TEXT, _CLOSE, _PING, _PONG = 1, 8, 9, 10


@dataclass(slots=True)
class Herd:
    """`people[n]` sits in `rooms[n % len(rooms)]`. Times are seconds of the monotonic clock.

    `refusals` are of the site's present life, from `site_is_up` to `site_dies`: every status but
    101, every close code, and every connection that could not be made or ended before its `ready`.
    """

    url: str
    rooms: Sequence[str]
    people: Sequence[Person]
    seed: str
    members: list["Member"] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    is_up: bool = True  # the site, from when it says so to its death
    life: int = 1  # that is, or that comes next
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    def start(self) -> None:
        """Everybody comes, each after a pause of their own."""
        for place, person in enumerate(self.people):
            room = self.rooms[place % len(self.rooms)]
            self.members.append(Member(self, person, room, Random(f"{self.seed}/{place}")))  # noqa: S311
        self._tasks = [asyncio.create_task(each.run()) for each in self.members]

    def site_dies(self) -> None:
        """Whoever is turned away from now on is so by nobody."""
        self.is_up = False
        self.life += 1
        self.refusals.clear()

    def site_is_up(self) -> None:
        """Again: whoever comes from now on has to be let in."""
        self.is_up = True

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def here(self) -> int:
        """How many are live."""
        return sum(each.is_live for each in self.members)

    def behind(self, counters: dict[str, int]) -> int:
        """How many are away, or have not been told of their room's last change."""
        return sum(not each.is_live or each.number < counters[each.room] for each in self.members)

    def longest_silence(self) -> float:
        """The longest that anybody who is live has waited, or waits now, for a beat."""
        now = time.monotonic()
        return max(
            (
                max(each.silence, now - each.heard_at if each.is_live else 0.0)
                for each in self.members
            ),
            default=0.0,
        )


class Member(asyncio.Protocol):
    """One of them, over all its connections; it says nothing."""

    def __init__(self, herd: Herd, person: Person, room: str, chance: Random) -> None:
        self.room = room
        self.number = -1
        self.is_live = False
        self.heard_at = 0.0  # the last beat, or the `ready` of this connection
        self.silence = 0.0  # the longest between two of these
        self._herd = herd
        self._person = person
        self._chance = chance
        self._epoch = ""
        self._life = 0  # in which this connection was begun, or answered; 0 while there was none
        self._gone = asyncio.Event()
        self._bytes = bytearray()
        self._is_open = False
        self._transport: asyncio.Transport | None = None

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        parts = urlsplit(self._herd.url)
        host, port = parts.hostname or "", parts.port or 0
        await asyncio.sleep(self._chance.uniform(0, COMES_BACK_WITHIN))
        try:
            while True:
                self._gone.clear()
                self._bytes.clear()
                self._is_open = self.is_live = False
                self._life = self._herd.life if self._herd.is_up else 0
                try:
                    await loop.create_connection(lambda: self, host, port)
                except OSError as problem:
                    self._note(f"no connection: {problem!r}")
                    await asyncio.sleep(self._chance.uniform(0.2, TRIES_AGAIN_WITHIN))
                    continue
                await self._gone.wait()
                await asyncio.sleep(self._chance.uniform(0, COMES_BACK_WITHIN))
        finally:
            if self._transport is not None:
                self._transport.abort()

    # --- the line ----------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        host = urlsplit(self._herd.url).netloc
        query = f"token={self._person.token}&beat=1"
        if self.number >= 0:
            query += f"&since={self.number}&epoch={self._epoch}"
        key = base64.b64encode(self._chance.randbytes(16)).decode()
        transport.write(
            f"GET /ws/chat/{self.room}/?{query} HTTP/1.1\r\nHost: {host}\r\n"
            "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Key: {key}\r\n\r\n".encode()
        )

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.is_live:
            self._note(f"lost before it was live: {exc!r}")
        self.is_live = False
        self._gone.set()

    def data_received(self, data: bytes) -> None:
        self._bytes += data
        if not self._is_open:
            head, found, _rest = self._bytes.partition(b"\r\n\r\n")
            if not found:
                return
            if not head.startswith(b"HTTP/1.1 101 "):
                self._refused(head.split(b"\r\n", 1)[0].decode("latin-1"))
                return
            del self._bytes[: len(head) + 4]
            self._is_open, self._life = True, self._herd.life
        while (frame := self._next_frame()) is not None:
            self._take(*frame)

    def _next_frame(self) -> tuple[int, bytes] | None:
        held = self._bytes
        if len(held) < 2:
            return None
        size, start = held[1] & 127, 2
        if size >= 126:
            start = 4 if size == 126 else 10
            if len(held) < start:
                return None
            size = int.from_bytes(held[2:start])
        if len(held) < start + size:
            return None
        frame = held[0] & 15, bytes(held[start : start + size])
        del held[: start + size]
        return frame

    def _take(self, kind: int, body: bytes) -> None:
        assert self._transport is not None
        if kind == _PING:
            mask = os.urandom(4)
            masked = bytes(each ^ mask[n % 4] for n, each in enumerate(body))
            self._transport.write(bytes([0x80 | _PONG, 0x80 | len(body)]) + mask + masked)
        elif kind == _CLOSE:
            self._refused(f"close {int.from_bytes(body[:2])}")
        elif kind == _TEXT and not body.startswith((b'{"users"', b'{"typing"')):
            self._hear(json.loads(body))

    def _hear(self, frame: dict[str, dict[str, int]]) -> None:
        now = time.monotonic()
        if ready := frame.get("ready"):
            self.number, self._epoch = max(self.number, ready["seq"]), str(ready["epoch"])
            self.is_live, self.heard_at = True, now
        elif "beat" in frame and self.is_live:
            self.silence = max(self.silence, now - self.heard_at)
            self.heard_at = now
        elif message := frame.get("message"):
            self.number = max(self.number, message["seq"])
        elif "reset" in frame:
            self._note("reset")

    def _note(self, refusal: str) -> None:
        """Unless it is of a life that ended, or of none."""
        if self._herd.is_up and self._life == self._herd.life:
            self._herd.refusals.append(refusal)

    def _refused(self, why: str) -> None:
        self._note(why)
        assert self._transport is not None
        self._transport.abort()
