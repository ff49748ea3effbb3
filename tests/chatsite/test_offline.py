"""The offline page and its worker: the same for everybody, and complete."""

import json
import re
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from chatsite.headers import STATIC_HEADERS
from tests.accounts.conftest import without_database

BOTH = ["/offline/", "/service-worker.js"]


def _kept(client: Client) -> Any:
    """What the worker keeps."""
    script = client.get("/service-worker.js").content.decode()
    found = re.match(r"const KEPT = (\{.*\});\n", script)
    assert found
    return json.loads(found[1])


@pytest.mark.django_db
@pytest.mark.parametrize("path", BOTH)
def test_nothing_in_it_is_anybodys(client: Client, ada: User, path: str) -> None:
    of_a_stranger = client.get(path)
    client.force_login(ada)
    client.cookies["theme"] = "dark"
    of_ada = client.get(path)
    assert of_ada.content == of_a_stranger.content
    assert of_ada.headers["Cache-Control"] == of_a_stranger.headers["Cache-Control"]
    assert not of_ada.cookies
    assert "Cookie" not in of_ada.headers["Vary"]


def test_the_page_may_be_kept_and_the_worker_is_asked_for_anew(client: Client) -> None:
    assert client.get("/offline/").headers["Cache-Control"] == "public, max-age=3600"
    worker = client.get("/service-worker.js")
    assert worker.headers["Cache-Control"] == "no-cache"
    assert worker.headers["Content-Type"] == "text/javascript; charset=utf-8"


@pytest.mark.parametrize("path", BOTH)
def test_the_policy_has_no_nonce_and_lets_the_worker_fetch(client: Client, path: str) -> None:
    given = dict(client.get(path).headers)
    policy = given["Content-Security-Policy"]
    assert "nonce" not in policy
    assert {"connect-src 'self'", "script-src 'self'"} <= set(policy.split("; "))
    assert {**STATIC_HEADERS, "Content-Security-Policy": policy}.items() <= given.items()


@pytest.mark.django_db
@pytest.mark.parametrize("path", BOTH)
def test_they_come_while_the_database_is_away(client: Client, path: str) -> None:
    client.cookies["sessionid"] = "x" * 32
    with without_database():
        assert client.get(path).status_code == 200


@pytest.mark.django_db  # closing an answer closes its connections
def test_all_that_the_page_shows_is_kept(client: Client) -> None:
    kept = _kept(client)
    page = client.get(kept["page"]).content.decode()
    shown = set(re.findall(r'(?:href|src)="(/[^"#]*)', page))
    assert shown == set(kept["parts"])
    for part in kept["parts"]:
        answer = client.get(part)
        assert answer.status_code == 200
        answer.close()


def test_the_page_asks_again_for_the_one_in_whose_place_it_is(client: Client) -> None:
    page = client.get("/offline/").content.decode()
    assert re.search(r'<a class="btn main" href="">.*Try again</a>', page, re.DOTALL)
    assert "hx-ws" not in page
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", page)


def test_whatever_changes_makes_a_new_version(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = _kept(client)["version"]
    assert _kept(client)["version"] == first
    monkeypatch.setattr("chatsite.offline.PARTS", ["icons.svg"])
    second = _kept(client)["version"]
    monkeypatch.setattr("chatsite.offline.render_to_string", lambda name: "other words")
    third = _kept(client)["version"]
    assert len({first, second, third}) == 3
