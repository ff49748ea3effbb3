"""Every size of screen, every way to look at one: tablets, zoom, long words, keyboards, thumbs."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests import needs
from tests.e2e.conftest import DESKTOP, PHONE, People, enter, write
from tests.e2e.shape import box_of, cut_off
from tests.e2e.states import STATES
from tests.e2e.table import Table, complaints, set_table
from tests.e2e.workshop import LONG

pytestmark = needs.chromium

SCREENS: dict[str, dict[str, Any]] = {
    "tablet upright": {"viewport": {"width": 820, "height": 1180}},
    "tablet": {"viewport": {"width": 1024, "height": 768}},
    "wide": {"viewport": {"width": 1920, "height": 1080}},
    "narrow": {"viewport": {"width": 320, "height": 568}},
    "zoomed to 200 %": {"viewport": {"width": 640, "height": 400}, "device_scale_factor": 2},
    "phone on its side": {"viewport": {"width": 844, "height": 390}},
}
BY_NAME = {state.name: state for state in STATES}
# Those that differ in their build.
SHOWN = (
    "rooms", "new-room-refused", "room", "room-empty", "acts", "acts-delete", "replying", "limit",
    "failed", "permalink-own", "profile", "password-refused", "not-found",
)  # fmt: skip


@pytest.fixture(scope="module")
def table() -> Iterator[Table]:
    yield from set_table()


def _sit_down(table: Table, people: People, **options: Any) -> Page:
    table.forget_what_ada_read()
    return people.sit_down(table.site, "ada", **options)


@pytest.mark.parametrize("screen", SCREENS)
def test_nothing_is_cut_off(table: Table, people: People, screen: str) -> None:
    page = _sit_down(table, people, **SCREENS[screen])
    found = {}
    for name in SHOWN:
        BY_NAME[name].reach(page, table)
        found[name] = cut_off(page)
    assert not any(found.values()), found
    assert complaints(people) == []


@pytest.mark.parametrize("screen", SCREENS)
def test_long_words_harm_no_page(table: Table, people: People, screen: str) -> None:
    page = _sit_down(table, people, **SCREENS[screen])
    for path in (f"/rooms/{LONG}/", "/rooms/"):
        page.goto(path)
        expect(page.locator("h1")).to_be_visible()
        assert cut_off(page) == [], path
    enter(page, LONG)
    page.goto(page.locator("#log .msg-head a").last.get_attribute("href") or "")
    expect(page.locator("h1")).to_contain_text("Message in")
    assert cut_off(page) == []


def test_lines_stay_short_on_a_wide_screen(table: Table, people: People) -> None:
    page = enter(_sit_down(table, people, **SCREENS["wide"]), LONG)
    assert box_of(page, "#log .prose")["width"] <= 42 * 15
    log, foot = box_of(page, "#log"), box_of(page, ".foot")
    assert abs(log["x"] + log["width"] / 2 - foot["x"] - foot["width"] / 2) < 10


@pytest.mark.parametrize(
    "screen", ["zoomed to 200 %", "phone on its side", "phone with its keyboard"]
)
def test_on_a_low_screen_one_sees_what_one_writes_and_the_newest_message(
    table: Table, people: People, screen: str
) -> None:
    options = SCREENS.get(screen, {"viewport": PHONE})
    page = enter(_sit_down(table, people, **options), "workshop")
    page.locator("#words").focus()
    if screen not in SCREENS:
        page.set_viewport_size({"width": 390, "height": 400})
    height = page.viewport_size["height"] if page.viewport_size else 0
    page.fill("#words", "one\ntwo\nthree")
    newest = page.locator("#log .msg").last
    expect(newest).to_be_in_viewport(ratio=0.3)
    for part in (".composer", ".send", "#words"):
        box = box_of(page, part)
        assert box["y"] >= 0, part
        assert box["y"] + box["height"] <= height, part


@pytest.mark.parametrize("size", [PHONE, {"width": 844, "height": 390}], ids=["upright", "side"])
def test_nothing_lies_under_the_notch_or_the_home_bar(
    table: Table, people: People, size: dict[str, int]
) -> None:
    page = _sit_down(table, people, viewport=size, reduced_motion="reduce")
    insets = {"top": 47, "bottom": 34, "left": 44, "right": 44}
    if size == PHONE:
        insets |= {"left": 0, "right": 0}
    page.context.new_cdp_session(page).send(
        "Emulation.setSafeAreaInsetsOverride", {"insets": insets}
    )
    parts = ["h1", ".send", "#words", "#log .msg .avatar", "#log .msg .prose"]
    for path, more in (("/rooms/", ["h1", ".rooms h2"]), ("/rooms/workshop/", parts)):
        page.goto(path)
        page.wait_for_load_state("networkidle")
        for part in more:
            box = box_of(page, part)
            assert box["x"] >= insets["left"], part
            assert box["x"] + box["width"] <= size["width"] - insets["right"], part
            if part in {"h1", ".send", "#words"}:
                assert box["y"] >= insets["top"], part
                assert box["y"] + box["height"] <= size["height"] - insets["bottom"], part
    enter(page, "workshop")
    newest = page.locator("#log .msg").last
    newest.hover()
    newest.locator("[data-more]").click()
    last = page.locator("#acts button:visible").last.bounding_box()
    assert last is not None
    assert last["y"] + last["height"] <= size["height"] - insets["bottom"]
    assert cut_off(page) == []


def test_nothing_moves_for_who_wants_no_motion(table: Table, people: People) -> None:
    moving = (
        "() => document.getAnimations()"
        ".map((each) => each.animationName ?? each.transitionProperty)"
    )
    seen: dict[str, list[str]] = {}
    for motion in ("no-preference", "reduce"):
        page = enter(_sit_down(table, people, reduced_motion=motion), "workshop")
        seen[motion] = []
        page.locator("#log .msg").last.hover()
        seen[motion] += page.evaluate(moving)
        page.locator("#log .msg [data-more]").last.click()
        seen[motion] += page.evaluate(moving)
        page.keyboard.press("Escape")
        table.type("bob", page)
        seen[motion] += page.evaluate(moving)
        page.context.close()
    assert "breathe" in seen["no-preference"]
    assert seen["reduce"] == []


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_from_right_to_left_everything_is_mirrored(
    table: Table, people: People, size: dict[str, int]
) -> None:
    page = _sit_down(table, people, viewport=size)
    for name in ("rooms", "room", "profile", "acts", "replying", "failed"):
        BY_NAME[name].reach(page, table)
        page.evaluate("document.documentElement.dir = 'rtl'")
        assert cut_off(page) == [], name
    page = enter(_sit_down(table, people, viewport=size), "kitchen")
    page.evaluate("document.documentElement.dir = 'rtl'")
    write(page, "written from right to left")
    expect(page.locator("#log .prose").last).to_have_text("written from right to left")
    avatar, words = box_of(page, "#log .msg .avatar"), box_of(page, "#log .msg .prose")
    assert avatar["x"] >= words["x"] + words["width"]
    send, field = box_of(page, ".send"), box_of(page, "#words")
    assert send["x"] + send["width"] <= field["x"] + field["width"] / 2
    scale = "(each, part) => getComputedStyle(each, part).scale"
    assert page.locator(".t-reply").first.evaluate(scale, "::before") == "-1 1"
    if size == PHONE:
        assert page.locator(".head .turn").evaluate(scale) == "-1 1"
        assert box_of(page, ".head > a")["x"] > size["width"] / 2


def test_forced_colours_leave_every_tool_to_be_seen(table: Table, people: People) -> None:
    page = enter(_sit_down(table, people, forced_colors="active"), "workshop")
    assert page.evaluate("matchMedia('(forced-colors: active)').matches")
    page.locator("#log .msg").last.hover()
    tools = page.locator("#log .msg").last.locator(".tools .tool:visible")
    assert tools.count() >= 3
    for tool in tools.all():
        shape, ground = tool.evaluate(
            "each => [getComputedStyle(each, '::before').backgroundColor,"
            " getComputedStyle(each.parentElement).backgroundColor]"
        )
        assert shape != ground
        assert not re.search(r", 0\)$", shape)
    for icon in page.locator("svg.icon:visible").all():
        stroke, ground = icon.evaluate(
            "each => [getComputedStyle(each).stroke,"
            " getComputedStyle(document.body).backgroundColor]"
        )
        assert stroke != ground
