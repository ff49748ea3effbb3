"""What was written is kept until the server has it: sent once, lost never."""

import json

import pytest
from playwright.sync_api import expect

from tests import needs
from tests.e2e.conftest import People, Site, enter, texts, write
from tests.e2e.rows import make_room, newest, pending, press, row, stored, wait_until_live
from tests.e2e.wire import Wire, cut_off, wait_for

pytestmark = needs.chromium

_WRITE_MANY = """async (count) => {
  const form = document.querySelector("[data-composer]");
  for (let number = 0; number < count; number += 1) {
    form.elements.message.value = `line ${number}`;
    await new Promise((done) => {
      document.addEventListener("chat:kept", done, { once: true });
      form.requestSubmit();
    });
  }
}"""


def test_what_was_refused_says_why_and_can_be_tried_again(
    daphne_site: Site, people: People
) -> None:
    room = make_room(daphne_site, "ada", "try-again")
    ada = people.sit_down(daphne_site, "ada")
    wire = Wire(ada)
    enter(ada, room)
    wire.swallows = True
    write(ada, "again and again")
    wait_for(ada, lambda: len(wire.said) == 1)
    wire.refuse("storage_unavailable", json.loads(wire.said[0])["client_id"], "The disk is full.")

    expect(pending(ada).locator("[data-failed]")).to_contain_text("Not sent. The disk is full.")
    expect(pending(ada).locator("[data-sending]")).to_be_hidden()
    wire.swallows = False
    ada.get_by_role("button", name="Retry").click()
    expect(newest(ada)).to_have_text("again and again")
    expect(pending(ada)).to_have_count(0)
    expect(ada.locator("#words")).to_be_focused()
    assert len(stored(daphne_site, "ada", room)) == 1


def test_what_was_refused_is_so_after_a_reload_and_goes_only_by_its_button(
    daphne_site: Site, people: People
) -> None:
    room = make_room(daphne_site, "ada", "still-refused")
    ada = people.sit_down(daphne_site, "ada")
    wire = Wire(ada)
    enter(ada, room)
    wire.swallows = True
    write(ada, "of before")
    wait_for(ada, lambda: len(wire.said) == 1)
    wire.refuse("storage_unavailable", json.loads(wire.said[0])["client_id"], "The disk is full.")
    expect(pending(ada)).to_contain_text("Not sent. The disk is full.")
    wire.swallows = False
    ada.reload()
    wait_until_live(ada)

    expect(pending(ada)).to_contain_text("Not sent. The disk is full.")
    write(ada, "of after")
    expect(newest(ada)).to_have_text("of after")
    assert len(wire.said) == 2
    ada.get_by_role("button", name="Retry").click()
    expect(newest(ada)).to_have_text("of before")
    expect(pending(ada)).to_have_count(0)
    ada.reload()
    wait_until_live(ada)
    expect(pending(ada)).to_have_count(0)
    assert texts(ada) == ["of after", "of before"]


def test_what_was_discarded_does_not_come_back(daphne_site: Site, people: People) -> None:
    room = make_room(daphne_site, "ada", "discarded")
    ada = enter(people.sit_down(daphne_site, "ada"), room)
    write(ada, "not to be \0 stored")
    expect(pending(ada)).to_contain_text("Not sent. That text holds characters")
    write(ada, "the next one goes")
    expect(newest(ada)).to_have_text("the next one goes")
    ada.get_by_role("button", name="Discard").click()
    expect(pending(ada)).to_have_count(0)
    ada.reload()
    wait_until_live(ada)
    expect(pending(ada)).to_have_count(0)


def test_it_is_sent_again_in_order_once_the_room_is_ready(
    daphne_site: Site, people: People
) -> None:
    room = make_room(daphne_site, "ada", "in-order")
    ada = people.sit_down(daphne_site, "ada")
    wire = cut_off(ada, room, "one", "two", "three")
    wire.frames.clear()
    wire.refuses, wire.holds = False, True
    wait_for(ada, lambda: any('"ready"' in frame for frame in wire.frames))
    write(ada, "four")
    expect(pending(ada)).to_have_count(4)
    assert wire.said == []
    wire.holds = False
    for frame in list(wire.frames):
        wire.show(frame)

    expect(newest(ada)).to_have_text("four")
    expected = ["one", "two", "three", "four"]
    assert [json.loads(frame)["message"] for frame in wire.said] == expected
    assert texts(ada) == expected


def test_a_post_whose_answer_was_lost_is_not_doubled(daphne_site: Site, people: People) -> None:
    room = make_room(daphne_site, "ada", "lost-answer")
    ada = people.sit_down(daphne_site, "ada")
    wire = Wire(ada)
    enter(ada, room)
    wire.holds = True
    write(ada, "stored, but nobody said so")
    wait_for(ada, lambda: bool(stored(daphne_site, "ada", room)))
    wire.holds = False
    wire.close(1012)
    wait_until_live(ada)

    expect(pending(ada)).to_have_count(0)
    assert texts(ada) == ["stored, but nobody said so"]
    assert len(stored(daphne_site, "ada", room)) == 1


