"""What a page does with its log while it stays open: trims it, and tells how far it was read."""

from playwright.sync_api import expect

from tests import needs
from tests.e2e.conftest import Bot, People, Site, enter, texts

pytestmark = needs.chromium


def test_a_page_that_stays_open_keeps_its_newest_rows(daphne_site: Site, people: People) -> None:
    ada = people.sit_down(daphne_site, "ada")
    ada.goto("/rooms/new/")
    ada.fill("[name=name]", "busy")
    ada.click("button.main")
    enter(ada, "busy")
    hal = daphne_site.bot("hal", "busy")
    lines = [f"line {number}" for number in range(320)]
    for line in lines:
        _say(hal, line, line.replace(" ", "-"))
    expect(ada.locator(".msg .prose").last).to_have_text(lines[-1])

    kept = texts(ada)
    assert 200 <= len(kept) <= 300
    assert kept == lines[-len(kept) :]

    ada.get_by_text("Earlier messages").click()
    expect(ada.locator(".msg")).to_have_count(len(kept) + 50)
    assert texts(ada) == lines[-len(kept) - 50 :]
    assert people.complaints == []


def test_the_read_position_moves_when_the_newest_message_is_seen(
    daphne_site: Site, people: People
) -> None:
    ada = people.sit_down(daphne_site, "ada")
    ada.clock.install()
    hal = daphne_site.bot("hal")
    for number in range(60):
        seen = _say(hal, f"line {number}", f"read-{number}")
    her_phone = daphne_site.bot("ada")
    her_phone.hear("ready")

    enter(ada)
    ada.clock.fast_forward(2_000)
    assert her_phone.hear("read") == {"room": "general", "seq": seen}

    log = ada.locator("#log-scroller")
    log.evaluate("log => log.scrollBy(0, -400)")
    for words in ("not seen", "nor this"):
        last = _say(hal, words, words.replace(" ", "-"))
        expect(ada.locator(".msg .prose").last).to_have_text(words)
        ada.clock.fast_forward(2_000)
    log.evaluate("log => log.scrollTo(0, 0)")
    expect(ada.locator(".msg").last).to_be_in_viewport()
    ada.clock.fast_forward(2_000)

    # Had the page told of what was not seen, that would come first.
    assert her_phone.hear("read") == {"room": "general", "seq": last}


def _say(bot: Bot, words: str, client_id: str) -> int:
    """Posts and waits for the answer; the message's number."""
    bot.say(message=words, client_id=client_id)
    return int(bot.hear("ack", lambda ack: ack["client_id"] == client_id)["seq"])
