"""What a page makes of frames that come late, twice, in another order, or never again."""

import json

import pytest
from playwright.sync_api import Page, Route, expect

from tests import needs
from tests.e2e.conftest import Bot, People, Site, enter, texts, write
from tests.e2e.rows import newest, pending
from tests.e2e.wire import Wire, wait_for, without_limit

pytestmark = needs.chromium


@pytest.fixture
def page(daphne_site: Site, people: People) -> Page:
    return people.sit_down(daphne_site, "ada")


@pytest.fixture
def hal(daphne_site: Site) -> Bot:
    bot = daphne_site.bot("hal")
    bot.hear("ready")
    return bot


def test_a_frame_told_twice_changes_nothing(page: Page, hal: Bot) -> None:
    wire = Wire(page)
    enter(page)
    hal.say(message="told twice")
    expect(newest(page)).to_have_text("told twice")
    before = texts(page)
    _say_all_again(wire)
    write(page, "and then")
    expect(newest(page)).to_have_text("and then")
    assert texts(page) == [*before, "and then"]


def test_messages_stand_in_the_order_of_their_numbers(page: Page, hal: Bot) -> None:
    wire = Wire(page)
    enter(page)
    wire.holds = True
    for word in ("alpha", "beta", "gamma"):
        hal.say(message=word, client_id=word)
        assert hal.hear("ack")["client_id"] == word
    wait_for(
        page, lambda: sum("hx-partial" in each and "#log" in each for each in wire.frames) >= 3
    )
    for frame in reversed(wire.frames):
        wire.show(frame)
    expect(page.locator("#log .msg .prose", has_text="alpha")).to_have_count(1)
    assert texts(page)[-3:] == ["alpha", "beta", "gamma"]


def test_an_older_state_never_replaces_a_newer_one(page: Page, hal: Bot) -> None:
    wire = Wire(page)
    enter(page)
    hal.say(message="first", client_id="older-1")
    number = hal.hear("ack", lambda ack: ack["client_id"] == "older-1")["id"]
    for words in ("second", "third"):
        hal.say(edit={"id": number, "content": words})
    row = page.locator(f"#m{number} .prose")
    expect(row).to_have_text("third")
    (older,) = (frame for frame in wire.frames if "second" in frame)
    wire.show(older)
    hal.say(message="the end")
    expect(newest(page)).to_have_text("the end")
    expect(row).to_have_text("third")


def test_a_change_that_overtakes_an_older_page_is_not_lost(page: Page, daphne_site: Site) -> None:
    page.goto("/rooms/new/")
    page.fill("[name=name]", "overtaken")
    page.click("button.main")
    bot = daphne_site.bot("hal", "overtaken")
    for number in range(55):
        bot.say(message=f"line {number}", client_id=f"overtaken-{number}")
    first = bot.hear("ack", lambda ack: ack["client_id"] == "overtaken-0")["id"]
    bot.hear("ack", lambda ack: ack["client_id"] == "overtaken-54")
    enter(page, "overtaken")
    held: list[Route] = []
    page.route("**/?before=*", lambda route: held.append(route))
    page.get_by_text("Earlier messages").click()
    wait_for(page, lambda: len(held) == 1)

    older = held[0].fetch()
    bot.say(edit={"id": first, "content": "line 0, better"})
    expect(page.locator("main")).to_have_attribute("data-since", "56")
    held[0].fulfill(response=older)
    expect(page.locator("#log .msg .prose").first).to_have_text("line 0, better")
    assert len(texts(page)) == 55


def test_a_reset_begins_the_page_anew(page: Page) -> None:
    wire = Wire(page)
    enter(page)
    wire.show('<data hidden data-frame="reset" data-reason="epoch" data-seq="1"></data>')
    wait_for(page, lambda: wire.connections == 2)
    expect(page.locator("main")).to_have_attribute("data-state", "live")


def test_resets_without_end_stop_the_page(page: Page) -> None:
    wire = Wire(page)
    enter(page)
    reset = '<data hidden data-frame="reset" data-reason="epoch" data-seq="1"></data>'
    wire.show(reset)
    wait_for(page, lambda: wire.connections == 2)
    expect(page.locator("main")).to_have_attribute("data-state", "live")
    wire.show(reset)
    expect(page.locator("[data-banner]")).to_contain_text("Live updates have stopped.")
    wire.show('<data hidden data-frame="ready" data-name="general" data-seq="1"></data>')
    expect(page.locator("main")).to_have_attribute("data-state", "stopped")
    assert wire.connections == 2


