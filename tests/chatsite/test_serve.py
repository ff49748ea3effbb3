"""`manage.py serve`, as a process."""

import json
import os
import socket
import sqlite3
import stat
import sys
import time
import urllib.request
from contextlib import closing, suppress
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from chatsite.listening import listen
from tests.chatsite.conftest import Start
from tests.machine import Pace
from tests.running import running, wait_until

both_servers = pytest.mark.parametrize("server", ["daphne", "uvicorn"])


def rows(folder: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(folder / "chatsite.sqlite3")) as connection:
        return connection.execute(query).fetchall()


def migrate(folder: Path, *what: str) -> None:
    with running("manage.py", "migrate", *what, DATA_DIR=str(folder)) as process:
        assert process.process.wait(90) == 0, process.output


def code_of(client: ClientConnection) -> int | None:
    """The close code, whatever comes before it."""
    try:
        while True:
            client.recv(timeout=10)
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd else None


def test_the_first_start_prepares_everything(start: Start, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with start(folder=folder) as site:
        with urllib.request.urlopen(site.address + "accounts/login/", timeout=10) as page:
            assert page.status == 200
        assert rows(folder, "SELECT name FROM rooms_room") == [("general",)]
        names = {file.name for file in folder.iterdir()}
        assert {"secrets.json", "chatsite.sqlite3", "uploads"} <= names
        assert "backups" not in names
        if sys.platform != "win32":
            for file in [folder, *folder.iterdir()]:
                assert not stat.S_IMODE(file.stat().st_mode) & 0o077, file
        assert site.process.end() == 0


@pytest.mark.alone
def test_a_later_start_answers_within_three_seconds(start: Start) -> None:
    with start() as site:
        site.process.end()
    # What else this machine does meanwhile is not what is measured.
    taken: list[float] = []
    pace = Pace()
    while len(taken) < 3 and not any(seconds < 3 for seconds in taken):
        pace.take()
        began = time.monotonic()
        with start() as site:
            urllib.request.urlopen(site.address + "accounts/login/", timeout=10).close()
            seconds = time.monotonic() - began
            taken.append(seconds - seconds_in_queue(site.process.process.pid))
    assert min(taken) < 3 * pace.slowness, (taken, pace.slowness)


def seconds_in_queue(pid: int) -> float:
    """How long the process was kept from running by others; only known on Linux."""
    try:
        return int(Path(f"/proc/{pid}/schedstat").read_text(encoding="ascii").split()[1]) / 1e9
    except OSError:
        return 0.0


@both_servers
def test_a_body_that_is_too_long_is_refused_everywhere(start: Start, server: str) -> None:
    with start("--server", server, MAX_BODY="65536") as site:
        host, port = site.address.removeprefix("http://").strip("/").split(":")
        for path in ("accounts/login/", "nosuch", "api/auth/jwt/create/", "api/rooms/"):
            with socket.create_connection((host, int(port)), timeout=10) as client:
                lines = (f"POST /{path} HTTP/1.1", f"Host: {host}", "Content-Length: 65537", "", "")
                client.sendall("\r\n".join(lines).encode())
                assert client.recv(12) == b"HTTP/1.1 413"
        site.process.end()
        assert "Traceback" not in site.process.output


def test_a_start_after_an_update_copies_the_database_and_migrates(
    start: Start, prepared: Path
) -> None:
    migrate(prepared, "sessions", "zero")
    with start(folder=prepared) as site:
        copies = list((prepared / "backups").iterdir())
        assert f"A copy as it was: {copies[0]}" in site.process.output
        site.process.end()
    assert len(copies) == 1
    tables = "SELECT name FROM sqlite_master WHERE name = 'django_session'"
    with closing(sqlite3.connect(copies[0])) as copy:
        assert copy.execute(tables).fetchall() == []
        assert copy.execute("SELECT name FROM rooms_room").fetchall() == [("general",)]
    assert rows(prepared, tables) == [("django_session",)]
    with start(folder=prepared) as site:
        site.process.end()
    assert list((prepared / "backups").iterdir()) == copies


@both_servers
def test_a_port_in_use_is_one_line_and_exit_code_1(
    start: Start, server: str, tmp_path: Path
) -> None:
    with listen("127.0.0.1", 0) as listener:
        port = str(listener.getsockname()[1])
        with running(
            *("manage.py", "serve", "--server", server, "--port", port),
            DATA_DIR=str(tmp_path / "data"),
        ) as process:
            process.wait_for(f"Port {port} of 127.0.0.1 is in use.")
            assert process.process.wait(10) == 1
            assert len(process.lines) == 1
    # It is found out before anything is changed.
    assert rows(tmp_path / "data", "SELECT * FROM sqlite_master") == []


def test_no_rate_limits_are_refused_where_others_can_reach(tmp_path: Path) -> None:
    # 127.0.0.2 stands for an outer address: nobody else is reached in a test.
    with running(
        *("manage.py", "serve", "--host", "127.0.0.2", "--port", "0"),
        DATA_DIR=str(tmp_path / "data"),
        RATE_LIMITS="off",
    ) as process:
        process.wait_for(
            "?: (chatsite.E001) RATE_LIMITS is off while the site listens on 127.0.0.2"
        )
        assert process.process.wait(10) == 1


def test_rate_limits_may_be_off_on_loopback(start: Start) -> None:
    with start(RATE_LIMITS="off") as site:
        assert site.process.end() == 0


def test_an_outer_address_prints_the_setup_link_until_it_is_used(
    start: Start, prepared: Path
) -> None:
    with start("--host", "127.0.0.2", folder=prepared) as site:
        link = site.process.wait_for("Who registers here first becomes its administrator: ")
        assert link.startswith(f"{site.address}accounts/register/?setup_token=")
        with urllib.request.urlopen(link, timeout=10) as page:
            assert page.status == 200
        token = link.partition("=")[2]
        site.post(
            "api/auth/users/", username="ada", password="four odd words work", setup_token=token
        )
        assert rows(prepared, "SELECT is_superuser FROM accounts_user") == [(1,)]
        site.process.end()
    with start("--host", "127.0.0.2", folder=prepared) as site:
        site.process.end()
        assert "administrator" not in site.process.output


def test_the_setup_link_is_at_the_public_address(start: Start, prepared: Path) -> None:
    with start("--host", "127.0.0.2", folder=prepared, CHAT_URL="https://chat.example") as site:
        link = site.process.wait_for("Who registers here first becomes its administrator: ")
        assert link.startswith("https://chat.example/accounts/register/?setup_token=")


def test_an_unreadable_secret_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "secrets.json").touch()
    with running("manage.py", "serve", "--port", "0", DATA_DIR=str(tmp_path)) as process:
        assert process.process.wait(15) == 1
    assert "secrets.json" in process.output
    assert (tmp_path / "secrets.json").read_bytes() == b""


