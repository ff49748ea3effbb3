"""The proxy passes everything on as it came, until it is told to be late or to cut."""

import asyncio
import os
import socket
import time
from collections.abc import AsyncIterator

import pytest

from tests.faults.ends import FarEnd, connect, far_end, is_reset, is_silent, network, read, through
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


async def test_everything_passes_both_ways_as_it_was(proxy: Proxy, end: FarEnd) -> None:
    client, server = await through(proxy, end)
    up, down = os.urandom(1 << 20), os.urandom(1 << 20)
    client[1].write(up)
    server[1].write(down)
    up_there, down_here = await asyncio.gather(read(server, len(up)), read(client, len(down)))
    assert up_there == up
    assert down_here == down


async def test_an_end_of_one_direction_leaves_the_other(proxy: Proxy, end: FarEnd) -> None:
    client, server = await through(proxy, end)
    client[1].write(b"the question")
    client[1].write_eof()
    async with asyncio.timeout(10):
        assert await server[0].read() == b"the question"
        server[1].write(b"the answer")
        server[1].close()
        assert await client[0].read() == b"the answer"
    client[1].close()
    await proxy.until(lambda: not proxy.lines)


async def test_a_server_that_dies_is_dead_for_its_client_at_once(proxy: Proxy, end: FarEnd) -> None:
    client, server = await through(proxy, end)
    server[1].get_extra_info("socket").setsockopt(
        socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0"
    )
    server[1].transport.abort()
    assert await is_reset(client)


async def test_a_delay_makes_late_not_slow(proxy: Proxy, end: FarEnd) -> None:
    client, server = await through(proxy, end)
    proxy.delay(0.2)
    began = time.monotonic()
    for number in range(20):
        client[1].write(bytes([number]))
        await client[1].drain()
    assert await read(server, 20) == bytes(range(20))
    assert 0.2 <= time.monotonic() - began < 2
    server[1].write(b"back")
    assert await read(client, 4) == b"back"
    assert time.monotonic() - began >= 0.4


async def test_a_delay_meets_lines_to_come_too_and_is_lifted_in_order(
    proxy: Proxy, end: FarEnd
) -> None:
    proxy.delay(30)
    client, server = await through(proxy, end)
    client[1].write(b"first ")
    await client[1].drain()
    assert await is_silent(server)
    proxy.heal()
    client[1].write(b"second")
    assert await read(server, 12) == b"first second"


async def test_a_cut_is_a_reset_for_both_and_new_lines_may_come(proxy: Proxy, end: FarEnd) -> None:
    client, server = await through(proxy, end)
    proxy.cut()
    assert await is_reset(client)
    assert await is_reset(server)
    client, server = await through(proxy, end)
    client[1].write(b"again")
    assert await read(server, 5) == b"again"


async def test_one_line_is_cut_and_the_others_live(proxy: Proxy, end: FarEnd) -> None:
    hers, _her_server = await through(proxy, end)
    his, his_server = await through(proxy, end)
    proxy.line_of(hers[1].get_extra_info("sockname")[1]).cut()
    assert await is_reset(hers)
    his[1].write(b"here")
    assert await read(his_server, 4) == b"here"
    assert len(proxy.lines) == 1


async def test_the_target_may_move(proxy: Proxy, end: FarEnd) -> None:
    async with far_end() as other:
        proxy.target_port = other.port
        client, server = await through(proxy, other)
        client[1].write(b"moved")
        assert await read(server, 5) == b"moved"
    assert end.taken.empty()


async def test_who_comes_to_a_dead_server_is_reset(proxy: Proxy) -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        proxy.target_port = nobody.getsockname()[1]
    assert await is_reset(await connect(proxy))
    await proxy.until(lambda: not proxy.lines)
