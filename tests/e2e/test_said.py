"""What of a message is said elsewhere on the page: in replies to it, and aloud."""

from playwright.sync_api import Page, expect

from tests import needs
from tests.e2e.conftest import People, Site, enter, write
from tests.e2e.line import Line
from tests.e2e.past import act, make_room, say

pytestmark = needs.chromium

# Each time that something was said aloud: its lines.
_LISTEN = """() => {
  window.said = [];
  const region = document.querySelector("[data-announcer]");
  const lines = () => [...region.children].map((line) => line.textContent);
  new MutationObserver((records) => {
    if (records.some((record) => record.addedNodes.length)) window.said.push(lines());
  }).observe(region, { childList: true });
}"""


def _said(page: Page) -> list[list[str]]:
    found: list[list[str]] = page.evaluate("window.said")
    return found


def test_a_reply_shows_the_beginning_of_what_it_answers_as_it_is_now(
    daphne_site: Site, people: People
) -> None:
    room = make_room(daphne_site, "quotes", "ada", "hal", "bob")
    ada = enter(people.sit_down(daphne_site, "ada"), room)
    hal, bob = daphne_site.bot("hal", room), daphne_site.bot("bob", room)
    asked = say(hal, "Who has the key?\nI " + "really " * 40 + "need it")["id"]
    say(bob, "I have", reply_to=asked)

    quote = ada.locator("#log .msg", has_text="I have").locator("[data-quote]")
    expect(quote).to_contain_text("Who has the key? I really really")
    assert len(quote.inner_text()) <= 120
    act(hal, edit={"id": asked, "content": "Who has <b>my</b> key?"})
    expect(quote).to_have_text("Who has <b>my</b> key?")
    ada.reload()
    expect(quote).to_have_text("Who has <b>my</b> key?")
    # It survives a change of the reply itself, and the link leads to the message.
    act(hal, react={"id": asked + 1, "emoji": "👍"})
    expect(ada.locator("[data-react]")).to_have_text("👍 1")
    expect(quote).to_have_text("Who has <b>my</b> key?")
    assert people.complaints == []


def test_a_deleted_text_is_nowhere_on_the_page(daphne_site: Site, people: People) -> None:
    room = make_room(daphne_site, "deleted", "ada", "hal", "bob")
    ada = enter(people.sit_down(daphne_site, "ada"), room)
    hal, bob = daphne_site.bot("hal", room), daphne_site.bot("bob", room)
    first = say(hal, "my password is swordfish")["id"]
    say(bob, "do not tell", reply_to=first)
    expect(ada.locator("[data-quote]")).to_contain_text("swordfish")
    expect(ada.locator("[data-announcer]")).to_contain_text("swordfish")

    # One that was said aloud, and one that was not yet.
    second = say(hal, "or is it swordfish2")["id"]
    for message in (first, second):
        act(hal, delete={"id": message})
    expect(ada.locator("#log .gone")).to_have_count(2)
    expect(ada.locator("[data-quote]")).to_have_text("")
    expect(ada.locator("[data-announcer]")).not_to_contain_text("swordfish")
    assert "swordfish" not in ada.content()
    say(hal, "another thing")
    expect(ada.locator("[data-announcer]")).to_contain_text("another thing")
    assert "swordfish" not in ada.content()


def test_what_others_write_is_said_with_its_author_several_at_once(
    daphne_site: Site, people: People
) -> None:
    room = make_room(daphne_site, "aloud", "ada", "hal")
    ada = enter(people.sit_down(daphne_site, "ada"), room)
    hal = daphne_site.bot("hal", room)
    ada.evaluate(_LISTEN)
    announcer = ada.locator("[data-announcer]")

    for words in ("one", "two", "three"):
        hal.say(message=words)
    expect(announcer.locator("p")).to_have_text(["hal: one", "hal: two", "hal: three"])
    for number in range(5):
        hal.say(message=f"line {number}")
    expect(announcer.locator("p")).to_have_text(["5 new messages. The last one:", "hal: line 4"])

    assert len(_said(ada)) == 2
    expect(announcer).to_have_attribute("aria-live", "polite")
    expect(ada.locator("[role=log]")).to_have_attribute("aria-live", "off")


def test_ones_own_messages_and_what_came_before_are_not_said(
    daphne_site: Site, people: People
) -> None:
    room = make_room(daphne_site, "silent", "ada", "hal")
    ada = people.sit_down(daphne_site, "ada")
    line = Line(ada)
    hal, her_phone = daphne_site.bot("hal", room), daphne_site.bot("ada", room)
    say(hal, "before she came")
    enter(ada, room)
    ada.evaluate(_LISTEN)
    say(hal, "once")
    expect(ada.locator("[data-announcer] p")).to_have_text(["hal: once"])

    write(ada, "mine")
    expect(ada.locator("#log .prose").last).to_have_text("mine")
    say(her_phone, "from my phone")
    line.deliver_again("once")
    expect(ada.locator("#log .prose").last).to_have_text("from my phone")
    # They share the next second with what is said.
    say(hal, "twice")
    expect(ada.locator("[data-announcer] p")).to_have_text(["hal: twice"])
    assert _said(ada) == [["hal: once"], ["hal: twice"]]
    expect(ada.locator("#log .prose")).to_have_text(
        ["before she came", "once", "mine", "from my phone", "twice"]
    )
