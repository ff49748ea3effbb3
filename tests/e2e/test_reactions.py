"""One's own reaction is told apart: in words, and by more than a colour."""

from playwright.sync_api import expect

from tests import needs
from tests.e2e.conftest import PHONE, People, Site, enter, write
from tests.e2e.past import act
from tests.e2e.rows import make_room, newest, row

pytestmark = needs.chromium

_LOOK = """(chip) => {
  const { borderTopWidth } = getComputedStyle(chip);
  return [borderTopWidth, chip.getAttribute("role"), chip.getAttribute("aria-pressed")];
}"""


def test_ones_own_reaction_is_a_pressed_button(daphne_site: Site, people: People) -> None:
    room = make_room(daphne_site, "ada", "whose-reaction")
    ada = enter(people.sit_down(daphne_site, "ada"), room)
    bob = enter(people.sit_down(daphne_site, "bob"), room)
    write(ada, "a message")
    expect(newest(bob)).to_have_text("a message")
    number = int(row(ada, "a message").get_attribute("data-id") or 0)
    act(daphne_site.bot("bob", room), react={"id": number, "emoji": "👍"})
    chips = {page: row(page, "a message").locator("[data-react]") for page in (ada, bob)}
    expect(chips[ada]).to_have_text("👍 1")
    expect(chips[bob]).to_have_attribute("aria-pressed", "true")
    assert chips[ada].evaluate(_LOOK) == ["1px", "button", "false"]
    assert chips[bob].evaluate(_LOOK) == ["2px", "button", "true"]

    chips[ada].focus()
    ada.keyboard.press("Space")
    expect(chips[ada]).to_have_text("👍 2")
    expect(chips[ada]).to_have_attribute("aria-pressed", "true")
    expect(chips[ada]).to_be_focused()
    ada.reload()
    expect(chips[ada]).to_have_attribute("aria-pressed", "true")


def test_a_thumb_finds_in_words_who_reacted(daphne_site: Site, people: People) -> None:
    room = make_room(daphne_site, "ada", "who-reacted")
    ada = people.sit_down(daphne_site, "ada", viewport=PHONE, has_touch=True, is_mobile=True)
    enter(ada, room)
    write(ada, "a message")
    expect(newest(ada)).to_have_text("a message")
    number = int(row(ada, "a message").get_attribute("data-id") or 0)
    for name in ("bob", "eve"):
        act(daphne_site.bot(name, room), react={"id": number, "emoji": "👍"})
    expect(row(ada, "a message").locator("[data-react]")).to_have_text("👍 2")
    row(ada, "a message").locator(".msg-head a").tap()
    expect(ada.locator(".part", has_text="Reactions")).to_contain_text("👍 bob, eve")
