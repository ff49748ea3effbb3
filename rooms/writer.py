"""Group commit: posts that wait while one commit runs share the next one, and its flush to disk."""

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future as ThreadFuture
from contextvars import Context, copy_context
from dataclasses import dataclass, field

from django.db import InterfaceError, OperationalError, connections, transaction

from rooms.actions.messages import post_prepared
from rooms.actions.posting import Post, Posted, prepare
from rooms.refusals import Internal, Refusal, StorageUnavailable

logger = logging.getLogger(__name__)

# From the asking to the answer: docs/protocol.md, promise 12 gives it 5 s.
GIVES_UP = 4.5  # seconds
MAX_WAITING = 2000
MAX_BATCH = 128

type Answer = Posted | Refusal


@dataclass(slots=True)
class _Waiting:
    """A post on its way. `context` carries the language of what it may be refused with."""

    post: Post
    answered: "asyncio.Future[Answer] | ThreadFuture[Answer]"
    context: Context = field(default_factory=copy_context)
    is_given_up: bool = False


async def post(asked: Post, asked_at: float | None = None) -> Posted:
    """Posts from the event loop; returns when it is flushed to disk. Raises a Refusal.

    `asked_at` is when it came to this process, by the loop's time, if that is not now.
    """
    loop = asyncio.get_running_loop()
    answered: asyncio.Future[Answer] = loop.create_future()
    waiting = _Waiting(asked, answered)
    _writer.put(waiting)
    try:
        async with asyncio.timeout_at((asked_at or loop.time()) + GIVES_UP):
            return _posted(await answered)
    except TimeoutError:
        waiting.is_given_up = True
        raise StorageUnavailable from None


def post_and_wait(asked: Post) -> Posted:
    """The same from a thread. Inside a transaction it joins that: the writer would wait for it."""
    if transaction.get_connection().in_atomic_block:
        return _posted(post_prepared([asked], [prepare(asked)])[0])
    answered: ThreadFuture[Answer] = ThreadFuture()
    waiting = _Waiting(asked, answered)
    _writer.put(waiting)
    try:
        return _posted(answered.result(GIVES_UP))
    except TimeoutError:
        waiting.is_given_up = True
        raise StorageUnavailable from None


def _posted(answer: Answer) -> Posted:
    if isinstance(answer, Refusal):
        raise answer
    return answer


class _Writer:
    """The one thread of this process that posts. What it holds is bounded: beyond that it
    refuses."""

    def __init__(self) -> None:
        self._waiting: deque[_Waiting] = deque()
        self._news = threading.Condition()
        self._thread: threading.Thread | None = None

    def put(self, waiting: _Waiting) -> None:
        """Raises StorageUnavailable when too many wait."""
        with self._news:
            if len(self._waiting) >= MAX_WAITING:
                raise StorageUnavailable
            self._waiting.append(waiting)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
                self._thread.start()
            self._news.notify()

    def _run(self) -> None:
        while True:
            batch = self._take()
            try:
                answers = _post_together(batch)
            except Exception:
                # Whatever it is: nobody may be left waiting, and the thread has to go on.
                logger.exception("The writer failed")
                answers = [Internal() for _ in batch]
            _answer(batch, answers)

    def _take(self) -> list[_Waiting]:
        """All that wait, up to a batch; those who gave up meanwhile are posted no more."""
        with self._news:
            batch: list[_Waiting] = []
            while not batch:
                self._news.wait_for(lambda: self._waiting)
                while self._waiting and len(batch) < MAX_BATCH:
                    waiting = self._waiting.popleft()
                    if not waiting.is_given_up:
                        batch.append(waiting)
            return batch


_writer = _Writer()


def _post_together(batch: Sequence[_Waiting]) -> list[Answer]:
    prepared = [waiting.context.run(prepare, waiting.post) for waiting in batch]
    try:
        answers = post_prepared([waiting.post for waiting in batch], prepared)
    except (OperationalError, InterfaceError) as problem:
        logger.warning("%d posts not stored: %s", len(batch), problem)
        answers = [StorageUnavailable() for _ in batch]
    if any(isinstance(answer, StorageUnavailable) for answer in answers):
        # A connection that failed is not used again.
        connections.close_all()
    return answers


def _answer(batch: Sequence[_Waiting], answers: Sequence[Answer]) -> None:
    """Answers everybody; each event loop is woken once."""
    by_loop: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[Answer], Answer]]] = {}
    for waiting, answer in zip(batch, answers, strict=True):
        if isinstance(waiting.answered, asyncio.Future):
            by_loop.setdefault(waiting.answered.get_loop(), []).append((waiting.answered, answer))
        else:
            waiting.answered.set_result(answer)
    for loop, told in by_loop.items():
        try:
            loop.call_soon_threadsafe(_resolve, told)
        except RuntimeError:
            logger.debug("The loop is gone, and whoever waited with it.")


def _resolve(told: Sequence[tuple[asyncio.Future[Answer], Answer]]) -> None:
    for answered, answer in told:
        if not answered.done():
            answered.set_result(answer)
