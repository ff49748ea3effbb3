"""What can be done to a message, in the menu that is opened for it."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests import needs
from tests.e2e.conftest import PHONE, Bot, People, Site, enter, write
from tests.e2e.rows import MOD, choose, make_room, newest, own_room, press, row, say

pytestmark = needs.chromium

ALL = ["Reply", "Copy text", "Copy link", "Edit", "Delete"]


@pytest.fixture
def room(daphne_site: Site, request: pytest.FixtureRequest) -> str:
    """A room of the test's own; mod made it."""
    return own_room(daphne_site, MOD, request)


@pytest.fixture
def ada(daphne_site: Site, people: People, room: str) -> Page:
    """In the room, after she and hal have said something; allowed to use the clipboard."""
    page = people.sit_down(daphne_site, "ada", permissions=["clipboard-read", "clipboard-write"])
    enter(page, room)
    say(daphne_site.bot("hal", room), "from hal")
    write(page, "from ada")
    expect(newest(page)).to_have_text("from ada")
    return page


def _menu(page: Page) -> Locator:
    return page.locator("#acts")


def _offered(page: Page) -> list[str]:
    expect(_menu(page)).to_be_visible()
    words = page.locator("#acts [data-acts-rest] button:visible").all_inner_texts()
    return [each.strip() for each in words]


def test_more_offers_what_one_may_do(daphne_site: Site, people: People, room: str) -> None:
    ada = enter(people.sit_down(daphne_site, "ada"), room)
    mod = enter(people.sit_down(daphne_site, MOD), room)
    write(ada, "from ada")
    write(mod, "from mod")
    expect(newest(ada)).to_have_text("from mod")
    offered = {}
    for name, page in (("ada", ada), (MOD, mod)):
        for words in ("from ada", "from mod"):
            press(page, words, "more")
            expect(_menu(page).locator(".quick")).to_be_visible()
            expect(_menu(page).locator("[data-acts-sure]")).to_be_hidden()
            offered[name, words] = [each for each in _offered(page) if not each.startswith("Copy")]
            page.keyboard.press("Escape")
            expect(_menu(page)).to_be_hidden()
    assert offered == {
        ("ada", "from ada"): ["Reply", "Edit", "Delete"],
        ("ada", "from mod"): ["Reply"],
        (MOD, "from ada"): ["Reply", "Delete"],
        (MOD, "from mod"): ["Reply", "Edit", "Delete"],
    }


def test_react_offers_only_reactions(ada: Page) -> None:
    press(ada, "from hal", "react-menu")
    expect(_menu(ada).locator(".quick")).to_be_visible()
    assert _offered(ada) == []
    _menu(ada).locator("[data-emoji='👍']").click()
    expect(_menu(ada)).to_be_hidden()
    expect(row(ada, "from hal").locator("[data-react]")).to_have_text("👍 1")

    press(ada, "from hal", "more")
    _menu(ada).locator("[data-emoji='👍']").click()
    expect(row(ada, "from hal").locator("[data-react]")).to_have_count(0)


def test_another_emoji_is_on_the_messages_page(ada: Page) -> None:
    press(ada, "from hal", "react-menu")
    address = row(ada, "from hal").locator(".msg-head a").get_attribute("href")
    ada.get_by_role("link", name="Another emoji").click()
    ada.wait_for_url(f"**{address}#react")


def test_reply_and_edit_begin_in_the_composer(ada: Page) -> None:
    choose(ada, "from hal", "reply")
    expect(ada.locator("[data-replying]")).to_contain_text("hal")
    expect(ada.locator("#words")).to_be_focused()
    choose(ada, "from ada", "edit")
    expect(ada.locator("#words")).to_have_value("from ada")
    expect(ada.locator("#words")).to_be_focused()


def test_deleting_takes_two_steps(daphne_site: Site, people: People, ada: Page, room: str) -> None:
    mod = enter(people.sit_down(daphne_site, MOD), room)
    choose(mod, "from ada", "ask")
    expect(mod.get_by_role("button", name="Keep")).to_be_focused()
    assert _offered(mod) == []
    expect(_menu(mod).locator("[data-acts-words]")).to_have_text("from ada")
    expect(row(mod, "from ada")).to_have_attribute("data-acted", "")
    expect(_menu(mod).locator(".quick")).to_be_hidden()
    mod.get_by_role("button", name="Keep").click()
    expect(_menu(mod)).to_be_hidden()
    expect(_menu(mod)).not_to_contain_text("from ada")
    expect(row(mod, "from ada")).to_be_visible()

    choose(mod, "from ada", "ask")
    mod.get_by_role("button", name="Delete message").click()
    for page in (ada, mod):
        expect(page.locator("#log .gone")).to_have_count(1)
        expect(page.locator("#log .prose")).to_have_text(["from hal"])


def test_the_second_step_is_forgotten_with_the_menu(ada: Page) -> None:
    choose(ada, "from ada", "ask")
    ada.keyboard.press("Escape")
    press(ada, "from ada", "more")
    assert _offered(ada) == ALL
    expect(ada.get_by_role("button", name="Delete message")).to_be_hidden()


