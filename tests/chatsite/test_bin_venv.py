"""`bin/venv` and `.ci/run` on a machine with an old Python alone."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.running import ROOT

pytestmark = pytest.mark.skipif(os.name != "posix", reason="a script for sh")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A fresh one, with the programs that any system has and an old Python."""
    for script in ("bin/venv", ".ci/run"):
        (tmp_path / "project" / script).parent.mkdir(parents=True)
        shutil.copy(ROOT / script, tmp_path / "project" / script)
    shutil.copy(ROOT / ".python-version", tmp_path / "project")
    (tmp_path / "path").mkdir()
    for program in (
        "sh",
        "bash",
        "env",
        "dirname",
        "head",
        "basename",
        "cat",
        "cksum",
        "rm",
        "grep",
    ):
        found = shutil.which(program)
        assert found
        (tmp_path / "path" / program).symlink_to(found)
    stub(tmp_path / "path" / "python3", "exit 1")
    return tmp_path


def stub(path: Path, script: str) -> None:
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def run(checkout: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [checkout / "project" / command[0], *command[1:]],
        env={"PATH": str(checkout / "path"), "HOME": str(checkout)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_without_a_fitting_python_it_says_how_to_get_one(checkout: Path) -> None:
    ended = run(checkout, "bin/venv", "requirements.txt")
    assert ended.returncode == 1
    assert ended.stdout == ""
    [line] = ended.stderr.splitlines()
    assert line.startswith("Chatsite needs Python 3.12 or newer (")
    assert not (checkout / "project" / ".venv").exists()


def test_the_checks_say_so_too_when_the_system_has_none_to_install(checkout: Path) -> None:
    stub(checkout / "path" / "apt-get", 'echo "$@"')
    ended = run(checkout, ".ci/run")
    assert ended.returncode == 1
    assert "python3 python3-venv" in ended.stdout
    [line] = ended.stderr.splitlines()
    assert "pyenv install 3.13" in line


def test_the_checks_take_the_python_of_pyenv(checkout: Path) -> None:
    versions = checkout / ".pyenv" / "versions" / "3.13.0" / "bin"
    versions.mkdir(parents=True)
    stub(versions / "python3", "exit 0")
    stub(checkout / "path" / "apt-get", 'echo "$@"')
    stub(checkout / "path" / "make", 'echo "made $REQUIRE_ALL $@"')
    ended = run(checkout, ".ci/run")
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.splitlines()[-1] == "made 1 test"
    assert "python3" not in ended.stdout
