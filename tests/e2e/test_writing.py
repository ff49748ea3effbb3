"""The composer: its size, its keys, its drafts, its limit, and that others see one typing."""

import time

import pytest
from playwright.sync_api import Locator, Page, expect

from tests import needs
from tests.e2e.conftest import PHONE, People, Site, enter, texts, write
from tests.e2e.rows import make_room, newest, own_room, pending, press, say
from tests.e2e.wire import Wire, wait_for

pytestmark = needs.chromium
LIMIT = 4000

_KEY = """(words, more) => {
  const key = { key: "Enter", bubbles: true, cancelable: true, ...more };
  words.dispatchEvent(new KeyboardEvent("keydown", key));
}"""


@pytest.fixture
def ada(daphne_site: Site, people: People, request: pytest.FixtureRequest) -> Page:
    """Alone in a room of the test's own."""
    return enter(people.sit_down(daphne_site, "ada"), own_room(daphne_site, "ada", request))


def _height(found: Locator) -> float:
    box = found.bounding_box()
    assert box is not None
    return box["height"]


@pytest.mark.parametrize("size", [PHONE, {"width": 1280, "height": 800}], ids=["phone", "desktop"])
def test_it_grows_with_its_lines_up_to_two_fifths_of_the_screen(
    daphne_site: Site, people: People, size: dict[str, int]
) -> None:
    words = enter(people.sit_down(daphne_site, "ada", viewport=size)).locator("#words")
    one = _height(words)
    assert 44 <= one < 50
    words.fill("\n" * 4)
    assert _height(words) > one + 3 * 18
    words.fill("\n" * 60)
    assert abs(_height(words) - 0.4 * size["height"]) < 1
    assert words.evaluate("each => each.scrollHeight > each.clientHeight")
    words.fill("")
    assert _height(words) == one


def test_enter_does_not_send_while_a_word_is_being_composed(ada: Page) -> None:
    keys = ada.context.new_cdp_session(ada)
    ada.focus("#words")
    keys.send("Input.imeSetComposition", {"text": "にほん", "selectionStart": 3, "selectionEnd": 3})
    enter_key = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13}
    keys.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **enter_key})
    expect(ada.locator("#words")).to_have_value("にほん")
    expect(pending(ada)).to_have_count(0)
    keys.send("Input.insertText", {"text": "日本"})
    expect(ada.locator("#words")).to_have_value("日本")

    ada.keyboard.press("Enter")
    expect(newest(ada)).to_have_text("日本")
    assert texts(ada) == ["日本"]


@pytest.mark.parametrize("composing", [{"isComposing": True}, {"keyCode": 229}], ids=str)
def test_every_browsers_sign_of_composing_is_known(ada: Page, composing: dict[str, object]) -> None:
    words = ada.locator("#words")
    words.fill("half a wor")
    words.evaluate(_KEY, composing)
    expect(words).to_have_value("half a wor")
    words.evaluate(_KEY, {"shiftKey": True})
    expect(words).to_have_value("half a wor")
    words.evaluate(_KEY, {})
    expect(newest(ada)).to_have_text("half a wor")
    assert len(texts(ada)) == texts(ada).count("half a wor")


def test_nothing_but_spaces_is_not_sent(ada: Page) -> None:
    write(ada, "  \n ")
    expect(ada.locator("#words")).to_have_value("  \n ")
    expect(pending(ada)).to_have_count(0)


def test_the_limit_is_told_when_it_comes_near(ada: Page) -> None:
    words, left, send = ada.locator("#words"), ada.locator("[data-limit]"), ada.locator(".send")
    words.fill("x" * (LIMIT - 201))
    expect(left).to_be_hidden()
    words.press("End")
    words.press_sequentially("x")
    expect(left).to_have_text("200 left")
    words.fill("😀" * (LIMIT - 88))
    expect(left).to_have_text("88 left")
    words.fill("😀" * LIMIT)
    expect(left).to_have_text("0 left")
    expect(send).to_be_enabled()

    words.fill("😀" * LIMIT + "!")
    expect(left).to_have_text("1 too many")
    expect(send).to_be_disabled()
    words.press("Enter")
    words.press("Backspace")
    expect(send).to_be_enabled()
    words.press("Enter")
    expect(newest(ada)).to_have_text("😀" * LIMIT)
    expect(left).to_be_hidden()
    assert len(texts(ada)) == 1


