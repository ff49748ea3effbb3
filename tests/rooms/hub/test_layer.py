"""The listener on a layer that is slow or refuses: what it was asked to follow, it follows."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from channels.layers import InMemoryChannelLayer

from rooms.events import Event, PeopleMoved, to_notice
from rooms.hub import layer
from rooms.hub.layer import LayerListener


class Doorbell:
    """An in-memory layer, seen as one between processes: slow to begin with, and it may refuse."""

    def __init__(self) -> None:
        self._layer = InMemoryChannelLayer()
        self.refuses = 0  # so many calls of `group_add`
        self.following: set[str] = set()
        self.left = asyncio.Event()

    async def new_channel(self, prefix: str) -> str:
        await asyncio.sleep(0.01)
        return str(await self._layer.new_channel(prefix))

    async def group_add(self, group: str, channel: str) -> None:
        if self.refuses:
            self.refuses -= 1
            raise ConnectionError
        await self._layer.group_add(group, channel)
        self.following.add(group)

    async def group_discard(self, group: str, channel: str) -> None:
        self.following.discard(group)
        await self._layer.group_discard(group, channel)
        self.left.set()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._layer, name)

    async def ring(self, topic: str) -> None:
        """Another process tells something."""
        notice = {"type": "notice", "from": "another", "topic": topic, **to_notice(PeopleMoved(1))}
        await self._layer.group_send(topic, notice)


@pytest.fixture
def doorbell(monkeypatch: pytest.MonkeyPatch) -> Doorbell:
    bell = Doorbell()
    monkeypatch.setattr(layer, "get_channel_layer", lambda: bell)
    monkeypatch.setattr(layer, "PAUSE", 0.02)
    return bell


@pytest.fixture
def heard() -> asyncio.Queue[str]:
    return asyncio.Queue()


@pytest.fixture
async def listener(doorbell: Doorbell, heard: asyncio.Queue[str]) -> AsyncIterator[LayerListener]:
    def hear(topic: str, event: Event) -> None:
        heard.put_nowait(topic)

    listening = LayerListener("this one", hear)
    listening.start()
    yield listening
    await listening.close()


async def soon(heard: asyncio.Queue[str]) -> str:
    async with asyncio.timeout(5):
        return await heard.get()


async def test_who_comes_while_the_line_is_being_made_is_told(
    doorbell: Doorbell, listener: LayerListener, heard: asyncio.Queue[str]
) -> None:
    # The listener's own task and this one ask the layer at the same time.
    await asyncio.sleep(0)
    await listener.listen_now("room.1")
    await doorbell.ring("room.1")
    assert await soon(heard) == "room.1"


async def test_what_could_not_be_followed_is_followed_later(
    doorbell: Doorbell, listener: LayerListener, heard: asyncio.Queue[str]
) -> None:
    doorbell.refuses = 2
    await listener.listen_now("room.1")
    await doorbell.ring("room.1")
    assert await soon(heard) == "room.1"


async def test_nobody_waits_longer_than_the_limit_for_a_layer_that_does_not_answer(
    doorbell: Doorbell, listener: LayerListener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(layer, "TIME_LIMIT", 0.05)
    doorbell.refuses = 10**6
    async with asyncio.timeout(2):
        await listener.listen_now("room.1")
    assert not doorbell.following


async def test_what_was_left_and_wanted_again_at_once_stays_followed(
    doorbell: Doorbell, listener: LayerListener, heard: asyncio.Queue[str]
) -> None:
    await listener.listen_now("room.1")
    for _ in range(5):
        listener.unlisten("room.1")
        await asyncio.sleep(0)
        await listener.listen_now("room.1")
        await doorbell.ring("room.1")
        assert await soon(heard) == "room.1"


async def test_what_is_no_longer_wanted_is_left(
    doorbell: Doorbell, listener: LayerListener, heard: asyncio.Queue[str]
) -> None:
    await listener.listen_now("room.1")
    await listener.listen_now("room.2")
    listener.unlisten("room.1")
    async with asyncio.timeout(5):
        await doorbell.left.wait()
    assert doorbell.following == {"room.2"}
