"""What every page carries, and that none needs a script."""

import re

import pytest
from django.test import Client, override_settings

from accounts.models import User
from chatsite.bundles import PARTS
from rooms.actions.messages import post_message
from rooms.models import Room
from tests.rooms.views.conftest import Browse

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "X-Frame-Options": "DENY",
}
PAGES = ["/rooms/", "/rooms/new/", "/rooms/general/", "/rooms/general/messages/1/"]
ACCOUNT_PAGES = ["/accounts/profile/", "/accounts/password/"]


@pytest.fixture
def pages(browse: Browse, ada: User, general: Room) -> Client:
    post_message(ada, general, "hello")
    return browse(ada)


@pytest.mark.parametrize("path", [*PAGES, *ACCOUNT_PAGES, "/nowhere/", "/rooms/nowhere/"])
def test_signed_in_pages_have_all_headers(pages: Client, path: str) -> None:
    answer = pages.get(path)
    assert ALWAYS.items() <= dict(answer.headers).items()
    assert "no-store" in answer.headers["Cache-Control"]
    policy = answer.headers["Content-Security-Policy"]
    nonce = re.search(rb'<style nonce="([^"]+)">', answer.content)
    assert nonce
    assert f"'nonce-{nonce[1].decode()}'" in policy
    assert "script-src 'self';" in policy
    assert "default-src 'none'" in policy


@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/register/", "/nowhere/"])
@pytest.mark.usefixtures("db")
def test_so_have_the_others(client: Client, path: str) -> None:
    answer = client.get(path)
    assert ALWAYS.items() <= dict(answer.headers).items()
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "path", ["css/dist/styles.css", "vendor/htmx-4.0.1-ws.min.js", "icons.svg", "js/log.js"]
)
@pytest.mark.usefixtures("db")  # closing an answer closes its connections
def test_so_have_static_files(client: Client, path: str) -> None:
    answer = client.get(f"/static/{path}")
    assert answer.status_code == 200
    assert ALWAYS.items() <= dict(answer.headers).items()
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    answer.close()


@pytest.mark.parametrize("path", [*PAGES, *ACCOUNT_PAGES, "/nowhere/"])
def test_no_page_has_a_script_or_a_style_of_its_own(pages: Client, path: str) -> None:
    page = pages.get(path).content.decode()
    assert not re.search(r"<script(?![^>]*\bsrc=)", page)
    assert not re.search(r"\son\w+=|\sstyle=|javascript:", page)


@pytest.mark.parametrize("path", [*PAGES, *ACCOUNT_PAGES, "/nowhere/"])
def test_every_page_has_one_heading_one_main_and_one_navigation(pages: Client, path: str) -> None:
    page = pages.get(path).content.decode()
    assert [page.count(tag) for tag in ("<h1", "<main", "<nav", "<title>")] == [1, 1, 1, 1]
    skip = re.search(r'class="skip" href="#([\w-]+)"', page)
    assert skip
    assert f'id="{skip[1]}"' in page


@pytest.mark.parametrize("path", [*PAGES, *ACCOUNT_PAGES, "/nowhere/", "/rooms/general/?before=9"])
def test_every_page_of_somebody_has_one_socket(pages: Client, path: str) -> None:
    page = pages.get(path).content.decode()
    sockets = re.findall(r'hx-ws:connect="([^"?]*)\?[^"]*\bme=\d+[&"]', page)
    assert sockets == ["/ws/rooms/general/" if path == "/rooms/general/" else "/ws/me/"]
    [joined] = re.findall(r"<script[^>]*/static/joined/([^?\"]+)", page)
    assert set(PARTS["page.js"]) - {"js/offline.js", "js/unsent.js"} <= set(PARTS[joined])
    assert len(re.findall(r"data-banner[ >]", page)) == 1


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/register/", "/nowhere/"])
def test_strangers_pages_have_none(client: Client, path: str) -> None:
    page = client.get(path).content
    assert b"hx-ws:connect" not in page
    assert b"<script" not in page


@pytest.mark.parametrize("path", [*PAGES, *ACCOUNT_PAGES])
def test_every_form_that_sends_can_be_sent(pages: Client, path: str) -> None:
    for form in re.findall(r"<form[^>]*>.*?</form>", pages.get(path).content.decode(), re.DOTALL):
        assert 'method="post"' in form
        assert "csrfmiddlewaretoken" in form
        assert "<button" in form


def test_a_page_of_ours_that_breaks_says_so_without_help(
    pages: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object, **options: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("rooms.history.page_of_messages", broken)
    pages.raise_request_exception = False
    answer = pages.get("/rooms/general/")
    assert answer.status_code == 500
    assert b"Something broke on our side" in answer.content
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


@override_settings(ALLOWED_HOSTS=["elsewhere.example"])
def test_a_host_that_is_not_ours_is_refused_in_words(client: Client) -> None:
    answer = client.get("/accounts/login/")
    assert answer.status_code == 400
    assert b"That was not understood" in answer.content
