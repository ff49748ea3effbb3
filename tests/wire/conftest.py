"""One site a server kind, for all tests of the wire."""

from collections.abc import Iterator

import pytest

from tests.prepared import QUICK, prepared_folder
from tests.site import Site, serving
from tests.wire.lines import plain_daphne


@pytest.fixture(
    scope="module", params=["daphne", "uvicorn", "daphne without its fast way", "plain daphne"]
)
def site(request: pytest.FixtureRequest) -> Iterator[Site]:
    """The site on each server in turn."""
    with prepared_folder() as folder:
        if request.param == "plain daphne":
            with plain_daphne(folder) as found:
                yield found
        else:
            server, *slow = request.param.split(maxsplit=1)
            way = {"FAST_WIRE": "off"} if slow else {}
            with serving(folder, server=server, **QUICK, **way) as found:
                yield found


@pytest.fixture(scope="module")
def ada(site: Site) -> str:
    """Her access token."""
    return site.register("ada")


@pytest.fixture(scope="module")
def bob(site: Site) -> str:
    """His access token."""
    return site.register("bob")
