"""An event loop beside a test that goes step by step."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from typing import Any

PATIENCE = 90.0  # seconds


class Loop:
    """An event loop in a thread of its own."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever)
        self._thread.start()

    def run[T](self, work: Coroutine[Any, Any, T]) -> T:
        """What it returns; whatever it raises is raised here."""
        return self.begin(work).result(PATIENCE)

    def begin[T](self, work: Coroutine[Any, Any, T]) -> Future[T]:
        """Does not wait for it."""
        return asyncio.run_coroutine_threadsafe(work, self.loop)

    def call[**P, T](self, work: Callable[P, T], *given: P.args, **named: P.kwargs) -> T:
        """The same for what is no coroutine and yet belongs to the loop."""

        async def called() -> T:
            return work(*given, **named)

        return self.run(called())

    def close(self) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.loop.close()
