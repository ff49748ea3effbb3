"""Of any number who register at once exactly one becomes the administrator."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from accounts.models import Administrator, User
from tests.accounts.wire import Api

ALL = 6


@pytest.mark.django_db(transaction=True)
def test_exactly_one_of_many_at_once_wins() -> None:
    start = threading.Barrier(ALL)
    doors = ["/api/auth/users/", "/accounts/register/"]

    def register(number: int) -> int:
        try:
            body = {"username": f"person{number}", "password": "four odd words work"}
            start.wait(10)
            door = doors[number % 2]
            if door.startswith("/api"):
                return int(Api().post(door, body).status_code)
            return int(Api().client.post(door, body).status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(ALL) as pool:
        answers = list(pool.map(register, range(ALL)))

    assert sorted(answers) == [201] * 3 + [302] * 3
    assert User.objects.filter(is_superuser=True, is_staff=True).count() == 1
    assert Administrator.objects.get().user.is_superuser
    assert User.objects.count() == ALL
