"""Bodies that mean harm get a 4xx and leave no trace."""

import zlib

import pytest

from accounts.models import User
from tests.accounts.wire import Api

pytestmark = pytest.mark.django_db

POSTS = ["users/", "jwt/create/", "jwt/refresh/", "jwt/verify/"]


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"not json",
        b"null",
        b"[]",
        b'"text"',
        b"7",
        b"7" * 5_000,
        b'{"username": ' + b"7" * 5_000 + b', "password": "x"}',
        b'{"username": NaN, "password": "x"}',
        b"[" * 10_000,
        b'{"username": ' + b"[" * 10_000 + b"]" * 10_000 + b', "password": "x"}',
        b"\xff\xfe",
        b'{"username": "\xed\xa0\x80", "password": "x"}',
        b'{"username": "\\ud800", "password": "\\ud800", "refresh": "\\ud800"}',
        b'{"username": "a\\u0000", "password": "\\u0000", "refresh": "\\u0000"}',
        b'{"token": "\\ud800"}',
        b'{"token": "\\u0000"}',
        b'{"username": ["a"], "password": {}, "token": [], "refresh": true}',
        b'{"username": "ada", "password": "four odd words work"}' + b" " * 64 * 1024,
    ],
    ids=lambda body: repr(body[:24]),
)
def test_bad_bodies_are_400(api: Api, path: str, body: bytes) -> None:
    response = api.send("POST", f"/api/auth/{path}", body)
    assert response.status_code == 400
    assert response.headers["Content-Type"] == "application/json"
    assert not User.objects.exists()


@pytest.mark.parametrize("charset", ["zlib", "base64", "utf-16", "rot13", "nonsense"])
def test_only_utf8_is_read(api: Api, charset: str) -> None:
    body = zlib.compress(b"0" * 10_000)
    kind = f"application/json; charset={charset}"
    assert api.send("POST", "/api/auth/jwt/create/", body, kind).status_code == 400


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "odd", ""])
def test_other_kinds_of_body_are_415(api: Api, kind: str) -> None:
    response = api.send("POST", "/api/auth/jwt/create/", b"username=a&password=b", kind)
    assert response.status_code == 415


def test_bad_bodies_for_oneself_are_400(api_of_ada: Api) -> None:
    for body in (b"[]", b"null", b"{", b'{"email": ["x"]}', b'{"email": 7}'):
        assert api_of_ada.send("PATCH", "/api/auth/users/me/", body).status_code == 400


def test_a_body_of_the_size_of_a_frame_is_read(api: Api) -> None:
    body = b'{"username": "ada", "password": "four odd words work"}'
    assert api.send("POST", "/api/auth/users/", body.ljust(64 * 1024)).status_code == 201
