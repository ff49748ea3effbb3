"""What is not sent yet waits on the device: in its room, with whom it answers, for its writer."""

from typing import Any

from playwright.sync_api import expect

from tests import needs
from tests.e2e.conftest import People, Site, enter, write
from tests.e2e.rows import make_room, newest, press, row, say, wait_until_live
from tests.e2e.wire import Wire, wait_for

pytestmark = needs.chromium


def test_a_draft_waits_in_its_room(daphne_site: Site, people: People) -> None:
    first = make_room(daphne_site, "ada", "first-draft")
    second = make_room(daphne_site, "ada", "second-draft")
    ada = people.sit_down(daphne_site, "ada")
    words = ada.locator("#words")
    for room in (first, second):
        enter(ada, room)
        expect(words).to_have_value("")
        words.press_sequentially(f"a draft for {room}")
    for room in (first, second, second):
        enter(ada, room)
        expect(words).to_have_value(f"a draft for {room}")

    ada.press("#words", "Enter")
    expect(newest(ada)).to_have_text(f"a draft for {second}")
    ada.reload()
    wait_until_live(ada)
    expect(words).to_have_value("")
    enter(ada, first)
    words.fill("")
    ada.reload()
    expect(words).to_have_value("")


def test_a_draft_is_nobody_elses(daphne_site: Site, people: People) -> None:
    room = make_room(daphne_site, "ada", "whose-draft")
    ada = enter(people.sit_down(daphne_site, "ada"), room)
    ada.fill("#words", "between us")
    bob = people.sit_down(daphne_site, "bob")
    enter(bob, room)
    # As if bob came to the same device, and nobody had logged out.
    cookies: list[Any] = list(bob.context.cookies())
    ada.context.add_cookies(cookies)
    enter(ada, room)
    expect(ada.locator("#words")).to_have_value("")


def test_words_that_the_form_sent_by_itself_are_no_draft_any_more(
    daphne_site: Site, people: People
) -> None:
    room = make_room(daphne_site, "ada", "by-form")
    ada = people.sit_down(daphne_site, "ada")
    wire = Wire(ada)
    wire.refuses = True
    ada.goto(f"/rooms/{room}/")
    wait_for(ada, lambda: wire.connections > 0)
    write(ada, "by post then")
    expect(newest(ada)).to_have_text("by post then")
    expect(ada.locator("#words")).to_have_value("")


def test_words_are_kept_when_the_form_finds_no_server(daphne_site: Site, people: People) -> None:
    room = make_room(daphne_site, "ada", "no-server")
    ada = people.sit_down(daphne_site, "ada")
    wire = Wire(ada)
    wire.refuses = True
    ada.goto(f"/rooms/{room}/")
    wait_for(ada, lambda: wire.connections > 0)
    ada.route("**/messages/", lambda route: route.abort())
    write(ada, "not to be lost")
    wait_for(ada, lambda: not ada.url.endswith(f"/rooms/{room}/"))
    ada.goto(f"/rooms/{room}/")
    expect(ada.locator("#words")).to_have_value("not to be lost")


def test_what_the_form_sent_in_one_room_is_no_draft_there_alone(
    daphne_site: Site, people: People
) -> None:
    first = make_room(daphne_site, "ada", "sent-by-form")
    second = make_room(daphne_site, "ada", "same-words")
    ada = people.sit_down(daphne_site, "ada")
    enter(ada, second)
    write(ada, "yes")
    expect(newest(ada)).to_have_text("yes")
    ada.fill("#words", "yes")
    wire = Wire(ada)
    wire.refuses = True
    ada.goto(f"/rooms/{first}/")
    wait_for(ada, lambda: wire.connections > 0)
    ada.route("**/messages/", lambda route: route.abort())
    write(ada, "yes")
    wait_for(ada, lambda: not ada.url.endswith(f"/rooms/{first}/"))
    for room in (second, first):
        ada.goto(f"/rooms/{room}/")
        expect(ada.locator("#words")).to_have_value("yes")


def test_a_draft_keeps_whom_it_answers(daphne_site: Site, people: People) -> None:
    room = make_room(daphne_site, "ada", "answering-draft")
    ada = enter(people.sit_down(daphne_site, "ada"), room)
    say(daphne_site.bot("hal", room), "Who has the key")
    expect(newest(ada)).to_have_text("Who has the key")
    press(ada, "Who has the key", "reply")
    ada.fill("#words", "I have")
    ada.reload()
    wait_until_live(ada)
    expect(ada.locator("[data-replying]")).to_contain_text("hal")
    expect(ada.locator("[data-replying]")).to_contain_text("Who has the key")
    write(ada, "I have")
    expect(row(ada, "I have").locator(".reply-to")).to_contain_text("hal")
    ada.reload()
    wait_until_live(ada)
    expect(ada.locator("[data-replying]")).to_be_hidden()


def test_a_refused_edit_that_comes_back_during_another_outlives_a_reload(
    daphne_site: Site, people: People
) -> None:
    ada = people.sit_down(daphne_site, "ada")
    wire = Wire(ada)
    enter(ada, make_room(daphne_site, "ada", "two-edits"))
    for words in ("the first", "the second"):
        write(ada, words)
        expect(newest(ada)).to_have_text(words)
    ada.fill("#words", "a draft")
    wire.holds = True
    press(ada, "the first", "edit")
    write(ada, "no \0 text")
    wait_for(ada, lambda: any('"error"' in frame for frame in wire.frames))
    press(ada, "the second", "edit")
    wire.holds = False
    wire.show(next(frame for frame in wire.frames if '"error"' in frame))
    expect(ada.locator("[data-notice]")).to_contain_text("cannot be stored")
    ada.reload()
    wait_until_live(ada)
    expect(ada.locator("#words")).to_have_value("a draft\nno \0 text")
