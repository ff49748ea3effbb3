"""Tries are counted, and refused before anything is hashed."""

from typing import Any

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings
from redis.exceptions import ConnectionError as RedisIsAway
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken

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


def test_refreshes_are_counted_by_person(ada: User, bob: User, settings: Settings) -> None:
    settings.REFRESHES_PER_USER = 3
    pair = {"refresh": str(RefreshToken.for_user(ada))}
    for _ in range(3):
        answer = Api().post("/api/auth/jwt/refresh/", pair)
        assert answer.status_code == 200
        pair = answer.json()
    answer = Api(address=FAR).post("/api/auth/jwt/refresh/", pair)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "50")
    assert "detail" in answer.json()
    # It was refused before it was spent.
    settings.REFRESHES_PER_USER = 100
    assert Api().post("/api/auth/jwt/refresh/", pair).status_code == 200
    other = {"refresh": str(RefreshToken.for_user(bob))}
    assert Api().post("/api/auth/jwt/refresh/", other).status_code == 200


@pytest.mark.parametrize("path", ["refresh", "verify"])
def test_looks_at_tokens_are_counted_by_address(settings: Settings, path: str) -> None:
    settings.TOKEN_CHECKS_PER_ADDRESS = 3
    path, body = f"/api/auth/jwt/{path}/", {"refresh": "a.b.c", "token": "a.b.c"}
    answers = [Api(address=FAR).post(path, body) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [401] * 3 + [429]
    assert answers[3].headers["Retry-After"] == "50"
    assert [Api().post(path, body).status_code for _ in range(4)] == [401] * 4
    assert Api(address="198.51.100.1").post(path, body).status_code == 401


def test_changes_of_a_profile_are_counted_by_both_doors(
    client: Client, ada: User, bob: User, settings: Settings
) -> None:
    settings.PROFILE_CHANGES_PER_USER = 4
    client.force_login(ada)
    hers = Api(str(AccessToken.for_user(ada)))
    for n in range(2):
        body = {"display_name": f"Ada {n}"}
        assert client.post("/accounts/profile/", body).status_code == 302
        assert hers.patch("/api/auth/users/me/", body).status_code == 200
    for answer in (
        client.post("/accounts/profile/", {"display_name": "A"}),
        hers.patch("/api/auth/users/me/", {"display_name": "A"}),
    ):
        assert (answer.status_code, answer.headers["Retry-After"]) == (429, "50")
    ada.refresh_from_db()
    assert ada.display_name == "Ada 1"
    his = Api(str(AccessToken.for_user(bob)))
    assert his.patch("/api/auth/users/me/", {"display_name": "B"}).status_code == 200


def test_changes_of_profiles_are_counted_by_address_too(
    ada: User, bob: User, settings: Settings
) -> None:
    settings.PROFILE_CHANGES_PER_ADDRESS = 1
    doors = [Api(str(AccessToken.for_user(person)), address=FAR) for person in (ada, bob)]
    body = {"display_name": "X"}
    answers = [door.patch("/api/auth/users/me/", body).status_code for door in doors]
    assert answers == [200, 429]


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
