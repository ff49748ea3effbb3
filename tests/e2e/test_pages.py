"""Every page in a real browser: without a script, on a phone, under the policy."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests import needs
from tests.e2e.conftest import DESKTOP, PHONE, People, Site, enter, write
from tests.e2e.past import lines, remember
from tests.site import PASSWORD

pytestmark = needs.chromium
PAGES = ["/rooms/", "/rooms/new/", "/rooms/general/", "/accounts/profile/", "/accounts/password/"]


@pytest.mark.parametrize(("name", "size"), [("desk", DESKTOP), ("phone", PHONE)])
def test_everything_can_be_done_without_a_script(
    daphne_site: Site, people: People, name: str, size: dict[str, int]
) -> None:
    page = people.sit_down(daphne_site, java_script_enabled=False, viewport=size)
    page.goto("/")
    page.get_by_role("link", name="Make one").click()
    page.fill("[name=username]", name)
    page.fill("[name=password]", PASSWORD)
    page.click("button.main")
    expect(page.locator("h1")).to_have_text("All rooms")

    page.locator(".rooms a", has_text="General").first.click()
    page.fill("#words", "written without a script")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".msg .prose").last).to_have_text("written without a script")

    page.locator(".msg").last.locator("a", has=page.locator("time")).click()
    page.fill("#content", "edited without a script")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".msg .prose").last).to_have_text("edited without a script")

    page.locator(".msg").last.locator("a", has=page.locator("time")).click()
    page.get_by_role("button", name="Heart").click()
    expect(page.locator("[data-react]")).to_have_text("❤️ 1")
    page.get_by_role("button", name="Heart").click()
    expect(page.locator(".react")).to_have_count(0)
    page.fill("#reply", "answered without a script")
    page.get_by_role("button", name="Send reply").click()
    expect(page.locator(".msg .prose").last).to_have_text("answered without a script")
    expect(page.locator(".msg .reply-to b").last).to_have_text(name)

    page.locator(".msg").last.locator("a", has=page.locator("time")).click()
    page.get_by_role("button", name="Delete message").click()
    expect(page.locator(".msg").last).to_contain_text("This message was deleted.")

    page.goto("/accounts/profile/")
    page.locator("main").get_by_role("button", name="Log out").click()
    expect(page.locator("h1")).to_have_text("Come in")
    page.fill("[name=username]", name)
    page.fill("[name=password]", PASSWORD)
    page.click("button.main")
    expect(page.locator("h1")).to_have_text("All rooms")

    daphne_site.know("hal")
    remember(daphne_site, "general", lines(120, "hal"))
    page.goto("/rooms/general/")
    expect(page.locator(".msg .prose").first).to_have_text("line 70")
    page.get_by_role("link", name="Earlier messages").click()
    expect(page.locator(".msg .prose").first).to_have_text("line 20")
    expect(page.locator(".msg .prose").last).to_have_text("line 69")
    page.get_by_role("link", name="Later messages").click()
    expect(page.locator(".msg .prose").first).to_have_text("line 70")
    page.get_by_role("link", name="Newest messages").click()
    expect(page.locator(".msg .prose").last).to_have_text("line 119")
    expect(page.locator("#words")).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_no_page_is_wider_than_its_screen_or_breaks_the_policy(
    daphne_site: Site, people: People, size: dict[str, int], theme: str
) -> None:
    page = people.sit_down(daphne_site, "ada", viewport=size, color_scheme=theme)
    enter(page)
    write(page, "wide" * 200 + " https://example.org/" + "long/" * 60)
    expect(page.locator("#log .msg .prose").last).to_contain_text("example.org")
    permalink = page.locator(".msg a:has(time)").last.get_attribute("href") or ""

    for path in [*PAGES, permalink]:
        page.goto(path)
        expect(page.locator("h1")).to_be_visible()
        assert _overflow(page) <= 0, path
        expect(page.locator("html")).to_have_css("color-scheme", "light dark")
    assert people.complaints == []


def test_targets_on_a_phone_are_large_enough_for_a_thumb(daphne_site: Site, people: People) -> None:
    page = enter(people.sit_down(daphne_site, "ada", viewport=PHONE))
    for target in (".head > a", ".send", ".head .btn"):
        box = page.locator(target).locator("visible=true").first.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 44, target


def test_times_are_in_the_readers_zone(daphne_site: Site, people: People) -> None:
    write(enter(people.sit_down(daphne_site, "ada")), "what time is it")
    shown = {}
    for zone in ("Asia/Tokyo", "America/New_York"):
        page = enter(people.sit_down(daphne_site, "ada", timezone_id=zone))
        shown[zone] = page.locator(".msg time").last.inner_text()
    assert shown["Asia/Tokyo"] != shown["America/New_York"]
    assert not any("UTC" in time for time in shown.values())


def test_the_keyboard_reaches_the_composer_first(daphne_site: Site, people: People) -> None:
    page = people.sit_down(daphne_site, "ada", java_script_enabled=False)
    page.goto("/rooms/general/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Send")).to_be_focused()


@pytest.fixture
def a_broken_socket(daphne_site: Site, people: People) -> Callable[[], Page]:
    def sit_down() -> Page:
        page = people.sit_down(daphne_site, "ada")
        page.route_web_socket("**/ws/**", lambda socket: socket.close(code=1011))
        page.goto("/rooms/general/")
        return page

    return sit_down


def test_where_sockets_do_not_pass_the_form_sends_itself(
    a_broken_socket: Callable[[], Page],
) -> None:
    page = a_broken_socket()
    write(page, "by post then")
    page.wait_for_url("**/rooms/general/")
    expect(page.locator(".msg .prose").last).to_have_text("by post then")


def _overflow(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - innerWidth"))
