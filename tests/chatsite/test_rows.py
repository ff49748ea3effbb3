"""How the serving settings open the database: as docs/deployment.md says of the disk."""

import os
import subprocess
import sys
from pathlib import Path

from tests.running import ROOT

_ASK = """
from django.db import connection
cursor = connection.cursor()
for name in ("journal_mode", "synchronous", "foreign_keys"):
    cursor.execute(f"PRAGMA {name}")
    print(name, cursor.fetchone()[0])
print("transactions", connection.transaction_mode)
"""


def test_sqlite_flushes_each_commit(tmp_path: Path) -> None:
    told = subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", _ASK],
        cwd=ROOT,
        env={**os.environ, "DATA_DIR": str(tmp_path), "DATABASE_URL": ""},
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert told.split("\n")[:-1] == [
        "journal_mode wal",
        "synchronous 2",  # FULL
        "foreign_keys 1",
        "transactions IMMEDIATE",
    ]
