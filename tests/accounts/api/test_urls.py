"""Exactly five addresses, with exactly these methods."""

from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver

from tests.accounts.wire import Api

METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"]
OPEN = {
    "users/": {"POST"},
    "users/me/": {"GET", "PATCH"},
    "jwt/create/": {"POST"},
    "jwt/refresh/": {"POST"},
    "jwt/verify/": {"POST"},
}


def _patterns() -> list[Any]:
    root: Any = next(p for p in get_resolver().url_patterns if str(p.pattern) == "api/auth/")
    return list(root.url_patterns)


def test_these_addresses_and_no_others() -> None:
    assert {str(pattern.pattern) for pattern in _patterns()} == set(OPEN)


@pytest.mark.django_db
@pytest.mark.parametrize("path", OPEN)
def test_these_methods_and_no_others(client: Client, path: str) -> None:
    allowed = {
        method
        for method in METHODS
        if client.generic(method, f"/api/auth/{path}", "{}", "application/json").status_code != 405
    }
    assert allowed == OPEN[path]


@pytest.mark.django_db
def test_a_signed_in_person_may_neither_put_nor_delete_themselves(api_of_ada: Api) -> None:
    for method in ("PUT", "DELETE", "POST", "OPTIONS"):
        assert api_of_ada.send(method, "/api/auth/users/me/", b"{}").status_code == 405
    for method in ("GET", "PUT", "DELETE", "OPTIONS"):
        assert api_of_ada.send(method, "/api/auth/users/", b"{}").status_code == 405


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    [
        "jwt/createANYTHING",
        "jwt/createANYTHING/",
        "users/1/",
        "users/activation/",
        "users/reset_password/",
        "users/set_username/",
        "users/set_password/",
        "token/login/",
    ],
)
def test_nothing_else_of_djosers_is_there(client: Client, path: str) -> None:
    assert client.post(f"/api/auth/{path}").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("path", OPEN)
def test_no_cache_keeps_an_answer(client: Client, api_of_ada: Api, path: str) -> None:
    for method in METHODS:
        for answer in (
            client.generic(method, f"/api/auth/{path}", "{}", "application/json"),
            api_of_ada.send(method, f"/api/auth/{path}", b"{}"),
        ):
            assert answer.headers["Cache-Control"] == "no-store", (method, answer.status_code)
