"""Background work inside the serving process."""

import threading

import pytest
from django_tasks_db.models import DBTaskResult

from accounts.tasks import flush_expired
from chatsite.jobs import Jobs


@pytest.mark.django_db(transaction=True)
def test_daily_work_waits_once_and_is_done() -> None:
    jobs = Jobs(daily=[flush_expired])
    jobs._ask_for_daily_work()
    jobs._ask_for_daily_work()
    assert DBTaskResult.objects.ready().count() == 1
    jobs._look()
    assert DBTaskResult.objects.successful().count() == 1
    assert not DBTaskResult.objects.ready().exists()


@pytest.mark.django_db(transaction=True)
def test_what_waits_is_done_before_the_next_day() -> None:
    jobs = Jobs(daily=[])
    jobs._look()
    flush_expired.enqueue()
    jobs._look()
    assert DBTaskResult.objects.successful().count() == 1


def test_a_fault_does_not_end_the_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chatsite.jobs.LOOK_EVERY", 0.01)
    looked_again = threading.Event()
    looks: list[str] = []

    def look(jobs: Jobs) -> None:
        looks.append("look")
        if len(looks) == 1:
            raise OSError("the database is away")
        looked_again.set()

    monkeypatch.setattr(Jobs, "_look", look)
    jobs = Jobs(daily=[])
    jobs.start()
    try:
        assert looked_again.wait(5)
    finally:
        jobs.stop()
    assert not jobs.is_alive()


def test_a_thread_that_never_started_can_be_stopped() -> None:
    Jobs(daily=[]).stop()
