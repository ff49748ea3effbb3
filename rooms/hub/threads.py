"""Queries from the event loop: in threads that keep their database connection."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import partial

from django.db import Error, connections


class HubThreads:
    """A hub's own, apart by what waits in them."""

    def __init__(self) -> None:
        self.pages = ThreadPoolExecutor(4, thread_name_prefix="hub")
        # When thousands come back their pages wait for each other, and authority must not.
        self.sweeps = ThreadPoolExecutor(2, thread_name_prefix="sweeps")
        # A Redis that does not answer must not hold up what is read from the rows. One thread: who
        # comes and goes at once must not be told as having gone and come.
        self.presence = ThreadPoolExecutor(1, thread_name_prefix="presence")

    def close(self) -> None:
        for pool in (self.pages, self.sweeps, self.presence):
            pool.shutdown(wait=False)


async def run_query[**P, R](
    pool: ThreadPoolExecutor, query: Callable[P, R], *args: P.args, **kwargs: P.kwargs
) -> R:
    """Runs `query` in one of the pool's threads and returns what it returns or raises."""
    # The context carries the language of what the query may have to say.
    work = partial(copy_context().run, _with_connection, partial(query, *args, **kwargs))
    return await asyncio.get_running_loop().run_in_executor(pool, work)


def _with_connection[R](work: Callable[[], R]) -> R:
    # Reconnecting for each call costs 25 times the query (docs/decisions/0003-hub.md); a connection
    # that failed is dropped, so that the next call makes a new one.
    try:
        return work()
    except Error:
        connections.close_all()
        raise
