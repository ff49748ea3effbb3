"""The main flow in Firefox, whose engine, keys, scrolling and sockets are its own."""

from collections.abc import Iterator
from itertools import pairwise

import pytest

from tests import needs
from tests.e2e.bidi import Firefox, started
from tests.e2e.conftest import PHONE, Site, site_of
from tests.e2e.firefox import People, Tab, come_in, enter

pytestmark = needs.firefox

# The second: the first one's row loses its head when the row above it is by the same author.
_WATCH_A_LINE = """() => {
    const lines = document.getElementById("log").getElementsByClassName("prose");
    const line = lines[1];
    const seen = (window.seen = []);
    const look = () => {
        seen.push([lines.length, line.getBoundingClientRect().top]);
        requestAnimationFrame(look);
    };
    look();
}"""


@pytest.fixture(scope="module")
def firefox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firefox]:
    with started(tmp_path_factory.mktemp("firefox")) as running:
        yield running


@pytest.fixture
def people(firefox: Firefox) -> Iterator[People]:
    firefox.complaints.clear()
    made = People(firefox)
    yield made
    for tab in made.tabs:
        tab.close()


@pytest.fixture
def own_site() -> Iterator[Site]:
    """One that this test may kill."""
    yield from site_of("daphne")


def test_two_people_register_come_in_again_and_talk(daphne_site: Site, people: People) -> None:
    ada = people.sit_down(daphne_site, "ada")
    bob = people.sit_down(daphne_site, "bob")
    ada.click("form[action$=logout\\/] button")
    ada.reads("h1", "Come in")
    come_in(ada, "ada")
    enter(ada, daphne_site)
    enter(bob, daphne_site)

    ada.type("Good morning, <b>everybody</b>")
    ada.press("Shift", "Enter")
    ada.type("and you, bob")
    assert ada.value("#words") == "Good morning, <b>everybody</b>\nand you, bob"
    ada.press("Enter")
    bob.reads(".msg .prose", "Good morning, <b>everybody</b>\nand you, bob")
    assert ada.value("#words") == ""

    write(bob, "Thank you ❤️")
    ada.reads(".msg .prose", "Good morning, <b>everybody</b>\nand you, bob", "Thank you ❤️")
    ada.reads(".pending")
    assert people.complaints == []


def test_a_reply_and_a_reaction_reach_the_other(daphne_site: Site, people: People) -> None:
    ada = enter(people.sit_down(daphne_site, "ada"), daphne_site)
    bob = enter(people.sit_down(daphne_site, "bob"), daphne_site)
    write(bob, "Who has the key")
    row = row_of(ada, "Who has the key")

    ada.hover(row)
    ada.click(f"{row} [data-reply]")
    ada.mentions("[data-replying]", "bob")
    ada.type("I have")  # the composer has the focus
    ada.press("Enter")
    answer = row_of(bob, "I have")
    bob.mentions(f"{answer} .reply-to", "bob")
    ada.reads("[data-replying]")

    ada.hover(row)
    ada.click(f"{row} [data-react-menu]")
    ada.click("[data-emoji='👍']")
    bob.reads(f"{row} [data-react='👍'] .num", "1")
    bob.click(f"{row} [data-react]")
    ada.reads(f"{row} [data-react='👍'] .num", "2")
    ada.click(f"{row} [data-react]")
    bob.reads(f"{row} [data-react='👍'] .num", "1")
    assert people.complaints == []


def test_what_one_changes_on_its_page_changes_in_the_others_room(
    daphne_site: Site, people: People
) -> None:
    ada = enter(people.sit_down(daphne_site, "ada"), daphne_site)
    bob = enter(people.sit_down(daphne_site, "bob"), daphne_site)
    write(ada, "The draft is at handbok")
    row = row_of(ada, "The draft is at handbok")
    page = daphne_site.url + ada.evaluate(
        "row => document.querySelector(row + ' a:has(time)').getAttribute('href')", row
    )

    ada.goto(page)
    ada.click("#content")
    ada.evaluate("() => document.querySelector('#content').select()")
    ada.type("The draft is at handbook")
    ada.click("#edit button")
    bob.reads(f"{row} .prose", "The draft is at handbook")
    bob.mentions(row, "edited")

    ada.goto(page)
    ada.click("#delete button")
    bob.mentions(row, "This message was deleted.")
    bob.reads(f"{row} .prose")
    assert people.complaints == []


