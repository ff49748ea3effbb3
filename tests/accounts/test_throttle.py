"""Tries are counted, and refused before anything is hashed."""

from typing import Any

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings
from redis.exceptions import ConnectionError as RedisIsAway

from accounts import throttle
from accounts.models import User
from tests.accounts.wire import Api

pytestmark = pytest.mark.django_db

PASSWORD = "four odd words work"
FAR = "203.0.113.7"


@pytest.fixture(autouse=True)
def stopped_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten seconds into a minute and an hour, for as long as the test lasts."""
    monkeypatch.setattr("accounts.throttle.time.time", lambda: 3600.0 * 500_000 + 10)


@pytest.fixture
def hashings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every password that is hashed."""
    seen: list[str] = []
    encode = MD5PasswordHasher.encode

    def watch(self: MD5PasswordHasher, password: str, salt: str) -> str:
        seen.append(password)
        return encode(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", watch)
    return seen


def test_the_eleventh_wrong_password_is_not_even_hashed(
    client: Client, ada: User, hashings: list[str]
) -> None:
    form = {"username": "ada", "password": "wrong"}
    for _ in range(10):
        assert client.post("/accounts/login/", form).status_code == 422
    hashings.clear()
    response: Any = client.post("/accounts/login/", {"username": "ADA", "password": PASSWORD})
    assert response.status_code == 429
    assert response.headers["Retry-After"] == "50"
    assert response.context["form"].non_field_errors() == ["Too many tries. Wait 50 seconds."]
    assert hashings == []


def test_the_api_shares_the_count_of_the_page(client: Client, ada: User) -> None:
    for _ in range(10):
        client.post("/accounts/login/", {"username": "ada", "password": "wrong"})
    response = Api().post("/api/auth/jwt/create/", {"username": "Ada", "password": PASSWORD})
    assert response.status_code == 429
    assert response.headers["Retry-After"] == "50"
    assert "detail" in response.json()


def test_others_at_another_address_are_not_refused(client: Client, ada: User) -> None:
    for _ in range(11):
        client.post("/accounts/login/", {"username": "ada", "password": "wrong"})
    elsewhere = Api(address="198.51.100.1")
    body = {"username": "ada", "password": PASSWORD}
    assert elsewhere.post("/api/auth/jwt/create/", body).status_code == 200


def test_right_passwords_cost_nothing(ada: User) -> None:
    body = {"username": "ada", "password": PASSWORD}
    for _ in range(15):
        assert Api().post("/api/auth/jwt/create/", body).status_code == 200


def test_one_address_may_not_try_many_names(hashings: list[str]) -> None:
    far = Api(address=FAR)
    answers = [
        far.post("/api/auth/jwt/create/", {"username": f"n{n}", "password": "x"}).status_code
        for n in range(31)
    ]
    assert answers == [401] * 30 + [429]
    assert len(hashings) == 30


def test_registrations_are_counted_but_not_refused_ones(far_away: Client) -> None:
    for n in range(12):
        form = {"username": f"person{n}", "password": "short"}
        assert far_away.post("/accounts/register/", form).status_code == 422
    for n in range(10):
        body = {"username": f"person{n}", "password": PASSWORD}
        assert Api(address=FAR).post("/api/auth/users/", body).status_code == 201
    response = Api(address=FAR).post("/api/auth/users/", {"username": "x", "password": PASSWORD})
    assert response.status_code == 429
    assert response.headers["Retry-After"] == "3590"
    form = {"username": "y", "password": PASSWORD}
    assert far_away.post("/accounts/register/", form).status_code == 429


def test_this_machine_may_register_many() -> None:
    for n in range(15):
        body = {"username": f"person{n}", "password": PASSWORD}
        assert Api().post("/api/auth/users/", body).status_code == 201


def test_telling_the_own_password_is_counted_too(client: Client, ada: User) -> None:
    client.force_login(ada)
    form = {"current_password": "wrong", "new_password": "five quite new odd words"}
    for _ in range(10):
        assert client.post("/accounts/password/", form).status_code == 422
    form["current_password"] = PASSWORD
    assert client.post("/accounts/password/", form).status_code == 429
    body = {"email": "a@b.example", "display_name": "A", "current_password": PASSWORD}
    assert client.post("/accounts/profile/", body).status_code == 429


def test_the_next_window_starts_afresh(
    client: Client, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(11):
        client.post("/accounts/login/", {"username": "ada", "password": "wrong"})
    monkeypatch.setattr("accounts.throttle.time.time", lambda: 3600.0 * 500_000 + 60)
    form = {"username": "ada", "password": PASSWORD}
    assert client.post("/accounts/login/", form).status_code == 302


def test_it_can_be_switched_off(client: Client, ada: User, settings: Settings) -> None:
    settings.RATE_LIMITS = False
    for _ in range(12):
        response = client.post("/accounts/login/", {"username": "ada", "password": "wrong"})
        assert response.status_code == 422


def test_while_redis_is_away_each_process_counts_alone(
    client: Client, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def fail(key: str, *args: Any, **kwargs: Any) -> None:
        asked.append(key)
        raise RedisIsAway

    monkeypatch.setattr(cache, "add", fail)
    monkeypatch.setattr(throttle, "_shared_is_away_until", 0.0)
    throttle._own.clear()
    answers = [
        client.post("/accounts/login/", {"username": "ada", "password": "wrong"}).status_code
        for _ in range(11)
    ]
    assert answers == [422] * 10 + [429]
    assert len(asked) == 1
