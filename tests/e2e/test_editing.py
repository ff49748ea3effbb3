"""One's own message comes back into the composer, and what was being written there waits."""

import pytest
from playwright.sync_api import expect

from tests import needs
from tests.e2e.conftest import Bot, People, Site, enter, write
from tests.e2e.rows import (
    MOD,
    choose,
    make_room,
    newest,
    own_room,
    press,
    row,
    say,
    stored,
    wait_until_live,
)
from tests.e2e.wire import Wire, wait_for, without_limit

pytestmark = needs.chromium


class Desk:
    """ada at her page in a room of the test's own, and hal, who talks there too."""

    def __init__(self, site: Site, people: People, room: str) -> None:
        self.site = site
        self.room = room
        self.page = people.sit_down(site, "ada")
        self.wire = Wire(self.page)
        enter(self.page, room)
        self.words = self.page.locator("#words")
        self.strip = self.page.locator("[data-editing-strip]")

    def say(self, *words: str) -> None:
        for each in words:
            write(self.page, each)
            expect(newest(self.page)).to_have_text(each)

    def bot(self, name: str) -> Bot:
        return self.site.bot(name, self.room)

    @property
    def edits(self) -> list[str]:
        return [frame for frame in self.wire.sent if '"edit"' in frame]


@pytest.fixture
def desk(daphne_site: Site, people: People, request: pytest.FixtureRequest) -> Desk:
    return Desk(daphne_site, people, own_room(daphne_site, MOD, request))


def test_the_up_arrow_brings_the_last_own_message_back(desk: Desk) -> None:
    desk.say("mine, the first", "mine, the second", "mine, deleted")
    choose(desk.page, "mine, deleted", "ask")
    desk.page.get_by_role("button", name="Delete message").click()
    expect(desk.page.locator("#log .gone")).to_have_count(1)
    say(desk.bot("hal"), "not mine")
    expect(newest(desk.page)).to_have_text("not mine")

    desk.words.press("ArrowUp")
    expect(desk.words).to_have_value("mine, the second")
    expect(desk.strip).to_be_visible()
    desk.words.press_sequentially(", better")
    desk.words.press("Enter")
    expect(row(desk.page, "mine, the second, better")).to_contain_text("edited")
    expect(desk.strip).to_be_hidden()
    expect(desk.words).to_have_value("")
    expect(desk.words).to_be_focused()


def test_the_up_arrow_in_a_text_moves_the_cursor(desk: Desk) -> None:
    desk.say("mine")
    desk.words.fill("one\ntwo")
    desk.words.press("ArrowUp")
    desk.words.press("Home")
    desk.words.press_sequentially("!")
    expect(desk.words).to_have_value("!one\ntwo")
    expect(desk.strip).to_be_hidden()


def test_escape_gives_the_draft_back(desk: Desk) -> None:
    desk.say("a message")
    desk.words.fill("a draft")
    press(desk.page, "a message", "edit")
    expect(desk.words).to_have_value("a message")
    desk.words.press_sequentially(" and more")
    desk.words.press("Escape")

    expect(desk.words).to_have_value("a draft")
    expect(desk.strip).to_be_hidden()
    desk.words.press("Enter")
    expect(newest(desk.page)).to_have_text("a draft")
    assert desk.edits == []


def test_the_draft_outlives_an_edit_and_a_reload(desk: Desk) -> None:
    desk.say("a message")
    desk.words.fill("a draft")
    press(desk.page, "a message", "edit")
    write(desk.page, "another message")
    expect(newest(desk.page)).to_have_text("another message")
    expect(desk.words).to_have_value("a draft")

    press(desk.page, "another message", "edit")
    desk.words.fill("half an ed")
    desk.page.reload()
    wait_until_live(desk.page)
    expect(desk.words).to_have_value("a draft")
    expect(newest(desk.page)).to_have_text("another message")


def test_the_cross_cancels_too(desk: Desk) -> None:
    desk.say("a message")
    desk.words.press("ArrowUp")
    desk.page.get_by_role("button", name="Do not edit").click()
    expect(desk.strip).to_be_hidden()
    expect(desk.words).to_have_value("")
    expect(desk.words).to_be_focused()


def test_an_unchanged_text_is_not_sent(desk: Desk) -> None:
    desk.say("as it is")
    desk.words.press("ArrowUp")
    desk.words.press("Enter")
    desk.say("afterwards")
    assert desk.edits == []


def test_another_message_can_be_chosen_in_the_middle(desk: Desk) -> None:
    desk.say("the first", "the second")
    desk.words.fill("a draft")
    press(desk.page, "the first", "edit")
    press(desk.page, "the second", "edit")
    expect(desk.words).to_have_value("the second")
    write(desk.page, "the second, changed")
    expect(newest(desk.page)).to_have_text("the second, changed")
    expect(desk.words).to_have_value("a draft")
    expect(row(desk.page, "the first")).not_to_contain_text("edited")


