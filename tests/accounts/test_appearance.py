"""Light or dark: a choice of the device, which every page of it shows."""

from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from tests.accounts.conftest import without_database

PAGES = ["/accounts/login/", "/accounts/register/", "/nowhere/"]
SYSTEM = b'<meta name="color-scheme" content="light dark">'


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_choice_is_kept_for_a_year_and_leads_back(client: Client, theme: str) -> None:
    answer: Any = client.post("/accounts/theme/", {"theme": theme})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/accounts/profile/")
    kept = answer.cookies["theme"]
    assert kept.value == theme
    assert (kept["max-age"], kept["path"], kept["samesite"]) == (365 * 86400, "/", "Lax")
    assert not kept["secure"]
    # The script of the page that is shown while offline reads it.
    assert not kept["httponly"]


def test_over_https_it_is_told_to_nobody_else(client: Client, settings: Settings) -> None:
    settings.SESSION_COOKIE_SECURE = True
    assert client.post("/accounts/theme/", {"theme": "dark"}).cookies["theme"]["secure"]


def test_the_systems_choice_takes_it_back(client: Client) -> None:
    client.cookies["theme"] = "dark"
    gone = client.post("/accounts/theme/", {"theme": "system"}).cookies["theme"]
    assert (gone.value, gone["max-age"], gone["path"]) == ("", 0, "/")


@pytest.mark.django_db
@pytest.mark.parametrize("sent", [{}, {"theme": ""}, {"theme": "pink"}, {"theme": "dark\r\nx: y"}])
def test_nothing_else_can_be_chosen(client: Client, sent: dict[str, str]) -> None:
    answer = client.post("/accounts/theme/", sent)
    assert answer.status_code == 400
    assert "theme" not in answer.cookies
    assert b"That was not understood" in answer.content


@pytest.mark.django_db
def test_another_site_cannot_choose() -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/accounts/theme/", {"theme": "dark"}).status_code == 403


@pytest.mark.django_db
@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_strangers_pages_show_it_too(client: Client, path: str, theme: str) -> None:
    client.cookies["theme"] = theme
    page = client.get(path).content.decode()
    assert f'<html lang="en" dir="ltr" data-theme="{theme}">' in page
    assert f'<meta name="color-scheme" content="{theme}">' in page


@pytest.mark.django_db
@pytest.mark.parametrize("theme", [None, "", "system", "pink", 'x"><script>', "Dark", "dark "])
def test_any_other_cookie_is_the_systems_choice(client: Client, theme: str | None) -> None:
    if theme is not None:
        client.cookies["theme"] = theme
    page = client.get("/accounts/login/").content
    assert b'<html lang="en" dir="ltr">' in page
    assert SYSTEM in page


@pytest.mark.django_db
def test_so_does_the_page_for_when_the_database_is_away(client: Client) -> None:
    client.cookies["theme"] = "dark"
    client.cookies["sessionid"] = "x" * 32
    with without_database():
        answer = client.get("/accounts/profile/")
    assert answer.status_code == 503
    assert b'data-theme="dark"' in answer.content


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("theme", "value"), [("", "system"), ("light", "light"), ("dark", "dark"), ("pink", "system")]
)
def test_the_profile_says_what_was_chosen(
    client: Client, ada: User, theme: str, value: str
) -> None:
    client.cookies["theme"] = theme
    client.force_login(ada)
    page = client.get("/accounts/profile/").content.decode()
    assert page.count("checked>") == 1
    assert f'name="theme" value="{value}" checked>' in page
