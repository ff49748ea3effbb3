"""Brings the database to the code's state, with a backup first."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from chatsite.backup import back_up
from rooms.actions.rooms import ensure_general


def upgrade_database(say: Callable[[str], None]) -> None:
    """Applies the migrations that are missing; a database that held something is copied before."""
    executor = MigrationExecutor(connection)
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return
    if connection.vendor == "sqlite" and executor.loader.applied_migrations:
        # The executor has read; what it holds open would keep the copy waiting.
        connection.close()
        copy = back_up(Path(connection.settings_dict["NAME"]), settings.DATA_DIR / "backups")
        say(f"The database changes its form. A copy as it was: {copy}")
    call_command("migrate", interactive=False, verbosity=0)


def furnish(**signal: Any) -> None:
    """Makes what every site has; after `migrate`, since not everybody starts by `serve`."""
    executor = MigrationExecutor(connection)
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        ensure_general()
