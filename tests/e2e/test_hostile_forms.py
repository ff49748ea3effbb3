"""Nothing that people write runs: what forms give back, and addresses that somebody made up."""

from collections.abc import Iterator
from itertools import batched
from urllib.parse import quote, urlencode

import pytest
from playwright.sync_api import expect

from tests import needs
from tests.e2e.conftest import People, Site
from tests.e2e.hostile import HOSTILE
from tests.e2e.watch import Watch, shown, unhurried_site, watched
from tests.site import PASSWORD

pytestmark = needs.chromium
CHUNKS = ["\n".join(some) for some in batched(HOSTILE, 20)]
# What stands in quotes before the sign may be nearly anything.
MAILBOXES = (
    '"<script>hit()</script>"@example.org',
    '"\\"><img/src=/hit/onerror=hit()>"@example.org',
    '"\\"autofocus/onfocus=hit()/x=\\""@example.org',
    "'onfocus='hit`1`'@example.org",
    "\"{{hit()}}{%include'hit'%}\"@example.org",
)
_ADDRESSES = ("javascript:", "data:", "//", "/\\", "https:")


@pytest.fixture(scope="module")
def named_site() -> Iterator[Site]:
    yield from unhurried_site()


@pytest.fixture
def watch(named_site: Site, people: People) -> Watch:
    """What ada has open."""
    return watched(named_site, people, "ada")


@pytest.mark.parametrize(
    ("path", "shown_back", "refused", "signed_in"),
    [
        ("/accounts/register/", ["username", "display_name", "email"], {}, False),
        ("/accounts/login/", ["username", "next"], {}, False),
        ("/accounts/login/", ["next"], {"username": "ada", "password": "wrong one"}, False),
        ("/accounts/profile/", ["display_name", "email"], {}, True),
        ("/rooms/new/", ["name", "title", "topic"], {"kind": "odd"}, True),
    ],
)
def test_a_form_gives_back_text(
    named_site: Site,
    people: People,
    path: str,
    shown_back: list[str],
    refused: dict[str, str],
    signed_in: bool,
) -> None:
    watch = watched(named_site, people, "ada" if signed_in else "")
    watch.visit(path)
    hostile = CHUNKS[:2] if "password" in refused else [*CHUNKS, "\n".join(HOSTILE)]
    harmless = ""
    for text in ["harmless " * 60 + "x", *hostile]:
        assert len(text) > 250  # too long for every field
        watch.post(path, **dict.fromkeys(shown_back, text), **refused)
        for name in shown_back:
            value = watch.page.locator(f"[name={name}]").get_attribute("value")
            assert value == (shown(text) if name == "next" else shown(text).strip())
        harmless = harmless or watch.shapes()[0]
        assert watch.shapes() == [harmless]
    assert watch.told() == []


def test_an_address_that_mail_could_reach_is_text(watch: Watch) -> None:
    watch.visit("/accounts/profile/")
    harmless = ""
    for address in ("ada@example.org", *MAILBOXES):
        watch.post("/accounts/profile/", email=address, current_password=PASSWORD)
        expect(watch.page.locator(".says")).to_have_text("Saved.")
        watch.visit("/accounts/profile/")
        assert watch.page.locator("[name=email]").get_attribute("value") == address
        harmless = harmless or watch.shapes()[0]
        assert watch.shapes() == [harmless]
    assert watch.told() == []


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("/rooms/general/", ["before", "after", "reply_to"]),
        ("/rooms/", ["after"]),
        ("/rooms/new/", ["name", "next"]),
        ("/accounts/profile/", ["display_name", "next"]),
    ],
)
def test_a_query_is_never_markup(watch: Watch, path: str, names: list[str]) -> None:
    # What stands beside comes and goes with the people who are there.
    main = "head, #log, #composer, .page"
    watch.visit(path)
    harmless = watch.shapes(main)
    for text in CHUNKS:
        watch.visit(f"{path}?{urlencode(dict.fromkeys(names, text))}")
        assert watch.shapes(main) == harmless
    assert watch.told() == []


def test_an_address_that_leads_nowhere_is_never_markup(watch: Watch) -> None:
    for before in ("/", "/rooms/"):
        watch.visit(f"{before}nowhere-at-all/")
        harmless = watch.shapes()
        for text in CHUNKS:
            watch.visit(f"{before}{quote(text[:1500], safe='')}/")
            assert watch.shapes() == harmless
    assert watch.told() == []


def test_a_login_leads_nowhere_else(named_site: Site, people: People) -> None:
    named_site.know("ada")
    watch = watched(named_site, people)
    addresses = [text for text in HOSTILE if text.lower().startswith(_ADDRESSES)]
    assert len(addresses) >= 8
    for text in addresses:
        watch.page.context.clear_cookies()
        watch.visit(f"/accounts/login/?{urlencode({'next': text})}")
        assert watch.page.locator("[name=next]").get_attribute("value") == text
        watch.post("/accounts/login/", username="ada", password=PASSWORD, next=text)
        expect(watch.page).to_have_url(f"{named_site.url}/rooms/")
        assert watch.told() == []
