"""A static file is kept for a year under its own version's address, and under no other."""

import gzip
from pathlib import Path
from typing import Any

import brotli  # type: ignore[import-untyped]
import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpResponse
from django.test import Client

from chatsite.static import StaticFiles

pytestmark = pytest.mark.django_db  # closing an answer closes its connections
YEAR = "max-age=31536000, public"
FILES = [
    "joined/room.js",
    "css/dist/styles.css",
    "drf_spectacular_sidecar/swagger-ui-dist/favicon-32x32.png",
]
OLD = b"old()" * 100


def _ask(client: Client, address: str, **headers: str) -> Any:
    answer = client.get(address, headers=headers)
    answer.close()
    return answer


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("accepted", ["", "gzip", "br"])
def test_the_address_that_pages_name_is_kept_for_a_year(
    client: Client, name: str, accepted: str
) -> None:
    address = staticfiles_storage.url(name)
    assert "?v=" in address
    answer = _ask(client, address, **{"Accept-Encoding": accepted})
    assert answer.status_code == 200
    assert answer["Cache-Control"] == YEAR
    again = _ask(client, address, **{"If-None-Match": answer["ETag"]})
    assert again.status_code == 304
    assert again["Cache-Control"] == YEAR


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize(
    "query", ["", "?", "?v=", "?v=0123456789ab", "?x=1", "{own}&x=1", "{own}0"]
)
def test_under_any_other_address_it_is_asked_for_again_each_time(
    client: Client, name: str, query: str
) -> None:
    address, _, version = staticfiles_storage.url(name).partition("?")
    answer = _ask(client, address + query.format(own=f"?{version}"))
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-cache"
    again = _ask(
        client, address + query.format(own=f"?{version}"), **{"If-None-Match": answer["ETag"]}
    )
    assert again.status_code == 304
    assert again["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("accepted", ["", "gzip", "br"])
def test_a_joined_file_stays_the_one_of_the_start_when_another_process_writes_there(
    tmp_path: Path, accepted: str
) -> None:
    place = tmp_path / "joined" / "two.js"
    place.parent.mkdir()
    place.write_bytes(OLD)
    site = StaticFiles(lambda request: HttpResponse())
    file = site.get_static_file(str(place), "/static/joined/two.js")
    place.write_bytes(b"of another version()")

    answer = file.get_response("GET", {"HTTP_ACCEPT_ENCODING": accepted})
    headers = dict(answer.headers)
    body = answer.file.read()
    answer.file.close()
    assert headers["Content-Length"] == str(len(body))
    decompress = {"": bytes, "gzip": gzip.decompress, "br": brotli.decompress}[accepted]
    assert decompress(body) == OLD
