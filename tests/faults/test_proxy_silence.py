"""The proxy's silence and its throttle; and that it holds little, whatever is done to it."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest

from tests.faults.ends import FarEnd, is_reset, is_silent, network, pushed, read, through
from tests.faults.proxy import Proxy


@pytest.fixture
async def both() -> AsyncIterator[tuple[Proxy, FarEnd]]:
    async with network() as both:
        yield both


@pytest.fixture
def proxy(both: tuple[Proxy, FarEnd]) -> Proxy:
    return both[0]


@pytest.fixture
def end(both: tuple[Proxy, FarEnd]) -> FarEnd:
    return both[1]


async def test_half_open_lines_carry_nothing_and_tell_no_end(proxy: Proxy, end: FarEnd) -> None:
    client, server = await through(proxy, end)
    proxy.half_open()
    client[1].write(b"lost?")
    server[1].write(b"lost too?")
    assert await is_silent(server)
    assert await is_silent(client)
    client[1].transport.abort()
    assert await is_silent(server)

    new, its_server = await through(proxy, end)
    new[1].write(b"new")
    assert await read(its_server, 3) == b"new"


async def test_half_open_for_new_lines_takes_them_and_leads_nowhere(
    proxy: Proxy, end: FarEnd
) -> None:
    proxy.half_open(new=True)
    client, server = await through(proxy, end)
    client[1].write(b"hello?")
    assert await is_silent(server)
    proxy.heal()
    assert await read(server, 6) == b"hello?"


async def test_what_silence_held_back_flows_when_it_is_healed(proxy: Proxy, end: FarEnd) -> None:
    client, server = await through(proxy, end)
    proxy.half_open()
    client[1].write(b"x" * 300_000)
    server[1].write(b"late")
    assert await is_silent(client)
    proxy.heal()
    assert await read(client, 4) == b"late"
    assert await read(server, 300_000) == b"x" * 300_000


async def test_an_end_that_was_lost_in_silence_is_told_when_it_is_healed(
    proxy: Proxy, end: FarEnd
) -> None:
    client, server = await through(proxy, end)
    proxy.half_open()
    server[1].transport.abort()
    assert await is_silent(client)
    proxy.heal()
    async with asyncio.timeout(10):
        assert await client[0].read() == b""


async def test_an_end_that_leaves_what_was_sent_to_it_in_silence_is_told_no_sooner(
    proxy: Proxy, end: FarEnd
) -> None:
    client, server = await through(proxy, end)
    await pushed(server[1])
    proxy.half_open()
    client[1].transport.abort()
    await proxy.until(lambda: proxy.lines[0].client.is_gone)
    assert await is_silent(server)
    proxy.heal()
    assert await is_reset(server)


async def test_a_throttle_lets_so_much_through_and_no_more(proxy: Proxy, end: FarEnd) -> None:
    client, server = await through(proxy, end)
    proxy.throttle(200)
    began = time.monotonic()
    server[1].write(b"d" * 1000)
    client[1].write(b"u" * 60)
    assert await read(server, 60) == b"u" * 60
    assert 0.2 < time.monotonic() - began < 2
    proxy.throttle(None)
    assert await read(client, 1000) == b"d" * 1000
    assert time.monotonic() - began < 4


async def test_a_throttle_of_one_line_may_leave_what_goes_up(proxy: Proxy, end: FarEnd) -> None:
    client, server = await through(proxy, end)
    proxy.lines[0].throttle(1, up=False)
    client[1].write(b"u" * 100_000)
    assert await read(server, 100_000) == b"u" * 100_000
    server[1].write(b"abc")
    assert await read(client, 1) == b"a"
    assert await is_silent(client)


@pytest.mark.parametrize("fault", ["nothing", "throttle", "delay", "half_open"])
async def test_who_does_not_read_is_felt_at_the_other_end(
    proxy: Proxy, end: FarEnd, fault: str
) -> None:
    client, server = await through(proxy, end)
    if fault == "throttle":
        proxy.throttle(1)
    elif fault == "delay":
        proxy.delay(30)
    elif fault == "half_open":
        proxy.half_open()
    down = await pushed(server[1])
    up = await pushed(client[1])
    assert max(down, up) < 2 << 20
    proxy.heal()
    assert await read(client, down) == b"p" * down
    assert await read(server, up) == b"p" * up
