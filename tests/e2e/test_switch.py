"""Somebody else signs in, or the name comes to be another room's: nothing goes the wrong way."""

import json
import urllib.request
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests import needs
from tests.e2e.conftest import People, Site, enter, sign_in, write
from tests.e2e.rows import make_room, newest, pending, stored
from tests.e2e.test_device import fill_up
from tests.e2e.wire import Wire

pytestmark = needs.chromium


def _away(page: Page, wire: Wire) -> None:
    wire.refuses = True
    wire.close(1012)
    expect(page.locator("main")).to_have_attribute("data-state", "waiting")


def _sit_down_anew(people: People, site: Site, username: str) -> Page:
    """With a login of one's own: logging out must not end the one that others share."""
    site.logins.pop(username, None)
    page = people.sit_down(site, username)
    site.logins.pop(username)
    return page


def _rename(site: Site, owner: str, room: str, name: str) -> None:
    request = urllib.request.Request(
        f"{site.url}/api/rooms/{room}/",
        json.dumps({"name": name}).encode(),
        {"Content-Type": "application/json", "Authorization": f"Bearer {site.tokens[owner]}"},
        method="PATCH",
    )
    urllib.request.urlopen(request).close()


def _contents(site: Site, username: str, room: str) -> list[Any]:
    return [each["content"] for each in stored(site, username, room)]


@pytest.mark.parametrize("is_full", [False, True], ids=["kept", "in_memory"])
def test_what_ada_left_waiting_is_not_said_by_bob_who_signed_in_since(
    daphne_site: Site, people: People, is_full: bool
) -> None:
    room = make_room(daphne_site, "ada", f"after-ada-{is_full}".lower())
    daphne_site.know("bob")
    page = _sit_down_anew(people, daphne_site, "ada")
    wire = Wire(page)
    enter(page, room)
    ada = page.get_attribute("body", "data-me")
    if is_full:
        fill_up(page)
    _away(page, wire)
    write(page, "by ada, for ada")
    expect(pending(page)).to_have_count(1)
    page.fill("#words", "half a thought of ada's")

    other = page.context.new_page()
    other.goto("/rooms/")
    other.locator(".me [data-logout] button").click()
    expect(other.locator("h1")).to_have_text("Come in")
    sign_in(other, "bob")
    bob = other.get_attribute("body", "data-me")
    assert bob != ada
    wire.refuses = False
    expect(page.locator("body")).to_have_attribute("data-me", str(bob), timeout=15_000)

    expect(page.locator("main")).to_have_attribute("data-state", "live", timeout=15_000)
    expect(page.locator("#words")).to_have_value("")
    write(page, "by bob himself")
    expect(newest(page)).to_have_text("by bob himself")
    expect(pending(page)).to_have_count(0)
    assert _contents(daphne_site, "ada", room) == ["by bob himself"]


def test_what_waits_goes_with_its_room_and_not_to_another_of_the_old_name(
    daphne_site: Site, people: People
) -> None:
    room = make_room(daphne_site, "ada", "first-of-the-name")
    ada = people.sit_down(daphne_site, "ada")
    wire = Wire(ada)
    enter(ada, room)
    _away(ada, wire)
    write(ada, "for the first")
    expect(pending(ada)).to_have_count(1)
    ada.fill("#words", "a draft for the first")
    _rename(daphne_site, "ada", room, "renamed")
    make_room(daphne_site, "ada", room)
    wire.refuses = False

    expect(ada.locator("main")).to_have_attribute("data-state", "stopped", timeout=15_000)
    assert _contents(daphne_site, "ada", room) == []
    enter(ada, room)
    expect(ada.locator("#words")).to_have_value("")
    write(ada, "for the second")
    expect(newest(ada)).to_have_text("for the second")
    assert _contents(daphne_site, "ada", room) == ["for the second"]
    enter(ada, "renamed")
    expect(newest(ada)).to_have_text("for the first")
    expect(ada.locator("#words")).to_have_value("a draft for the first")


def test_nobody_finds_what_somebody_else_was_writing_on_the_device(
    daphne_site: Site, people: People
) -> None:
    room = make_room(daphne_site, "ada", "left-behind")
    daphne_site.know("bob")
    page = people.sit_down(daphne_site, "ada")
    wire = Wire(page)
    enter(page, room)
    wire.swallows = True
    write(page, "kept to be sent")
    expect(pending(page)).to_have_count(1)
    page.fill("#words", "kept as a draft")
    page.evaluate("localStorage.setItem('theme of somebody', 'stays')")

    page.context.clear_cookies()  # her login is over; she never logged out
    sign_in(page, "bob")
    assert page.evaluate("Object.keys(localStorage)") == ["theme of somebody"]
    # Whose number begins as his does is somebody else.
    page.evaluate("localStorage.setItem(`draft ${document.body.dataset.me}0 1`, 'of a third')")
    page.reload()
    assert page.evaluate("Object.keys(localStorage)") == ["theme of somebody"]
    enter(page, room)
    page.fill("#words", "bob's own")
    page.goto("/rooms/")
    enter(page, room)
    expect(page.locator("#words")).to_have_value("bob's own")
