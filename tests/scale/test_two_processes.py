"""Two serving processes over Redis are one site, also while Redis is away."""

import asyncio
import json
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import websockets

from tests.running import wait_until
from tests.site import Site, serving

pytestmark = [pytest.mark.needs("redis-server"), pytest.mark.timeout(120)]

PROMISED = 2.0  # seconds within which every client shows every change


@pytest.fixture
def redis(tmp_path: Path) -> Iterator["Redis"]:
    """A Redis of the test's own."""
    server = Redis(tmp_path)
    server.start()
    yield server
    server.stop()


class Redis:
    """Started, stopped and started again on one port."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        program = shutil.which("redis-server")
        assert program
        options = f"--port {self.port} --bind 127.0.0.1 --save  --appendonly no".split(" ")
        self.process = subprocess.Popen(
            [program, *options, "--dir", str(self.folder)], stdout=subprocess.DEVNULL
        )
        wait_until(self._answers)

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def freeze(self) -> None:
        """It stands still until `thaw`; its connections stay open."""
        assert self.process
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        assert self.process
        self.process.send_signal(signal.SIGCONT)

    def _answers(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


@pytest.fixture
def sites(tmp_path: Path, redis: Redis) -> Iterator[list[Site]]:
    """Two processes on one database and one Redis."""
    with (
        serving(tmp_path, REDIS_URL=redis.url, RATE_LIMITS="off") as first,
        serving(tmp_path, REDIS_URL=redis.url, RATE_LIMITS="off") as second,
    ):
        yield [first, second]


async def next_of(line: Any, name: str, wanted: Callable[[Any], bool] = bool) -> Any:
    """The next frame of that name that is wanted."""
    async with asyncio.timeout(10):
        while True:
            frame = json.loads(await line.recv())
            if name in frame and wanted(frame[name]):
                return frame[name]


async def test_a_message_and_presence_cross_from_one_process_to_the_other(
    sites: list[Site],
) -> None:
    ada, bob = sites[0].register("ada"), sites[0].register("bob")
    async with (
        websockets.connect(sites[0].chat(ada)) as hers,
        websockets.connect(sites[1].chat(bob)) as his,
    ):
        await next_of(hers, "users", lambda users: len(users) == 2)
        await next_of(his, "users", lambda users: len(users) == 2)

        delays = []
        for number in range(20):
            sent = time.monotonic()
            await hers.send(json.dumps({"message": f"text {number}", "client_id": f"c{number}"}))
            assert (await next_of(his, "message"))["content"] == f"text {number}"
            delays.append(time.monotonic() - sent)
        # Sooner than the sweep, which looks once a second: so it was the notice that told.
        assert sorted(delays)[10] < 0.5


async def test_while_redis_is_dead_messages_cross_within_the_promise(
    sites: list[Site], redis: Redis
) -> None:
    ada, bob = sites[0].register("ada"), sites[0].register("bob")
    async with (
        websockets.connect(sites[0].chat(ada)) as hers,
        websockets.connect(sites[1].chat(bob)) as his,
    ):
        await next_of(his, "ready")
        await next_of(hers, "ready")
        redis.stop()
        await hers.send(json.dumps({"message": "without redis", "client_id": "a"}))
        sent = time.monotonic()
        assert (await next_of(hers, "ack"))["client_id"] == "a"
        assert (await next_of(his, "message"))["content"] == "without redis"
        assert time.monotonic() - sent < PROMISED + 0.5

        redis.start()
        await his.send(json.dumps({"message": "with redis again"}))
        assert await next_of(hers, "message", lambda m: m["content"] == "with redis again")


async def test_who_left_while_redis_was_frozen_is_gone_soon_after(
    sites: list[Site], redis: Redis
) -> None:
    ada, bob, eve = sites[0].register("ada"), sites[0].register("bob"), sites[0].register("eve")
    async with websockets.connect(sites[0].chat(ada)) as hers:
        async with websockets.connect(sites[1].chat(bob)):
            await next_of(hers, "users", lambda users: len(users) == 2)
            redis.freeze()
        await asyncio.to_thread(sites[1].process.wait_for, "leaving not told")
        async with websockets.connect(sites[1].chat(eve)) as others:
            await next_of(others, "users")
            redis.thaw()
            began = time.monotonic()
            await next_of(hers, "users", lambda users: names(users) == ["eve", "ada"])
            # Within 15 s by the promise. It is noticed in 2 s, and the others look each second.
            assert time.monotonic() - began < 8


def names(users: Any) -> list[str]:
    return [user["username"] for user in users]


async def test_who_joins_a_busy_room_is_told_who_is_there_before_anything_live(
    sites: list[Site],
) -> None:
    ada, bob = sites[0].register("ada"), sites[0].register("bob")
    async with websockets.connect(sites[1].chat(bob)) as his:
        writing = asyncio.create_task(write_on(his))
        try:
            for _time in range(15):
                async with websockets.connect(sites[0].chat(ada)) as hers:
                    names = [next(iter(json.loads(await hers.recv()))) for _frame in range(2)]
                    assert names == ["ready", "users"]
        finally:
            writing.cancel()


async def write_on(line: Any) -> None:
    """A message every 10 ms."""
    while True:
        await line.send(json.dumps({"message": "busy"}))
        await asyncio.sleep(0.01)
