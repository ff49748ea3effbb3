"""The data folder may not be written: at the start, and while the site runs."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.rounds import LONG, under_load
from tests.running import ROOT

pytestmark = pytest.mark.timeout(900)

TIMES = 5 if LONG else 1

# Whom the modes of files do not bind would write all the same.
BOUND = (
    ()
    if os.getuid()
    else ("setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all", "--")
)


@pytest.mark.parametrize("held", [(), ("secrets.json",), ("secrets.json", "chatsite.sqlite3")])
def test_it_does_not_start_and_says_why(tmp_path: Path, held: tuple[str, ...]) -> None:
    folder = tmp_path / "data"
    folder.mkdir(0o700)
    if held:
        _manage(folder, "migrate")
        for name in {path.name for path in folder.iterdir() if path.is_file()} - {*held}:
            (folder / name).unlink()
    folder.chmod(0o500)

    started = _manage(folder, "serve", "--port", "0")

    assert started.returncode == 1
    assert "Traceback" not in started.stdout
    assert f"{folder} cannot be written" in started.stdout
    assert "DATA_DIR" in started.stdout


def _manage(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Both outputs are one."""
    return subprocess.run(
        [*BOUND, sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={**os.environ, "DATA_DIR": str(folder), "DATABASE_URL": ""},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.slow
async def test_it_becomes_unwritable_while_it_runs(tmp_path: Path) -> None:
    async with under_load(tmp_path, "unwritable folder", under=BOUND) as round_:
        load = round_.load
        for _ in range(TIMES):
            async with round_.strike():
                round_.house.data.chmod(0o500)
                # It goes on with the files that it has, or refuses.
                answered = load.acknowledged + len(load.record.refused)
                await load.until(
                    lambda: load.acknowledged + len(load.record.refused) >= answered + 50,  # noqa: B023
                    60,
                )
                assert not load.refusals()["internal"]
                round_.house.data.chmod(0o700)
        assert not load.record.gone
