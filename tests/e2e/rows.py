"""A room of a test's own, and its rows as a person finds them."""

import re
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import Bot, Site

MOD = "grace"  # nobody can register as "mod"


def make_room(site: Site, owner: str, name: str) -> str:
    """Makes a public room; its name."""
    site.know(owner)
    site.running.post("/api/rooms/", {"name": name}, site.tokens[owner])
    return name


def own_room(site: Site, owner: str, request: pytest.FixtureRequest) -> str:
    """Makes a room that is called like the test."""
    name = re.sub("[^a-z0-9]+", "-", request.node.name.removeprefix("test_").lower())
    # An address has at most 40 letters, and tests that begin alike differ at their end.
    return make_room(site, owner, (name if len(name) < 40 else name[:20] + name[-20:]).strip("-"))


def stored(site: Site, username: str, room: str) -> list[Any]:
    """The newest messages as the server holds them."""
    path = f"/api/rooms/{room}/messages/?limit=100"
    found: list[Any] = site.running.get(path, site.tokens[username])["results"]
    return found


def row(page: Page, words: str) -> Locator:
    """The last row of the log with these words; not one that is on its way."""
    return page.locator("#log .msg", has_text=words).last


def newest(page: Page) -> Locator:
    """What the last row of the log says."""
    return page.locator("#log .msg .prose").last


def pending(page: Page) -> Locator:
    """The rows that are on their way or were refused."""
    return page.locator("[data-pending] .msg")


def press(page: Page, words: str, tool: str) -> None:
    """Uses one of the tools that a row shows under the mouse: edit, more, reply or react-menu."""
    found = row(page, words)
    found.hover()
    found.locator(f".tools [data-{tool}]").click()


def choose(page: Page, words: str, act: str) -> None:
    """Opens the menu of a row and uses one of its acts."""
    press(page, words, "more")
    page.locator(f"#acts [data-act={act}]").click()


def say(bot: Bot, words: str) -> int:
    """Posts and waits for the answer; the message's id."""
    client_id = uuid4().hex
    bot.say(message=words, client_id=client_id)
    return int(bot.hear("ack", lambda ack: ack["client_id"] == client_id)["id"])


def wait_until_live(page: Page) -> None:
    expect(page.locator("main")).to_have_attribute("data-state", "live", timeout=15_000)
