"""Pages and static files go out compressed to whoever takes it so, and whole to everybody else."""

import gzip
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import brotli  # type: ignore[import-untyped]
import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from accounts.models import User
from chatsite.headers import STATIC_HEADERS

pytestmark = pytest.mark.django_db
SCRIPT = "/static/joined/room.js"
STYLE = "/static/css/dist/styles.css"
GZIP = {"Accept-Encoding": "gzip"}
BROTLI = {"Accept-Encoding": "gzip, deflate, br, zstd"}


@pytest.fixture
def ask(client: Client) -> Iterator[Any]:
    """Asks for a static file; the answer is closed with the test."""
    answers = []

    def get(path: str = SCRIPT, method: str = "GET", **headers: str) -> Any:
        answers.append(client.generic(method, path, headers=headers))
        return answers[-1]

    yield get
    for answer in answers:
        answer.close()


def source(address: str) -> bytes:
    return Path(str(finders.find(address.removeprefix("/static/")))).read_bytes()


@pytest.mark.parametrize("path", [SCRIPT, STYLE, "/static/icons.svg", "/static/admin/js/core.js"])
@pytest.mark.parametrize("coding", ["br", "gzip"])
def test_a_static_file_goes_out_compressed_with_all_its_headers(
    ask: Any, path: str, coding: str
) -> None:
    answer = ask(path, **(BROTLI if coding == "br" else GZIP))
    body = answer.getvalue()
    assert answer["Content-Encoding"] == coding
    assert answer["Content-Length"] == str(len(body))
    decompress = brotli.decompress if coding == "br" else gzip.decompress
    assert decompress(body) == source(path)
    assert len(body) < len(source(path)) / 2
    assert answer["Vary"] == "Accept-Encoding"
    assert STATIC_HEADERS.items() <= dict(answer.headers).items()


@pytest.mark.parametrize("accepted", ["", "zstd", "gzip;q=0", "gzip; q=0.0, br;q=0", "xgzip, x-br"])
def test_who_takes_neither_gets_the_file_as_it_is(ask: Any, accepted: str) -> None:
    answer = ask(**{"Accept-Encoding": accepted} if accepted else {})
    assert "Content-Encoding" not in answer
    assert answer.getvalue() == source(SCRIPT)
    assert answer["Content-Length"] == str(len(source(SCRIPT)))
    assert answer["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize("headers", [{}, GZIP, BROTLI], ids=["whole", "gzip", "br"])
def test_a_file_that_one_has_is_not_sent_again(ask: Any, headers: dict[str, str]) -> None:
    had = ask(**headers)["ETag"]
    answer = ask(**headers, **{"If-None-Match": had})
    assert answer.status_code == 304
    assert answer.getvalue() == b""
    assert "Content-Encoding" not in answer
    assert answer["Vary"] == "Accept-Encoding"


def test_the_two_forms_are_not_byte_for_byte_the_same_to_a_cache(ask: Any) -> None:
    assert ask(**GZIP)["ETag"] == f"W/{ask()['ETag']}"


def test_a_look_at_the_headers_sees_those_of_the_file(ask: Any) -> None:
    whole, head = ask(**GZIP), ask(method="HEAD", **GZIP)
    assert head.getvalue() == b""
    assert dict(head.headers) == dict(whole.headers)


def test_a_joined_file_goes_out_whole_to_who_asks_for_a_piece(ask: Any) -> None:
    answer = ask(Range="bytes=5-14")
    assert answer.status_code == 200
    assert answer.getvalue() == source(SCRIPT)


def test_a_piece_of_a_file_is_a_piece_of_the_file_as_it_is(ask: Any) -> None:
    answer = ask(STYLE, **GZIP, Range="bytes=5-14")
    assert answer.status_code == 206
    assert "Content-Encoding" not in answer
    assert answer.getvalue() == source(STYLE)[5:15]


def test_what_is_compressed_already_is_sent_as_it_is(ask: Any) -> None:
    picture = "/static/drf_spectacular_sidecar/swagger-ui-dist/favicon-32x32.png"
    answer = ask(picture, **GZIP)
    assert answer.status_code == 200
    assert "Content-Encoding" not in answer
    assert answer.getvalue() == source(picture)


def test_a_page_goes_out_compressed_and_never_twice_as_long(client: Client, ada: User) -> None:
    client.force_login(ada)
    whole = client.get("/rooms/general/")
    assert client.get("/rooms/general/", headers=BROTLI)["Content-Encoding"] == "br"
    lengths = set()
    for _ in range(20):
        answer = client.get("/rooms/general/", headers=GZIP)
        assert answer["Content-Encoding"] == "gzip"
        assert answer["Content-Length"] == str(len(answer.content))
        assert re.search("accept-encoding", answer["Vary"], re.IGNORECASE)
        assert answer["Cache-Control"] == "no-store"
        assert b'data-page="room"' in gzip.decompress(answer.content)
        assert len(answer.content) < len(whole.content) / 2
        lengths.add(len(answer["X-Noise"]))
    # The answer to BREACH: the length tells little of what is inside.
    assert max(lengths) - min(lengths) > 20


def test_a_short_answer_is_not_worth_it(client: Client) -> None:
    answer = client.get("/accounts/login", headers=GZIP)
    assert answer.status_code == 301
    assert "Content-Encoding" not in answer
