"""The load's clients do what docs/protocol.md asks of them, so that it is the site that is seen."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.rounds import LONG, Round, under_load
from tests.running import ROOT

pytestmark = pytest.mark.timeout(300)

CUTS = 20 if LONG else 3


async def test_who_is_cut_comes_back_and_who_is_late_reads_what_was_said(tmp_path: Path) -> None:
    async with under_load(tmp_path, "all lines cut") as round_:
        load = round_.load
        await load.until_acked(50)
        newcomers = [load.admit(load.people[0], "json"), load.admit(load.people[1], "html")]
        await load.until(lambda: all(reader.is_live for reader in newcomers), 30)
        async with round_.strike():
            for _cut in range(CUTS):
                load.cut()
                await load.until_acked(load.acknowledged + 20)
        await round_.finish()
        again = [live for live in load.record.live if live.connection > 1]
        assert {live.reader for live in again} == {reader.name for reader in load.readers}
        assert all(live.since is not None and live.reset is None for live in again)
        assert any(told.replayed for told in load.record.told)
        assert all(reader.shown() for reader in newcomers)
        # Nobody gave up, and nobody asked for more than that.
        answered = {(ack.author, ack.client_id) for ack in load.record.acked}
        assert {(post.author, post.client_id) for post in load.record.sent} == answered


async def test_another_epoch_makes_everybody_read_anew(tmp_path: Path) -> None:
    async with under_load(tmp_path, "another epoch") as round_:
        async with round_.strike():
            await asyncio.to_thread(_renew_epoch, round_)
            names = {reader.name for reader in round_.load.readers}
            await round_.load.until(lambda: _who_was_reset(round_) == names, 30)
        assert {live.reset for live in round_.load.record.live} == {None, "epoch"}


def _renew_epoch(round_: Round) -> None:
    subprocess.run(
        [sys.executable, "manage.py", "new_epoch"],
        cwd=ROOT,
        env={**os.environ, **round_.house.environment},
        check=True,
        capture_output=True,
    )


def _who_was_reset(round_: Round) -> set[str]:
    return {live.reader for live in round_.load.record.live if live.reset is not None}
