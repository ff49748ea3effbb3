"""Earlier messages come by themselves, and nothing that is read moves."""

import pytest
from playwright.sync_api import Page, Route, expect

from tests import needs
from tests.e2e.conftest import People, Site, enter, texts
from tests.e2e.line import Line
from tests.e2e.past import act, lines, make_room, remember, say
from tests.e2e.scrolling import rest, wheel

pytestmark = needs.chromium

EARLIER = "**/rooms/*/?before=*"

# The first message whose text begins in view: its id, and where on the screen its text ends.
_UNDER_THE_EYE = """(log) => {
  const top = log.getBoundingClientRect().top;
  const row = [...log.querySelectorAll(".msg")].find(
    (each) => each.querySelector(".prose").getBoundingClientRect().top > top + 40);
  return [row.id, row.querySelector(".prose").getBoundingClientRect().bottom];
}"""
_WHERE = "(row) => row.querySelector('.prose').getBoundingClientRect().bottom"


class Held:
    """The page's requests for what is earlier: each waits until the test lets it go."""

    def __init__(self, page: Page) -> None:
        self.waiting: list[Route] = []
        self.count = 0
        page.route(EARLIER, self._take)

    def _take(self, route: Route) -> None:
        self.count += 1
        self.waiting.append(route)


def _scroll_up(page: Page, held: Held) -> None:
    """Turns the wheel until the page asks for what is earlier, and waits until it stands still."""
    for _turn in range(200):
        if held.waiting:
            break
        wheel(page, -900)
    assert len(held.waiting) == 1
    rest(page)


def test_a_thousand_messages_come_in_at_most_twenty_requests_and_nothing_moves(
    daphne_site: Site, people: People
) -> None:
    ada = people.sit_down(daphne_site, "ada")
    room = make_room(daphne_site, "thousand", "ada", "hal", "bob")
    remember(daphne_site, room, lines(1_050, "hal", "hal", "bob"))
    enter(ada, room)
    held = Held(ada)
    log = ada.locator("#log-scroller")
    moved = []
    while ada.locator("#log .earlier").count():
        count = ada.locator("#log .msg").count()
        _scroll_up(ada, held)
        row, before = log.evaluate(_UNDER_THE_EYE)
        held.waiting.pop().continue_()
        expect(ada.locator("#log .msg")).not_to_have_count(count)
        rest(ada)
        moved.append(ada.locator(f"#{row}").evaluate(_WHERE) - before)

    assert held.count <= 20
    assert moved == [0] * held.count
    assert texts(ada) == [f"line {number}" for number in range(1_050)]
    assert people.complaints == []


def test_whoever_asks_by_keyboard_goes_on_from_a_message(daphne_site: Site, people: People) -> None:
    ada = people.sit_down(daphne_site, "ada")
    room = make_room(daphne_site, "keyboard", "ada", "hal", "bob")
    remember(daphne_site, room, lines(70, "hal", "bob"))
    enter(ada, room)
    held = Held(ada)

    ada.get_by_role("link", name="Earlier messages").focus()
    ada.keyboard.press("Enter")
    rest(ada)
    held.waiting.pop(0).continue_()

    expect(ada.locator("#log .msg")).to_have_count(70)
    expect(ada.locator("#log .msg:focus .prose")).to_have_text("line 19")
    # It does not take the focus again when something else comes.
    ada.focus("#words")
    say(daphne_site.bot("hal", room), "new")
    expect(ada.locator("#log .prose").last).to_have_text("new")
    expect(ada.locator("#words")).to_be_focused()


