"""Changes that wait for the line, and pages that will send nothing more, say so."""

import pytest
from playwright.sync_api import Page, expect

from tests import needs
from tests.e2e.conftest import People, Site, enter, write
from tests.e2e.rows import choose, newest, own_room, pending, press, row, stored, wait_until_live
from tests.e2e.wire import Wire, cut_off

pytestmark = needs.chromium


@pytest.fixture
def room(daphne_site: Site, request: pytest.FixtureRequest) -> str:
    return own_room(daphne_site, "ada", request)


@pytest.fixture
def ada(daphne_site: Site, people: People, room: str) -> Page:
    """She wrote a message, and will lose her line."""
    page = enter(people.sit_down(daphne_site, "ada"), room)
    write(page, "a message")
    expect(newest(page)).to_have_text("a message")
    return page


def test_an_edit_that_waits_is_told_and_taken_up_again(
    daphne_site: Site, ada: Page, room: str
) -> None:
    wire = cut_off(ada, room)
    ada.press("#words", "ArrowUp")
    write(ada, "a better message")
    expect(row(ada, "a message")).to_contain_text("change not sent yet")
    ada.press("#words", "ArrowUp")
    expect(ada.locator("#words")).to_have_value("a better message")
    ada.press("#words", "Escape")
    ada.reload()
    expect(row(ada, "a message")).to_contain_text("change not sent yet")

    wire.refuses = False
    wait_until_live(ada)
    expect(newest(ada)).to_have_text("a better message")
    expect(ada.locator("[data-changing]")).to_have_count(0)
    assert [each["content"] for each in stored(daphne_site, "ada", room)] == ["a better message"]


def test_an_edit_can_be_taken_back_while_it_waits(ada: Page, room: str) -> None:
    wire = cut_off(ada, room)
    for words in ("a worse message", "a message"):
        ada.press("#words", "ArrowUp")
        write(ada, words)
    wire.refuses = False
    wait_until_live(ada)
    expect(ada.locator("[data-changing]")).to_have_count(0)
    expect(newest(ada)).to_have_text("a message")


def test_a_deletion_and_a_reaction_that_wait_are_told(ada: Page, room: str) -> None:
    wire = cut_off(ada, room)
    press(ada, "a message", "react-menu")
    ada.locator("#acts [data-emoji='👍']").click()
    expect(row(ada, "a message")).to_contain_text("change not sent yet")
    choose(ada, "a message", "ask")
    ada.get_by_role("button", name="Delete message").click()
    expect(row(ada, "a message").locator("[data-changing]")).to_have_text("change not sent yet")

    wire.refuses = False
    wait_until_live(ada)
    expect(ada.locator("#log .gone")).to_have_count(1)
    expect(ada.locator("[data-changing]")).to_have_count(0)


@pytest.mark.parametrize(
    ("code", "why"),
    [
        (4400, "Live updates have stopped."),
        (4404, "This room is no longer open to you."),
        (4409, "Too many pages are open."),
    ],
)
def test_a_stopped_page_does_not_say_that_it_sends(ada: Page, code: int, why: str) -> None:
    wire = Wire(ada)
    ada.reload()
    wait_until_live(ada)
    wire.swallows = True
    write(ada, "on its way")
    expect(pending(ada).locator("[data-sending]")).to_be_visible()
    wire.close(code)

    expect(pending(ada).locator("[data-failed]")).to_contain_text(f"Not sent. {why}")
    expect(pending(ada).locator("[data-sending]")).to_be_hidden()
    wire.swallows = False
    pending(ada).get_by_role("button", name="Retry").click()
    expect(newest(ada)).to_have_text("on its way")
    expect(pending(ada)).to_have_count(0)


def test_an_edit_on_a_stopped_page_stays_in_the_composer(ada: Page) -> None:
    wire = Wire(ada)
    ada.reload()
    wait_until_live(ada)
    ada.fill("#words", "a draft")
    press(ada, "a message", "edit")
    ada.fill("#words", "much work")
    wire.close(4400)
    expect(ada.locator("main")).to_have_attribute("data-state", "stopped")
    ada.press("#words", "Enter")

    expect(ada.locator("#words")).to_have_value("much work")
    expect(ada.locator("[data-editing-strip]")).to_be_visible()
    expect(ada.locator("[data-notice]")).to_have_text("Not sent. Reload the page.")
    ada.press("#words", "Escape")
    expect(ada.locator("#words")).to_have_value("a draft")
    assert ada.evaluate("Object.keys(localStorage).filter((key) => /^outbox/.test(key))") == []


def test_the_lists_of_rooms_tell_what_waits_there(daphne_site: Site, ada: Page, room: str) -> None:
    wire = cut_off(ada, room, "one", "two")
    other = ada.context.new_page()
    other.goto("/rooms/")
    for place in (".rooms li", ".side-list li"):
        told = other.locator(place, has_text=room)
        expect(told).to_contain_text("2 not sent")
        expect(other.locator(place, has_text="General")).not_to_contain_text("not sent")
    wire.refuses = False
    wait_until_live(ada)
    expect(newest(ada)).to_have_text("two")
    expect(other.locator("body")).not_to_contain_text("not sent")
