"""Times that the contract gives, by the clock, in real processes: authority, pings, presence."""

import asyncio
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from tests import needs
from tests.faults.door import Door, close_code
from tests.faults.hearing import hear
from tests.faults.house import House, housing
from tests.faults.raw import raw_socket
from tests.faults.record import Way
from tests.faults.redis import Redis
from tests.faults.rounds import SERVER
from tests.faults.server import Kind
from tests.running import ROOT

pytestmark = pytest.mark.timeout(300)

TAKEN_AWAY_WITHIN = 5.0  # docs/protocol.md, promise 9
PRESENCE_WITHIN = 45.0  # promise 10
PING_EVERY = PONG_WITHIN = 10.0  # seconds
LOSSES: dict[str, tuple[str, int]] = {
    "deactivated": ("User.objects.filter(username='{}').update(is_active=False)", 4401),
    "password": ("u = User.objects.get(username='{}'); u.set_password('x'); u.save()", 4401),
    "membership": ("Membership.objects.filter(user__username='{}').delete()", 4404),
}


@pytest.mark.parametrize("server", ["daphne", "uvicorn"])
async def test_what_a_shell_takes_away_is_gone_in_time(tmp_path: Path, server: Kind) -> None:
    with housing(tmp_path, server=server) as house:
        people = await asyncio.to_thread(house.people, len(LOSSES) + 1, rooms=["den"])
        closes = "Room.objects.filter(name='den').update(kind='private')"
        await asyncio.to_thread(_shell, house, closes)
        *losers, ada = people
        waiting = []
        async with Door(house.url, "den", ada).open() as hers:
            for person, (words, code) in zip(losers, LOSSES.values(), strict=True):
                socket = await Door(house.url, "den", person).open()
                await _until_ready(socket)
                waiting.append((person, words, code, socket))
            for person, words, code, socket in waiting:
                await asyncio.to_thread(_shell, house, words.format(person.name))
                taken_at = time.monotonic()
                assert await _end(socket) == code, words
                assert time.monotonic() - taken_at < TAKEN_AWAY_WITHIN, words
            # Who lost nothing stays.
            await hers.send('{"ping": 1}')
            async with asyncio.timeout(10):
                while '"pong"' not in str(await hers.recv()):
                    pass


@pytest.mark.slow
@pytest.mark.parametrize("way", ["json", "html"])
@pytest.mark.parametrize("server", ["daphne", "uvicorn"])
def test_it_pings_and_waits_so_long_for_the_pong(tmp_path: Path, server: Kind, way: Way) -> None:
    with housing(tmp_path, server=server) as house:
        (ada,) = house.people(1)
        with raw_socket(house.url, ada, way) as line:
            began = time.monotonic()
            line.code()
            ended = time.monotonic() - began
    first = line.pinged_at[0] - began
    assert PING_EVERY - 2 < first < PING_EVERY + 2
    assert first + PONG_WITHIN - 1 < ended < first + PONG_WITHIN + 3


@pytest.mark.slow
@needs.redis_server
async def test_who_was_on_a_process_that_is_killed_is_gone_in_time(tmp_path: Path) -> None:
    redis = Redis(tmp_path)
    redis.start()
    try:
        with housing(tmp_path, server=SERVER, processes=2, REDIS_URL=redis.url) as house:
            ada, bob = await asyncio.to_thread(house.people, 2)
            first, second = house.servers
            async with Door(first.url, "general", ada).open() as hers:
                his = await Door(second.url, "general", bob).open()
                await _until_here(hers, {ada.name, bob.name}, 15)
                second.kill()
                await _until_here(hers, {ada.name}, PRESENCE_WITHIN)
                await his.close()
    finally:
        redis.kill()


def _shell(house: House, words: str) -> None:
    """What an administrator types into `manage.py shell`."""
    imports = "from accounts.models import User; from rooms.models import Membership, Room; "
    subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", imports + words],
        cwd=ROOT,
        env={**os.environ, **house.environment},
        check=True,
        capture_output=True,
    )


async def _until_ready(socket: ClientConnection) -> None:
    async with asyncio.timeout(15):
        while '"ready"' not in str(await socket.recv()):
            pass


async def _end(socket: ClientConnection) -> int | None:
    async with asyncio.timeout(15):
        try:
            while True:
                await socket.recv()
        except ConnectionClosed:
            return close_code(socket)


async def _until_here(socket: ClientConnection, names: set[str], seconds: float) -> None:
    async with asyncio.timeout(seconds):
        while True:
            heard = hear(str(await socket.recv()), "json")
            if heard.name == "users" and {p["username"] for p in heard.told["told"]} == names:
                return
