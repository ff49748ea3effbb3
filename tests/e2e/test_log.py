"""What a page knows of where its reader stands in the log, and of how far they have read."""

from playwright.sync_api import expect

from tests import needs
from tests.e2e.conftest import People, Site, enter, write
from tests.e2e.past import lines, make_room, remember, say
from tests.e2e.scrolling import read_further_up, wheel

pytestmark = needs.chromium


def test_the_read_position_moves_when_the_newest_message_is_seen(
    daphne_site: Site, people: People
) -> None:
    ada = people.sit_down(daphne_site, "ada")
    ada.clock.install()
    hal = daphne_site.bot("hal")
    for number in range(60):
        seen = say(hal, f"line {number}")["seq"]
    her_phone = daphne_site.bot("ada")
    her_phone.hear("ready")

    enter(ada)
    ada.clock.fast_forward(2_000)
    assert her_phone.hear("read") == {"room": "general", "seq": seen}

    log = ada.locator("#log-scroller")
    log.evaluate("log => log.scrollBy(0, -400)")
    for words in ("not seen", "nor this"):
        last = say(hal, words)["seq"]
        expect(ada.locator(".msg .prose").last).to_have_text(words)
        ada.clock.fast_forward(2_000)
    log.evaluate("log => log.scrollTo(0, 0)")
    expect(ada.locator(".msg").last).to_be_in_viewport()
    ada.clock.fast_forward(2_000)

    # Had the page told of what was not seen, that would come first.
    assert her_phone.hear("read") == {"room": "general", "seq": last}


def test_a_pill_counts_what_others_wrote_below_and_leads_down(
    daphne_site: Site, people: People
) -> None:
    ada = people.sit_down(daphne_site, "ada")
    room = make_room(daphne_site, "pill", "ada", "hal", "bob")
    remember(daphne_site, room, lines(50, "hal", "bob"))
    hal, her_phone = daphne_site.bot("hal", room), daphne_site.bot("ada", room)
    enter(ada, room)
    pill = ada.locator("[data-jump-down]")
    say(hal, "seen")
    expect(ada.locator("#log .prose").last).to_have_text("seen")
    expect(pill).to_be_hidden()

    read_further_up(ada)
    expect(pill).to_have_text("Newest messages")
    say(her_phone, "mine")
    expect(ada.locator("#log .prose").last).to_have_text("mine")
    expect(pill).to_have_text("Newest messages")
    say(hal, "one")
    expect(pill).to_have_text("1 new message")
    say(hal, "two")
    expect(pill).to_have_text("2 new messages")
    expect(ada.locator("#log .msg").last).not_to_be_in_viewport()

    pill.click()
    expect(ada.locator("#log .msg").last).to_be_in_viewport()
    expect(pill).to_be_hidden()
    expect(ada.locator("#log-scroller")).to_be_focused()
    read_further_up(ada)
    expect(pill).to_have_text("Newest messages")


def test_who_goes_down_without_the_pill_has_seen_what_came(
    daphne_site: Site, people: People
) -> None:
    ada = people.sit_down(daphne_site, "ada")
    room = make_room(daphne_site, "down", "ada", "hal", "bob")
    remember(daphne_site, room, lines(50, "hal", "bob"))
    hal = daphne_site.bot("hal", room)
    enter(ada, room)
    pill = ada.locator("[data-jump-down]")

    read_further_up(ada)
    say(hal, "one")
    expect(pill).to_have_text("1 new message")
    wheel(ada, 2_000)
    expect(pill).to_be_hidden()
    read_further_up(ada)
    expect(pill).to_have_text("Newest messages")

    write(ada, "what I write I want to see")
    expect(ada.locator("#log .msg").last).to_contain_text("what I write")
    expect(ada.locator("#log .msg").last).to_be_in_viewport()
    expect(pill).to_be_hidden()
    assert people.complaints == []


def test_what_comes_below_moves_nothing_that_is_read(daphne_site: Site, people: People) -> None:
    ada = people.sit_down(daphne_site, "ada")
    room = make_room(daphne_site, "still", "ada", "hal", "bob")
    remember(daphne_site, room, lines(50, "hal", "bob"))
    hal = daphne_site.bot("hal", room)
    enter(ada, room)

    read_further_up(ada)
    row = ada.locator("#log .msg", has_text="line 40")
    before = row.bounding_box()
    for number in range(5):
        say(hal, f"new {number}")
    expect(ada.locator("#log .prose").last).to_have_text("new 4")
    assert row.bounding_box() == before