def test_a_long_draft_comes_back_with_its_limit(ada: Page) -> None:
    ada.fill("#words", "x" * (LIMIT + 2))
    ada.reload()
    expect(ada.locator("[data-limit]")).to_have_text("2 too many")
    expect(ada.locator(".send")).to_be_disabled()


def test_a_reply_goes_with_the_words_and_its_strip_goes_away(daphne_site: Site, ada: Page) -> None:
    say(daphne_site.bot("hal", ada.url.rsplit("/", 2)[1]), "Who has the key")
    expect(newest(ada)).to_have_text("Who has the key")
    press(ada, "Who has the key", "reply")
    expect(ada.locator("#words")).to_be_focused()
    ada.locator("[data-reply-cancel]").click()
    write(ada, "not an answer")
    expect(newest(ada)).to_have_text("not an answer")
    expect(ada.locator("#log .reply-to")).to_have_count(0)


def test_one_key_shows_as_typing_and_fades_after_six_seconds(
    daphne_site: Site, people: People
) -> None:
    room = make_room(daphne_site, "ada", "fading")
    ada = enter(people.sit_down(daphne_site, "ada"), room)
    bob = people.sit_down(daphne_site, "bob")
    bob.clock.install()
    enter(bob, room)
    typist, dots = bob.locator("[data-typing] .typist"), bob.locator("[data-typing-dots]")
    expect(dots).to_be_hidden()

    ada.press("#words", "w")
    expect(typist).to_have_text("ada is typing")
    expect(dots).to_be_visible()
    expect(ada.locator(".typist")).to_have_count(0)
    bob.clock.fast_forward(3_000)
    expect(typist).to_be_visible()
    bob.clock.fast_forward(3_100)
    expect(typist).to_have_count(0)
    expect(dots).to_be_hidden()


def test_typing_ends_with_the_message(site: Site, people: People) -> None:
    room = make_room(site, "ada", "the-end-of-typing")
    ada = enter(people.sit_down(site, "ada"), room)
    bob = enter(people.sit_down(site, "bob"), room)
    ada.press("#words", "w")
    expect(bob.locator(".typist")).to_have_text("ada is typing")
    ada.press("#words", "Enter")
    expect(newest(bob)).to_have_text("w")
    assert bob.locator(".typist").count() == 0
    assert not bob.locator("[data-typing-dots]").is_visible()


def test_nobody_is_told_of_an_edit_as_typing(daphne_site: Site, people: People) -> None:
    room = make_room(daphne_site, "ada", "quiet-edit")
    ada = people.sit_down(daphne_site, "ada")
    wire = Wire(ada)
    enter(ada, room)
    write(ada, "a message")
    expect(newest(ada)).to_have_text("a message")
    ada.press("#words", "ArrowUp")
    ada.press("#words", "!")
    ada.press("#words", "Enter")
    expect(newest(ada)).to_have_text("a message!")
    assert not [frame for frame in wire.sent if "typing" in frame][1:]


@pytest.mark.parametrize("pause", [500, 2_000])
def test_typing_fades_six_seconds_after_the_last_of_several_keys(
    daphne_site: Site, people: People, pause: int
) -> None:
    room = make_room(daphne_site, "ada", f"last-key-{pause}")
    ada, bob = people.sit_down(daphne_site, "ada"), people.sit_down(daphne_site, "bob")
    for page in (ada, bob):
        page.clock.install()
    wire = Wire(ada)
    for page in (ada, bob):
        enter(page, room)
        page.clock.pause_at((page.evaluate("Date.now()") + 500) / 1000)
    typist = bob.locator("[data-typing] .typist")

    def told() -> int:
        return sum("typing" in frame for frame in wire.sent)

    def both(milliseconds: int) -> None:
        for page in (ada, bob):
            page.clock.run_for(milliseconds)

    ada.press("#words", "w")
    wait_for(ada, lambda: told() == 1)
    expect(typist).to_be_visible()
    told_at = time.monotonic()
    both(pause)
    ada.press("#words", "x")
    both(3_000 - pause)
    assert told() == 1  # the server would drop it
    wait_for(ada, lambda: time.monotonic() - told_at > 3.1)  # by its own clock, which nobody moves
    both(200)
    wait_for(ada, lambda: told() == 2)
    expect(typist).to_have_attribute("data-ago", str(3_100 - pause))
    both(2_300 + pause)
    expect(typist).to_be_visible()
    both(700)
    expect(typist).to_have_count(0)
    both(10_000)
    assert told() == 2
