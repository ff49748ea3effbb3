"""Few passwords are hashed at the same time, and whoever waits too long is sent away."""

import threading
from typing import Any

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher, check_password, make_password
from django.test import Client
from pytest_django import Settings

from accounts import hashing
from accounts.models import User
from accounts.throttle import TooMany
from tests.accounts.wire import Api

HASHER = "accounts.hashing.BoundedPBKDF2Hasher"


@pytest.fixture
def all_slots_taken(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> threading.Semaphore:
    slots = threading.BoundedSemaphore(2)
    monkeypatch.setattr(hashing, "_slots", slots)
    monkeypatch.setattr(PBKDF2PasswordHasher, "iterations", 1)
    settings.PASSWORD_HASHERS = [HASHER]
    settings.HASHING_WAIT = 0.01
    for _ in range(2):
        slots.acquire()
    return slots


def test_the_site_hashes_with_it(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    monkeypatch.setattr(PBKDF2PasswordHasher, "iterations", 1)
    settings.PASSWORD_HASHERS = [HASHER]
    encoded = make_password("four odd words work")
    assert encoded.startswith("pbkdf2_sha256$")
    assert check_password("four odd words work", encoded)


def test_a_third_one_waits_and_is_refused(all_slots_taken: threading.Semaphore) -> None:
    with pytest.raises(TooMany):
        make_password("four odd words work")
    all_slots_taken.release()
    assert make_password("four odd words work")
    assert make_password("a slot comes back")


def test_a_slot_comes_back_after_a_fault(all_slots_taken: threading.Semaphore) -> None:
    all_slots_taken.release()
    with pytest.raises(ZeroDivisionError), hashing.hashing_slot():
        raise ZeroDivisionError
    with hashing.hashing_slot():
        pass


@pytest.mark.django_db
def test_both_doors_say_when_to_come_back(
    client: Client, all_slots_taken: threading.Semaphore
) -> None:
    body = {"username": "ada", "password": "four odd words work"}
    page: Any = client.post("/accounts/register/", body)
    assert (page.status_code, page.headers["Retry-After"]) == (429, "5")
    for path in ("/api/auth/users/", "/api/auth/jwt/create/"):
        response = Api().post(path, body)
        assert (response.status_code, response.headers["Retry-After"]) == (429, "5")
    assert not User.objects.exists()


@pytest.mark.django_db
def test_the_admin_shows_it_at_the_form(
    client: Client, ada: User, all_slots_taken: threading.Semaphore
) -> None:
    client.force_login(User.objects.create(username="chief", is_staff=True, is_superuser=True))
    was = ada.password
    new = "five quite new odd words"
    form = {"usable_password": "true", "password1": new, "password2": new}
    answers: list[Any] = [
        client.post(f"/admin/accounts/user/{ada.pk}/password/", form),
        client.post("/admin/accounts/user/add/", {"username": "zoe", **form}),
    ]
    for answer in answers:
        assert answer.status_code == 200
        assert "Too many tries. Wait 5 seconds." in answer.content.decode()
    ada.refresh_from_db()
    assert ada.password == was
    assert not User.objects.filter(username="zoe").exists()


def test_the_settings_name_it() -> None:
    from chatsite import settings  # noqa: PLC0415 - the fixture of this folder hides it elsewhere

    assert settings.PASSWORD_HASHERS == [HASHER]
