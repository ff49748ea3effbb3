"""The channel layer as a doorbell between processes: may be late, double or lost without harm."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from channels.layers import InMemoryChannelLayer, get_channel_layer

from rooms.events import Event, from_notice, to_notice

logger = logging.getLogger(__name__)

TIME_LIMIT = 1.0  # seconds for one call to the layer
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
        self._channel = ""
        self._untold: asyncio.Queue[tuple[str, dict[str, Any]]] = asyncio.Queue(MAX_UNTOLD)
        self._groups: asyncio.Queue[tuple[str, bool]] = asyncio.Queue()
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        if self._layer is not None:
            loop = asyncio.get_running_loop()
            works = (self._receive(), self._send(), self._follow())
            self._tasks = [loop.create_task(work) for work in works]

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
        """Begins to hear a topic, in the background."""
        if self._layer is not None:
            self._groups.put_nowait((topic, True))

    def unlisten(self, topic: str) -> None:
        """Stops hearing a topic, in the background."""
        if self._layer is not None:
            self._groups.put_nowait((topic, False))

    async def listen_now(self, topic: str) -> None:
        """Returns when the topic is heard, or when the layer did not answer in time: the sweep then
        stands in."""
        if self._layer is not None:
            await self._join(topic, joins=True)

    async def _follow(self) -> None:
        while True:
            topic, joins = await self._groups.get()
            await self._join(topic, joins=joins)

    async def _join(self, topic: str, *, joins: bool) -> None:
        try:
            async with asyncio.timeout(TIME_LIMIT):
                if not self._channel:
                    self._channel = await self._layer.new_channel("hub")
                call = self._layer.group_add if joins else self._layer.group_discard
                await call(topic, self._channel)
        except Exception as problem:
            logger.warning("layer: %s not followed: %s", topic, type(problem).__name__)

    async def _send(self) -> None:
        while True:
            topic, notice = await self._untold.get()
            try:
                async with asyncio.timeout(TIME_LIMIT):
                    await self._layer.group_send(topic, notice)
            except Exception as problem:
                logger.warning("layer: %s not told: %s", topic, type(problem).__name__)

    async def _receive(self) -> None:
        while True:
            try:
                if not self._channel:
                    self._channel = await self._layer.new_channel("hub")
                notice = await self._layer.receive(self._channel)
                self._take(dict(notice))
            except Exception as problem:
                logger.warning("layer: not heard: %s", type(problem).__name__)
                await asyncio.sleep(TIME_LIMIT)

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
