"""What comes while something slow is done is noted when it comes, up to a bound."""

import asyncio
from typing import Any

import pytest

from rooms.consumers import inbox as inbox_module
from rooms.consumers.inbox import Inbox


class Line:
    """The server's side: what it hands over, and how often it was asked."""

    def __init__(self) -> None:
        self.waiting: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.asked = 0

    async def receive(self) -> dict[str, Any]:
        self.asked += 1
        return await self.waiting.get()

    def say(self, *texts: str) -> None:
        for text in texts:
            self.waiting.put_nowait({"type": "websocket.receive", "text": text})


@pytest.fixture
def line() -> Line:
    return Line()


async def take(inbox: Inbox) -> str:
    return str((await inbox.take()).message["text"])


async def settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_who_is_idle_reads_nothing_ahead(line: Line) -> None:
    inbox = Inbox(line.receive)
    line.say("a", "b")

    assert await take(inbox) == "a"
    await settle()
    assert line.asked == 1
    assert await take(inbox) == "b"


async def test_what_comes_meanwhile_keeps_its_time_and_its_order(line: Line) -> None:
    inbox = Inbox(line.receive)
    with inbox.reading_ahead():
        line.say("a", "b")
        await settle()
        came = asyncio.get_running_loop().time()
        await asyncio.sleep(0.05)
    line.say("c", "d")

    arrivals = [await inbox.take() for _ in range(4)]
    assert [each.message["text"] for each in arrivals] == ["a", "b", "c", "d"]
    assert [each.at <= came for each in arrivals] == [True, True, False, False]


async def test_it_holds_so_many_and_no_more(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox_module, "MOST", 2)
    inbox = Inbox(line.receive)
    line.say(*"abcde")
    for _again in range(2):
        with inbox.reading_ahead():
            await settle()
        assert line.waiting.qsize() == 3
    assert [await take(inbox) for _ in range(5)] == list("abcde")


async def test_it_holds_so_much_and_no_more(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox_module, "MOST_BYTES", 100)
    inbox = Inbox(line.receive)
    line.say("x" * 60, "y" * 60, "z")
    with inbox.reading_ahead():
        await settle()
    assert line.waiting.qsize() == 1


async def test_nothing_is_read_after_the_end(line: Line) -> None:
    inbox = Inbox(line.receive)
    line.waiting.put_nowait({"type": "websocket.disconnect"})
    for _again in range(2):
        with inbox.reading_ahead():
            await settle()
    assert line.asked == 1
    assert (await inbox.take()).message["type"] == "websocket.disconnect"


async def test_a_fault_of_the_line_is_told(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fails() -> dict[str, Any]:
        raise ConnectionError

    inbox = Inbox(fails)
    with inbox.reading_ahead():
        await settle()
    with pytest.raises(ConnectionError):
        await inbox.take()
