"""Who is turned away by a site that is up was refused, whichever way; by a dead one nobody is."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.faults.herd import Herd
from tests.faults.people import Person
from tests.faults.server import free_port
from tests.running import wait_until

ADA = Person(1, "ada", "token", "session")


@pytest.fixture(autouse=True)
def ada_comes_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.faults.herd.COMES_BACK_WITHIN", 0.01)


async def test_where_nobody_listens_she_is_refused() -> None:
    async with coming_to(free_port()) as herd:
        await asyncio.to_thread(wait_until, lambda: bool(herd.refusals))

    assert herd.refusals[0].startswith("no connection: ConnectionRefusedError")


async def test_where_the_line_ends_before_the_answer_she_is_refused() -> None:
    async with shut_door() as (port, _comers), coming_to(port) as herd:
        await asyncio.to_thread(wait_until, lambda: bool(herd.refusals))

    assert herd.refusals[0] == "lost before it was live: None"


async def test_while_the_site_is_dead_she_is_not() -> None:
    async with shut_door() as (port, comers), coming_to(port) as herd:
        herd.site_dies()
        await asyncio.to_thread(wait_until, lambda: len(comers) > 2)
        assert not herd.refusals
        herd.site_is_up()
        await asyncio.to_thread(wait_until, lambda: bool(herd.refusals))


@asynccontextmanager
async def coming_to(port: int) -> AsyncIterator[Herd]:
    """A herd of one."""
    herd = Herd(f"http://127.0.0.1:{port}", ["general"], [ADA], "seed")
    herd.start()
    try:
        yield herd
    finally:
        await herd.close()


@asynccontextmanager
async def shut_door() -> AsyncIterator[tuple[int, list[None]]]:
    """A port where every line ends at once, and who has come there."""
    comers: list[None] = []

    async def shut(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        comers.append(None)
        await reader.readuntil(b"\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(shut, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1], comers
