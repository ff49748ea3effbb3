"""The page in a real browser, whatever befalls the site: what was written arrives once, and what is
shown is what is stored."""

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import async_playwright

from tests import needs
from tests.e2e.conftest import ARGUMENTS
from tests.faults.house import House
from tests.faults.pages import RoomPage, Shown
from tests.faults.record import State
from tests.faults.rounds import LONG, MESSAGES, Round, under_load
from tests.faults.senders import Habits
from tests.needs import find_chromium

pytestmark = [needs.chromium, pytest.mark.timeout(900), pytest.mark.alone]

TIMES = 3 if LONG else 1
UNHEARD = 300 if LONG else 30  # acknowledged while no notice comes through


async def test_two_pages_whatever_befalls_the_site(tmp_path: Path) -> None:
    name = "kill -9, SIGTERM, notices lost, storage refused under pages in Chromium"
    async with (
        async_playwright() as playwright,
        under_load(tmp_path, name, habits=Habits(react=0.03)) as round_,
    ):
        house, load = round_.house, round_.load
        people = await round_.newcomers(2, "page")
        browser = await playwright.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
        pages = [RoomPage(house, person, "general", load.record) for person in people]
        for page in pages:
            await page.open(browser)

        for befall in (_killed, _stopped, _unheard, _refused) * TIMES:
            await _say(pages)
            async with round_.strike():
                await _say(pages)
                await befall(round_, pages)
            await _say(pages)

        await load.until_acked(MESSAGES, 600)
        await load.settle()
        for page in pages:
            await _arrived(page, house)
            await _shows_what_is_stored(page, house.rows()["general"])
        await browser.close()


async def _say(pages: list[RoomPage]) -> None:
    await asyncio.gather(*(page.say() for page in pages))


async def _killed(round_: Round, pages: list[RoomPage]) -> None:
    await asyncio.to_thread(round_.house.kill)
    await _say(pages)  # while nobody is there
    await asyncio.to_thread(round_.house.start)


async def _stopped(round_: Round, pages: list[RoomPage]) -> None:
    stopping = asyncio.create_task(asyncio.to_thread(round_.house.stop))
    await _say(pages)
    assert (await stopping).code == 0
    await _say(pages)
    await asyncio.to_thread(round_.house.start)


async def _unheard(round_: Round, pages: list[RoomPage]) -> None:
    round_.house.sabotage(notices={"drop": 1.0})
    await _say(pages)
    await round_.load.until_acked(round_.load.acknowledged + UNHEARD)
    await _say(pages)
    round_.house.sabotage()


async def _refused(round_: Round, pages: list[RoomPage]) -> None:
    round_.house.sabotage(disk_full=True)
    await _say(pages)
    await asyncio.gather(*(page.until_refused() for page in pages))
    round_.house.sabotage()
    await asyncio.gather(*(page.retry() for page in pages))


async def _arrived(page: RoomPage, house: House) -> None:
    """Everything that was written is stored. A page whose ack died with the site is not told again:
    it finds its message among what it missed."""
    stored: set[str | None] = set()
    for _ in range(200):
        stored = {row.client_id for row in house.rows()["general"]}
        if len(page.sent()) == page.said and page.sent() <= stored:
            return
        await asyncio.sleep(0.1)
    raise AssertionError(f"{page.said} said, {page.sent() - stored} not stored")


async def _shows_what_is_stored(page: RoomPage, rows: list[State]) -> None:
    wanted = [Shown.of(row) for row in rows]
    shown: list[Shown] = []
    for _ in range(100):
        shown = await page.shown()
        if len(shown) >= 50 and shown == wanted[-len(shown) :]:
            assert any(row.reactions for row in shown)
            return
        await asyncio.sleep(0.2)
    differing = [
        pair for pair in zip(shown, wanted[-len(shown) :], strict=False) if pair[0] != pair[1]
    ]
    raise AssertionError(f"{len(shown)} rows, {len(differing)} differ: {differing[:3]}")
