"""What must not start misconfigured, each with a hint."""

import os
import sqlite3
import stat
from collections.abc import Sequence
from typing import Any

from django.apps.config import AppConfig
from django.conf import settings
from django.core import checks
from django.db import connection

# The first SQLite that knows RETURNING, by which a room's counter is taken.
_SQLITE_NEEDED = (3, 35, 0)


@checks.register()
def check_limits(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[checks.CheckMessage]:
    """RATE_LIMITS=off is for benchmarks on this machine alone."""
    if settings.RATE_LIMITS or settings.LOOPBACK:
        return []
    return [
        checks.Error(
            f"RATE_LIMITS is off while the site listens on {settings.HOST}.",
            hint="Unset RATE_LIMITS, or listen on 127.0.0.1.",
            id="chatsite.E001",
        )
    ]


@checks.register()
def check_sqlite(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[checks.CheckMessage]:
    """Every write of a room needs UPDATE … RETURNING."""
    if connection.vendor != "sqlite" or sqlite3.sqlite_version_info >= _SQLITE_NEEDED:
        return []
    return [
        checks.Error(
            f"This Python's SQLite {sqlite3.sqlite_version} is too old.",
            hint="Use a Python with SQLite 3.35 or newer, or set DATABASE_URL to PostgreSQL.",
            id="chatsite.E002",
        )
    ]


@checks.register(checks.Tags.files)
def check_data_dir_is_writable(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[checks.CheckMessage]:
    """Else SQLite would say it later, and not that it is the folder."""
    folder = settings.DATA_DIR
    if not folder.is_dir() or os.access(folder, os.W_OK | os.X_OK):
        return []
    return [
        checks.Error(
            f"{folder} cannot be written.",
            hint="Give it to the account that runs the site, or set another DATA_DIR.",
            id="chatsite.E003",
        )
    ]


@checks.register()
def check_data_dir(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[checks.CheckMessage]:
    """The data folder holds the site's keys and everybody's messages."""
    if os.name != "posix" or not settings.DATA_DIR.is_dir():
        return []
    if not stat.S_IMODE(settings.DATA_DIR.stat().st_mode) & 0o077:
        return []
    return [
        checks.Warning(
            f"Others on this machine may look into {settings.DATA_DIR}.",
            hint=f"chmod 700 {settings.DATA_DIR}",
            id="chatsite.W001",
        )
    ]


@checks.register()
def check_hosts(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[checks.CheckMessage]:
    """On every interface the site has no name of its own that it could know."""
    if settings.HOST not in {"0.0.0.0", "::"}:
        return []
    if settings.CHAT_URL or os.environ.get("ALLOWED_HOSTS", "").strip():
        return []
    return [
        checks.Warning(
            "The site listens on every interface, and answers only to the names of this machine.",
            hint="Set CHAT_URL to the address that people will type.",
            id="chatsite.W002",
        )
    ]
