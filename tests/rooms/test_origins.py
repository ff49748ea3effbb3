"""From which pages a socket may be opened."""

from typing import Any

import pytest
from pytest_django import Settings

from rooms.origins import is_allowed_origin, is_own_origin


def scope(origin: str | None, host: str = "localhost:8000", scheme: str = "ws") -> dict[str, Any]:
    headers = [(b"host", host.encode())]
    if origin is not None:
        headers.append((b"origin", origin.encode()))
    return {"headers": headers, "scheme": scheme}


@pytest.mark.parametrize(
    ("origin", "host", "own"),
    [
        ("http://localhost:8000", "localhost:8000", True),
        ("HTTP://LOCALHOST:8000", "localhost:8000", True),
        ("http://localhost", "localhost:80", True),
        ("http://localhost:8001", "localhost:8000", False),
        ("https://localhost:8000", "localhost:8000", False),
        ("http://evil.example", "localhost:8000", False),
        ("http://evil.example", "evil.example", False),
        ("null", "localhost:8000", False),
        ("null", "127.0.0.1:99999999", False),
        (None, "localhost:8000", False),
    ],
)
def test_only_the_sites_own_scheme_host_and_port_are_its_own(
    origin: str | None, host: str, own: bool
) -> None:
    assert is_own_origin(scope(origin, host)) is own


def test_programs_show_none_and_named_sites_are_let_in(settings: Settings) -> None:
    settings.ALLOWED_ORIGINS = ["https://app.example", "no-scheme.example"]

    assert is_allowed_origin(scope(None))
    assert is_allowed_origin(scope("https://app.example"))
    assert not is_allowed_origin(scope("http://app.example"))
    assert not is_allowed_origin(scope("null"))


def test_with_a_public_address_only_that_is_the_sites_own(settings: Settings) -> None:
    settings.CHAT_URL = "https://chat.example"

    assert is_own_origin(scope("https://chat.example", "10.0.0.1:8000"))
    assert not is_own_origin(scope("http://localhost:8000"))
