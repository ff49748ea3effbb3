"""Headers of what Django answers before its own middlewares are through."""

import pytest
from django.test import Client

from chatsite.headers import STATIC_HEADERS


@pytest.mark.parametrize(
    ("path", "host", "status"),
    [("/accounts/login/", "elsewhere.example", 400), ("/accounts/login", "localhost", 301)],
)
def test_a_refusal_and_a_detour_have_the_headers_too(path: str, host: str, status: int) -> None:
    answer = Client().get(path, HTTP_HOST=host)
    assert answer.status_code == status
    given = dict(answer.headers)
    # A policy of Django's own may be there already, with the same start.
    assert given["Content-Security-Policy"].startswith("default-src 'none'")
    for name, value in STATIC_HEADERS.items():
        assert name == "Content-Security-Policy" or given[name] == value


def test_a_wrong_host_is_one_line_of_warning(caplog: pytest.LogCaptureFixture) -> None:
    Client().get("/accounts/login/", HTTP_HOST="elsewhere.example")
    [record] = {record for record in caplog.records if "DisallowedHost" in record.name}
    assert record.levelname == "WARNING"
    assert "\n" not in caplog.handler.format(record)