@pytest.mark.parametrize("failure", ["error", "abort"])
def test_a_failed_request_leaves_the_way_to_what_is_earlier(
    daphne_site: Site, people: People, failure: str
) -> None:
    ada = people.sit_down(daphne_site, "ada")
    room = make_room(daphne_site, failure, "ada", "hal", "bob")
    remember(daphne_site, room, lines(70, "hal", "bob"))
    enter(ada, room)
    held = Held(ada)

    _scroll_up(ada, held)
    route = held.waiting.pop()
    with ada.expect_event("requestfinished" if failure == "error" else "requestfailed"):
        if failure == "error":
            route.fulfill(status=500, content_type="text/html", body="<h1>No</h1>")
        else:
            route.abort()
    rest(ada)
    assert texts(ada) == [f"line {number}" for number in range(20, 70)]
    assert ada.locator("#log h1").count() == 0

    ada.unroute(EARLIER)
    ada.get_by_role("link", name="Earlier messages").click()
    expect(ada.locator("#log .msg")).to_have_count(70)
    assert texts(ada) == [f"line {number}" for number in range(70)]


def test_whose_login_has_ended_is_led_to_the_login_page(daphne_site: Site, people: People) -> None:
    bob = people.sit_down(daphne_site, "bob")
    room = make_room(daphne_site, "ended", "bob", "hal")
    remember(daphne_site, room, lines(70, "hal", "bob"))
    enter(bob, room)
    held = Held(bob)

    _scroll_up(bob, held)
    bob.context.clear_cookies()
    held.waiting.pop().continue_()

    expect(bob.locator("h1")).to_have_text("Come in")
    expect(bob.locator("#log")).to_have_count(0)


def test_what_changed_while_the_answer_was_under_way_is_shown_as_it_is_now(
    daphne_site: Site, people: People
) -> None:
    ada = people.sit_down(daphne_site, "ada")
    room = make_room(daphne_site, "meanwhile", "ada", "hal", "bob")
    ids = remember(daphne_site, room, lines(70, "hal", "bob"))
    enter(ada, room)
    hal, bob = daphne_site.bot("hal", room), daphne_site.bot("bob", room)
    held = Held(ada)

    _scroll_up(ada, held)
    stale = held.waiting[0].fetch()
    act(hal, edit={"id": ids[4], "content": "line 4, better"})
    act(hal, delete={"id": ids[6]})
    act(hal, edit={"id": ids[30], "content": "line 30, better"})  # is on the page already
    last = act(bob, react={"id": ids[8], "emoji": "👍"})
    expect(ada.locator("main")).to_have_attribute("data-since", str(last["seq"]))
    held.waiting.pop().fulfill(response=stale)

    expect(ada.locator("#log .msg")).to_have_count(70)
    expect(ada.locator(f"#m{ids[4]} .prose")).to_have_text("line 4, better")
    expect(ada.locator(f"#m{ids[6]} .gone")).to_have_count(1)
    expect(ada.locator(f"#m{ids[8]} [data-react]")).to_have_text("👍 1")
    expect(ada.locator(f"#m{ids[30]} .prose")).to_have_text("line 30, better")
    # What came that way can be used like any other.
    ada.locator(f"#m{ids[8]} [data-react]").click()
    expect(ada.locator(f"#m{ids[8]} [data-react]")).to_have_text("👍 2")
    assert people.complaints == []


def test_an_older_state_never_wins_over_a_newer_answer(daphne_site: Site, people: People) -> None:
    ada = people.sit_down(daphne_site, "ada")
    room = make_room(daphne_site, "older", "ada", "hal", "bob")
    ids = remember(daphne_site, room, lines(70, "hal", "bob"))
    line = Line(ada)
    enter(ada, room)
    hal = daphne_site.bot("hal", room)
    held = Held(ada)

    _scroll_up(ada, held)
    first = act(hal, edit={"id": ids[4], "content": "line 4, first"})
    expect(ada.locator("main")).to_have_attribute("data-since", str(first["seq"]))
    line.hold()
    act(hal, edit={"id": ids[4], "content": "line 4, second"})
    held.waiting.pop().continue_()
    expect(ada.locator(f"#m{ids[4]} .prose")).to_have_text("line 4, second")

    line.release()
    line.deliver_again("line 4, first")
    say(hal, "a fence")
    expect(ada.locator("#log .prose").last).to_have_text("a fence")
    expect(ada.locator(f"#m{ids[4]} .prose")).to_have_text("line 4, second")
