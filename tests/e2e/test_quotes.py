"""From a reply to what it answers: as often as one likes, and the page stays what it is."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from tests import needs
from tests.e2e.conftest import People, Site, enter, write
from tests.e2e.past import lines, make_room, remember, say
from tests.e2e.rows import newest, row

pytestmark = needs.chromium


@pytest.fixture
def ada(daphne_site: Site, people: People, request: pytest.FixtureRequest) -> Page:
    """At the end of a long talk, whose last message answers an early one."""
    room = make_room(daphne_site, f"jump-{len(request.node.name)}", "ada", "hal")
    (asked,) = remember(daphne_site, room, [("hal", "the question", datetime.now(UTC))])
    remember(daphne_site, room, lines(40, "hal"))
    say(daphne_site.bot("hal", room), "the answer", reply_to=asked)
    return enter(people.sit_down(daphne_site, "ada"), room)


def test_it_works_every_time_and_leaves_the_address_alone(ada: Page) -> None:
    quote, answered = row(ada, "the answer").locator(".reply-to"), ada.locator("#log .msg").first
    address = ada.url
    for _time in range(2):
        ada.locator("#log-scroller").evaluate("log => { log.scrollTop = 0 }")
        expect(answered).not_to_be_in_viewport()
        quote.click()
        expect(answered).to_be_in_viewport()
        expect(answered).to_be_focused()
    assert ada.url == address
    ada.go_back()  # to where she was before, not to the row before
    ada.go_forward()
    expect(ada.locator("main")).to_have_attribute("data-state", "live", timeout=15_000)
    write(ada, "still here")
    expect(newest(ada)).to_have_text("still here")


def test_a_click_for_another_tab_opens_one(ada: Page) -> None:
    with ada.context.expect_page() as opened:
        row(ada, "the answer").locator(".reply-to").click(modifiers=["Control"])
    expect(opened.value.locator("h1")).to_contain_text("Message in")
    expect(ada.locator("#log .msg").first).not_to_be_in_viewport()
