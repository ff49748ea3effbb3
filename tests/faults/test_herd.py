"""Everybody comes back at once: nobody is refused, nobody waits long, nobody misses anything."""

import asyncio
import time
from contextlib import closing, suppress
from pathlib import Path

import pytest

from tests.faults.herd import Herd
from tests.faults.house import House
from tests.faults.load import SEED
from tests.faults.people import Person
from tests.faults.rest import NoAnswer, Rest
from tests.faults.rounds import LONG, Round, under_load
from tests.faults.rows import Rows

pytestmark = [pytest.mark.timeout(900), pytest.mark.alone]

SOCKETS = 5_000 if LONG else 150
A_ROOM = 100
COMPLETE_WITHIN = 60.0  # seconds from the moment at which the site takes connections again
BEAT_EVERY, BEAT_LATE = 20.0, 5.0


async def test_a_herd_comes_back_after_a_kill(tmp_path: Path) -> None:
    rooms = [f"herd{number}" for number in range(-(-SOCKETS // A_ROOM))]
    async with under_load(tmp_path, f"kill -9, {SOCKETS:,} sockets come back") as round_:
        house = round_.house
        people = await round_.newcomers(SOCKETS, "h", rooms=rooms)
        (teller,) = await round_.newcomers(1, "teller", rooms=rooms)
        herd = Herd(house.url, rooms, people, SEED)
        try:
            herd.start()
            await _complete(round_, herd, time.monotonic() + 300)
            # What waited while they came is answered before anything is measured.
            await round_.load.until_acked(round_.load.acknowledged + 100)
            async with round_.strike():
                herd.site_dies()
                await asyncio.to_thread(house.kill)
                await asyncio.to_thread(house.start)
                herd.site_is_up()
                up_at = time.monotonic()
                await _post_everywhere(house, teller, rooms, f"welcome-{herd.life}")
                await _complete(round_, herd, up_at + COMPLETE_WITHIN)
                print(f"all back after {time.monotonic() - up_at:.1f} s")  # noqa: T201
            assert not herd.refusals, herd.refusals[:5]
            await _hear_a_beat(herd)
            assert herd.longest_silence() <= BEAT_EVERY + BEAT_LATE
        finally:
            await herd.close()


async def _post_everywhere(house: House, teller: Person, rooms: list[str], name: str) -> None:
    """One new message in each room, while most are still away."""
    async with Rest(house.url, teller.token) as rest:
        for room in rooms:
            await _post(rest, room, f"{name}-{room}")


async def _post(rest: Rest, room: str, client_id: str) -> None:
    """Asks until it is answered."""
    post = {"content": "welcome", "client_id": client_id}
    while True:
        with suppress(NoAnswer):
            answer = await rest.ask("POST", f"/api/rooms/{room}/messages/", post)
            assert answer.status in (200, 201), answer
            return


async def _complete(round_: Round, herd: Herd, until: float) -> None:
    """Returns when everybody is live and has been told everything."""
    # Not the house's own: that one is asked in the loop meanwhile.
    with closing(Rows(round_.house.database)) as rows:
        while behind := herd.behind(await asyncio.to_thread(rows.counters)):
            assert time.monotonic() < until, f"{behind} of {len(herd.members)} are behind"
            await asyncio.sleep(0.2)


async def _hear_a_beat(herd: Herd) -> None:
    """Returns when the next beat has come, or is too late."""
    if LONG:
        await asyncio.sleep(BEAT_EVERY + BEAT_LATE)
