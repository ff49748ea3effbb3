"""The administrator of a site that others can reach shows the one-time token."""

import stat
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from accounts import setup
from accounts.actions import register
from accounts.models import Administrator, User

pytestmark = pytest.mark.django_db

PASSWORD = "four odd words work"


@pytest.fixture(autouse=True)
def public(settings: Settings, tmp_path: Path) -> None:
    settings.LOOPBACK, settings.HOST, settings.PORT = False, "0.0.0.0", 8000
    settings.DATA_DIR, settings.CHAT_URL = tmp_path, ""


def test_without_the_token_nobody_becomes_administrator() -> None:
    setup.setup_token()
    for number, shown in enumerate(["", "wrong", "\ud800", "é"]):
        person = register(username=f"person{number}", password=PASSWORD, setup_token=shown)
        assert not person.is_superuser
    assert not Administrator.objects.exists()


def test_no_token_was_made_so_none_is_right() -> None:
    assert not register(username="ada", password=PASSWORD, setup_token="").is_superuser


def test_the_link_makes_the_administrator_once(
    client: Client,
    tmp_path: Path,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    register(username="bob", password=PASSWORD)
    link = urlsplit(setup.setup_link())
    assert (link.scheme, link.netloc, link.path) == (
        "http",
        "localhost:8000",
        "/accounts/register/",
    )
    token = parse_qs(link.query)["setup_token"][0]

    page = client.get(f"{link.path}?{link.query}")
    assert token in page.content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(link.path, {"username": "ada", "password": PASSWORD, "setup_token": token})
    assert User.objects.get(username="ada").is_superuser
    assert not (tmp_path / "setup-token").exists()
    assert setup.setup_link() == ""
    assert not register(username="eve", password=PASSWORD, setup_token=token).is_superuser


def test_the_token_stays_the_same_and_is_its_owners_alone(tmp_path: Path) -> None:
    first = setup.setup_token()
    assert len(first) > 30
    assert setup.setup_token() == first
    assert stat.S_IMODE((tmp_path / "setup-token").stat().st_mode) == 0o600


def test_the_link_is_on_the_sites_own_address(settings: Settings) -> None:
    settings.CHAT_URL = "https://chat.example"
    assert setup.setup_link().startswith("https://chat.example/accounts/register/?setup_token=")
    assert setup.setup_link("http://x.example:1").startswith("http://x.example:1/accounts/")


def test_a_loopback_bind_needs_no_link(settings: Settings) -> None:
    settings.LOOPBACK = True
    assert setup.setup_link() == ""


def test_a_superuser_made_by_command_closes_the_claim(settings: Settings) -> None:
    settings.LOOPBACK = True
    User.objects.create_superuser("root-person", password=PASSWORD)
    assert not register(username="ada", password=PASSWORD).is_superuser