def test_background_work_is_asked_for_at_the_start_and_done(start: Start, tmp_path: Path) -> None:
    done = "SELECT task_path FROM django_tasks_database_dbtaskresult WHERE status = 'SUCCESSFUL'"
    with start(folder=tmp_path / "data") as site:
        wait_until(lambda: bool(rows(site.folder, done)))
        assert rows(site.folder, done) == [("accounts.tasks.flush_expired",)]
        assert site.process.end() == 0


@both_servers
def test_a_stop_tells_open_sockets_1012_and_ends_in_order(start: Start, server: str) -> None:
    with start("--server", server) as site:
        token = site.token(f"ada-{server}")
        with connect(site.socket_address(f"ws/chat/general/?token={token}")) as ada:
            assert "ready" in json.loads(ada.recv(timeout=10))
            began = time.monotonic()
            site.process.process.terminate()
            assert code_of(ada) == 1012
            assert site.process.process.wait(10) == 0
            assert time.monotonic() - began < 10
        assert "Traceback" not in site.process.output


@both_servers
def test_a_socket_to_nowhere_is_told_4404_without_a_traceback(start: Start, server: str) -> None:
    with start("--server", server) as site:
        for path in ("ws/nowhere/", "ws/chat/", "elsewhere"):
            with connect(site.socket_address(path)) as eve:
                assert code_of(eve) == 4404
        site.process.end()
        assert len(site.process.lines) <= 2, site.process.output


@both_servers
def test_no_token_reaches_a_log(start: Start, server: str) -> None:
    with start("--server", server) as site:
        for path in ("accounts/login/", "nowhere/", "api/rooms/"):
            with suppress(OSError):
                urllib.request.urlopen(f"{site.address}{path}?token=canary", timeout=10).close()
        for path in ("ws/chat/general/", "ws/nowhere/"):
            with (
                suppress(InvalidStatus, ConnectionClosed),
                connect(site.socket_address(f"{path}?token=canary")) as eve,
            ):
                eve.recv(timeout=5)
        site.process.end()
        assert "canary" not in site.process.output


def test_ctrl_c_ends_without_a_traceback(start: Start) -> None:
    if os.name != "posix":
        pytest.skip("Ctrl-C is a signal only on POSIX")
    with start() as site:
        site.process.process.send_signal(2)
        site.process.process.wait(10)
        assert "Traceback" not in site.process.output
