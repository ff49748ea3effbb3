"""A page that stays open in a busy room: it keeps what is read, and does not grow."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests import needs
from tests.e2e.conftest import Bot, People, Site, enter, site_of, texts, write
from tests.e2e.past import make_room, say
from tests.e2e.scrolling import read_further_up, wheel
from tests.e2e.wire import Wire

pytestmark = needs.chromium

MOST_ROWS = 350
MOST_GROWTH = 2_000_000  # bytes of heap, from 400 messages to 2,000


@pytest.fixture(scope="module")
def fast_site() -> Iterator[Site]:
    """One on which a bot may write as fast as it can."""
    yield from site_of("daphne", RATE_LIMITS="off")


def test_two_thousand_messages_leave_the_newest_rows_and_little_memory(
    fast_site: Site, people: People
) -> None:
    ada = people.sit_down(fast_site, "ada")
    room = make_room(fast_site, "busy", "ada", "hal")
    hal = fast_site.bot("hal", room)
    enter(ada, room)

    _pour(hal, ada, range(400))
    before = _heap(ada)
    _pour(hal, ada, range(400, 2_000))
    kept = texts(ada)
    assert 150 <= len(kept) <= MOST_ROWS
    assert kept == [_words(number) for number in range(2_000 - len(kept), 2_000)]
    assert _heap(ada) - before <= MOST_GROWTH

    ada.get_by_role("link", name="Earlier messages").click()
    expect(ada.locator("#log .msg")).to_have_count(len(kept) + 100)
    assert texts(ada) == [_words(number) for number in range(1_900 - len(kept), 2_000)]
    assert people.complaints == []


def test_who_reads_further_up_keeps_the_place_and_the_newest_is_a_link_away(
    fast_site: Site, people: People
) -> None:
    ada = people.sit_down(fast_site, "ada")
    room = make_room(fast_site, "above", "ada", "hal")
    hal = fast_site.bot("hal", room)
    enter(ada, room)
    _pour(hal, ada, range(250))  # as many rows as there can be
    read_further_up(ada)
    row = ada.get_by_text(_words(240), exact=True)
    place = row.bounding_box()

    pill = ada.locator("[data-jump-down]")
    _post(hal, range(250, 400))
    expect(pill).to_have_text("150 new messages", timeout=30_000)
    before = _heap(ada)
    _post(hal, range(400, 800))
    expect(pill).to_have_text("550 new messages", timeout=30_000)

    shown = texts(ada)
    assert 250 <= len(shown) <= MOST_ROWS
    assert shown == [_words(number) for number in range(len(shown))]
    assert row.bounding_box() == place
    assert _heap(ada) - before <= MOST_GROWTH / 4  # for a quarter of the messages
    # What is not shown may change meanwhile.
    newest = say(hal, "the very last")["id"]
    expect(pill).to_have_text("551 new messages")
    hal.say(edit={"id": newest, "content": "the very newest"})
    wheel(ada, 50_000)
    expect(pill).to_be_hidden()
    ada.locator("p[data-later] a").click(trial=True)  # nothing lies over it
    assert texts(ada) == shown
    wheel(ada, -300)
    expect(pill).to_have_text("551 new messages")

    pill.click()
    expect(ada.locator("#log .prose").last).to_have_text("the very newest")
    expect(ada.locator("main")).to_have_attribute("data-state", "live")
    say(hal, "live again")
    expect(ada.locator("#log .prose").last).to_have_text("live again")
    expect(pill).to_be_hidden()


def test_what_one_writes_from_further_up_stands_on_the_newest_page(
    fast_site: Site, people: People
) -> None:
    ada = people.sit_down(fast_site, "ada")
    room = make_room(fast_site, "writes", "ada", "hal")
    hal = fast_site.bot("hal", room)
    enter(ada, room)
    _pour(hal, ada, range(60))
    read_further_up(ada)
    _post(hal, range(60, 200))
    expect(ada.locator("main")).to_have_attribute("data-later", "")
    expect(ada.locator("[data-jump-down]")).to_have_text("140 new messages")

    write(ada, "I am late")

    expect(ada.locator("main:not([data-later])")).to_have_attribute("data-state", "live")
    expect(ada.locator("#log .prose").last).to_have_text("I am late")
    expect(ada.locator("#log .msg").last).to_be_in_viewport()
    expect(ada.locator(".pending")).to_have_count(0)
    assert texts(ada)[-3:] == [_words(198), _words(199), "I am late"]


def test_what_one_writes_from_further_up_without_a_line_stays_at_hand(
    fast_site: Site, people: People
) -> None:
    ada = people.sit_down(fast_site, "ada")
    room = make_room(fast_site, "writes-later", "ada", "hal")
    hal = fast_site.bot("hal", room)
    wire = Wire(ada)
    enter(ada, room)
    _pour(hal, ada, range(60))
    read_further_up(ada)
    _post(hal, range(60, 200))
    expect(ada.locator("main")).to_have_attribute("data-later", "")
    wire.refuses = True
    wire.close(1012)
    expect(ada.locator("main")).to_have_attribute("data-state", "waiting")

    for words in ("I am late", "and without a line"):
        write(ada, words)
    expect(ada.locator(".pending .prose")).to_have_text(["I am late", "and without a line"])
    expect(ada.locator(".pending").last).to_be_in_viewport()
    wire.refuses = False
    expect(ada.locator("#log .prose").last).to_have_text("and without a line", timeout=15_000)
    expect(ada.locator(".pending")).to_have_count(0)


def test_who_stands_in_the_list_by_keyboard_stays_in_it_when_it_is_cut(
    fast_site: Site, people: People
) -> None:
    ada = people.sit_down(fast_site, "ada")
    room = make_room(fast_site, "keyboard", "ada", "hal")
    hal = fast_site.bot("hal", room)
    enter(ada, room)
    _pour(hal, ada, range(200))
    ada.locator("#log .msg").nth(50).evaluate("(row) => row.focus({ preventScroll: true })")

    _pour(hal, ada, range(200, 320))

    expect(ada.locator("#log .msg:focus")).to_have_count(1)
    expect(ada.get_by_role("link", name="Earlier messages")).to_have_count(1)
    kept = texts(ada)
    assert len(kept) <= MOST_ROWS
    assert kept == [_words(number) for number in range(320 - len(kept), 320)]


def _words(number: int) -> str:
    return f"line {number}"


def _post(bot: Bot, numbers: range) -> None:
    """Many at once; at most so many as its own line takes back without being read."""
    for start in range(numbers.start, numbers.stop, 50):
        stop = min(start + 50, numbers.stop)
        for number in range(start, stop - 1):
            bot.say(message=_words(number))
        say(bot, _words(stop - 1))


def _pour(bot: Bot, page: Page, numbers: range) -> None:
    _post(bot, numbers)
    expect(page.locator("#log .prose").last).to_have_text(_words(numbers.stop - 1), timeout=30_000)


def _heap(page: Page) -> int:
    """Bytes of objects and elements that are in use, with nothing to be collected among them."""
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    heap = session.send("Runtime.getHeapUsage")
    session.detach()
    return int(heap["usedSize"] + heap["embedderHeapUsedSize"])
