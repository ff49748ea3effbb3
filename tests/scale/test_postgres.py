"""The rows, the actions and the sockets hold on PostgreSQL too."""

import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests import needs
from tests.running import ROOT, wait_until

pytestmark = [needs.postgres, pytest.mark.timeout(600)]

SUITES = (
    "tests/rooms/actions",
    "tests/rooms/hub",
    "tests/rooms/sockets/test_connecting.py",
    "tests/rooms/sockets/test_posting.py",
)


@pytest.fixture
def postgres() -> Iterator[str]:
    """The address of a cluster of the test's own."""
    programs = Path(needs.find_postgres() or "")
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    shutil.chown(folder, *_owner())
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    start = [programs / "initdb", "-D", folder / "data", "-U", "chat", "-A", "trust", "-N"]
    subprocess.run(start, check=True, stdout=subprocess.DEVNULL, cwd=folder, **_as_owner())
    options = f"-h 127.0.0.1 -p {port} -k {folder} -c fsync=off"
    server = subprocess.Popen(
        [programs / "postgres", "-D", folder / "data", *options.split()],
        stderr=subprocess.DEVNULL,
        cwd=folder,
        **_as_owner(),
    )
    address = f"postgres://chat@127.0.0.1:{port}/postgres"
    try:
        wait_until(lambda: _answers(address), 30)
        yield address
    finally:
        server.terminate()
        server.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


def _answers(address: str) -> bool:
    try:
        psycopg.connect(address).close()
    except psycopg.OperationalError:
        return False
    return True


def _owner() -> tuple[int, int]:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return os.geteuid(), os.getegid()
    person = pwd.getpwnam("postgres")
    return person.pw_uid, person.pw_gid


def _as_owner() -> dict[str, int]:
    user, group = _owner()
    return {"user": user, "group": group} if os.geteuid() == 0 else {}


def test_the_protocol_holds_on_postgresql(postgres: str) -> None:
    environment = {
        **os.environ,
        "DATABASE_URL": postgres,
        "PROPERTY_RUNS": "0",
        "PROPERTY_ROW_RUNS": "40",
    }
    environment.pop("PYTEST_XDIST_WORKER", None)
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *SUITES],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout[-6000:]
    assert " passed" in ran.stdout
