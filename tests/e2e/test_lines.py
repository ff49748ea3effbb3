"""What stands between the messages: days, what is new, and heads only where they say something."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Locator, Page, expect

from tests import needs
from tests.e2e.conftest import People, Site, enter, write
from tests.e2e.past import Said, have_read, lines, make_room, remember, say

pytestmark = needs.chromium

AUCKLAND = ZoneInfo("Pacific/Auckland")
NOON = datetime(2026, 3, 10, 12, tzinfo=AUCKLAND)  # in UTC the day before, 23:00
MIDNIGHT = NOON.replace(hour=0)
BEFORE = timedelta(seconds=1)

_HIDE = """(isHidden) => {
  Object.defineProperty(document, "hidden", { configurable: true, get: () => isHidden });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


def _flow(page: Page) -> list[str]:
    """The log from top to bottom: `= day`, `* what is new` and messages' texts."""
    found: list[str] = page.locator("#log > :is(.day, .new, .msg)").evaluate_all(
        """(rows) => rows.map((row) => row.matches(".day") ? `= ${row.textContent.trim()}`
             : row.matches(".new") ? "* new" : row.querySelector(".prose").textContent)"""
    )
    return found


def _row(page: Page, words: str) -> Locator:
    return page.locator("#log .msg").filter(has=page.get_by_text(words, exact=True))


def _has_head(row: Locator) -> bool:
    box = row.locator(".author").bounding_box()
    assert box is not None
    return box["width"] > 1


def test_who_goes_on_talking_has_one_head(daphne_site: Site, people: People) -> None:
    room = make_room(daphne_site, "heads", "ada", "bob")
    ada = enter(people.sit_down(daphne_site, "ada"), room)
    bob = enter(people.sit_down(daphne_site, "bob"), room)
    for page, words in ((ada, "one"), (ada, "two"), (bob, "three"), (ada, "four")):
        write(page, words)
        expect(_row(ada, words)).to_have_count(1)
        expect(_row(bob, words)).to_have_count(1)

    for page in (ada, bob):
        heads = [_has_head(_row(page, words)) for words in ("one", "two", "three", "four")]
        assert heads == [True, False, True, True]
        assert "ada" in _row(page, "two").aria_snapshot()
        page.reload()
        expect(_row(page, "four")).to_have_count(1)
        heads = [_has_head(_row(page, words)) for words in ("one", "two", "three", "four")]
        assert heads == [True, False, True, True]


def test_a_line_and_the_pages_beginning_give_a_head_back(daphne_site: Site, people: People) -> None:
    ada = people.sit_down(daphne_site, "ada", timezone_id="Pacific/Auckland")
    ada.clock.install(time=NOON)
    room = make_room(daphne_site, "boundaries", "ada", "hal")
    remember(
        daphne_site,
        room,
        [("hal", f"line {n}", MIDNIGHT + timedelta(minutes=n - 40)) for n in range(60)],
    )
    have_read(daphne_site, "ada", room, 50, NOON)
    enter(ada, room)

    def heads() -> list[int]:
        return [
            n
            for n in range(60)
            if _row(ada, f"line {n}").count() and _has_head(_row(ada, f"line {n}"))
        ]

    assert heads() in ([10, 40, 50], [0, 40, 50])  # the rest may have come by itself
    ada.locator("#log .earlier, #log .msg").first.scroll_into_view_if_needed()
    expect(ada.locator("#log .msg")).to_have_count(60)
    assert heads() == [0, 40, 50]


def test_days_are_the_readers_own(daphne_site: Site, people: People) -> None:
    ada = people.sit_down(daphne_site, "ada", timezone_id="Pacific/Auckland")
    ada.clock.install(time=NOON)
    room = make_room(daphne_site, "days", "ada", "hal", "bob")
    remember(daphne_site, room, _days())
    enter(ada, room)

    last_year, sunday = ("= Wednesday, December 31, 2025", "= Sunday, March 8")
    told = [
        last_year, "in another year", sunday, "on Sunday", "= Yesterday", "at its beginning",
        "at its end", "= Today", "at midnight", "at noon",
    ]  # fmt: skip
    assert _flow(ada) == told
    assert ada.locator(".day time").last.get_attribute("datetime") == "2026-03-10"

    ada.clock.fast_forward(12 * 3600 * 1000)
    ada.evaluate(_HIDE, False)
    changed = {"= Yesterday": "= Monday, March 9", "= Today": "= Yesterday"}
    assert _flow(ada) == [changed.get(each, each) for each in told]
    assert people.complaints == []


def test_without_a_script_the_days_are_utcs(daphne_site: Site, people: People) -> None:
    people.sit_down(daphne_site, "ada")
    ada = people.sit_down(
        daphne_site, "ada", timezone_id="Pacific/Auckland", java_script_enabled=False
    )
    room = make_room(daphne_site, "plain", "ada", "hal", "bob")
    remember(daphne_site, room, _days())
    ada.goto(f"/rooms/{room}/")

    rows = ada.locator("#log > :is(.day time, .day, .msg .prose, .msg)")
    told = [each.strip().splitlines() for each in rows.all_inner_texts()]
    days = [each[0] for each in told if len(each) == 1]
    assert days == ["Dec. 31, 2025", "March 8, 2026", "March 9, 2026"]
    assert "23:00 UTC" in ada.locator("#log .msg").last.inner_text()


def _days() -> list[Said]:
    return [
        ("hal", "in another year", datetime(2025, 12, 31, 20, tzinfo=AUCKLAND)),
        ("bob", "on Sunday", MIDNIGHT - timedelta(days=1) - BEFORE),
        ("hal", "at its beginning", MIDNIGHT - timedelta(days=1)),
        ("bob", "at its end", MIDNIGHT - BEFORE),
        ("hal", "at midnight", MIDNIGHT),
        ("bob", "at noon", NOON),
    ]


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "UTC"])
def test_two_stretches_meet_without_a_second_line(
    daphne_site: Site, people: People, zone: str
) -> None:
    ada = people.sit_down(daphne_site, "ada", timezone_id=zone)
    ada.clock.install(time=NOON.replace(tzinfo=ZoneInfo(zone)))
    room = make_room(daphne_site, f"seam-{zone.lower().rpartition('/')[2]}", "ada", "hal", "bob")
    # The page begins with number 110, earlier stretches with 10 and 0: all within a day.
    # In Auckland UTC's day ends at 13:00, between 60 and 90.
    noon = NOON.replace(tzinfo=ZoneInfo(zone))
    ago = {0: timedelta(days=3), 60: timedelta(days=1), 90: timedelta(hours=22), 140: timedelta()}
    said = []
    for number in range(160):
        at = noon - next(ago[start] for start in reversed(ago) if number >= start)
        said.append((("hal", "bob")[number % 2], f"line {number}", at))
    remember(daphne_site, room, said)
    enter(ada, room)

    while ada.locator("#log .earlier").count():
        rows = ada.locator("#log .msg").count()
        ada.get_by_role("link", name="Earlier messages").scroll_into_view_if_needed()
        expect(ada.locator("#log .msg")).not_to_have_count(rows)

    flow = _flow(ada)
    assert [each for each in flow if not each.startswith("=")] == [f"line {n}" for n in range(160)]
    before = [flow[place + 1] for place, each in enumerate(flow) if each.startswith("=")]
    assert before == ["line 0", "line 60", "line 140"]


