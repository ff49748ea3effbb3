"""Threads that change rows wait in a row."""

import sqlite3
import threading
import time
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction

from accounts.models import User
from rooms import turns
from rooms.actions.memberships import join_room
from rooms.actions.rooms import change_room, create_room, open_direct_room
from rooms.models import Room
from rooms.turns import asked_at, changing
from tests.running import wait_until

pytestmark = pytest.mark.django_db(transaction=True)


def begin(work: threading.Thread, already: int) -> None:
    """Starts it; returns when it waits, or has its turn."""
    work.start()
    wait_until(lambda: len(turns._turns._waiting) > already)


def test_who_asked_first_is_first() -> None:
    done: list[int] = []

    def change(number: int) -> None:
        with changing():
            done.append(number)
        connection.close()

    waiting = [threading.Thread(target=change, args=[number]) for number in range(5)]
    with changing():
        for number, each in enumerate(waiting):
            begin(each, 1 + number)
        assert not done
    for each in waiting:
        each.join(10)
    assert done == [0, 1, 2, 3, 4]


def test_who_waits_too_long_is_told_and_keeps_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "PATIENCE", 0.05)
    told: list[Exception] = []

    def change() -> None:
        try:
            with changing():
                raise AssertionError("it was not its turn")
        except OperationalError as problem:
            told.append(problem)

    with changing():
        impatient = threading.Thread(target=change)
        begin(impatient, 1)
        impatient.join(10)
    assert len(told) == 1
    assert not turns._turns._waiting
    with changing():
        pass


def test_who_speaks_for_many_goes_before_all_who_wait() -> None:
    done: list[int] = []

    def change(number: int, is_next: bool) -> None:
        with changing(is_next=is_next):
            done.append(number)
        connection.close()

    waiting = [threading.Thread(target=change, args=[number, number == 2]) for number in range(3)]
    with changing():
        for number, each in enumerate(waiting):
            begin(each, 1 + number)
    for each in waiting:
        each.join(10)
    assert done == [2, 0, 1]


def test_what_was_asked_for_long_ago_waits_no_more() -> None:
    other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        began = time.monotonic()
        with (
            asked_at(began - turns.PATIENCE + 0.2),
            pytest.raises(OperationalError, match="locked"),
            changing(),
        ):
            raise AssertionError("it is locked")
        assert 0.1 < time.monotonic() - began < 1.5
    finally:
        other.rollback()
        other.close()
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout")
        assert cursor.fetchone() == (connection.settings_dict["OPTIONS"]["timeout"] * 1000,)


@pytest.mark.parametrize(
    "change",
    [
        lambda ada, general: join_room(ada, general),
        lambda ada, _general: create_room(ada, name="new-one"),
        lambda ada, _general: open_direct_room(ada, ["bob"]),
        lambda _ada, general: change_room(general.created_by, general, topic="tea"),
    ],
    ids=["join", "create", "direct", "change"],
)
@pytest.mark.usefixtures("bob")
def test_rooms_and_memberships_wait_in_the_same_row(
    ada: User, mod: User, general: Room, monkeypatch: pytest.MonkeyPatch, change: Any
) -> None:
    general.created_by = mod
    monkeypatch.setattr(turns, "PATIENCE", 0.05)
    told: list[Exception] = []

    def ask() -> None:
        try:
            change(ada, general)
        except OperationalError as problem:
            told.append(problem)
        connection.close()

    with changing():
        asking = threading.Thread(target=ask)
        asking.start()
        asking.join(10)
    assert ["took too long" in str(each) for each in told] == [True]


def test_inside_a_transaction_there_is_no_waiting_and_a_fault_gives_the_turn_back() -> None:
    with pytest.raises(ZeroDivisionError), changing(), changing(), transaction.atomic():
        raise ZeroDivisionError
    assert not turns._turns._waiting
