"""The log by keyboard: one stop for Tab, arrows within it, and a focus that no swap takes away."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from tests import needs
from tests.e2e.conftest import Bot, People, Site, enter, write
from tests.e2e.rows import MOD, make_room, newest, own_room, row, say

pytestmark = needs.chromium
LINES = ["one", "two", "three", "four"]

_PLACE = """() => {
  const at = document.activeElement;
  if (at.closest("#log")) return `row: ${at.closest(".msg").querySelector(".prose")?.textContent}`;
  return at.id || at.getAttribute("aria-label") || at.textContent.trim() || at.localName;
}"""

_TOOL = """() => {
  const at = document.activeElement;
  if (!at.closest("#log")) return "";
  if (at.matches(".msg")) return "row";
  const kinds = ["react", "react-menu", "jump", "reply", "edit", "more"];
  const names = kinds.map((kind) => `data-${kind}`);
  return names.find((name) => at.hasAttribute(name)) ?? (at.querySelector("time") ? "time" : "?");
}"""


class Desk:
    """ada with her keyboard in a room where hal has said four lines."""

    def __init__(self, site: Site, people: People, room: str) -> None:
        self.site = site
        self.room = room
        self.hal = site.bot("hal", self.room)
        self.ids = [say(self.hal, line) for line in LINES]
        self.page = enter(people.sit_down(site, "ada"), self.room)
        expect(newest(self.page)).to_have_text(LINES[-1])

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    @property
    def place(self) -> str:
        return str(self.page.evaluate(_PLACE))

    @property
    def tool(self) -> str:
        return str(self.page.evaluate(_TOOL))


@pytest.fixture
def desk(daphne_site: Site, people: People, request: pytest.FixtureRequest) -> Iterator[Desk]:
    made = Desk(daphne_site, people, own_room(daphne_site, MOD, request))
    yield made
    made.hal.line.close()  # nobody may have more than 20 sockets


def test_the_log_is_one_stop(desk: Desk) -> None:
    expect(desk.page.locator("#words")).to_be_focused()
    desk.press("Shift+Tab")
    assert desk.place == "log-scroller"
    desk.press("Shift+Tab")
    assert desk.tool == ""
    assert desk.place not in {"log-scroller", "words"}
    desk.press("Tab", "Tab")
    assert desk.place == "words"


def test_it_is_one_stop_after_a_walk_too(desk: Desk) -> None:
    desk.page.focus("#log-scroller")
    desk.press("ArrowUp", "ArrowUp", "Tab", "Escape")
    assert desk.place == "words"
    desk.press("Shift+Tab")
    assert desk.place == "log-scroller"
    desk.press("Tab")
    assert desk.place == "words"


def test_arrows_go_from_message_to_message(desk: Desk) -> None:
    desk.page.focus("#log-scroller")
    walked = []
    for key in ("ArrowUp", "ArrowUp", "Home", "ArrowUp", "ArrowDown", "End", "ArrowDown"):
        desk.press(key)
        walked.append(desk.place.removeprefix("row: "))
    assert walked == ["four", "three", "one", "one", "two", "four", "four"]
    desk.press("Escape")
    assert desk.place == "words"


def test_what_has_the_focus_is_in_sight(desk: Desk) -> None:
    for number in range(40):
        say(desk.hal, f"line {number}")
    desk.page.focus("#log-scroller")
    desk.press("Home")
    expect(row(desk.page, "one")).to_be_in_viewport(ratio=1)
    desk.press("End")
    expect(row(desk.page, "line 39")).to_be_in_viewport(ratio=1)


def test_tab_goes_from_a_message_to_its_tools(desk: Desk) -> None:
    write(desk.page, "mine")
    expect(newest(desk.page)).to_have_text("mine")
    desk.hal.say(
        react={"id": int(row(desk.page, "mine").get_attribute("data-id") or 0), "emoji": "👍"}
    )
    expect(row(desk.page, "mine").locator("[data-react]")).to_be_visible()
    desk.page.focus("#log-scroller")
    walked: dict[str, list[str]] = {}
    for start in ("mine", "four"):
        desk.press("End" if start == "mine" else "ArrowUp")
        walked[start] = []
        while desk.tool:
            walked[start].append(desk.tool)
            desk.press("Tab")
        desk.press("Shift+Tab")
        desk.page.locator("#log .msg").last.focus()
    tools = ["data-react-menu", "data-reply", "data-more"]
    assert walked["four"] == ["row", "time", *tools]
    own = [*tools[:2], "data-edit", tools[2]]
    assert walked["mine"] == ["row", "time", "data-react", "data-react-menu", *own]


def test_tools_are_seen_while_the_keyboard_is_there(desk: Desk) -> None:
    desk.page.focus("#log-scroller")
    desk.press("ArrowUp")
    expect(row(desk.page, "four").locator(".tools")).to_be_visible()
    expect(row(desk.page, "three").locator(".tools")).to_be_hidden()


@pytest.mark.parametrize("start", ["row", "data-reply", "data-react-menu"])
@pytest.mark.parametrize("change", ["reaction", "edit", "another message"])
def test_the_focus_stays_when(desk: Desk, change: str, start: str) -> None:
    _stand_on(desk, start)
    changes: dict[str, Callable[[], None]] = {
        "reaction": lambda: desk.hal.say(react={"id": desk.ids[2], "emoji": "👍"}),
        "edit": lambda: desk.hal.say(edit={"id": desk.ids[2], "content": "three, better"}),
        "another message": lambda: desk.hal.say(message="three, from now on"),
    }
    before = desk.page.locator("main").get_attribute("data-since")
    changes[change]()
    expect(desk.page.locator("main")).not_to_have_attribute("data-since", before or "")
    assert desk.tool == start
    assert desk.place.startswith("row: three")
    desk.press("ArrowUp")
    assert desk.place == "row: two"


@pytest.mark.parametrize("start", ["row", "data-more"])
def test_a_message_that_is_deleted_keeps_the_focus(desk: Desk, start: str) -> None:
    _stand_on(desk, start)
    desk.site.bot(MOD, desk.room).say(delete={"id": desk.ids[2]})
    expect(desk.page.locator("#log .gone")).to_have_count(1)
    assert desk.tool == "row"
    desk.press("Tab")
    assert desk.tool == "time"
    desk.press("ArrowDown")
    assert desk.place == "row: four"


def test_a_reaction_that_goes_under_the_focus_leaves_it_at_its_message(desk: Desk) -> None:
    desk.hal.say(react={"id": desk.ids[2], "emoji": "👍"})
    expect(row(desk.page, "three").locator("[data-react]")).to_be_visible()
    _stand_on(desk, "data-react")
    desk.hal.say(unreact={"id": desk.ids[2], "emoji": "👍"})
    expect(row(desk.page, "three").locator("[data-react]")).to_have_count(0)
    assert desk.tool == "row"
    assert desk.place == "row: three"


def test_the_reaction_one_presses_keeps_the_focus(desk: Desk) -> None:
    desk.hal.say(react={"id": desk.ids[2], "emoji": "👍"})
    chip = row(desk.page, "three").locator("[data-react]")
    expect(chip).to_have_text("👍 1")
    _stand_on(desk, "data-react")
    desk.press("Enter")
    expect(chip).to_have_text("👍 2")
    expect(chip).to_be_focused()
    desk.press("Enter")
    expect(chip).to_have_text("👍 1")
    expect(chip).to_be_focused()


def test_trimming_takes_the_focus_from_nobody(desk: Desk) -> None:
    _stand_on(desk, "row")
    # Nobody may send 200 frames at once.
    for bot, numbers in ((desk.hal, range(140)), (desk.site.bot(MOD, desk.room), range(140, 280))):
        for number in numbers[:-1]:
            bot.say(message=f"line {number}")
        say(bot, f"line {numbers[-1]}")
    expect(newest(desk.page)).to_have_text("line 279", timeout=30_000)
    expect(row(desk.page, "line 0")).to_have_count(0)
    assert desk.tool == "row"


def test_people_who_come_and_go_take_the_focus_from_nobody(
    daphne_site: Site, people: People
) -> None:
    room = make_room(daphne_site, MOD, "coming-and-going")
    ada = enter(people.sit_down(daphne_site, "ada", viewport={"width": 900, "height": 800}), room)
    who = ada.locator("button.stack")
    who.focus()
    ada.keyboard.press("Enter")
    expect(ada.locator("#here")).to_be_visible()
    bob: Bot = daphne_site.bot("bob", room)
    expect(ada.locator("#here-list")).to_contain_text("bob")
    expect(who).to_be_focused()
    expect(ada.locator("#here")).to_be_visible()
    bob.line.close()
    expect(ada.locator("#here-list")).not_to_contain_text("bob")
    expect(who).to_be_focused()


def test_new_messages_are_one_stop_less(desk: Desk) -> None:
    say(desk.hal, "five")
    expect(newest(desk.page)).to_have_text("five")
    desk.page.focus("#log-scroller")
    desk.press("Tab")
    assert desk.place == "words"


def _stand_on(desk: Desk, what: str) -> None:
    """The focus on the third row, or on one of its links, by keyboard."""
    desk.page.focus("#log-scroller")
    desk.press("ArrowUp", "ArrowUp")
    for _ in range(8):
        if desk.tool == what:
            return
        desk.press("Tab")
    raise AssertionError(f"no {what} by Tab")
