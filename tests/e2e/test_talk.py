"""Two people and a bot in one room."""

from playwright.sync_api import Page, expect

from tests import needs
from tests.e2e.conftest import PHONE, People, Site, enter, texts, write
from tests.e2e.rows import choose, newest, pending, press, row
from tests.e2e.wire import without_limit

pytestmark = needs.chromium


def test_two_people_and_a_bot_talk_in_general(site: Site, people: People) -> None:
    ada = enter(people.sit_down(site, "ada"))
    bob = enter(people.sit_down(site, "bob", viewport=PHONE))
    hal = site.bot("hal")
    hal.hear("ready")

    write(ada, "Good morning, <b>everybody</b>")
    expect(newest(bob)).to_have_text("Good morning, <b>everybody</b>")
    heard = hal.hear("message")
    assert heard["content"] == "Good morning, <b>everybody</b>"
    assert heard["user"]["username"] == "ada"

    hal.say(message="Build 512 finished", client_id="build-512")
    for page in (ada, bob):
        expect(newest(page)).to_have_text("Build 512 finished")

    write(bob, "Thank you both")
    expect(newest(ada)).to_have_text("Thank you both")
    assert texts(ada) == texts(bob)

    for person in ("ada", "bob", "hal"):
        expect(ada.locator("#here-list")).to_contain_text(person)
    expect(bob.locator("#here-count")).to_have_text("3")
    hal.line.close()
    expect(ada.locator("#here-list")).not_to_contain_text("hal")
    assert people.complaints == []


def test_a_composer_is_empty_after_enter_and_shift_enter_starts_a_line(
    daphne_site: Site, people: People
) -> None:
    ada = enter(people.sit_down(daphne_site, "ada"))

    ada.fill("#words", "one")
    ada.press("#words", "Shift+Enter")
    ada.locator("#words").press_sequentially("two")
    ada.press("#words", "Enter")

    expect(newest(ada)).to_have_text("one\ntwo", use_inner_text=True)
    expect(ada.locator("#words")).to_have_value("")
    expect(pending(ada)).to_have_count(0)


def test_what_one_changes_changes_on_the_others_page(daphne_site: Site, people: People) -> None:
    ada = enter(people.sit_down(daphne_site, "ada"))
    bob = enter(people.sit_down(daphne_site, "bob"))
    write(ada, "The draft is at handbok")
    write(ada, "This goes")
    on_bobs = bob.locator("#log .msg").nth(-2)
    expect(on_bobs).to_contain_text("handbok")

    _react(bob, "The draft", "👍")
    expect(row(ada, "The draft").locator("[data-react]")).to_have_text("👍 1")
    row(ada, "The draft").locator("[data-react]").click()
    expect(row(bob, "The draft").locator("[data-react]")).to_have_text("👍 2")
    row(bob, "The draft").locator("[data-react]").click()
    expect(row(ada, "The draft").locator("[data-react]")).to_have_text("👍 1")

    press(ada, "The draft", "edit")
    write(ada, "The draft is at handbook")
    expect(row(bob, "The draft is at handbook")).to_contain_text("edited")

    choose(ada, "This goes", "ask")
    ada.get_by_role("button", name="Delete message").click()
    expect(bob.locator("#log .msg").last).to_contain_text("This message was deleted.")
    assert people.complaints == []


def test_a_reply_says_whom_it_answers(daphne_site: Site, people: People) -> None:
    ada = enter(people.sit_down(daphne_site, "ada"))
    bob = enter(people.sit_down(daphne_site, "bob"))
    write(bob, "Who has the key")
    press(ada, "Who has the key", "reply")
    expect(ada.locator("[data-replying]")).to_contain_text("bob")
    write(ada, "I have")

    answer = row(bob, "I have")
    expect(answer.locator(".reply-to")).to_contain_text("bob")
    expect(ada.locator("[data-replying]")).to_be_hidden()


def test_who_writes_in_a_room_has_joined_it(daphne_site: Site, people: People) -> None:
    ada = people.sit_down(daphne_site, "ada")
    ada.goto("/rooms/new/")
    ada.fill("[name=name]", "open-door")
    ada.click("button.main")
    bob = enter(people.sit_down(daphne_site, "bob"), "open-door")
    expect(bob.get_by_role("button", name="Join")).to_be_visible()
    write(bob, "May I")
    expect(bob.get_by_role("button", name="Leave")).to_be_visible()
    expect(bob.get_by_role("button", name="Join")).to_be_hidden()


def test_typing_shows_on_the_others_page_and_ends_with_the_message(
    daphne_site: Site, people: People
) -> None:
    ada = enter(people.sit_down(daphne_site, "ada"))
    bob = enter(people.sit_down(daphne_site, "bob"))

    # Longer than the 3 s in which one notice goes out: one may have gone before bob came.
    ada.locator("#words").press_sequentially("Well, well, well", delay=300)
    expect(bob.locator("[data-typing]")).to_contain_text("ada is typing")
    expect(ada.locator(".typist")).to_be_hidden()
    ada.press("#words", "Enter")
    expect(bob.locator("[data-typing] .typist")).to_have_count(0)


def test_a_refused_message_stays_until_its_writer_drops_it(
    daphne_site: Site, people: People
) -> None:
    ada = people.sit_down(daphne_site, "ada")
    without_limit(ada)
    enter(ada)

    write(ada, "x" * 4001)
    refused = pending(ada)
    expect(refused).to_contain_text("At most 4000 characters.")
    refused.get_by_text("Discard").click()
    expect(refused).to_have_count(0)


def test_earlier_messages_come_in_place_and_the_page_stays_live(
    daphne_site: Site, people: People
) -> None:
    ada = people.sit_down(daphne_site, "ada")
    ada.goto("/rooms/new/")
    ada.fill("[name=name]", "long")
    ada.click("button.main")
    hal = daphne_site.bot("ada", "long")
    for number in range(70):
        hal.say(message=f"line {number}", client_id=f"long-{number}")
    hal.hear("ack", lambda ack: ack["client_id"] == "long-69")
    enter(ada, "long")
    expect(ada.locator("#log .msg")).to_have_count(50)

    ada.get_by_text("Earlier messages").click()
    expect(ada.locator("#log .msg")).to_have_count(70)
    hal.say(message="the newest")
    expect(newest(ada)).to_have_text("the newest")
    assert texts(ada) == [*(f"line {number}" for number in range(70)), "the newest"]


def _react(page: Page, words: str, emoji: str) -> None:
    press(page, words, "react-menu")
    page.locator(f"[data-emoji='{emoji}']").click()
