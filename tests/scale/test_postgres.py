"""The rows, the actions and the sockets hold on PostgreSQL too."""

import os
import pwd
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator

import psycopg
import pytest

from tests import needs
from tests.prepared import scratch
from tests.running import ROOT, wait_until

pytestmark = [needs.postgres, pytest.mark.timeout(600)]

SUITES = (
    "tests/rooms/actions",
    "tests/rooms/hub",
    "tests/rooms/sockets/test_connecting.py",
    "tests/rooms/sockets/test_posting.py",
    "tests/scale/postgres_only.py",
)
# The cluster goes with the test, and its databases with it.
OPTIONS = (
    "--reuse-db",
    # They lock a file of SQLite's.
    "--deselect=tests/rooms/sockets/test_posting.py::"
    "test_what_waits_behind_a_post_waits_no_longer_than_it",
    "--deselect=tests/rooms/sockets/test_posting.py::test_each_is_answered_in_time_from_its_coming",
)


@pytest.fixture
def postgres() -> Iterator[str]:
    """The address of a cluster of the test's own."""
    with scratch() as folder:
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres")
        yield from _cluster(folder)


def _cluster(folder: str) -> Iterator[str]:
    programs = needs.find_postgres()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    make = f"{programs}/initdb -D {folder}/data -U chat -A trust -N"
    serve = f"{programs}/postgres -D {folder}/data -h 127.0.0.1 -p {port} -k {folder} -c fsync=off"
    quiet = subprocess.DEVNULL
    subprocess.run([*_as_owner(), *make.split()], check=True, stdout=quiet, cwd=folder)
    server = subprocess.Popen([*_as_owner(), *serve.split()], stderr=quiet, cwd=folder)
    address = f"postgres://chat@127.0.0.1:{port}/postgres"
    try:
        wait_until(lambda: _answers(address), 30)
        yield address
    finally:
        server.terminate()
        server.wait(30)


def _answers(address: str) -> bool:
    try:
        psycopg.connect(address).close()
    except psycopg.OperationalError:
        return False
    return True


def _as_owner() -> list[str]:
    """PostgreSQL refuses to run as root; then it runs as its package's own person."""
    if os.geteuid() != 0:
        return []
    person = pwd.getpwnam("postgres")
    return ["setpriv", f"--reuid={person.pw_uid}", f"--regid={person.pw_gid}", "--clear-groups"]


def test_the_protocol_holds_on_postgresql(postgres: str) -> None:
    environment = {
        **os.environ,
        "DATABASE_URL": postgres,
        "PROPERTY_RUNS": "0",
        "PROPERTY_ROW_RUNS": "20",
    }
    environment.pop("PYTEST_XDIST_WORKER", None)
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *OPTIONS, *SUITES],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout[-6000:]
    assert " passed" in ran.stdout
