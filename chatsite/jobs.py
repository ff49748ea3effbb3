"""Background work inside the serving process: one thread that takes jobs from their table."""

import logging
import threading
import time
from typing import Any

from django.core.management import call_command
from django.db import close_old_connections, connection
from django.tasks import Task
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult, DBTaskResultQuerySet

logger = logging.getLogger(__name__)

LOOK_EVERY = 1.0
DAY = 86_400.0


class Jobs(threading.Thread):
    """Does what waits, one after another, and asks for each of `daily` at the start and every day.

    It looks without a lock and takes SQLite's only when something waits: the worker's own loop
    would take it every second.
    """

    def __init__(self, daily: list[Task[[], Any]]) -> None:
        super().__init__(name="jobs", daemon=True)
        self._daily = daily
        self._next_day = time.monotonic()
        self._stopping = threading.Event()
        self._worker = Worker(
            queue_names=["*"],
            interval=0,
            batch=True,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=get_random_string(32),
            excluded_queue_names=[],
        )

    def run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._look()
            except Exception:
                # A database that is away comes back; the thread has to be there then.
                logger.exception("Background work failed and is tried again")
            self._stopping.wait(LOOK_EVERY)
        connection.close()

    def stop(self) -> None:
        """Lets the job that runs now end, and starts no other; waits a second for it."""
        self._stopping.set()
        self._worker.running = False
        if self.is_alive():
            self.join(1.0)

    def _look(self) -> None:
        close_old_connections()
        if time.monotonic() >= self._next_day:
            self._ask_for_daily_work()
            self._next_day += DAY
        if _waiting().exists():
            self._worker.run()

    def _ask_for_daily_work(self) -> None:
        call_command("prune_db_task_results", verbosity=0)
        for task in self._daily:
            if not _waiting().filter(task_path=task.module_path).exists():
                task.enqueue()


def _waiting() -> DBTaskResultQuerySet:
    return DBTaskResult.objects.ready().filter(backend_name="default")
