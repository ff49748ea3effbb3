"""`migrate` and `runserver`, the other way to start the same site."""

import re
import sqlite3
import stat
import sys
import urllib.request
from contextlib import closing
from pathlib import Path

from chatsite.listening import listen
from tests.running import running, wait_until


def migrate(folder: Path, *what: str) -> None:
    with running("manage.py", "migrate", *what, DATA_DIR=str(folder)) as process:
        assert process.process.wait(90) == 0, process.output


def rooms_in(folder: Path) -> list[tuple[str]]:
    with closing(sqlite3.connect(folder / "chatsite.sqlite3")) as connection:
        return connection.execute("SELECT name FROM rooms_room").fetchall()


def page_at(address: str) -> str:
    """What is there; empty while nobody listens."""
    try:
        with urllib.request.urlopen(address, timeout=10) as page:
            return str(page.read().decode())
    except OSError:
        return ""


def free_port(host: str) -> int:
    with listen(host, 0) as listener:
        return int(listener.getsockname()[1])


def test_migrate_makes_the_first_room_and_nobody_else_may_read_it(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    migrate(tmp_path)
    assert rooms_in(tmp_path) == [("general",)]
    if sys.platform != "win32":
        for file in tmp_path.glob("chatsite.sqlite3*"):
            assert not stat.S_IMODE(file.stat().st_mode) & 0o077, file
    migrate(tmp_path, "rooms", "zero")
    migrate(tmp_path)
    assert rooms_in(tmp_path) == [("general",)]


def test_it_serves_a_styled_page_with_its_style(prepared: Path) -> None:
    address = f"127.0.0.1:{free_port('127.0.0.1')}"
    with running(
        "manage.py", "runserver", "--noreload", address, DATA_DIR=str(prepared)
    ) as process:
        process.wait_for("Starting ASGI/Daphne")
        wait_until(lambda: bool(page_at(f"http://{address}/accounts/login/")))
        page = page_at(f"http://{address}/accounts/login/")
        styles = re.findall(r'href="(/static/css/[^"]+)"', page)
        assert styles
        for style in styles:
            assert "{" in page_at(f"http://{address}{style}")
        assert "administrator" not in process.output


def test_where_others_can_reach_it_the_first_administrator_needs_a_link(prepared: Path) -> None:
    # 127.0.0.2 stands for an outer address: nobody else is reached in a test.
    address = f"127.0.0.2:{free_port('127.0.0.2')}"
    with running(
        "manage.py", "runserver", "--noreload", address, DATA_DIR=str(prepared)
    ) as process:
        link = process.wait_for("Who registers here first becomes its administrator: ")
        assert link.startswith(f"http://{address}/accounts/register/?setup_token=")
        wait_until(lambda: bool(page_at(link)))


def test_it_listens_where_the_settings_say(prepared: Path) -> None:
    port = str(free_port("127.0.0.2"))
    with running(
        *("manage.py", "runserver", "--noreload"),
        DATA_DIR=str(prepared),
        HOST="127.0.0.2",
        PORT=port,
    ) as process:
        process.wait_for("becomes its administrator: ")
        wait_until(lambda: bool(page_at(f"http://127.0.0.2:{port}/accounts/login/")))


def test_it_keeps_the_checks_of_serve(prepared: Path) -> None:
    with running(
        *("manage.py", "runserver", "--noreload", f"127.0.0.2:{free_port('127.0.0.2')}"),
        DATA_DIR=str(prepared),
        RATE_LIMITS="off",
    ) as process:
        process.wait_for("(chatsite.E001)")
        assert process.process.wait(10) == 1


def test_without_tables_it_says_so_and_starts(tmp_path: Path) -> None:
    address = f"127.0.0.2:{free_port('127.0.0.2')}"
    with running(
        "manage.py", "runserver", "--noreload", address, DATA_DIR=str(tmp_path)
    ) as process:
        process.wait_for("unapplied migration(s)")
        process.wait_for("Starting ASGI/Daphne")
        assert "Traceback" not in process.output
