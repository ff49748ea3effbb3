"""Where servers differ: what a stop looks like."""

import time
from pathlib import Path

import pytest

from tests.prepared import QUICK
from tests.site import serving
from tests.wire.lines import line, plain_daphne


@pytest.mark.parametrize("server", ["daphne", "uvicorn"])
async def test_a_stop_tells_the_sockets_to_come_back_and_ends_in_time(
    prepared: Path, server: str
) -> None:
    with serving(prepared, server=server, **QUICK) as site:
        token = site.register("ada")
        async with line(site.chat(token)) as hers:
            await hers.until("ready")
            started = time.monotonic()
            site.process.process.terminate()
            assert await hers.code() == 1012
        assert site.process.process.wait(10) == 0
        assert time.monotonic() - started < 10


async def test_plain_daphne_leaves_the_sockets_without_a_word(prepared: Path) -> None:
    with plain_daphne(prepared) as site:
        token = site.register("ada")
        async with line(site.chat(token)) as hers:
            await hers.until("ready")
            site.process.process.terminate()
            assert await hers.code() in {1006, None}
        site.process.process.wait(15)
