"""Copies of the SQLite database, made before its tables change."""

import os
import secrets
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

KEPT = 5


def back_up(database: Path, folder: Path) -> Path:
    """The path of a whole and consistent copy, made while others may write; the last KEPT stay.

    Raises OSError and sqlite3.Error, and then leaves no half copy behind.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%f")
    path = folder / f"{database.stem}-{moment}.sqlite3"
    draft = path.with_suffix(".part")
    try:
        # Not cp, by which the newest rows would stay behind in the -wal file, and not VACUUM INTO,
        # which calls functions that only Django's connection has.
        with closing(sqlite3.connect(database)) as live, closing(sqlite3.connect(draft)) as copy:
            live.backup(copy)
            _renew_epoch(copy)
        _flush(draft)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    for old in sorted(folder.glob(f"{database.stem}-*.sqlite3"))[:-KEPT]:
        old.unlink()
    return path


def _renew_epoch(copy: sqlite3.Connection) -> None:
    """Else a client that resumes on the copy, once it is put back, would miss what it lacks.

    The next numbers of the rooms are given a second time there, to other messages.
    """
    if copy.execute("SELECT 1 FROM sqlite_master WHERE name = 'rooms_site'").fetchone():
        with copy:
            copy.execute("UPDATE rooms_site SET epoch = ?", [secrets.token_hex(8)])


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    path.chmod(0o600)
