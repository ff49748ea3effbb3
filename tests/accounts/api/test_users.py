"""Registering and oneself, by the API."""

from typing import Any

import pytest
from django.test import Client
from rest_framework_simplejwt.tokens import AccessToken

from accounts.models import User
from tests.accounts.wire import Api

pytestmark = pytest.mark.django_db

PASSWORD = "four odd words work"


def test_registering_answers_what_djosers_clients_know(api: Api) -> None:
    response = api.post("/api/auth/users/", {"username": "Ada", "password": PASSWORD})
    ada = User.objects.get(username="ada")
    assert response.status_code == 201
    assert response.json() == {"id": ada.pk, "username": "ada", "email": ""}


def test_the_rest_may_be_given_too(api: Api) -> None:
    body = {"username": "ada", "password": PASSWORD, "email": "a@X.example", "display_name": "Ada"}
    assert api.post("/api/auth/users/", body).json()["email"] == "a@x.example"
    assert User.objects.get(username="ada").display_name == "Ada"


def test_spaces_belong_to_the_password(api: Api) -> None:
    body = {"username": "ada", "password": f" {PASSWORD} "}
    assert api.post("/api/auth/users/", body).status_code == 201
    assert api.post("/api/auth/jwt/create/", body).status_code == 200
    body["password"] = PASSWORD
    assert api.post("/api/auth/jwt/create/", body).status_code == 401


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, ["password", "username"]),
        ({"username": "ada", "password": "12345"}, ["password"]),
        ({"username": "admin", "password": PASSWORD}, ["username"]),
        ({"username": "\u0430dmin", "password": PASSWORD}, ["username"]),
        ({"username": "BOB", "password": PASSWORD}, ["username"]),
        ({"username": ["ada"], "password": PASSWORD}, ["username"]),
        ({"username": {"a": 1}, "password": [PASSWORD]}, ["password", "username"]),
        ({"username": None, "password": PASSWORD}, ["username"]),
        ({"username": "a\0b", "password": PASSWORD}, ["username"]),
        ({"username": "a\ud800", "password": PASSWORD + "\ud800"}, ["password", "username"]),
        ({"username": "x" * 5_000, "password": "x" * 5_000}, ["password", "username"]),
        ({"username": "ada", "password": PASSWORD, "email": "nowhere"}, ["email"]),
        ({"username": "ada", "password": PASSWORD, "display_name": "a\nb"}, ["display_name"]),
        ({"username": "ada", "password": PASSWORD, "setup_token": 7.5e9 * 10**300}, None),
    ],
)
def test_wrong_fields_are_told_each(
    api: Api, bob: User, body: dict[str, Any], fields: list[str] | None
) -> None:
    response = api.post("/api/auth/users/", body)
    if fields is None:
        assert response.status_code in {201, 400}
        return
    assert response.status_code == 400
    assert sorted(response.json()) == fields


def test_nobody_registers_as_staff(api: Api, bob: User) -> None:
    api.post("/api/auth/users/", {"username": "chief", "password": PASSWORD})
    body = {"username": "eve", "password": PASSWORD, "is_staff": True, "is_superuser": True}
    assert api.post("/api/auth/users/", body).status_code == 201
    assert not User.objects.get(username="eve").is_staff


def test_oneself(ada: User, api_of_ada: Api) -> None:
    assert api_of_ada.get("/api/auth/users/me/").json() == {
        "id": ada.pk,
        "username": "ada",
        "email": "",
        "display_name": "Ada",
    }


def test_nobody_in_particular_is_asked_to_sign_in(api: Api) -> None:
    response = api.get("/api/auth/users/me/")
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"].startswith("Bearer")
    assert "detail" in response.json()


def test_the_display_name_changes_and_the_name_does_not(ada: User, api_of_ada: Api) -> None:
    body = {"display_name": " Countess ", "username": "eve", "id": 7, "is_staff": True}
    response = api_of_ada.patch("/api/auth/users/me/", body)
    assert response.status_code == 200
    assert (response.json()["display_name"], response.json()["username"]) == ("Countess", "ada")
    ada.refresh_from_db()
    assert (ada.display_name, ada.username, ada.is_staff) == ("Countess", "ada", False)


def test_another_email_takes_the_password(ada: User, api_of_ada: Api) -> None:
    for extra in ({}, {"current_password": "wrong"}):
        body = {"email": "a@b.example", "display_name": "New", **extra}
        response = api_of_ada.patch("/api/auth/users/me/", body)
        assert (response.status_code, list(response.json())) == (400, ["current_password"])
    ada.refresh_from_db()
    assert (ada.email, ada.display_name) == ("", "Ada")
    body = {"email": "a@b.example", "current_password": PASSWORD}
    response = api_of_ada.patch("/api/auth/users/me/", body)
    assert (response.status_code, response.json()["email"]) == (200, "a@b.example")
    assert "current_password" not in response.json()
    assert api_of_ada.patch("/api/auth/users/me/", {"email": "a@b.example"}).status_code == 200


@pytest.mark.parametrize("name", ["x" * 61, "a\0b", "a\u202eb", ["x"], None])
def test_bad_display_names_are_told(api_of_ada: Api, name: Any) -> None:
    response = api_of_ada.patch("/api/auth/users/me/", {"display_name": name})
    assert (response.status_code, list(response.json())) == (400, ["display_name"])


def test_head_answers_like_get_without_a_body(ada: User) -> None:
    headers = {"Authorization": f"Bearer {AccessToken.for_user(ada)}"}
    answer = Client().head("/api/auth/users/me/", headers=headers)

    assert (answer.status_code, answer.content) == (200, b"")
