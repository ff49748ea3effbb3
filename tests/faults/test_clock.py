"""The server's clock goes an hour forth and back while it runs."""

import time
from pathlib import Path
from urllib.error import HTTPError

import pytest

from tests import needs
from tests.faults.clock import HOUR, Clock
from tests.faults.house import housing
from tests.faults.rest import Rest
from tests.faults.rounds import LONG, under_load
from tests.site import Site

pytestmark = [needs.compiler, pytest.mark.timeout(900)]

MOVES = [HOUR, 0] * (5 if LONG else 1)


async def test_the_clock_moves_under_load(tmp_path: Path) -> None:
    clock = Clock(tmp_path)
    async with under_load(tmp_path, "clock an hour forth and back", **clock.environment) as round_:
        (watcher,) = await round_.newcomers(1, "watcher")
        async with Rest(round_.house.url, watcher.token) as rest:
            here = await _here(rest)
            assert here
            for seconds in MOVES:
                async with round_.strike():
                    clock.move(seconds)
                    assert await _here(rest) == here
        assert not round_.load.record.gone
        # A slow machine may answer a change with `storage_unavailable`, a moved clock with neither.
        assert not round_.load.refusals().keys() & {"rate_limited", "token_not_valid", "internal"}


async def _here(rest: Rest) -> set[str]:
    """Who is in the room, of whom nobody leaves."""
    answer = await rest.get("/api/rooms/general/users/")
    return {person["username"] for person in answer["results"]}


def test_who_was_too_fast_may_go_on_though_the_clock_went_back(tmp_path: Path) -> None:
    clock = Clock(tmp_path)
    with housing(tmp_path, RATE_LIMITS="on", **clock.environment) as house:
        (ada,) = house.people(1)
        site, path = house.site(), "/api/rooms/general/messages/"
        clock.move(HOUR)
        with pytest.raises(HTTPError) as refused:
            _post_on_and_on(site, path, ada.token)
        assert refused.value.code == 429
        wait = int(refused.value.headers["Retry-After"])
        assert wait < 5
        clock.move(0)
        time.sleep(wait)
        site.post(path, {"content": "later"}, ada.token)


def _post_on_and_on(site: Site, path: str, token: str) -> None:
    for number in range(1000):
        site.post(path, {"content": str(number)}, token)
