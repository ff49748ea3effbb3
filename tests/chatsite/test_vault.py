"""The site's secrets: made once, agreed upon, never replaced."""

import json
import stat
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from chatsite.vault import keep_private, load_secrets
from tests.running import running


def test_the_first_start_makes_secrets_that_only_the_owner_can_read(tmp_path: Path) -> None:
    made = load_secrets(tmp_path / "data")
    assert made["SECRET_KEY"] != made["JWT_SIGNING_KEY"]
    assert load_secrets(tmp_path / "data") == made
    if sys.platform != "win32":
        file = tmp_path / "data" / "secrets.json"
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_processes_that_start_together_agree(tmp_path: Path) -> None:
    script = (
        "from pathlib import Path; from chatsite.vault import keep_private, load_secrets;"
        f"print('key', load_secrets(Path({str(tmp_path)!r}))['SECRET_KEY'])"
    )

    def start(_: int) -> str:
        with running("-c", script) as process:
            return process.wait_for("key ")

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(start, range(8)))) == 1
    assert [file.name for file in tmp_path.iterdir()] == ["secrets.json"]


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", "null", "{}", json.dumps({"SECRET_KEY": "x" * 60, "JWT_SIGNING_KEY": "short"})],
)
def test_a_file_that_is_no_secret_stops_the_start_and_stays(tmp_path: Path, content: str) -> None:
    file = tmp_path / "secrets.json"
    file.write_text(content)
    with pytest.raises(ImproperlyConfigured, match=r"secrets\.json"):
        load_secrets(tmp_path)
    assert file.read_text() == content


def test_a_file_that_cannot_be_read_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "secrets.json").mkdir()
    with pytest.raises(ImproperlyConfigured, match="cannot be read"):
        load_secrets(tmp_path)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other rights")
def test_a_database_is_its_owners_alone(tmp_path: Path) -> None:
    fresh, old = tmp_path / "fresh.sqlite3", tmp_path / "old.sqlite3"
    old.write_bytes(b"rows")
    old.chmod(0o644)
    for path in (fresh, old):
        keep_private(path)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert (fresh.read_bytes(), old.read_bytes()) == (b"", b"rows")
