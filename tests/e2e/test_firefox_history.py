"""Firefox's way back and forth through a page: its addresses are its own, and htmx lets them be."""

from collections.abc import Iterator

import pytest

from tests import needs
from tests.e2e.bidi import Firefox, started
from tests.e2e.conftest import Site
from tests.e2e.firefox import People, Tab, enter
from tests.e2e.past import make_room, say

pytestmark = needs.firefox

# How often the page asks for something, while it stays the same.
_COUNT = """() => {
  window.asked = 0;
  const ask = window.fetch;
  window.fetch = (...given) => {
    window.asked += 1;
    return ask(...given);
  };
}"""
_AT = """async (hash) => {
  while (location.hash !== hash) await new Promise(requestAnimationFrame);
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


def test_back_and_forth_within_a_page_leaves_it_alive(daphne_site: Site, people: People) -> None:
    ada = people.sit_down(daphne_site, "ada")
    room = make_room(daphne_site, "jumps", "hal")
    hal = daphne_site.bot("hal", room)
    say(hal, "the answer", reply_to=say(hal, "the question")["id"])
    enter(ada, daphne_site, room)
    ada.evaluate(_COUNT)
    ada.click("#log .reply-to")
    ada.evaluate("() => { location.hash = 'composer'; }")  # as the link that skips to it
    ada.go_back()
    ada.evaluate(_AT, "")
    _write(ada, "once back")
    ada.evaluate("() => history.forward()")
    ada.evaluate(_AT, "#composer")
    _write(ada, "and once forth")
    ada.reads("#log .prose", "the question", "the answer", "once back", "and once forth")
    assert ada.evaluate("() => window.asked") == 0
    assert people.complaints == []


def _write(tab: Tab, words: str) -> None:
    tab.click("#words")
    tab.type(words)
    tab.press("Enter")
    tab.mentions("#log .prose", words)
    tab.reads(".pending")
