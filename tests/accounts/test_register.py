"""Registering, by the action and by the page."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from accounts import arrivals
from accounts.actions import register
from accounts.models import User

pytestmark = pytest.mark.django_db

PASSWORD = "four odd words work"


def test_a_person_registers_and_is_logged_in(client: Client) -> None:
    response = client.post(
        "/accounts/register/",
        {"username": "Ada", "password": PASSWORD, "email": "", "display_name": " Ada L. "},
    )
    assert response.status_code == 302
    ada = User.objects.get(username="ada")
    assert ada.display_name == "Ada L."
    assert ada.check_password(PASSWORD)
    assert client.session["_auth_user_id"] == str(ada.pk)


@pytest.mark.parametrize(
    "typed", ["ada", "ADA", "\uff41\uff44\uff41", "ada\u034f", "ad\ufe0fa", "a\U000e0100da"]
)
def test_a_name_is_taken_in_every_form_of_it(client: Client, typed: str) -> None:
    register(username="ada", password=PASSWORD)
    response = client.post("/accounts/register/", {"username": typed, "password": PASSWORD})
    assert response.status_code == 422
    assert "That name is taken." in response.content.decode()
    assert User.objects.filter(username="ada").count() == 1


def test_a_weak_password_is_refused_at_its_field() -> None:
    with pytest.raises(ValidationError) as refusal:
        register(username="ada", password="12345")
    assert list(refusal.value.message_dict) == ["password"]


def test_a_password_like_the_display_name_is_refused() -> None:
    with pytest.raises(ValidationError) as refusal:
        register(username="ada", password="Ada Lovelace", display_name="Ada Lovelace")
    assert list(refusal.value.message_dict) == ["password"]


@pytest.mark.parametrize("password", ["long " * 201, "odd \0 password", "odd \ud800 password"])
def test_passwords_that_cannot_be_hashed_are_refused(password: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        register(username="ada", password=password)
    assert list(refusal.value.message_dict) == ["password"]


def test_all_wrong_fields_are_told_at_once() -> None:
    with pytest.raises(ValidationError) as refusal:
        register(username="a b", password="short", email="nowhere", display_name="\u202e")
    assert sorted(refusal.value.message_dict) == ["display_name", "email", "password", "username"]


def test_the_page_says_what_is_wrong_and_keeps_what_was_typed(client: Client) -> None:
    response = client.post(
        "/accounts/register/", {"username": "ada", "password": "12345", "email": "a@b.example"}
    )
    assert response.status_code == 422
    assert response.context["form"].errors["password"]
    assert "a@b.example" in response.content.decode()


def test_an_empty_form_is_refused(client: Client) -> None:
    assert client.post("/accounts/register/", {}).status_code == 422


def test_whoever_is_logged_in_goes_home(client: Client, ada: User) -> None:
    client.force_login(ada)
    for page in ("/accounts/register/", "/accounts/login/"):
        response: Any = client.get(page)
        assert (response.status_code, response.url) == (302, "/")


def test_an_arrival_that_fails_undoes_the_account(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(user: User) -> None:
        raise RuntimeError

    monkeypatch.setattr(arrivals, "listeners", [fail])
    with pytest.raises(RuntimeError):
        register(username="ada", password=PASSWORD)
    assert not User.objects.filter(username="ada").exists()


def test_the_first_account_of_all_administers_and_the_second_does_not() -> None:
    ada = register(username="ada", password=PASSWORD)
    bob = register(username="bob", password=PASSWORD)
    assert (ada.is_staff, ada.is_superuser) == (True, True)
    assert (bob.is_staff, bob.is_superuser) == (False, False)
