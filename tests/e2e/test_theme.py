"""Light or dark: chosen on the profile, and then every page of this device is."""

import re

import pytest
from playwright.sync_api import Page, Request, Route, expect

from tests import needs
from tests.e2e.conftest import DESKTOP, PHONE, People, Site, enter

pytestmark = needs.chromium
PROFILE = "/accounts/profile/"


def test_a_choice_is_put_on_at_once_and_stays(daphne_site: Site, people: People) -> None:
    # Their login ends here, so it is nobody else's.
    page = people.sit_down(daphne_site, "bob", color_scheme="light")
    page.goto(PROFILE)
    assert _brightness(page) > 200
    expect(page.get_by_role("button", name="Save appearance")).to_be_hidden()
    expect(page.get_by_role("radio", name="System")).to_be_checked()

    _choose(page, "Dark")
    page.reload()
    expect(page.get_by_role("radio", name="Dark")).to_be_checked()
    assert _brightness(page) < 50
    assert _brightness(enter(page)) < 50

    page.goto(PROFILE)
    page.get_by_role("button", name="Log out").last.click()
    expect(page.locator("h1")).to_have_text("Come in")
    assert _brightness(page) < 50
    page.goto("/nowhere/")
    assert _brightness(page) < 50
    assert [each for each in people.complaints if "404" not in each] == []


def test_light_beats_a_dark_system_until_the_system_is_chosen(
    daphne_site: Site, people: People
) -> None:
    page = people.sit_down(daphne_site, "ada", color_scheme="dark")
    page.goto(PROFILE)
    assert _brightness(page) < 50
    _choose(page, "Light")
    assert _brightness(page) > 200
    expect(page.locator("meta[name=color-scheme]")).to_have_attribute("content", "light")
    _choose(page, "System")
    assert _brightness(page) < 50
    expect(page.locator("meta[name=color-scheme]")).to_have_attribute("content", "light dark")
    page.reload()
    expect(page.get_by_role("radio", name="System")).to_be_checked()
    assert _brightness(page) < 50
    assert people.complaints == []


def test_the_choice_is_this_devices_alone(daphne_site: Site, people: People) -> None:
    desk = people.sit_down(daphne_site, "ada", color_scheme="light")
    phone = people.sit_down(daphne_site, "ada", color_scheme="light", viewport=PHONE)
    desk.goto(PROFILE)
    _choose(desk, "Dark")
    phone.goto(PROFILE)
    assert _brightness(phone) > 200


def test_the_last_of_two_quick_choices_counts(daphne_site: Site, people: People) -> None:
    page = people.sit_down(daphne_site, "ada", color_scheme="light")
    page.goto(PROFILE)
    slow: list[Route] = []
    answers: list[str] = []
    page.on("response", lambda answer: answers.extend(_sent(answer.request)))
    page.route("**/accounts/theme/", lambda route: slow.append(route), times=1)
    with page.expect_request("**/accounts/theme/"):
        page.get_by_text("Light", exact=True).click()
    page.get_by_text("Dark", exact=True).click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    with page.expect_response(lambda answer: {"light", "dark"} <= {*answers}):
        slow.pop().continue_()
    page.reload()
    expect(page.get_by_role("radio", name="Dark")).to_be_checked()
    assert _brightness(page) < 50


def test_what_the_server_did_not_take_can_be_saved_by_hand(
    daphne_site: Site, people: People
) -> None:
    page = people.sit_down(daphne_site, "ada", color_scheme="light")
    page.goto(PROFILE)
    save = page.get_by_role("button", name="Save appearance")
    page.route("**/accounts/theme/", lambda route: route.abort())
    page.get_by_text("Dark", exact=True).click()
    expect(save).to_be_visible()
    page.unroute("**/accounts/theme/")
    save.click()
    expect(page.get_by_role("radio", name="Dark")).to_be_checked()
    expect(save).to_be_hidden()
    assert _brightness(page) < 50


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_without_a_script_there_is_a_button(
    daphne_site: Site, people: People, size: dict[str, int]
) -> None:
    page = people.sit_down(
        daphne_site, "ada", color_scheme="light", viewport=size, java_script_enabled=False
    )
    page.goto("/rooms/")
    page.get_by_role("link", name="Profile").locator("visible=true").click()
    dark = page.locator(".segs label", has_text="Dark")
    box = dark.bounding_box()
    assert box
    assert box["height"] >= (44 if size == PHONE else 32)
    dark.click()
    page.get_by_role("button", name="Save appearance").click()
    expect(page).to_have_url(re.compile(PROFILE))
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.locator("html")).to_have_css("color-scheme", "dark")
    expect(page.get_by_role("radio", name="Dark")).to_be_checked()
    page.goto("/rooms/general/")
    expect(page.locator("main")).to_have_css("background-color", "rgb(28, 26, 22)")


def _choose(page: Page, theme: str) -> None:
    """Waits until the device remembers it."""
    with page.expect_response("**/accounts/theme/"):
        page.get_by_text(theme, exact=True).click()
        if theme == "System":
            expect(page.locator("html")).not_to_have_attribute("data-theme", re.compile(""))
        else:
            expect(page.locator("html")).to_have_attribute("data-theme", theme.lower())


def _brightness(page: Page) -> float:
    """Of what lies behind the words: 0 is black, 255 white."""
    colour = page.locator("main").evaluate("main => getComputedStyle(main).backgroundColor")
    return sum(map(int, re.findall(r"\d+", colour)[:3])) / 3


def _sent(request: Request) -> list[str]:
    """The theme that a form asks for."""
    return re.findall(r"\b(light|dark)\b", request.post_data or "")
