"""The load generator, a process of its own: many sockets that cost next to nothing each.

`python -m bench.load` reads a command a line from its input and answers each with a line, both of
JSON; generator.py is the other end. It ends with its input.
"""

import asyncio
import gc
import json
import sys
import time
from dataclasses import asdict
from typing import Any, Final

from picows import WSFrame, WSListener, WSMsgType, WSTransport, ws_connect

from bench.checks import count_faults
from bench.figures import percentile
from bench.speech import DIGITS, MARK, Caller, Pattern, Speech, text_of

TOGETHER = 50  # handshakes at a time
PATIENCE = 60.0  # seconds until what was not heard is lost
QUIET, QUIET_AT_MOST = 1.2, 10.0  # presence goes out once a second
LATE = 0.2  # seconds in which a double would still come
_NUMBER: Final = len(MARK)


class Room:
    """All clients, and what they wait for now."""

    def __init__(self, speech: Speech) -> None:
        self.speech = speech
        self.clients: list[Client] = []
        self.next = 0
        self.sent: list[float] = []  # of each number
        self.waits: list[float] = []  # seconds of each delivery
        self.left = 0
        self.heard_all = asyncio.Event()
        self.others = 0  # frames that are no deliveries
        self.gone = 0

    async def connect(self, callers: list[Caller]) -> dict[str, Any]:
        """Returns when all are in and nothing more comes of their coming."""
        gate = asyncio.Semaphore(TOGETHER)
        self.clients = [Client(self) for _caller in callers]

        async def come(client: Client, caller: Caller) -> None:
            async with gate:
                await ws_connect(
                    lambda: client,
                    caller.url,
                    extra_headers=caller.headers,
                    websocket_handshake_timeout=PATIENCE,
                )
                async with asyncio.timeout(PATIENCE):
                    await client.joined.wait()

        began = time.perf_counter()
        async with asyncio.TaskGroup() as tasks:
            for client, caller in zip(self.clients, callers, strict=True):
                tasks.create_task(come(client, caller))
        took = time.perf_counter() - began
        await self._quiet()
        gc.collect()
        gc.freeze()
        gc.disable()
        return {"joined": len(self.clients), "seconds": took}

    async def post(self, pattern: Pattern) -> dict[str, Any]:
        """What became of these messages; seconds until the last was heard, milliseconds of each."""
        posted = range(self.next, self.next + pattern.messages)
        self.waits.clear()
        for client in self.clients:
            client.heard.clear()
        began, computed = time.perf_counter(), time.process_time()
        try:
            if pattern.rate:
                await self._post_at(posted, pattern.rate)
            else:
                for first in posted[:: pattern.burst]:
                    await self._post_now(posted[first - posted.start :][: pattern.burst])
        except TimeoutError:
            pass  # they are counted as lost
        wall, computed = time.perf_counter() - began, time.process_time() - computed
        await asyncio.sleep(LATE)
        self.next = posted.stop
        heard = [client.heard for client in self.clients]
        waits = sorted(self.waits)
        return {
            "deliveries": len(waits),
            "wall": wall,
            "busy": computed / wall,
            "p50": percentile(waits, 0.5) * 1000,
            "p99": percentile(waits, 0.99) * 1000,
            "gone": self.gone,
            **asdict(count_faults(heard, posted, len(self.clients))),
        }

    async def _post_now(self, numbers: range) -> None:
        self._expect(len(numbers))
        for number in numbers:
            self._say(number)
        async with asyncio.timeout(PATIENCE):
            await self.heard_all.wait()

    async def _post_at(self, numbers: range, rate: float) -> None:
        self._expect(len(numbers))
        began = time.perf_counter()
        for place, number in enumerate(numbers):
            await asyncio.sleep(max(0.0, began + place / rate - time.perf_counter()))
            self._say(number)
        async with asyncio.timeout(PATIENCE):
            await self.heard_all.wait()

    def _expect(self, messages: int) -> None:
        self.left = messages * len(self.clients)
        self.heard_all.clear()

    def _say(self, number: int) -> None:
        before, after = self.speech.post
        author = self.clients[number % len(self.clients)]
        self.sent.append(time.perf_counter())
        author.say(f"{before}{text_of(number)}{after}")

    async def _quiet(self) -> None:
        deadline = time.perf_counter() + QUIET_AT_MOST
        before = -1
        while before != self.others and time.perf_counter() < deadline:
            before = self.others
            await asyncio.sleep(QUIET)


class Client(WSListener):
    """One socket. What it does for a delivery is all that a delivery costs here."""

    def __init__(self, room: Room) -> None:
        self.heard: list[int] = []
        self.joined = asyncio.Event()
        self._room = room
        self._delivery = room.speech.delivery.encode()
        self._steps = [(after.encode(), say) for after, say in room.speech.steps]
        self._transport: WSTransport | None = None

    def say(self, text: str) -> None:
        assert self._transport is not None
        self._transport.send(WSMsgType.TEXT, text.encode())

    def on_ws_connected(self, transport: WSTransport) -> None:
        self._transport = transport
        self._go_on(b"")

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        self._room.gone += 1

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        payload = frame.get_payload_as_bytes()
        at = payload.find(MARK)
        if at < 0 or not payload.startswith(self._delivery):
            self._hear_other(frame.msg_type, payload)
            return
        number = int(payload[at + _NUMBER : at + _NUMBER + DIGITS])
        self.heard.append(number)
        room = self._room
        room.waits.append(time.perf_counter() - room.sent[number])
        room.left -= 1
        if not room.left:
            room.heard_all.set()

    def _hear_other(self, kind: WSMsgType, payload: bytes) -> None:
        if kind != WSMsgType.TEXT:
            return
        if reply := self._room.speech.replies.get(payload.decode()):
            self.say(reply)
            return
        self._room.others += 1
        self._go_on(payload)

    def _go_on(self, payload: bytes) -> None:
        """Takes the next step when this frame is what it waits for."""
        if self._steps and self._steps[0][0] in payload:
            _after, say = self._steps.pop(0)
            if say:
                self.say(say)
        if not self._steps:
            self.joined.set()


async def main() -> None:
    room: Room | None = None
    while line := await asyncio.to_thread(sys.stdin.readline):
        asked = json.loads(line)
        if "connect" in asked:
            speech = Speech(**asked["speech"])
            room = Room(speech)
            answer = await room.connect([Caller(**caller) for caller in asked["connect"]])
        else:
            assert room is not None
            answer = await room.post(Pattern(**asked["post"]))
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main())