def test_text_and_link_are_copied(ada: Page) -> None:
    write(ada, "two\n  lines & <b>")
    expect(newest(ada)).to_contain_text("lines")
    choose(ada, "lines", "text")
    assert ada.evaluate("navigator.clipboard.readText()") == "two\n  lines & <b>"
    choose(ada, "from hal", "link")
    number = row(ada, "from hal").get_attribute("data-id")
    copied = ada.evaluate("navigator.clipboard.readText()")
    assert copied == f"{ada.url}messages/{number}/"


def test_where_no_clipboard_may_be_used_copying_is_not_offered(
    daphne_site: Site, people: People, room: str
) -> None:
    page = people.sit_down(daphne_site, "ada")
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    enter(page, room)
    write(page, "from ada")
    press(page, "from ada", "more")
    assert _offered(page) == ["Reply", "Edit", "Delete"]


def test_a_message_may_go_while_its_menu_is_open(
    daphne_site: Site, people: People, ada: Page, room: str
) -> None:
    number = int(row(ada, "from ada").get_attribute("data-id") or 0)
    mod: Bot = daphne_site.bot(MOD, room)
    press(ada, "from ada", "more")
    mod.say(delete={"id": number})
    expect(ada.locator("#log .gone")).to_have_count(1)
    for act in ("text", "edit"):
        if not _menu(ada).is_visible():
            ada.locator(f"#m{number}").evaluate("each => each.focus()")
            ada.evaluate("document.getElementById('acts').showModal()")
        _menu(ada).locator(f"[data-act={act}]").click()
        expect(_menu(ada)).to_be_hidden()
    expect(ada.locator("[data-editing-strip]")).to_be_hidden()
    assert people.complaints == []


@pytest.mark.parametrize("opener", ["mouse", "keyboard", "tool"])
def test_the_focus_comes_back_when_the_menu_closes(
    daphne_site: Site, people: People, opener: str
) -> None:
    room = make_room(daphne_site, MOD, f"focus-{opener}")
    ada = enter(people.sit_down(daphne_site, "ada"), room)
    write(ada, "from ada")
    expect(newest(ada)).to_have_text("from ada")
    message = row(ada, "from ada")
    if opener == "mouse":
        press(ada, "from ada", "more")
    else:
        ada.focus("#log-scroller")
        ada.keyboard.press("End")
        expect(message).to_be_focused()
        if opener == "tool":
            message.locator("[data-more]").focus()
        ada.keyboard.press("Enter")
    expect(_menu(ada)).to_be_visible()
    if opener == "mouse":
        ada.mouse.move(0, 0)
    ada.keyboard.press("Escape")
    expect(_menu(ada)).to_be_hidden()
    within = "each => each === document.activeElement || each.contains(document.activeElement)"
    assert message.evaluate(within)


@pytest.mark.parametrize("knows", [True, False], ids=["closedby", "without"])
def test_a_click_beside_the_menu_closes_it(ada: Page, knows: bool) -> None:
    if not knows:
        _menu(ada).evaluate("menu => menu.removeAttribute('closedby')")
    press(ada, "from hal", "more")
    box = _menu(ada).bounding_box()
    assert box is not None
    ada.mouse.click(box["x"] + 2, box["y"] + 2)
    expect(_menu(ada)).to_be_visible()
    ada.mouse.click(5, 5)
    expect(_menu(ada)).to_be_hidden()


def test_what_could_not_be_copied_is_told(ada: Page) -> None:
    refuse = "() => { navigator.clipboard.writeText = () => Promise.reject(new Error('no')) }"
    ada.evaluate(refuse)
    choose(ada, "from hal", "text")
    expect(ada.locator("[data-notice]")).to_have_text("Not copied.")
    ada.evaluate("delete navigator.clipboard.writeText")
    choose(ada, "from hal", "text")
    expect(ada.locator("[data-notice]")).to_be_hidden()


def test_a_phone_has_a_sheet_at_the_bottom(daphne_site: Site, people: People, room: str) -> None:
    ada = people.sit_down(
        daphne_site, "ada", viewport=PHONE, has_touch=True, is_mobile=True,
        permissions=["clipboard-read", "clipboard-write"],
    )  # fmt: skip
    enter(ada, room)
    for words in ("first", "follows"):
        write(ada, words)
        expect(newest(ada)).to_have_text(words)
    row(ada, "first").locator("[data-more]").tap()
    assert _offered(ada) == ALL
    expect(_menu(ada)).to_have_css("translate", "none")
    box = _menu(ada).bounding_box()
    assert box is not None
    assert (box["x"], box["width"]) == (0, PHONE["width"])
    assert abs(box["y"] + box["height"] - PHONE["height"]) < 1
    for button in _menu(ada).locator("button:visible, a:visible").all():
        area = button.bounding_box()
        assert area is not None
        assert min(area["width"], area["height"]) >= 44

    ada.get_by_role("button", name="Cancel").tap()
    expect(_menu(ada)).to_be_hidden()
    row(ada, "first").locator("[data-more]").tap()
    _menu(ada).locator("[data-act=ask]").tap()
    expect(ada.get_by_role("button", name="Cancel")).to_be_hidden()
    ada.get_by_role("button", name="Keep").tap()
    expect(_menu(ada)).to_be_hidden()
    # A row that follows another shows its button when it was touched.
    row(ada, "follows").locator(".prose").tap()
    row(ada, "follows").locator("[data-more]").tap()
    expect(_menu(ada)).to_be_visible()
