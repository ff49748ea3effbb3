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
from tests.accounts.conftest import without_database
from tests.accounts.wire import Api

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
    assert setup.setup_link("http://127.0.0.2:1/").startswith("http://127.0.0.2:1/accounts/")
    settings.CHAT_URL = "https://chat.example"
    for base in ("", "http://127.0.0.2:1/"):
        link = setup.setup_link(base)
        assert link.startswith("https://chat.example/accounts/register/?setup_token=")


def test_a_loopback_bind_needs_no_link(settings: Settings) -> None:
    settings.LOOPBACK = True
    assert setup.setup_link() == ""


def test_a_superuser_made_by_command_closes_the_claim(settings: Settings) -> None:
    settings.LOOPBACK = True
    User.objects.create_superuser("root-person", password=PASSWORD)
    assert not register(username="ada", password=PASSWORD).is_superuser


def test_there_is_no_link_before_the_tables_are_made() -> None:
    with without_database():
        assert setup.setup_link() == ""


FAR = "203.0.113.7"


def _register_by_both_doors(address: str, token: str = "", **headers: str) -> None:
    """ada by the API, bob by the page."""
    person = {"password": PASSWORD, "setup_token": token}
    api = Api(address=address)
    api.headers.update(headers)
    assert api.post("/api/auth/users/", {"username": "ada", **person}).status_code == 201
    page = Client(REMOTE_ADDR=address, headers=headers)
    body = {"username": "bob", **person}
    assert page.post("/accounts/register/", body).status_code == 302
    assert User.objects.count() == 2


def test_strangers_at_a_server_that_does_not_read_host_do_not_come_first(
    settings: Settings,
) -> None:
    settings.LOOPBACK, settings.HOST = True, "127.0.0.1"
    _register_by_both_doors(FAR, host="localhost")
    assert not User.objects.filter(is_superuser=True).exists()


@pytest.mark.parametrize("proxies", [0, 1])
@pytest.mark.parametrize(
    "headers",
    [
        {"x-forwarded-for": FAR},
        {"x-forwarded-for": f"127.0.0.1, {FAR}"},
        {"x-real-ip": FAR},
        {"forwarded": f"for={FAR}"},
    ],
    ids=str,
)
def test_strangers_behind_a_proxy_do_not_come_first(
    settings: Settings, headers: dict[str, str], proxies: int
) -> None:
    settings.LOOPBACK, settings.TRUSTED_PROXIES = True, proxies
    _register_by_both_doors("127.0.0.1", **headers)
    assert not User.objects.filter(is_superuser=True).exists()


def test_a_public_address_takes_the_token_whoever_asks(settings: Settings) -> None:
    settings.LOOPBACK, settings.CHAT_URL = True, "https://chat.example"
    _register_by_both_doors("127.0.0.1")
    assert not register(username="eve", password=PASSWORD).is_superuser
    assert not User.objects.filter(is_superuser=True).exists()
    assert setup.setup_link()


def test_the_token_works_for_strangers(settings: Settings) -> None:
    settings.LOOPBACK, settings.CHAT_URL = True, "https://chat.example"
    _register_by_both_doors(FAR, setup.setup_token(), host="localhost")
    assert User.objects.get(is_superuser=True).username == "ada"


@pytest.mark.parametrize("url", ["", "http://localhost:8000", "http://127.0.0.1", "http://[::1]:1"])
def test_on_this_machine_the_first_needs_no_token(settings: Settings, url: str) -> None:
    settings.LOOPBACK, settings.CHAT_URL = True, url
    assert setup.setup_link() == ""
    _register_by_both_doors("127.0.0.1")
    assert User.objects.get(is_superuser=True).username == "ada"


def test_a_shell_on_a_private_site_needs_no_token(settings: Settings) -> None:
    settings.LOOPBACK = True
    assert register(username="ada", password=PASSWORD).is_superuser