def test_what_others_wrote_since_the_last_visit_stands_behind_a_line(
    daphne_site: Site, people: People
) -> None:
    ada = people.sit_down(daphne_site, "ada", timezone_id="Pacific/Auckland")
    room = make_room(daphne_site, "since", "ada", "hal")
    remember(daphne_site, room, lines(20, "hal"))
    now = datetime.now(UTC)
    remember(daphne_site, room, [("ada", "mine", now), ("hal", "his", now), ("hal", "again", now)])
    left = datetime.now(AUCKLAND)
    have_read(daphne_site, "ada", room, 20, left)
    enter(ada, room)

    flow = [each for each in _flow(ada) if not each.startswith("=")]
    assert flow[-4:] == ["mine", "* new", "his", "again"]
    assert flow.count("* new") == 1
    expect(ada.locator("[data-new]")).to_have_text(f"New since {left:%H:%M}", use_inner_text=True)

    # Nobody new, and nobody who has read all or of whose own all the rest is, sees one.
    have_read(daphne_site, "ada", room, 23, left)
    say(daphne_site.bot("ada", room), "mine alone")
    for name in ("ada", "hal", "eve"):
        page = enter(people.sit_down(daphne_site, name), room)
        expect(page.locator("#log .msg")).to_have_count(24)
        assert page.locator("#log [data-new]").count() == 0, name


def test_the_line_moves_up_to_what_was_not_on_the_page(daphne_site: Site, people: People) -> None:
    ada = people.sit_down(daphne_site, "ada")
    room = make_room(daphne_site, "far", "ada", "hal", "bob")
    remember(daphne_site, room, lines(200, "hal", "bob"))
    have_read(daphne_site, "ada", room, 30, datetime.now(UTC))
    enter(ada, room)
    flow = [each for each in _flow(ada) if not each.startswith("=")]
    assert flow[0] == "* new"

    for count in (150, 200):
        ada.get_by_role("link", name="Earlier messages").scroll_into_view_if_needed()
        expect(ada.locator("#log .msg")).to_have_count(count)
    flow = _flow(ada)
    assert flow.count("* new") == 1
    assert flow[flow.index("* new") + 1] == "line 30"
    assert len([each for each in flow if each.startswith("=")]) == 1


def test_a_line_appears_where_the_page_was_left(daphne_site: Site, people: People) -> None:
    ada = people.sit_down(daphne_site, "ada")
    room = make_room(daphne_site, "left", "ada", "hal")
    hal, her_phone = daphne_site.bot("hal", room), daphne_site.bot("ada", room)
    say(hal, "before")
    enter(ada, room)

    _come(ada, hal, "seen")
    assert "* new" not in _flow(ada)
    ada.evaluate(_HIDE, True)
    _come(ada, her_phone, "mine")
    assert "* new" not in _flow(ada)
    _come(ada, hal, "missed")
    _come(ada, hal, "and this")
    ada.evaluate(_HIDE, False)
    _come(ada, hal, "seen again")
    shown = ["before", "seen", "mine", "* new", "missed", "and this", "seen again"]
    assert _flow(ada)[1:] == shown

    ada.evaluate(_HIDE, True)
    ada.evaluate(_HIDE, False)
    assert _flow(ada)[1:] == shown
    ada.evaluate(_HIDE, True)
    _come(ada, hal, "once more")
    assert _flow(ada)[1:] == [
        "before", "seen", "mine", "missed", "and this", "seen again", "* new", "once more",
    ]  # fmt: skip


def _come(page: Page, bot: Any, words: str) -> None:
    say(bot, words)
    expect(_row(page, words)).to_have_count(1)
