"""While the database is away, people and programs are told so."""

import pytest
from django.db import InterfaceError, OperationalError
from django.test import Client
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken

from accounts.models import User
from tests.accounts.conftest import without_database
from tests.accounts.wire import Api

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.parametrize("failure", [OperationalError, InterfaceError]),
]

PERSON = {"username": "zoe", "password": "four odd words work"}
TOLD = {"detail": "It could not be stored. Try again.", "code": "storage_unavailable"}


def test_every_address_of_the_api_answers_503(
    ada: User, failure: type[Exception], caplog: pytest.LogCaptureFixture
) -> None:
    hers = Api(str(AccessToken.for_user(ada)))
    pair = RefreshToken.for_user(ada)
    with without_database(failure):
        answers = [
            hers.get("/api/auth/users/me/"),
            hers.patch("/api/auth/users/me/", {"display_name": "A"}),
            Api().post("/api/auth/users/", PERSON),
            Api().post("/api/auth/jwt/create/", PERSON),
            Api().post("/api/auth/jwt/refresh/", {"refresh": str(pair)}),
            Api().post("/api/auth/jwt/verify/", {"token": str(pair)}),
        ]
    for answer in answers:
        assert (answer.status_code, answer.json()) == (503, TOLD)
        assert answer.headers["Cache-Control"] == "no-store"
    lines = [record.getMessage() for record in caplog.records]
    assert len(lines) == 6
    assert lines[0] == "The database is away: /api/auth/users/me/: planted"
    assert Api().post("/api/auth/users/", PERSON).status_code == 201


def test_pages_say_it_to_strangers(client: Client, failure: type[Exception]) -> None:
    with without_database(failure):
        for page in ("/accounts/register/", "/accounts/login/"):
            assert client.get(page).status_code == 200
            answer = client.post(page, PERSON)
            assert answer.status_code == 503
            assert "Try again" in answer.content.decode()
    assert client.post("/accounts/register/", PERSON).status_code == 302


def test_pages_say_it_to_whoever_is_logged_in(
    client: Client, ada: User, failure: type[Exception]
) -> None:
    client.force_login(ada)
    with without_database(failure):
        pages = [f"/accounts/{page}/" for page in ("register", "login", "profile", "password")]
        answers = [client.get(page) for page in pages]
        answers += [client.post(page) for page in [*pages, "/accounts/logout/"]]
    for answer in answers:
        assert answer.status_code == 503
        assert "Try again" in answer.content.decode()
        assert answer.headers["Cache-Control"] == "no-store"
        # Whoever was logged in still is when it is back.
        assert not answer.cookies.get("sessionid")
    assert client.get("/accounts/profile/").status_code == 200