def test_earlier_messages_come_by_scrolling_and_the_line_under_the_eye_stays(
    daphne_site: Site, people: People
) -> None:
    ada = people.sit_down(daphne_site, "ada")
    ada.goto(f"{daphne_site.url}/rooms/new/")
    ada.click("[name=name]")
    ada.type("long")
    ada.click("button.main")
    ada.mentions("h1", "long")
    lines = [f"line {number}" for number in range(200)]
    hal = daphne_site.bot("hal", "long")
    for line in lines:
        hal.say(message=line, client_id=line.replace(" ", "-"))
    hal.hear("ack", lambda ack: ack["client_id"] == "line-199")
    enter(ada, daphne_site, "long")
    ada.reads(".msg .prose", *lines[150:])

    for first in (50, 0):
        ada.evaluate(_WATCH_A_LINE)
        ada.scroll("#log-scroller", -9_000)
        ada.reads(".msg .prose", *lines[first:])
        assert moves(ada) == {200 - first: 0}
    ada.evaluate(_WATCH_A_LINE)
    hal.say(message="the newest")
    ada.reads(".msg .prose", *lines, "the newest")
    assert moves(ada) == {201: 0}
    assert people.complaints == []


def test_a_page_that_is_loaded_or_reached_again_is_live_and_sends_anew(
    daphne_site: Site, people: People
) -> None:
    ada = enter(people.sit_down(daphne_site, "ada"), daphne_site)
    bob = enter(people.sit_down(daphne_site, "bob"), daphne_site)

    write(ada, "before the reload")
    row_of(bob, "before the reload")
    ada.reload()
    ada.sees("main[data-state=live]")
    write(ada, "after the reload")
    row_of(bob, "after the reload")

    ada.goto(f"{daphne_site.url}/accounts/profile/")
    write(bob, "while she was away")
    ada.go_back()
    row_of(ada, "while she was away")
    ada.sees("main[data-state=live]")
    write(ada, "back again")
    row_of(bob, "back again")
    assert people.complaints == []


def test_after_a_crash_everything_is_there_once_and_in_order(
    own_site: Site, people: People
) -> None:
    ada = enter(people.sit_down(own_site, "ada"), own_site)
    bob = enter(people.sit_down(own_site, "bob"), own_site)
    write(ada, "before")
    bob.reads(".msg .prose", "before")
    assert people.complaints == []

    own_site.kill()
    ada.sees("main[data-state=waiting]")
    ada.mentions("[data-banner]", "Connection lost.")
    write(ada, "while it was down")
    ada.mentions(".pending", "while it was down")
    own_site.start()
    hal = own_site.bot("hal")
    hal.say(message="from elsewhere", client_id="elsewhere")
    hal.hear("ack")

    for page in (ada, bob):
        page.sees("main[data-state=live]", seconds=30)
        page.reads("[data-banner]")
        page.reads(".pending")
        row_of(page, "while it was down")
        row_of(page, "from elsewhere")
    assert sorted(ada.texts(".msg .prose")) == ["before", "from elsewhere", "while it was down"]
    assert ada.texts(".msg .prose") == bob.texts(".msg .prose")
    # Firefox (ws://…) and htmx (htmx:ws:error) tell of each attempt that found no server.
    assert [each for each in people.complaints if "ws:" not in each] == []


def test_no_page_is_wider_than_a_phone(daphne_site: Site, people: People) -> None:
    ada = enter(people.sit_down(daphne_site, "ada", PHONE), daphne_site)
    ada.click("#words")
    write(ada, "wide" * 100 + " https://example.org/" + "long/" * 30)
    row_of(ada, "example.org")
    permalink = ada.evaluate(
        "() => [...document.querySelectorAll('.msg a:has(time)')].at(-1).pathname"
    )

    for path in ["/rooms/", "/rooms/new/", "/rooms/general/", "/accounts/profile/", permalink]:
        ada.goto(daphne_site.url + path)
        ada.sees("h1")
        sizes = ada.evaluate("() => [innerWidth, document.documentElement.scrollWidth]")
        assert sizes == [PHONE["width"], PHONE["width"]], path
    assert people.complaints == []


def write(tab: Tab, words: str) -> None:
    tab.click("#words")
    tab.type(words)
    tab.press("Enter")


def row_of(tab: Tab, words: str) -> str:
    """Waits for a message; the selector of its row."""
    tab.mentions(".msg[data-id] .prose", words)
    rows = "[...document.querySelectorAll('.msg[data-id]')]"
    row = tab.evaluate(f"words => {rows}.findLast(e => e.innerText.includes(words)).id", words)
    return f"#{row}"


def moves(tab: Tab) -> dict[int, float]:
    """By how much the watched line moved on the screen when the log came to so many lines."""
    seen = tab.evaluate("() => new Promise(done => requestAnimationFrame(() => done(window.seen)))")
    frames = pairwise(seen)
    return {count: top - was for (before, was), (count, top) in frames if count != before}
