"""Logging in and out by the pages."""

from typing import Any

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.sessions.models import Session
from django.test import Client

from accounts.models import User
from tests.accounts.conftest import Lost

pytestmark = pytest.mark.django_db

PASSWORD = "four odd words work"


@pytest.mark.parametrize("typed", ["ada", "ADA", " Ada", "\uff21da"])
def test_a_person_logs_in_by_any_form_of_their_name(client: Client, ada: User, typed: str) -> None:
    response = client.post("/accounts/login/", {"username": typed, "password": PASSWORD})
    assert response.status_code == 302
    assert client.session["_auth_user_id"] == str(ada.pk)


def test_unknown_wrong_and_inactive_are_answered_alike(
    client: Client, ada: User, bob: User
) -> None:
    bob.is_active = False
    bob.save(update_fields=["is_active"])
    answers = []
    for name, password in [("nobody-here", PASSWORD), ("ada", "wrong"), ("bob", PASSWORD)]:
        response: Any = client.post("/accounts/login/", {"username": name, "password": password})
        assert response.status_code == 422
        answers.append(response.context["form"].non_field_errors())
    assert answers[0] == answers[1] == answers[2] == ["Name and password do not match."]


def test_unknown_names_cost_as_much_hashing_as_known_ones(
    client: Client, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    encode, hashed = MD5PasswordHasher.encode, list[str]()

    def watch(self: MD5PasswordHasher, password: str, salt: str) -> str:
        hashed.append(password)
        return encode(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", watch)
    for name in ("ada", "nobody-here"):
        client.post("/accounts/login/", {"username": name, "password": f"for {name}"})
    assert hashed == ["for ada", "for nobody-here"]


def test_the_password_is_never_written_back(client: Client, ada: User) -> None:
    response = client.post("/accounts/login/", {"username": "ada", "password": "canary-word"})
    assert "canary-word" not in response.content.decode()


@pytest.mark.parametrize(
    ("wanted", "gone_to"),
    [
        ("/rooms/general/", "/rooms/general/"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_next_leads_only_to_the_own_site(
    client: Client, ada: User, wanted: str, gone_to: str
) -> None:
    page: Any = client.get("/accounts/login/", {"next": wanted})
    assert page.context["form"]["next"].value() == wanted
    response: Any = client.post(
        "/accounts/login/", {"username": "ada", "password": PASSWORD, "next": wanted}
    )
    assert response.url == gone_to


@pytest.mark.django_db(transaction=True)
def test_logging_out_ends_the_session_and_says_which(client: Client, ada: User, lost: Lost) -> None:
    client.force_login(ada)
    key = client.session.session_key
    response: Any = client.post("/accounts/logout/")
    assert (response.status_code, response.url) == (302, "/accounts/login/")
    assert not Session.objects.filter(session_key=key).exists()
    assert lost == [(ada.pk, key, None)]


def test_a_link_logs_nobody_out(client: Client, ada: User) -> None:
    client.force_login(ada)
    assert client.get("/accounts/logout/").status_code == 405
    assert "_auth_user_id" in client.session


def test_logging_out_twice_is_no_fault(client: Client) -> None:
    assert client.post("/accounts/logout/").status_code == 302


def test_another_sites_form_logs_nobody_in(ada: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    form = {"username": "ada", "password": PASSWORD}
    assert strict.post("/accounts/login/", form).status_code == 403