@pytest.mark.parametrize("code", [1001, 1011, 1012, 1013])
def test_the_page_comes_back_after(page: Page, code: int) -> None:
    wire = Wire(page)
    enter(page)
    write(page, f"one more {code}")
    expect(newest(page)).to_have_text(f"one more {code}")
    since = page.locator("main").get_attribute("data-since")
    wire.close(code)
    expect(page.locator("main")).to_have_attribute("data-state", "waiting")
    expect(page.locator("main")).to_have_attribute("data-state", "live", timeout=15_000)
    assert wire.connections == 2
    assert f"since={since}&" in wire.addresses[1]
    assert f"since={since}&" not in wire.addresses[0]


def test_too_fast_is_tried_again_in_order(page: Page) -> None:
    wire = Wire(page)
    enter(page)
    wire.swallows = True
    write(page, "quick one")
    write(page, "quick two")
    wait_for(page, lambda: bool(wire.said))
    client_id = json.loads(wire.said[0])["client_id"]
    wire.swallows = False
    wire.refuse("rate_limited", client_id, "Too fast.", ' data-retry-after="1"')
    expect(newest(page)).to_have_text("quick two")
    assert texts(page)[-2:] == ["quick one", "quick two"]
    expect(pending(page)).to_have_count(0)


def test_a_frame_too_large_to_be_read_is_told_to_its_writer(page: Page) -> None:
    without_limit(page)
    enter(page)
    page.fill("#words", "x" * 100_000)
    page.press("#words", "Enter")
    expect(pending(page)).to_contain_text("A frame has at most 65536 bytes.")
    write(page, "and the next one goes")
    expect(newest(page)).to_have_text("and the next one goes")
    page.get_by_text("Discard").click()
    expect(pending(page)).to_have_count(0)


def test_what_was_not_sent_survives_a_reload(page: Page) -> None:
    wire = Wire(page)
    enter(page)
    wire.refuses = True
    wire.close(1012)
    expect(page.locator("main")).to_have_attribute("data-state", "waiting")
    write(page, "kept")
    page.reload()
    expect(pending(page)).to_contain_text("kept")
    wire.refuses = False
    expect(newest(page)).to_have_text("kept", timeout=15_000)
    expect(pending(page)).to_have_count(0)


@pytest.mark.parametrize(
    ("code", "says"),
    [
        (4400, "Live updates have stopped."),
        (4403, "This room is no longer open to you."),
        (4404, "This room is no longer open to you."),
        (4409, "Too many pages are open."),
        (4429, "Too fast."),
    ],
)
def test_the_page_stops_and_says_so_after(page: Page, code: int, says: str) -> None:
    wire = Wire(page)
    enter(page)
    wire.close(code)
    expect(page.locator("main")).to_have_attribute("data-state", "stopped")
    expect(page.locator("[data-banner]")).to_contain_text(says)
    assert wire.connections == 1


def test_a_lost_login_reloads_the_page_once(page: Page) -> None:
    wire = Wire(page)
    enter(page)
    wire.close(4401)
    wait_for(page, lambda: wire.connections == 2)
    expect(page.locator("main")).to_have_attribute("data-state", "live")
    wire.close(4401)
    expect(page.locator("main")).to_have_attribute("data-state", "stopped")
    assert wire.connections == 2


def test_a_room_that_moves_takes_its_readers_along(page: Page) -> None:
    wire = Wire(page)
    enter(page)
    wire.show(
        '<data hidden data-frame="room" data-name="general" data-archived="no"'
        ' data-address="/rooms/general/"></data>'
        '<hx-partial hx-target="#room-title" hx-swap="textContent">The new title</hx-partial>'
    )
    expect(page.locator("#room-title")).to_have_text("The new title")
    wire.show(
        '<data hidden data-frame="room" data-name="moved" data-archived="no"'
        ' data-address="/rooms/moved/"></data>'
    )
    page.wait_for_url("**/rooms/moved/")


def _say_all_again(wire: Wire) -> None:
    for frame in list(wire.frames):
        if "hx-partial" in frame:
            wire.show(frame)
