"""Copies of the database."""

import sqlite3
import stat
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from chatsite.backup import KEPT, back_up


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Path]:
    """A database that somebody has open, with its newest rows outside the main file."""
    path = tmp_path / "chatsite.sqlite3"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        # As Django's checks do, this calls what is known to its own connection alone.
        connection.create_function("REGEXP", 2, lambda pattern, words: True)
        connection.execute("CREATE TABLE said (words TEXT CHECK (words REGEXP '.'))")
        connection.execute("INSERT INTO said VALUES ('hello')")
        connection.commit()
        yield path


def words_in(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return [row[0] for row in connection.execute("SELECT words FROM said")]


def test_a_copy_holds_what_was_committed(database: Path, tmp_path: Path) -> None:
    copy = back_up(database, tmp_path / "backups")
    assert words_in(copy) == ["hello"]
    assert list(copy.parent.iterdir()) == [copy]
    if sys.platform != "win32":
        assert stat.S_IMODE(copy.stat().st_mode) == 0o600
        assert stat.S_IMODE(copy.parent.stat().st_mode) == 0o700


def test_the_last_five_stay(database: Path, tmp_path: Path) -> None:
    made = [back_up(database, tmp_path / "backups") for _ in range(KEPT + 2)]
    assert sorted((tmp_path / "backups").iterdir()) == made[2:]


def test_a_copy_that_fails_leaves_nothing(tmp_path: Path) -> None:
    broken = tmp_path / "broken.sqlite3"
    broken.write_bytes(b"no database at all" * 100)
    with pytest.raises(sqlite3.Error):
        back_up(broken, tmp_path / "backups")
    assert list((tmp_path / "backups").iterdir()) == []


def test_a_copy_has_an_epoch_of_its_own(database: Path, tmp_path: Path) -> None:
    def epoch_in(path: Path) -> str:
        with closing(sqlite3.connect(path)) as connection:
            return str(connection.execute("SELECT epoch FROM rooms_site").fetchone()[0])

    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("CREATE TABLE rooms_site (id PRIMARY KEY, epoch)")
        connection.execute("INSERT INTO rooms_site VALUES (1, 'first')")
    copies = [back_up(database, tmp_path / "backups") for _ in range(2)]
    assert len({"first", *map(epoch_in, copies)}) == 3
    assert epoch_in(database) == "first"
    assert sorted(copies[0].parent.iterdir()) == copies
