"""The API's description is valid, whole and true."""

import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # not worth stubs

from accounts.models import User
from rooms.actions.messages import delete_message, edit_message, post_message
from rooms.actions.reactions import add_reaction
from rooms.api import docs
from rooms.api.docs import document
from rooms.models import Room
from tests.accounts.wire import Api
from tests.rooms.api.conftest import problem


def _require_valid(name: str, value: Any) -> None:
    """`value` is what the component says, and has no field of which the document is silent."""
    parts = document()["components"]
    _require_told(parts["schemas"][name], value)
    schema = {"$ref": f"#/components/schemas/{name}", "components": parts}
    Draft202012Validator(schema).validate(value)


def _require_told(schema: Any, value: Any) -> None:
    if "$ref" in schema:
        schema = document()["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    if isinstance(value, list):
        for each in value:
            _require_told(schema["items"], each)
    elif isinstance(value, dict) and "properties" in schema:
        assert set(value) <= set(schema["properties"])
        for name, each in value.items():
            _require_told(schema["properties"][name], each)


def test_it_is_valid_openapi_without_a_warning() -> None:
    told = StringIO()
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=told)
    assert told.getvalue().startswith("openapi: 3.1")


def test_every_address_and_method_is_described() -> None:
    described = {
        f"{method.upper()} {path}"
        for path, methods in document()["paths"].items()
        for method in methods
        if not path.startswith("/api/auth/")
    }
    room, message = "/api/rooms/{name}/", "/api/rooms/{name}/messages/{message_id}/"
    assert described == {
        "GET /api/rooms/",
        "POST /api/rooms/",
        f"GET {room}",
        f"PATCH {room}",
        f"DELETE {room}",
        f"GET {room}messages/",
        f"POST {room}messages/",
        f"GET {message}",
        f"PATCH {message}",
        f"DELETE {message}",
        f"PUT {message}reactions/{{emoji}}/",
        f"DELETE {message}reactions/{{emoji}}/",
        f"GET {room}changes/",
        f"GET {room}users/",
        f"GET {room}members/",
        f"POST {room}members/",
        f"DELETE {room}members/{{username}}/",
    }


@pytest.mark.django_db
def test_real_answers_are_what_it_says(ada_api: Api, ada: User, bob: User, general: Room) -> None:
    first = post_message(ada, general, "first", client_id="one").message
    reply = post_message(bob, general, "reply", reply_to=first.pk).message
    edit_message(ada, general, first.pk, "edited")
    add_reaction(bob, general, first.pk, "👍")
    delete_message(bob, general, reply.pk)
    for path, name in {
        "": "RoomPage",
        "general/": "Room",
        "general/messages/?limit=1": "MessagePage",
        f"general/messages/{first.pk}/": "Message",
        "general/members/": "MemberPage",
        "general/users/": "PersonCountPage",
        "general/changes/?since=0": "Changes",
        "general/changes/?since=1": "Changes",
        "general/changes/?since=99": "Changes",
        "nowhere/": "Problem",
        "?limit=0": "Problem",
    }.items():
        _require_valid(name, ada_api.get(f"/api/rooms/{path}").json())


@pytest.mark.django_db
def test_anybody_may_read_it(client: Client) -> None:
    assert client.get("/api/schema/").json()["openapi"].startswith("3.1")
    problem(client.post("/api/schema/"), 405, "method_not_allowed")


@pytest.mark.django_db
def test_its_page_holds_neither_script_nor_style(client: Client) -> None:
    page = client.get("/api/docs/")
    html = page.content.decode()
    assert "unsafe" not in page["Content-Security-Policy"]
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", html)
    assert 'data-schema="/api/schema/"' in html
    files = re.findall(r'(?:src|href)="(/static/[^"]+)"', html)
    assert len(files) == 4
    for file in files:
        with closing(client.get(file)) as answer:
            assert answer.status_code == 200, file


def test_those_who_ask_first_and_at_once_all_get_it() -> None:
    docs._document.cache_clear()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _number: document(), range(8)))

    assert all(answer["paths"] for answer in answers)
