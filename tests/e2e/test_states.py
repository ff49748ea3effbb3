"""Every page and state: it fits its screen, can be pressed, and axe finds nothing in anybody's way.

With SCREENSHOTS=1 (`make screenshots`) their pictures go to docs/screenshots/.
"""

import os
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import expect

from tests import needs
from tests.e2e import ways
from tests.e2e.conftest import People
from tests.e2e.shape import cut_off, small_targets
from tests.e2e.states import STATES, State, each_state, look, name_of
from tests.e2e.table import Table, complaints, set_table
from tests.running import ROOT

pytestmark = needs.chromium

LEAST = {"phone": 44, "desktop": 24}  # for a thumb, and for a mouse
# What stands in a line of text takes its height.
IN_TEXT = ".prose a, .msg-head a, .link, .skip"
BY_NAME = {state.name: state for state in STATES}
AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
# With what axe is to do: the themes differ in their colours alone.
THEMES: tuple[tuple[Literal["light", "dark"], dict[str, list[str]]], ...] = (
    ("light", {}),
    ("dark", {"runOnly": ["color-contrast", "link-in-text-block"]}),
)
# Every rule that axe has switched on by itself, those of best practice among them.
_RUN = """async (only) => {
  const { violations } = await axe.run(document, { resultTypes: ["violations"], ...only });
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, any, all, none }) => {
      const why = [...any, ...all, ...none].map((each) => each.message).join("; ");
      return `${id}: ${help}: ${html.slice(0, 160)} ${why}`;
    }));
}"""


@pytest.fixture(scope="module")
def table() -> Iterator[Table]:
    yield from set_table()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return ROOT / "docs" / "screenshots" if os.environ.get("SCREENSHOTS") == "1" else tmp_path


def test_axe_is_of_this_age() -> None:
    version = AXE.split("axe v", 1)[1].split()[0]
    assert tuple(map(int, version.split(".")[:2])) >= (4, 10)


@pytest.mark.parametrize(("state", "size"), each_state(), ids=name_of)
def test_each_state_fits_its_screen_and_stands_in_nobodys_way(
    table: Table, people: People, folder: Path, state: State, size: str
) -> None:
    page = look(table, people, state, size)
    page.evaluate(AXE)
    faults = {}
    for theme, only in THEMES:
        page.emulate_media(color_scheme=theme)
        shape = f"{size}-{theme}"
        if shape in state.pictures.split():
            picture = folder / f"{state.name}-{shape}.png"
            page.screenshot(path=picture, animations="disabled", caret="hide")
            assert picture.stat().st_size > 0
        if found := page.evaluate(_RUN, only):
            faults[theme] = found
    assert not faults
    assert cut_off(page) == []
    # Last, because the ruler scrolls to what it measures.
    assert small_targets(page, LEAST[size], IN_TEXT) == []
    assert complaints(people) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_chosen_theme_stands_in_nobodys_way_either(
    table: Table, people: People, theme: Literal["light", "dark"]
) -> None:
    """By every rule, and against the system's choice."""
    others = {"light": "dark", "dark": "light"}
    page = table.sit_down(people, "ada", "desktop", color_scheme=others[theme])
    page.context.add_cookies([{"name": "theme", "value": theme, "url": table.site.url}])
    for name in ("rooms", "room", "acts", "notice", "permalink-own", "profile", "failed"):
        BY_NAME[name].reach(page, table)
        expect(page.locator("html")).to_have_attribute("data-theme", theme)
        page.evaluate(AXE)
        assert page.evaluate(_RUN, {}) == [], name


def test_the_people_of_a_tablet_stand_in_nobodys_way(table: Table, people: People) -> None:
    page = table.sit_down(people, "ada", "desktop", viewport={"width": 900, "height": 800})
    ways.show_people(page, table)
    page.evaluate(AXE)
    for theme, only in THEMES:
        page.emulate_media(color_scheme=theme)
        assert page.evaluate(_RUN, only) == [], theme
    assert small_targets(page, LEAST["desktop"], IN_TEXT) == []
    assert cut_off(page) == []
