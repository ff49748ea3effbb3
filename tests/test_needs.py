"""What is missing is skipped by name; with REQUIRE_ALL=1 nothing may be skipped."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.running import ROOT


def told(folder: Path, script: str, **environment: str) -> str:
    """What pytest says of a test file, on a machine where nothing is installed."""
    (folder / "test_it.py").write_text(script)
    return subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-rs", "-c", os.devnull, "--rootdir", str(folder)),
            *("-p", "tests.needs", "-p", "no:django", "-p", "no:cacheprovider", str(folder)),
        ],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "PATH": "", **environment},
        capture_output=True,
        text=True,
        check=False,
    ).stdout


NEEDY = "from tests import needs\n@needs.redis_server\ndef test_it(): pass\n"


def test_a_missing_part_is_skipped_with_the_way_to_get_it(tmp_path: Path) -> None:
    output = told(tmp_path, NEEDY)
    assert "1 skipped" in output
    assert "redis-server is missing: apt-get install redis-server" in output


@pytest.mark.parametrize("script", [NEEDY, "import pytest\ndef test_it(): pytest.skip('no')\n"])
def test_nothing_may_be_skipped_where_all_is_required(tmp_path: Path, script: str) -> None:
    output = told(tmp_path, script, REQUIRE_ALL="1")
    assert re.search(r"=+ 1 (failed|error) in", output)
    assert "REQUIRE_ALL=1, but skipped: " in output


def test_a_part_that_is_there_is_used(tmp_path: Path) -> None:
    (tmp_path / "redis-server").write_text("")
    (tmp_path / "redis-server").chmod(0o700)
    assert "1 passed" in told(tmp_path, NEEDY, PATH=str(tmp_path), REQUIRE_ALL="1")
