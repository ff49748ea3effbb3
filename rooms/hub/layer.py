"""The channel layer as a doorbell between processes: may be late, double or lost without harm."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from channels.layers import InMemoryChannelLayer, get_channel_layer

from rooms.events import Event, from_notice, to_notice

logger = logging.getLogger(__name__)

TIME_LIMIT = 1.0  # seconds for one call to the layer
PAUSE = 1.0  # before what failed is tried again
MAX_UNTOLD = 1000


class LayerListener:
    """Hears what other processes published and tells them of this one's. Does nothing without
    Redis."""

    def __init__(self, process: str, heard: Callable[[str, Event], None]) -> None:
        self._process = process
        self._heard = heard
        layer = get_channel_layer()
        # Within one process the hub is told directly.
        self._layer: Any = None if isinstance(layer, InMemoryChannelLayer) else layer
        self._wanted: set[str] = set()
        self._followed: set[str] = set()
        self._changed = asyncio.Event()
        self._awaited: dict[str, asyncio.Future[None]] = {}  # by topic: when it is followed
        self._untold: asyncio.Queue[tuple[str, dict[str, Any]]] = asyncio.Queue(MAX_UNTOLD)
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        if self._layer is not None:
            loop = asyncio.get_running_loop()
            self._tasks = [loop.create_task(work) for work in (self._listen(), self._send())]

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def tell(self, topic: str, event: Event) -> None:
        """Tells the other processes, in the background. A full queue drops: their sweep heals."""
        if self._layer is None:
            return
        notice = {"type": "notice", "from": self._process, "topic": topic, **to_notice(event)}
        try:
            self._untold.put_nowait((topic, notice))
        except asyncio.QueueFull:
            logger.warning("layer: a notice for %s was dropped", topic)

    def listen(self, topic: str) -> None:
        """Begins to hear a topic, in the background and until it succeeds."""
        self._wanted.add(topic)
        self._changed.set()

    def unlisten(self, topic: str) -> None:
        """Stops hearing a topic, in the background."""
        self._wanted.discard(topic)
        self._awaited.pop(topic, None)
        self._changed.set()

    async def listen_now(self, topic: str) -> None:
        """Returns when the topic is heard, or when the layer did not answer in time: until it does,
        the sweep stands in."""
        self.listen(topic)
        if self._layer is None or topic in self._followed:
            return
        heard = self._awaited.get(topic)
        if heard is None:
            heard = self._awaited[topic] = asyncio.get_running_loop().create_future()
        await asyncio.wait([heard], timeout=TIME_LIMIT)

    async def _listen(self) -> None:
        # One channel for all topics, made before any of them is followed: of two, one is not heard.
        channel = await self._make_channel()
        async with asyncio.TaskGroup() as both:
            both.create_task(self._receive(channel))
            both.create_task(self._follow(channel))

    async def _make_channel(self) -> str:
        while True:
            try:
                async with asyncio.timeout(TIME_LIMIT):
                    return str(await self._layer.new_channel("hub"))
            except Exception as problem:
                logger.warning("layer: not heard: %s", type(problem).__name__)
                await asyncio.sleep(PAUSE)

    async def _follow(self, channel: str) -> None:
        """Brings what is followed in line with what is wanted; what fails is tried again."""
        while True:
            self._changed.clear()
            try:
                await self._follow_wanted(channel)
                await self._changed.wait()
            except Exception as problem:
                logger.warning("layer: topics not followed: %s", type(problem).__name__)
                await asyncio.sleep(PAUSE)

    async def _follow_wanted(self, channel: str) -> None:
        for topic in self._wanted - self._followed:
            async with asyncio.timeout(TIME_LIMIT):
                await self._layer.group_add(topic, channel)
            self._followed.add(topic)
            if heard := self._awaited.pop(topic, None):
                heard.set_result(None)
        for topic in self._followed - self._wanted:
            # First, so that who comes for it meanwhile does not take it for followed.
            self._followed.discard(topic)
            async with asyncio.timeout(TIME_LIMIT):
                await self._layer.group_discard(topic, channel)

    async def _send(self) -> None:
        while True:
            topic, notice = await self._untold.get()
            try:
                async with asyncio.timeout(TIME_LIMIT):
                    await self._layer.group_send(topic, notice)
            except Exception as problem:
                logger.warning("layer: %s not told: %s", topic, type(problem).__name__)

    async def _receive(self, channel: str) -> None:
        while True:
            try:
                self._take(dict(await self._layer.receive(channel)))
            except Exception as problem:
                logger.warning("layer: not heard: %s", type(problem).__name__)
                await asyncio.sleep(PAUSE)

    def _take(self, notice: dict[str, Any]) -> None:
        notice.pop("type", None)
        if notice.pop("from", "") == self._process:
            return
        topic = notice.pop("topic", "")
        try:
            event = from_notice(notice)
        except (KeyError, TypeError):
            logger.warning("layer: a notice of another version was passed over")
            return
        self._heard(topic, event)