def test_too_much_that_waits_is_refused_and_stays_in_the_composer(
    daphne_site: Site, people: People
) -> None:
    room = make_room(daphne_site, "ada", "too-much")
    ada = people.sit_down(daphne_site, "ada")
    wire = cut_off(ada, room)
    ada.evaluate(_WRITE_MANY, 200)
    expect(pending(ada)).to_have_count(200)
    write(ada, "one too many")

    expect(ada.locator("[data-notice]")).to_have_text("Too much is waiting to be sent.")
    expect(ada.locator("#words")).to_have_value("one too many")
    expect(pending(ada)).to_have_count(200)
    wire.refuses = False
    expect(ada.locator("#log .prose").first).to_have_text("line 0", timeout=15_000)
    ada.press("#words", "Enter")
    expect(pending(ada).last).to_contain_text("one too many")
    expect(ada.locator("#words")).to_have_value("")
    expect(ada.locator("[data-notice]")).to_be_hidden()


@pytest.mark.parametrize(
    ("path", "button"), [("", ".me [data-logout] button"), ("/accounts/profile/", ".part button")]
)
def test_who_logs_out_leaves_no_words_on_the_device(
    daphne_site: Site, people: People, path: str, button: str
) -> None:
    daphne_site.logins.pop("bob", None)  # logging out ends the login that others would share
    bob = people.sit_down(daphne_site, "bob")
    wire = Wire(bob)
    enter(bob)
    wire.swallows = True
    write(bob, "kept to be sent")
    expect(pending(bob)).to_have_count(1)
    bob.fill("#words", "kept as a draft")
    assert len(bob.evaluate("Object.keys(localStorage)")) == 2

    if path:
        bob.goto(path)
    bob.locator(button).filter(has_text="" if not path else "Log out").click()
    expect(bob.locator("h1")).to_have_text("Come in")
    daphne_site.logins.pop("bob", None)
    assert bob.evaluate("Object.keys(localStorage)") == []


def test_what_was_refused_can_be_written_anew(daphne_site: Site, people: People) -> None:
    room = make_room(daphne_site, "ada", "anew")
    ada = people.sit_down(daphne_site, "ada")
    wire = Wire(ada)
    enter(ada, room)
    write(ada, "a question")
    expect(newest(ada)).to_have_text("a question")
    wire.swallows = True
    press(ada, "a question", "reply")
    write(ada, "too long")
    wait_for(ada, lambda: len(wire.said) == 2)
    wire.refuse("too_long", json.loads(wire.said[1])["client_id"], "At most 4000 characters.")
    expect(pending(ada)).to_contain_text("Not sent. At most 4000 characters.")
    wire.swallows = False
    ada.reload()
    wait_until_live(ada)
    pending(ada).get_by_role("button", name="Edit").click()

    expect(pending(ada)).to_have_count(0)
    expect(ada.locator("#words")).to_have_value("too long")
    expect(ada.locator("#words")).to_be_focused()
    expect(ada.locator("[data-replying]")).to_contain_text("ada")
    write(ada, "short")
    expect(newest(ada)).to_have_text("short")
    expect(row(ada, "short").locator(".reply-to")).to_have_count(1)


def test_words_that_come_back_are_added_to_a_draft_and_to_no_edit(
    daphne_site: Site, people: People
) -> None:
    ada = enter(people.sit_down(daphne_site, "ada"), make_room(daphne_site, "ada", "come-back"))
    write(ada, "a message")
    expect(newest(ada)).to_have_text("a message")
    write(ada, "not to be \0 stored")
    expect(pending(ada)).to_contain_text("Not sent. That text holds characters")
    ada.fill("#words", "a draft")
    press(ada, "a message", "edit")
    pending(ada).get_by_role("button", name="Edit").click()
    expect(ada.locator("#words")).to_have_value("a message")
    ada.press("#words", "Escape")
    expect(ada.locator("#words")).to_have_value("a draft\nnot to be \0 stored")


def test_the_focus_goes_to_the_composer_when_its_row_goes(
    daphne_site: Site, people: People
) -> None:
    ada = people.sit_down(daphne_site, "ada")
    wire = Wire(ada)
    enter(ada, make_room(daphne_site, "ada", "row-with-focus"))
    wire.swallows = True
    write(ada, "refused there, sent here")
    wait_for(ada, lambda: len(wire.said) == 1)
    client_id = json.loads(wire.said[0])["client_id"]
    wire.refuse("storage_unavailable", client_id, "The disk is full.")
    ada.get_by_role("button", name="Retry").focus()
    discard = "id => document.dispatchEvent(new CustomEvent('chat:discard', { detail: { id } }))"
    ada.evaluate(discard, client_id)
    expect(pending(ada)).to_have_count(0)
    expect(ada.locator("#words")).to_be_focused()
