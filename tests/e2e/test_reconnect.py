"""What a page does when its connection goes."""

import os
import signal
import sys

import pytest
from playwright.sync_api import WebSocketRoute, expect

from tests import needs
from tests.e2e.conftest import People, Site, enter, texts, write
from tests.e2e.rows import make_room, pending
from tests.e2e.wire import Wire
from tests.site import PASSWORD

pytestmark = needs.chromium
BEAT = 20_000  # ms from one sign of life to the next, where nothing happens


def test_after_a_crash_everything_is_there_once_and_in_order(
    daphne_site: Site, people: People
) -> None:
    room = make_room(daphne_site, "ada", "crash")
    ada = enter(people.sit_down(daphne_site, "ada"), room)
    bob = enter(people.sit_down(daphne_site, "bob"), room)
    write(ada, "before")
    expect(bob.locator("#log .msg .prose").last).to_have_text("before")

    daphne_site.kill()
    expect(ada.locator("main")).to_have_attribute("data-state", "waiting")
    expect(ada.locator("[data-banner-words]")).to_have_text("Connection lost. Trying again.")
    write(ada, "while it was down")
    write(ada, "and once more")
    expect(pending(ada)).to_have_count(2)
    daphne_site.start()

    expected = ["before", "while it was down", "and once more"]
    for page in (ada, bob):
        expect(page.locator("#log .msg .prose")).to_have_text(expected, timeout=30_000)
        expect(page.locator("main")).to_have_attribute("data-state", "live")
        expect(page.locator("[data-banner]")).to_be_hidden()
    expect(pending(ada)).to_have_count(0)


def test_changes_that_were_missed_are_made_good(daphne_site: Site, people: People) -> None:
    room = make_room(daphne_site, "ada", "missed")
    ada = enter(people.sit_down(daphne_site, "ada"), room)
    bob = enter(people.sit_down(daphne_site, "bob"), room)
    write(ada, "first")
    write(ada, "second")
    expect(bob.locator("#log .msg")).to_have_count(2)

    bob.context.set_offline(True)
    hal = daphne_site.bot("ada", room)
    rows = ada.locator("#log .msg")
    first, second = (int(rows.nth(n).get_attribute("data-id") or 0) for n in (0, 1))
    daphne_site.kill()
    hal.line.close()
    daphne_site.start()
    hal = daphne_site.bot("ada", room)
    hal.say(edit={"id": first, "content": "first, better"}, client_id="edit")
    hal.say(delete={"id": second}, client_id="delete")
    hal.say(message="third", client_id="third")
    hal.hear("ack", lambda ack: ack["client_id"] == "third")
    bob.context.set_offline(False)

    for page in (ada, bob):
        expect(page.locator("#log .msg .prose")).to_have_text(
            ["first, better", "third"], timeout=30_000
        )
        expect(page.locator("#log .msg .gone")).to_have_count(1)
    assert texts(ada) == texts(bob)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows stops no process")
def test_a_silent_server_is_noticed(daphne_site: Site, people: People) -> None:
    ada = people.sit_down(daphne_site, "ada")
    ada.clock.install()
    enter(ada)

    pid = daphne_site.process.pid
    os.kill(pid, signal.SIGSTOP)
    ada.clock.fast_forward(60_000)
    expect(ada.locator("main")).to_have_attribute("data-state", "waiting")
    os.kill(pid, signal.SIGCONT)
    ada.clock.resume()
    expect(ada.locator("main")).to_have_attribute("data-state", "live", timeout=30_000)


def test_a_server_that_speaks_now_and_then_is_not_taken_for_a_dead_one(
    daphne_site: Site, people: People
) -> None:
    ada = people.sit_down(daphne_site, "ada")
    ada.clock.install()
    wire = Wire(ada)
    enter(ada)
    wire.holds = True
    for _beat in range(4):
        ada.clock.fast_forward(BEAT + 15_000)  # one of them was late
        wire.show('<data hidden data-frame="beat" data-seq="0"></data>')
    assert wire.connections == 1
    expect(ada.locator("main")).to_have_attribute("data-state", "live")


def test_who_logs_out_elsewhere_is_led_to_the_login_page(daphne_site: Site, people: People) -> None:
    eve = enter(people.sit_down(daphne_site, "eve"))  # ends a login that nobody else has
    other = eve.context.new_page()
    other.goto("/rooms/")
    other.get_by_role("button", name="Log out").click()

    expect(eve.locator("h1")).to_have_text("Come in", timeout=15_000)
    eve.fill("[name=username]", "eve")
    eve.fill("[name=password]", PASSWORD)
    eve.click("button.main")
    expect(eve.locator("main")).to_have_attribute("data-state", "live", timeout=15_000)


def test_pages_without_a_live_room_notice_it_too(daphne_site: Site, people: People) -> None:
    other = people.sit_down(daphne_site, "hal")
    other.goto("/rooms/")
    paths = ["/rooms/", "/rooms/new/", "/accounts/profile/", "/rooms/general/?before=9"]
    pages = [other.context.new_page() for _path in paths]
    for page, path in zip(pages, paths, strict=True):
        with page.expect_websocket(lambda socket: "/ws/me/?me=" in socket.url):
            page.goto(path)
    other.get_by_role("button", name="Log out").click()

    for page in pages:
        expect(page.locator("h1")).to_have_text("Come in", timeout=10_000)
    assert people.complaints == []


def test_a_page_without_a_room_says_nothing_of_its_connection(
    daphne_site: Site, people: People
) -> None:
    ada = people.sit_down(daphne_site, "ada")
    sockets: list[WebSocketRoute] = []

    def refuse(page_end: WebSocketRoute) -> None:
        sockets.append(page_end)
        page_end.close(code=1011)

    ada.route_web_socket("**/ws/me/?me=*", refuse)
    ada.clock.install()
    ada.goto("/rooms/")
    while len(sockets) < 3:  # it comes back all the same
        ada.clock.fast_forward(15_000)
    expect(ada.locator("[data-banner]")).to_be_hidden()


def test_a_page_in_the_background_stays_connected(daphne_site: Site, people: People) -> None:
    room = make_room(daphne_site, "ada", "background")
    ada = enter(people.sit_down(daphne_site, "ada"), room)
    ada.evaluate(
        """() => {
            Object.defineProperty(document, "hidden", {get: () => true});
            document.dispatchEvent(new Event("visibilitychange"));
        }"""
    )

    daphne_site.bot("ada", room).say(message="are you there")
    expect(ada.locator("#log .msg .prose")).to_have_text(["are you there"])
    expect(ada.locator("main")).to_have_attribute("data-state", "live")
