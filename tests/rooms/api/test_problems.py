"""Every refusal is a problem: by its code, with its status, and never a 500 for what was sent."""

import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
from django.db import InterfaceError, OperationalError
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from rooms import limits
from rooms.api import messages
from rooms.models import Message, Room
from tests.accounts.wire import Api
from tests.rooms.api.conftest import MakeApi, problem

pytestmark = pytest.mark.django_db

POST = "/api/rooms/general/messages/"


def test_a_stranger_is_asked_for_a_token(stranger: Api, general: Room) -> None:
    answer = stranger.get(POST)
    problem(answer, 401, "not_authenticated")
    assert answer["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("token", ["x", "a.b.c", "é", "x" * 5000])
def test_a_bad_token_is_told_from_none(token: str, general: Room) -> None:
    answer = Api(token).get(POST)
    body = problem(answer, 401, "token_not_valid")
    assert isinstance(body["detail"], str)
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_whoever_was_shut_out_is_a_stranger(ada_api: Api, ada: User) -> None:
    User.objects.filter(pk=ada.pk).update(is_active=False)
    problem(ada_api.get("/api/rooms/"), 401, "token_not_valid")


def test_the_sites_cookie_opens_no_door_of_the_api(client: Client, ada: User) -> None:
    client.force_login(ada)
    assert client.get("/api/rooms/").status_code == 401


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
@pytest.mark.parametrize(
    "path",
    [
        "",
        "nothing/",
        "rooms",
        "rooms/a/b/c/",
        "auth/nothing/",
        f"rooms/general/messages/{'9' * 5000}/",
    ],
    ids=["root", "name", "no slash", "too deep", "auth", "5,000 digits"],
)
def test_an_unknown_address_is_a_problem_too(stranger: Api, method: str, path: str) -> None:
    problem(stranger.send(method, f"/api/{path}", b""), 404, "not_found")


def test_a_wrong_method_hears_the_right_ones(ada_api: Api) -> None:
    answer = ada_api.send("PUT", POST, b"{}")
    problem(answer, 405, "method_not_allowed")
    assert answer["Allow"] == "GET, HEAD, POST"
    problem(ada_api.send("OPTIONS", POST, b""), 405, "method_not_allowed")


def test_a_wrong_type_is_refused(ada_api: Api) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        problem(ada_api.send("POST", POST, b"content=a", kind), 415, "unsupported_media_type")


def _deep(count: int) -> bytes:
    return b'{"content": ' + b"[" * count + b"]" * count + b"}"


BODIES: list[tuple[str, bytes, str]] = [
    ("nothing", b"", "bad_fields"),
    ("not JSON", b"{", "bad_json"),
    ("two values", b"{}{}", "bad_json"),
    ("not UTF-8", b'{"content": "\xff"}', "bad_json"),
    ("UTF-16", '{"content": "a"}'.encode("utf-16"), "bad_json"),
    ("NaN", b'{"content": NaN}', "bad_json"),
    ("Infinity", b'{"content": -Infinity}', "bad_json"),
    ("infinite by exponent", b'{"content": 1e999}', "bad_json"),
    ("10,000 brackets", _deep(10_000), "bad_json"),
    ("5,000 digits", b'{"content": "a", "reply_to": ' + b"9" * 5000 + b"}", "bad_json"),
    ("a list", b"[]", "bad_fields"),
    ("null", b"null", "bad_fields"),
    ("a text", b'"content"', "bad_fields"),
    ("no content", b"{}", "bad_fields"),
    ("content null", b'{"content": null}', "bad_fields"),
    ("content a number", b'{"content": 5}', "bad_fields"),
    ("content a list", b'{"content": ["a"]}', "bad_fields"),
    ("content empty", b'{"content": ""}', "empty"),
    ("content blank", b'{"content": " \\n\\t\\u200b"}', "empty"),
    ("NUL", b'{"content": "a\\u0000"}', "bad_text"),
    ("a lone surrogate", b'{"content": "\\ud800"}', "bad_text"),
    ("4,001 characters", json.dumps({"content": "a" * 4001}).encode(), "too_long"),
    ("65 KiB", json.dumps({"content": "a" * 65 * 1024}).encode(), "too_long"),
    ("client_id a number", b'{"content": "a", "client_id": 5}', "bad_fields"),
    ("client_id empty", b'{"content": "a", "client_id": ""}', "bad_fields"),
    ("client_id long", json.dumps({"content": "a", "client_id": "a" * 65}).encode(), "bad_fields"),
    ("client_id odd", b'{"content": "a", "client_id": "a\\n"}', "bad_fields"),
    ("client_id surrogate", b'{"content": "a", "client_id": "\\ud800"}', "bad_text"),
    ("reply_to a word", b'{"content": "a", "reply_to": "first"}', "bad_fields"),
    ("reply_to true", b'{"content": "a", "reply_to": true}', "bad_fields"),
    ("reply_to below 0", b'{"content": "a", "reply_to": -1}', "bad_fields"),
    ("reply_to a fraction", b'{"content": "a", "reply_to": 1.5}', "bad_fields"),
    ("reply_to beyond 2^53", b'{"content": "a", "reply_to": 9007199254740992}', "bad_fields"),
]


@pytest.mark.parametrize(
    ("body", "code"), [row[1:] for row in BODIES], ids=[row[0] for row in BODIES]
)
def test_a_bad_body_is_400_and_posts_nothing(ada_api: Api, body: bytes, code: str) -> None:
    answer = problem(ada_api.send("POST", POST, body), 400, code)
    assert ("errors" in answer) == (code == "bad_fields")
    assert not Message.objects.exists()


def test_bad_fields_are_named(ada_api: Api) -> None:
    body = problem(ada_api.post(POST, {"client_id": "a b", "reply_to": "x"}), 400, "bad_fields")
    assert set(body["errors"]) == {"content", "client_id", "reply_to"}
    assert all(isinstance(each, str) for reasons in body["errors"].values() for each in reasons)


QUERIES = [
    "before=x",
    "before=",
    "before=-1",
    "before=9007199254740992",
    f"before={'9' * 5000}",
    "after=1.5",
    "after=%D9%A3",
    "after=1_000",
    "limit=0",
    "limit=201",
    "limit=x",
]


@pytest.mark.parametrize("query", QUERIES)
def test_a_bad_number_in_a_query_is_400(ada_api: Api, query: str) -> None:
    body = problem(ada_api.get(f"{POST}?{query}"), 400, "bad_fields")
    assert list(body["errors"]) == [query.split("=")[0]]


def test_a_query_without_end_is_400(ada_api: Api) -> None:
    problem(ada_api.get(f"{POST}?{'a&' * 1001}"), 400, "too_long")


def test_odd_names_in_addresses_are_no_500(ada_api: Api) -> None:
    for name in ("%00", "%ED%A0%80", "%FF", "a b", "é", "x" * 41, "%2F", "..", "%F0%9F%91%8D"):
        problem(ada_api.get(f"/api/rooms/{name}/members/"), 404, "not_found")
    problem(ada_api.get(f"/api/rooms/general/messages/{'9' * 30}/"), 404, "not_found")


@pytest.fixture
def slow_rate(settings: Settings) -> None:
    """Two changes, and the next after 1,000 s: however slow the tests run, they are too fast."""
    settings.MESSAGES_PER_SECOND, settings.MESSAGE_BURST = 0.001, 2
    limits.reset_rates()


@pytest.mark.usefixtures("slow_rate")
def test_whoever_is_too_fast_hears_when_to_come_back(ada_api: Api, bob_api: Api) -> None:
    for each in range(2):
        assert ada_api.post(POST, {"content": str(each)}).status_code == 201
    answer = ada_api.post(POST, {"content": "too many"})
    problem(answer, 429, "rate_limited")
    assert 990 <= int(answer["Retry-After"]) <= 1000
    assert Message.objects.count() == 2
    assert bob_api.post(POST, {"content": "mine"}).status_code == 201
    assert ada_api.get(POST).status_code == 200


@pytest.mark.usefixtures("slow_rate")
def test_every_change_counts_and_no_other_method(ada_api: Api, ada: User) -> None:
    first = ada_api.post(POST, {"content": "first"}).json()["id"]
    for method, path in [
        ("POST", POST),
        ("PATCH", f"{POST}{first}/"),
        ("DELETE", f"{POST}{first}/"),
        ("PUT", f"{POST}{first}/reactions/%F0%9F%91%8D/"),
        ("DELETE", f"{POST}{first}/reactions/%F0%9F%91%8D/"),
        ("POST", "/api/rooms/"),
        ("PATCH", "/api/rooms/general/"),
        ("DELETE", "/api/rooms/general/"),
        ("POST", "/api/rooms/general/members/"),
        ("DELETE", "/api/rooms/general/members/bob/"),
    ]:
        limits.reset_rates()
        ada_api.send("PUT", POST, b"")  # no such method: costs nothing
        limits.check_rate(ada.pk)
        limits.check_rate(ada.pk)
        problem(ada_api.send(method, path, b"{}"), 429, "rate_limited")
        assert ada_api.get(POST).status_code == 200


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> Callable[[Exception], None]:
    """Lets the posting of messages fail in some way."""

    def fail_with(failure: Exception) -> None:
        def fail(*args: Any, **kwargs: Any) -> Any:
            raise failure

        monkeypatch.setattr(messages, "post_and_wait", fail)

    return fail_with


@pytest.mark.parametrize("failure", [OperationalError("disk full"), InterfaceError("gone")])
def test_a_database_that_is_away_is_503(
    failure: Exception, ada_api: Api, broken: Callable[[Exception], None]
) -> None:
    broken(failure)
    problem(ada_api.post(POST, {"content": "a"}), 503, "storage_unavailable")


def test_our_fault_is_500_logged_once_and_without_the_body(
    ada_api: Api, broken: Callable[[Exception], None], caplog: pytest.LogCaptureFixture
) -> None:
    broken(RuntimeError("a bug"))
    answer = ada_api.send("POST", f"{POST}?words=canary", b'{"content": "secret words"}')
    body = problem(answer, 500, "internal")
    assert "bug" not in body["detail"]
    (line,) = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert line.exc_info
    assert "canary" not in line.getMessage()
    assert "secret words" not in caplog.text


@pytest.mark.parametrize("path", ["", "messages/", "members/", "users/", "changes/?since=0"])
def test_a_hidden_room_answers_exactly_like_none(
    path: str, eve_api: Api, ada_api: Api, den: Room
) -> None:
    hidden = eve_api.get(f"/api/rooms/den/{path}")
    missing = eve_api.get(f"/api/rooms/nowhere/{path}")
    problem(hidden, 404, "not_found")
    assert hidden.content == missing.content
    assert dict(hidden.items()) == dict(missing.items())
    assert ada_api.get(f"/api/rooms/den/{path}").status_code == 200


def test_answers_of_signed_in_people_stay_out_of_caches(ada_api: Api) -> None:
    assert ada_api.get("/api/rooms/")["Cache-Control"] == "no-store"


def test_bodies_of_auth_keep_the_shape_that_their_clients_know(stranger: Api) -> None:
    answer = stranger.post("/api/auth/jwt/create/", {})
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/json"
    assert set(answer.json()) == {"username", "password"}


def test_details_are_words_for_people(make_user: Any, api: MakeApi, general: Room) -> None:
    answer = api(make_user("zoe")).post("/api/rooms/", {"name": "new"})
    assert problem(answer, 409, "taken")["detail"] == "That name is taken."
