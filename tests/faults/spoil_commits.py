"""Failpoints in the database: the commits of what posts and changes messages, and a full disk."""

import re
import time
from collections.abc import Callable
from typing import Any

from django.db import OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

from tests.faults.failpoints import Failpoints, die

_WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE|REPLACE)\b", re.IGNORECASE)
_WRITES_MESSAGES = re.compile(r'\s*(INSERT INTO|UPDATE) "?rooms_message"?\b', re.IGNORECASE)

type Execute = Callable[[str, Any, bool, dict[str, Any]], Any]


def plant(failpoints: Failpoints) -> None:
    """Stands around every connection from now on, SQLite's and PostgreSQL's alike."""
    guard = _Guard(failpoints)
    connection_created.connect(guard.watch, weak=False)
    wrapper: Any = BaseDatabaseWrapper
    commit, rollback = wrapper._commit, wrapper._rollback

    def spoilt_commit(connection: Any) -> None:
        written = guard.end(connection)
        guard.before(written)
        commit(connection)
        guard.after(written)

    def watched_rollback(connection: Any) -> None:
        guard.end(connection)
        rollback(connection)

    wrapper._commit, wrapper._rollback = spoilt_commit, watched_rollback


class _Guard:
    """Knows of each connection's transaction what it has written so far."""

    def __init__(self, failpoints: Failpoints) -> None:
        self._failpoints = failpoints

    def watch(self, connection: Any, **signal: Any) -> None:
        """Sees every statement of a connection; one that is opened again is watched already."""
        if self._execute not in connection.execute_wrappers:
            connection.execute_wrappers.append(self._execute)

    def end(self, connection: Any) -> set[str]:
        """What the transaction that ends now has written: `rows`, `messages`."""
        written: set[str] = connection.__dict__.pop("_written", set())
        return written

    def before(self, written: set[str]) -> None:
        faults = self._failpoints.now()
        if written and faults.get("disk_full") == "commit":
            self._fail()
        if "messages" in written:
            if slow := faults.get("slow_commit"):
                self._failpoints.note("slow_commit")
                time.sleep(slow)
            self._perhaps_die("kill_before_commit", faults.get("kill_before_commit", 0.0))

    def after(self, written: set[str]) -> None:
        if "messages" in written:
            faults = self._failpoints.now()
            self._perhaps_die("kill_after_commit", faults.get("kill_after_commit", 0.0))

    def _execute(
        self, execute: Execute, sql: str, params: Any, many: bool, context: dict[str, Any]
    ) -> Any:
        if _WRITES.match(sql):
            connection = context["connection"]
            full = self._failpoints.now().get("disk_full", False)
            # Outside a transaction the statement is its own commit.
            if full is True or (full and not connection.in_atomic_block):
                self._fail()
            if connection.in_atomic_block:
                written = connection.__dict__.setdefault("_written", set())
                written.add("messages" if _WRITES_MESSAGES.match(sql) else "rows")
        return execute(sql, params, many, context)

    def _perhaps_die(self, name: str, probability: float) -> None:
        if self._failpoints.strikes(name, probability):
            die()

    def _fail(self) -> None:
        self._failpoints.note("disk_full")
        raise OperationalError("database or disk is full")
