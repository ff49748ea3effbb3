"""No fault at all: a site that nobody disturbs, and what the checker says of it."""

from pathlib import Path

import pytest

from tests.faults.rounds import LONG, under_load
from tests.faults.server import Kind

pytestmark = pytest.mark.timeout(300)


@pytest.mark.parametrize("server", ["daphne", "uvicorn"])
async def test_a_calm_day(tmp_path: Path, server: Kind) -> None:
    async with under_load(tmp_path, "none", server=server) as round_:
        async with round_.strike():
            await round_.load.until_acked(1_000)
        await round_.finish()
        load = round_.load
        # Another text under the same `client_id`, and reactions to what was deleted meanwhile.
        expected = {"id_conflict", "not_found"}
        # Where others work beside it, who wants the database's lock may wait for it too long.
        assert set(load.refusals()) <= (expected if LONG else expected | {"storage_unavailable"})
        assert not load.record.gone
        assert {(live.since, live.reset) for live in load.record.live} == {(None, None), (0, None)}
        assert len(load.record.live) == len(load.readers)
