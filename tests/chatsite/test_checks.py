"""What must not start misconfigured."""

from pathlib import Path

import pytest
from pytest_django import Settings

from chatsite import checks
from tests.running import running

NONE: list[object] = []


def test_rates_without_limit_are_for_loopback_alone(settings: Settings) -> None:
    settings.RATE_LIMITS = False
    settings.LOOPBACK = True
    assert checks.check_limits(None) == NONE
    settings.LOOPBACK = False
    assert [found.id for found in checks.check_limits(None)] == ["chatsite.E001"]
    settings.RATE_LIMITS = True
    assert checks.check_limits(None) == NONE


def test_a_data_folder_that_others_may_read_is_told(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    tmp_path.chmod(0o700)
    assert checks.check_data_dir(None) == NONE
    tmp_path.chmod(0o750)
    assert [found.id for found in checks.check_data_dir(None)] == ["chatsite.W001"]


def test_an_old_sqlite_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert checks.check_sqlite(None) == NONE
    monkeypatch.setattr("sqlite3.sqlite_version_info", (3, 34, 1))
    assert [found.id for found in checks.check_sqlite(None)] == ["chatsite.E002"]


def test_every_interface_without_a_name_is_told(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ALLOWED_HOSTS", raising=False)
    settings.HOST, settings.CHAT_URL = "0.0.0.0", ""
    assert [found.id for found in checks.check_hosts(None)] == ["chatsite.W002"]
    settings.CHAT_URL = "https://chat.example"
    assert checks.check_hosts(None) == NONE


def test_the_production_profile_leaves_nothing_to_warn_of(tmp_path: Path) -> None:
    with running(
        *("manage.py", "check", "--deploy", "--fail-level", "WARNING"),
        CHAT_URL="https://chat.example",
        DATA_DIR=str(tmp_path / "data"),
    ) as process:
        process.wait_for("System check identified no issues (2 silenced).")
        assert process.process.wait(10) == 0
