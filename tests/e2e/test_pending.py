"""What is on its way stands below the log as it will stand there, and gives way to it."""

import json

from playwright.sync_api import expect

from tests import needs
from tests.e2e.conftest import People, Site, enter, texts, write
from tests.e2e.rows import make_room, newest, pending, row, say
from tests.e2e.wire import Wire, wait_for

pytestmark = needs.chromium

_COUNT_EACH_FRAME = """() => {
  window.seen = [];
  const look = () => {
    const all = [...document.querySelectorAll(".log .prose")].map((each) => each.textContent);
    window.seen.push(all.filter((words) => words === "only once").length);
    requestAnimationFrame(look);
  };
  look();
}"""


def test_the_words_stand_below_the_log_at_once(daphne_site: Site, people: People) -> None:
    room = make_room(daphne_site, "ada", "at-once")
    ada = people.sit_down(daphne_site, "ada")
    wire = Wire(ada)
    enter(ada, room)
    wire.swallows = True
    write(ada, "on its way")

    expect(pending(ada).locator(".prose")).to_have_text("on its way")
    expect(pending(ada)).to_be_in_viewport()
    expect(ada.locator("#words")).to_have_value("")
    assert texts(ada) == []


def test_it_says_sending_only_after_a_moment(daphne_site: Site, people: People) -> None:
    ada = people.sit_down(daphne_site, "ada")
    wire = Wire(ada)
    enter(ada, make_room(daphne_site, "ada", "a-moment"))
    wire.swallows = True
    write(ada, "on its way")

    sending = pending(ada).locator("[data-sending]")
    shown = sending.evaluate(
        """(each) => [399, 401].map((moment) => {
            const [appearing] = each.getAnimations();
            appearing.pause();
            appearing.currentTime = moment;
            return getComputedStyle(each).visibility;
        })"""
    )
    assert shown == ["hidden", "visible"]
    expect(sending).to_have_text("sending")


def test_it_stands_as_it_will_stand_in_the_log(daphne_site: Site, people: People) -> None:
    ada = people.sit_down(daphne_site, "ada")
    wire = Wire(ada)
    room = make_room(daphne_site, "ada", "grouped")
    enter(ada, room)
    say(daphne_site.bot("hal", room), "before everything")
    expect(newest(ada)).to_have_text("before everything")
    wire.swallows = True
    for words in ("first", "second"):
        write(ada, words)
    first, second = pending(ada).first, pending(ada).last
    expect(second.locator(".prose")).to_have_text("second")

    expect(first.locator(".author")).to_have_css("position", "static")
    expect(second.locator(".author")).to_have_css("position", "absolute")
    wire.swallows = False
    wire.close(1012)
    expect(pending(ada)).to_have_count(0, timeout=15_000)
    assert row(ada, "first").get_attribute("data-follow") is None
    assert row(ada, "second").get_attribute("data-follow") is not None
    wire.swallows = True
    write(ada, "third")
    expect(pending(ada).locator(".author")).to_have_css("position", "absolute")


def test_it_is_on_the_page_once_at_every_moment(site: Site, people: People) -> None:
    ada = enter(people.sit_down(site, "ada"), make_room(site, "ada", "no-double"))
    ada.evaluate(_COUNT_EACH_FRAME)
    write(ada, "only once")
    expect(newest(ada)).to_have_text("only once")
    expect(pending(ada)).to_have_count(0)

    seen = ada.evaluate("() => new Promise(requestAnimationFrame).then(() => window.seen)")
    assert set(seen[seen.index(1) :]) == {1}


def test_an_answer_before_the_message_leaves_no_gap(daphne_site: Site, people: People) -> None:
    ada = people.sit_down(daphne_site, "ada")
    wire = Wire(ada)
    enter(ada, make_room(daphne_site, "ada", "answer-first"))
    wire.holds = True
    write(ada, "answered first")
    wait_for(ada, lambda: any("data-seq" in each and '"ack"' in each for each in wire.frames))
    wait_for(ada, lambda: any("answered first" in each for each in wire.frames))
    client_id = json.loads(wire.said[0])["client_id"]
    (answer,) = (each for each in wire.frames if '"ack"' in each and client_id in each)
    (message,) = (frame for frame in wire.frames if "answered first" in frame)

    wire.show(answer)
    wait_for(ada, lambda: ada.evaluate("Object.keys(localStorage).length") == 0)
    expect(pending(ada)).to_have_count(1)
    wire.show(message)
    expect(newest(ada)).to_have_text("answered first")
    expect(pending(ada)).to_have_count(0)
