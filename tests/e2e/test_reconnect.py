"""What a page does when its connection goes."""

import os
import signal
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import WebSocketRoute, expect

from tests import needs
from tests.e2e.conftest import People, Site, enter, site_of, texts, write
from tests.site import PASSWORD

pytestmark = needs.chromium


@pytest.fixture
def own_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One that this test may kill."""
    yield from site_of("daphne", tmp_path_factory)


def test_after_a_crash_everything_is_there_once_and_in_order(
    own_site: Site, people: People
) -> None:
    ada = enter(people.sit_down(own_site, "ada"))
    bob = enter(people.sit_down(own_site, "bob"))
    write(ada, "before")
    expect(bob.locator(".msg .prose").last).to_have_text("before")

    own_site.kill()
    expect(ada.locator("main")).to_have_attribute("data-state", "waiting")
    expect(ada.locator("[data-banner]")).to_have_text("Connection lost. Trying again.")
    write(ada, "while it was down")
    write(ada, "and once more")
    expect(ada.locator(".pending")).to_have_count(2)
    own_site.start()

    expected = ["before", "while it was down", "and once more"]
    for page in (ada, bob):
        expect(page.locator(".msg .prose")).to_have_text(expected, timeout=30_000)
        expect(page.locator("main")).to_have_attribute("data-state", "live")
        expect(page.locator("[data-banner]")).to_be_hidden()
    expect(ada.locator(".pending")).to_have_count(0)


def test_changes_that_were_missed_are_made_good(own_site: Site, people: People) -> None:
    ada = enter(people.sit_down(own_site, "ada"))
    bob = enter(people.sit_down(own_site, "bob"))
    write(ada, "first")
    write(ada, "second")
    expect(bob.locator(".msg")).to_have_count(2)

    bob.context.set_offline(True)
    hal = own_site.bot("ada")
    rows = ada.locator(".msg")
    first, second = (int(rows.nth(n).get_attribute("data-id") or 0) for n in (0, 1))
    own_site.kill()
    hal.line.close()
    own_site.start()
    hal = own_site.bot("ada")
    hal.say(edit={"id": first, "content": "first, better"}, client_id="edit")
    hal.say(delete={"id": second}, client_id="delete")
    hal.say(message="third", client_id="third")
    hal.hear("ack", lambda ack: ack["client_id"] == "third")
    bob.context.set_offline(False)

    for page in (ada, bob):
        expect(page.locator(".msg .prose")).to_have_text(["first, better", "third"], timeout=30_000)
        expect(page.locator(".msg .gone")).to_have_count(1)
    assert texts(ada) == texts(bob)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows stops no process")
def test_a_silent_server_is_noticed(own_site: Site, people: People) -> None:
    ada = people.sit_down(own_site, "ada")
    ada.clock.install()
    enter(ada)

    pid = own_site.process.pid
    os.kill(pid, signal.SIGSTOP)
    ada.clock.fast_forward(60_000)
    expect(ada.locator("main")).to_have_attribute("data-state", "waiting")
    os.kill(pid, signal.SIGCONT)
    ada.clock.resume()
    expect(ada.locator("main")).to_have_attribute("data-state", "live", timeout=30_000)


def test_who_logs_out_elsewhere_is_led_to_the_login_page(own_site: Site, people: People) -> None:
    ada = enter(people.sit_down(own_site, "ada"))
    other = ada.context.new_page()
    other.goto("/rooms/")
    other.get_by_role("button", name="Log out").click()

    expect(ada.locator("h1")).to_have_text("Come in", timeout=15_000)
    ada.fill("[name=username]", "ada")
    ada.fill("[name=password]", PASSWORD)
    ada.click("button.main")
    expect(ada.locator("main")).to_have_attribute("data-state", "live", timeout=15_000)


def test_pages_without_a_live_room_notice_it_too(own_site: Site, people: People) -> None:
    other = people.sit_down(own_site, "ada")
    other.goto("/rooms/")
    paths = ["/rooms/", "/rooms/new/", "/accounts/profile/", "/rooms/general/?before=9"]
    pages = [other.context.new_page() for _path in paths]
    for page, path in zip(pages, paths, strict=True):
        with page.expect_websocket(lambda socket: socket.url.endswith("/ws/me/")):
            page.goto(path)
    other.get_by_role("button", name="Log out").click()

    for page in pages:
        expect(page.locator("h1")).to_have_text("Come in", timeout=10_000)
    assert people.complaints == []


def test_a_page_without_a_room_says_nothing_of_its_connection(
    own_site: Site, people: People
) -> None:
    ada = people.sit_down(own_site, "ada")
    sockets: list[WebSocketRoute] = []

    def refuse(page_end: WebSocketRoute) -> None:
        sockets.append(page_end)
        page_end.close(code=1011)

    ada.route_web_socket("**/ws/me/", refuse)
    ada.clock.install()
    ada.goto("/rooms/")
    while len(sockets) < 3:  # it comes back all the same
        ada.clock.fast_forward(15_000)
    expect(ada.locator("[data-banner]")).to_be_hidden()


def test_a_page_in_the_background_stays_connected(own_site: Site, people: People) -> None:
    ada = enter(people.sit_down(own_site, "ada"))
    ada.evaluate(
        """() => {
            Object.defineProperty(document, "hidden", {get: () => true});
            document.dispatchEvent(new Event("visibilitychange"));
        }"""
    )

    own_site.bot("ada").say(message="are you there")
    expect(ada.locator(".msg .prose")).to_have_text(["are you there"])
    expect(ada.locator("main")).to_have_attribute("data-state", "live")