@pytest.mark.parametrize("emptied", ["", "  \n"], ids=["nothing", "spaces"])
def test_an_emptied_text_asks_whether_to_delete(desk: Desk, emptied: str) -> None:
    desk.say("to be or not")
    asked = desk.page.locator("[data-acts-sure]")
    for button, left in (("Keep", 1), ("Delete message", 0)):
        desk.words.press("ArrowUp")
        expect(desk.words).to_have_value("to be or not")
        desk.words.fill(emptied)
        desk.words.press("Enter")
        expect(asked).to_be_visible()
        expect(desk.page.get_by_role("button", name="Keep")).to_be_focused()
        desk.page.get_by_role("button", name=button).click()
        expect(asked).to_be_hidden()
        expect(desk.words).to_be_focused()
        expect(desk.page.locator("#log .prose")).to_have_count(left)
    assert desk.edits == []


def test_an_edit_beyond_the_limit_does_not_go(desk: Desk) -> None:
    desk.say("a message")
    desk.words.press("ArrowUp")
    desk.words.fill("x" * 4001)
    desk.words.press("Enter")
    expect(desk.page.locator("[data-limit]")).to_have_text("1 too many")
    expect(desk.strip).to_be_visible()
    desk.words.press("Escape")
    expect(desk.page.locator("[data-limit]")).to_be_hidden()
    expect(desk.page.locator(".send")).to_be_enabled()
    assert desk.edits == []


def test_a_refused_edit_comes_back_with_its_words(daphne_site: Site, people: People) -> None:
    room = make_room(daphne_site, "ada", "refused-edit")
    page = people.sit_down(daphne_site, "ada")
    without_limit(page)
    enter(page, room)
    write(page, "a message")
    expect(newest(page)).to_have_text("a message")
    page.fill("#words", "a draft")
    press(page, "a message", "edit")
    write(page, "x" * 4001)

    expect(page.locator("[data-notice]")).to_have_text("At most 4000 characters.")
    expect(page.locator("#words")).to_have_value("x" * 4001)
    expect(page.locator("[data-editing-strip]")).to_be_visible()
    write(page, "short enough")
    expect(newest(page)).to_have_text("short enough")
    expect(page.locator("[data-notice]")).to_be_hidden()
    expect(page.locator("#words")).to_have_value("a draft")


def test_words_of_an_edit_outlive_the_message_and_the_draft(desk: Desk) -> None:
    desk.say("a message")
    desk.words.fill("a draft")
    press(desk.page, "a message", "edit")
    (message,) = stored(desk.site, "ada", desk.room)
    desk.bot(MOD).say(delete={"id": message["id"]})
    expect(desk.page.locator("#log .gone")).to_have_count(1)
    desk.words.fill("much work")
    desk.words.press("Enter")

    expect(desk.page.locator("[data-notice]")).to_contain_text("There is no such thing")
    expect(desk.words).to_have_value("a draft\nmuch work")
    expect(desk.strip).to_be_hidden()
    desk.page.reload()
    expect(desk.words).to_have_value("a draft\nmuch work")


def test_a_refused_edit_does_not_take_the_place_of_another(desk: Desk) -> None:
    desk.say("the first", "the second")
    desk.wire.holds = True
    press(desk.page, "the first", "edit")
    write(desk.page, "no \0 text")
    wait_for(desk.page, lambda: any('"error"' in frame for frame in desk.wire.frames))
    press(desk.page, "the second", "edit")
    desk.words.fill("much work")
    desk.wire.holds = False
    desk.wire.show(next(frame for frame in desk.wire.frames if '"error"' in frame))

    expect(desk.page.locator("[data-notice]")).to_contain_text("cannot be stored")
    expect(desk.words).to_have_value("much work")
    desk.words.press("Enter")
    expect(newest(desk.page)).to_have_text("much work")
    expect(desk.words).to_have_value("no \0 text")


def test_an_edit_waits_for_the_connection(desk: Desk) -> None:
    desk.say("a message")
    desk.wire.refuses = True
    desk.wire.close(1012)
    expect(desk.page.locator("main")).to_have_attribute("data-state", "waiting")
    desk.words.press("ArrowUp")
    write(desk.page, "changed meanwhile")
    desk.page.close()
    other = enter(desk.page.context.new_page(), desk.room)
    expect(newest(other)).to_have_text("changed meanwhile")


def test_without_a_live_page_the_link_leads_to_the_messages_page(desk: Desk) -> None:
    desk.say("a message")
    desk.wire.close(4400)
    expect(desk.page.locator("main")).to_have_attribute("data-state", "stopped")
    desk.words.press("ArrowUp")
    expect(desk.strip).to_be_hidden()
    press(desk.page, "a message", "edit")
    expect(desk.page.locator("#content")).to_have_value("a message")
