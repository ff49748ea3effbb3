"""Commits take their time, and nobody is told of anything before they are done."""

from pathlib import Path

import pytest

from tests.faults.rounds import LONG, MESSAGES, under_load

pytestmark = pytest.mark.timeout(900)

SLOW = (0.05, 0.1) * (3 if LONG else 1)  # seconds
DURING = MESSAGES // 20 if LONG else 30  # acknowledged while each lasts


async def test_slow_commits_are_not_told_early(tmp_path: Path) -> None:
    async with under_load(tmp_path, "commits slow by 50 and 100 ms") as round_:
        house, load = round_.house, round_.load
        for seconds in SLOW:
            before = house.struck()
            async with round_.strike():
                house.sabotage(slow_commit=seconds)
                await load.until_acked(load.acknowledged + DURING)
                house.sabotage()
            assert (house.struck() - before)["slow_commit"]
