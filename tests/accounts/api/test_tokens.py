"""Tokens: made, renewed once each, and dead when they should be."""

import base64
import json
from datetime import timedelta
from typing import Any

import jwt
import pytest
from django.conf import settings
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken

from accounts.api import serializers
from accounts.api.tokens import person_of
from accounts.models import User
from tests.accounts.wire import Api

pytestmark = pytest.mark.django_db

PASSWORD = "four odd words work"
CREATE, REFRESH, VERIFY = (f"/api/auth/jwt/{word}/" for word in ("create", "refresh", "verify"))
ME = "/api/auth/users/me/"


@pytest.fixture
def pair(api: Api, ada: User) -> dict[str, str]:
    tokens: dict[str, str] = api.post(CREATE, {"username": "ADA", "password": PASSWORD}).json()
    return tokens


def test_a_pair_is_made_and_works(api: Api, pair: dict[str, str]) -> None:
    assert set(pair) == {"access", "refresh"}
    assert Api(pair["access"]).get(ME).json()["username"] == "ada"
    for token in pair.values():
        response = api.post(VERIFY, {"token": token})
        assert (response.status_code, response.json()) == (200, {})


def test_unknown_wrong_and_inactive_are_answered_alike(api: Api, ada: User, bob: User) -> None:
    User.objects.filter(pk=bob.pk).update(is_active=False)
    answers = [
        api.post(CREATE, {"username": name, "password": password})
        for name, password in [("nobody-here", PASSWORD), ("ada", "wrong"), ("bob", PASSWORD)]
    ]
    assert [answer.status_code for answer in answers] == [401] * 3
    assert answers[0].json() == answers[1].json() == answers[2].json()


def test_a_refresh_token_is_good_once(api: Api, pair: dict[str, str]) -> None:
    response = api.post(REFRESH, {"refresh": pair["refresh"]})
    assert response.status_code == 200
    fresh = response.json()
    assert Api(fresh["access"]).get(ME).status_code == 200
    again = api.post(REFRESH, {"refresh": pair["refresh"]})
    assert (again.status_code, again.json()["code"]) == (401, "token_not_valid")
    assert api.post(VERIFY, {"token": pair["refresh"]}).status_code == 401
    assert api.post(REFRESH, {"refresh": fresh["refresh"]}).status_code == 200


def test_of_two_that_use_it_at_once_one_wins(
    api: Api, pair: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def use_it_first(token: RefreshToken) -> User:
        token.blacklist()
        return person_of(token)

    monkeypatch.setattr(serializers, "person_of", use_it_first)
    response = api.post(REFRESH, {"refresh": pair["refresh"]})
    assert (response.status_code, response.json()["code"]) == (401, "token_not_valid")


def test_the_kinds_do_not_stand_in_for_each_other(api: Api, pair: dict[str, str]) -> None:
    assert Api(pair["refresh"]).get(ME).status_code == 401
    assert api.post(REFRESH, {"refresh": pair["access"]}).status_code == 401


def test_inactive_peoples_tokens_are_dead(api: Api, pair: dict[str, str], ada: User) -> None:
    User.objects.filter(pk=ada.pk).update(is_active=False)
    _assert_dead(api, pair)


def test_deleted_peoples_tokens_are_dead(api: Api, ada: User) -> None:
    ghost = User.objects.create_user("ghost", password=PASSWORD)
    refresh = RefreshToken.for_user(ghost)
    pair = {"access": str(refresh.access_token), "refresh": str(refresh)}
    ghost.delete()
    _assert_dead(api, pair)


def test_expired_tokens_are_dead(api: Api, ada: User) -> None:
    access, refresh = AccessToken.for_user(ada), RefreshToken.for_user(ada)
    for token in (access, refresh):
        token.set_exp(lifetime=-timedelta(seconds=1))
    _assert_dead(api, {"access": str(access), "refresh": str(refresh)})


@pytest.mark.parametrize(
    "odd",
    [
        {"exp": 10**20},
        {"exp": 10**4000},
        {"exp": 1e300},
        {"exp": "soon"},
        {"exp": None},
        {"exp": [1]},
        {"user_id": None},
        {"user_id": "x"},
        {"user_id": [1]},
        {"user_id": 10**30},
        {"user_id": "-1"},
        {"user_id": "²"},
        {"user_id": True},
        {"jti": None},
        {"jti": {"a": 1}},
        {"hash_password": 7},
        {"hash_password": "\ud800"},
        {"hash_password": None},
        {"token_type": ["access"]},
        {"iat": "x"},
        {"nbf": 10**20},
    ],
    ids=str,
)
@pytest.mark.parametrize("kind", [AccessToken, RefreshToken])
def test_odd_claims_under_the_right_signature_are_401(
    api: Api, ada: User, kind: Any, odd: dict[str, Any]
) -> None:
    token = kind.for_user(ada)
    token.payload.update(odd)
    raw = jwt.encode(token.payload, settings.JWT_SIGNING_KEY, algorithm="HS256")
    answers = [Api(raw).get(ME).status_code, api.post(REFRESH, {"refresh": raw}).status_code]
    if odd not in ({"token_type": ["access"]}, {"jti": {"a": 1}}, {"jti": None}):
        answers.append(api.post(VERIFY, {"token": raw}).status_code)
    if odd in ({"jti": {"a": 1}}, {"jti": None}):
        # Odd, but ours and in time: whichever it is, it is no fault.
        assert set(answers) <= {200, 401}
        return
    assert answers == [401] * len(answers)


def _header(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "x",
        "a.b.c",
        "é" * 20,
        "x" * 60_000,
        _header("[" * 2_900) + ".e30.x",
        _header('{"alg":"none"}') + "." + _header('{"user_id":"1"}') + ".",
        _header(json.dumps({"alg": ["HS256"]})) + ".e30.x",
        _header('{"alg":"HS256","crit":["x"]}') + ".e30.x",
        _header("7" * 2_900) + ".e30.x",
    ],
    ids=lambda raw: raw[:12],
)
def test_what_is_no_token_is_401(api: Api, raw: str) -> None:
    if raw:
        assert Api(raw).get(ME).status_code == 401
        assert api.post(REFRESH, {"refresh": raw}).status_code == 401
        assert api.post(VERIFY, {"token": raw}).status_code == 401
    else:
        assert api.post(REFRESH, {"refresh": raw}).status_code == 400
        assert api.post(VERIFY, {"token": raw}).status_code == 400


def _assert_dead(api: Api, pair: dict[str, str]) -> None:
    assert Api(pair["access"]).get(ME).status_code == 401
    assert api.post(REFRESH, {"refresh": pair["refresh"]}).status_code == 401
    for token in pair.values():
        assert api.post(VERIFY, {"token": token}).status_code == 401
