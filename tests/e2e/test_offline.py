"""What a browser shows where the site cannot be reached, and what it keeps for that."""

import re
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from tests import needs
from tests.e2e.conftest import PHONE, People, Site, enter, write

pytestmark = needs.chromium
# Without their versions.
KEPT = [
    "/offline/",
    "/static/css/dist/styles.css",
    "/static/icons.svg",
    "/static/js/back_online.js",
]


def _with_worker(page: Page, path: str = "/rooms/") -> Page:
    """Opens a page and waits until the worker is ready for the next one."""
    page.goto(path)
    page.evaluate("async () => { await navigator.serviceWorker.ready }")
    return page


def test_without_a_line_each_page_says_so_and_comes_back_with_it(
    daphne_site: Site, people: People
) -> None:
    page = _with_worker(people.sit_down(daphne_site, "ada"))
    page.context.set_offline(True)
    page.reload()
    _is_offline(page)
    page.context.set_offline(False)
    expect(page.locator("h1")).to_have_text("All rooms")
    page.context.set_offline(True)
    page.goto("/rooms/general/?before=3")
    _is_offline(page)
    assert urlsplit(page.url)._replace(scheme="", netloc="").geturl() == "/rooms/general/?before=3"
    page.context.set_offline(False)
    expect(page.locator("h1")).to_have_text("General")
    assert [each for each in people.complaints if "ERR_INTERNET_DISCONNECTED" not in each] == []


def test_when_the_site_is_down_one_tries_again_by_hand(daphne_site: Site, people: People) -> None:
    page = _with_worker(people.sit_down(daphne_site, "ada"))
    # The style and the drawing must come from the worker.
    page.context.new_cdp_session(page).send("Network.clearBrowserCache")
    daphne_site.kill()
    page.goto("/accounts/profile/")
    _is_offline(page)
    page.get_by_role("link", name="Try again").click()
    _is_offline(page)
    daphne_site.start()
    page.get_by_role("link", name="Try again").click()
    expect(page.locator("h1")).to_have_text("Profile")


def test_it_has_the_colours_of_the_device(daphne_site: Site, people: People) -> None:
    page = _with_worker(people.sit_down(daphne_site, "ada", color_scheme="light"))
    page.goto("/accounts/profile/")
    with page.expect_response("**/accounts/theme/"):
        page.get_by_text("Dark", exact=True).click()
    page.context.set_offline(True)
    page.reload()
    expect(page.locator("h1")).to_have_text("You are offline")
    expect(page.locator("body")).to_have_css("background-color", "rgb(28, 26, 22)")


def test_nothing_of_an_account_is_kept(daphne_site: Site, people: People) -> None:
    page = enter(_with_worker(people.sit_down(daphne_site, "ada")))
    write(page, "a secret between us")
    expect(page.locator(".msg .prose").last).to_have_text("a secret between us")
    for path in ("/rooms/", "/accounts/profile/", "/rooms/general/", "/offline/", "/nowhere/"):
        page.goto(path)
    kept = page.evaluate(
        """async () => {
            const found = [];
            for (const name of await caches.keys()) {
                const cache = await caches.open(name);
                for (const { url } of await cache.keys()) {
                    const answer = await cache.match(url, { ignoreVary: true });
                    found.push([name, new URL(url).pathname, await answer.text()]);
                }
            }
            return found;
        }"""
    )
    assert sorted(path for _, path, _ in kept) == KEPT
    assert len({name for name, _, _ in kept}) == 1
    for _, _, content in kept:
        assert not re.search(r"\bada\b|secret|csrf|nonce", content, re.IGNORECASE)


def test_a_new_version_takes_the_place_of_the_old(daphne_site: Site, people: People) -> None:
    page = _with_worker(people.sit_down(daphne_site, "ada"))
    page.evaluate("async () => { await caches.open('offline-old'); await caches.open('other') }")
    page.evaluate("async () => { await (await navigator.serviceWorker.ready).unregister() }")
    _with_worker(page)
    page.evaluate(
        """async () => {
            const { active } = await navigator.serviceWorker.ready;
            if (active.state === "activated") return;
            await new Promise((done) => active.addEventListener("statechange", done));
        }"""
    )
    ahead = page.evaluate(
        "async () => (await navigator.serviceWorker.ready).navigationPreload.getState()"
    )
    assert ahead["enabled"], "a page waits until the worker is awake"
    names = page.evaluate("() => caches.keys()")
    assert "offline-old" not in names
    assert "other" in names
    assert len(names) == 2


def test_an_open_room_stays_and_says_it_by_itself(daphne_site: Site, people: People) -> None:
    page = enter(_with_worker(people.sit_down(daphne_site, "ada", viewport=PHONE)))
    page.context.set_offline(True)
    write(page, "kept for later")
    expect(page.locator("main")).to_have_attribute("data-room", "general")
    expect(page.get_by_role("heading", name="General")).to_be_visible()
    page.context.set_offline(False)
    expect(page.locator(".msg .prose").last).to_have_text("kept for later")


def test_a_form_that_cannot_be_sent_is_not_answered_by_the_worker(
    daphne_site: Site, people: People
) -> None:
    page = _with_worker(people.sit_down(daphne_site, "ada"), "/accounts/profile/")
    page.reload()
    page.context.set_offline(True)
    page.get_by_role("button", name="Save profile").click()
    page.wait_for_url("chrome-error://**")


def test_where_there_is_no_secure_line_nothing_happens(daphne_site: Site, people: People) -> None:
    page = people.sit_down(daphne_site, "ada")
    page.add_init_script("delete Navigator.prototype.serviceWorker")
    page.goto("/rooms/")
    expect(page.locator("h1")).to_have_text("All rooms")
    assert page.context.service_workers == []
    assert people.complaints == []


def _is_offline(page: Page) -> None:
    """And says so with its style and its drawing."""
    expect(page.locator("h1")).to_have_text("You are offline")
    expect(page).to_have_title("Offline · Chatsite")
    expect(page.locator("main")).to_have_css("display", "grid")
    box = page.locator(".art use").evaluate("use => use.getBBox().width")
    assert box > 50
