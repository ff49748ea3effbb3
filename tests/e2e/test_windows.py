"""Two windows of a room on one device: neither takes away what the other keeps."""

import json

from playwright.sync_api import expect

from tests import needs
from tests.e2e.conftest import People, Site, enter, write
from tests.e2e.rows import make_room, newest, pending, stored, wait_until_live
from tests.e2e.wire import Wire, cut_off, wait_for

pytestmark = needs.chromium

# As a window of another process: it may see the device as it was a moment ago.
_SEE_THE_PAST = """() => {
  const past = { ...localStorage };
  Storage.prototype.getItem = (key) => past[key] ?? null;
  Storage.prototype.key = (place) => Object.keys(past)[place] ?? null;
}"""


def test_what_was_discarded_in_one_window_is_not_sent_by_another(
    daphne_site: Site, people: People
) -> None:
    room = make_room(daphne_site, "ada", "discarded-there")
    ada = people.sit_down(daphne_site, "ada")
    wire = Wire(ada)
    enter(ada, room)
    wire.swallows = True
    write(ada, "better not")
    wait_for(ada, lambda: len(wire.said) == 1)
    other = ada.context.new_page()
    others = Wire(other)
    others.refuses = True
    other.goto(f"/rooms/{room}/")
    expect(pending(other)).to_contain_text("better not")
    wire.refuse("storage_unavailable", json.loads(wire.said[0])["client_id"], "The disk is full.")
    ada.get_by_role("button", name="Discard").click()
    expect(pending(ada)).to_have_count(0)
    others.refuses = False
    wait_until_live(other)

    expect(pending(other)).to_have_count(0)
    write(other, "the next one goes")
    expect(newest(other)).to_have_text("the next one goes")
    assert [each["content"] for each in stored(daphne_site, "ada", room)] == ["the next one goes"]


def test_it_goes_when_its_window_was_closed_and_another_is_opened(
    daphne_site: Site, people: People
) -> None:
    room = make_room(daphne_site, "ada", "closed-window")
    ada = people.sit_down(daphne_site, "ada")
    cut_off(ada, room, "one", "two")
    other = ada.context.new_page()
    ada.close()
    enter(other, room)

    expect(newest(other)).to_have_text("two")
    expect(pending(other)).to_have_count(0)
    assert [each["content"] for each in stored(daphne_site, "ada", room)] == ["one", "two"]


def test_two_windows_of_a_room_send_it_once(daphne_site: Site, people: People) -> None:
    room = make_room(daphne_site, "ada", "two-windows")
    ada = people.sit_down(daphne_site, "ada")
    wire = cut_off(ada, room, "one", "two")
    other = enter(ada.context.new_page(), room)
    expect(newest(other)).to_have_text("two")
    wire.refuses = False
    wait_until_live(ada)

    for page in (ada, other):
        expect(page.locator("#log .prose")).to_have_text(["one", "two"])
        expect(pending(page)).to_have_count(0)
    write(ada, "three")
    expect(newest(other)).to_have_text("three")
    found = [each["content"] for each in stored(daphne_site, "ada", room)]
    assert found == ["one", "two", "three"]


def test_what_one_window_hears_takes_nothing_from_another(
    daphne_site: Site, people: People
) -> None:
    room = make_room(daphne_site, "ada", "side-by-side")
    ada = people.sit_down(daphne_site, "ada")
    other = ada.context.new_page()
    others = Wire(other)
    enter(other, room)
    write(other, "from the other window")
    expect(newest(other)).to_have_text("from the other window")
    wire = cut_off(ada, room)
    other.evaluate(_SEE_THE_PAST)
    write(ada, "not to be lost")
    expect(pending(ada)).to_have_count(1)
    # Everything that a window hears an answer to: a key, a message, what it has read.
    for count, key in enumerate(("w", "Enter"), 1):
        other.press("#words", key)
        wait_for(other, lambda count=count: _answers(others) >= count)  # type: ignore[misc]
    expect(newest(other)).to_have_text("w")
    wire.refuses = False
    wait_until_live(ada)

    expect(newest(ada)).to_have_text("not to be lost")
    expect(pending(ada)).to_have_count(0)
    assert [each["content"] for each in stored(daphne_site, "ada", room)][-1] == "not to be lost"


def test_what_cannot_be_found_on_the_device_is_sent_all_the_same(
    daphne_site: Site, people: People
) -> None:
    """Only another window's removing it, of which the browser tells, means that it is settled."""
    room = make_room(daphne_site, "ada", "nowhere-found")
    ada = people.sit_down(daphne_site, "ada")
    wire = cut_off(ada, room, "still in mind")
    ada.evaluate("localStorage.clear()")
    wire.refuses = False
    wait_until_live(ada)
    expect(newest(ada)).to_have_text("still in mind")
    expect(pending(ada)).to_have_count(0)


def _answers(wire: Wire) -> int:
    return sum('"ack"' in frame for frame in wire.frames)
