"""A closed lid: a browser that stops without a word is no longer here soon after."""

import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests import needs
from tests.e2e.conftest import ARGUMENTS, People, Site, enter, write
from tests.e2e.rows import make_room, newest
from tests.needs import find_chromium

pytestmark = [
    needs.chromium,
    pytest.mark.skipif(sys.platform != "linux", reason="processes are found in /proc"),
]
PROMISED = 45.0  # seconds, docs/protocol.md


@pytest.fixture
def laptop(browser: Browser, tmp_path: Path) -> Iterator[BrowserContext]:
    """A browser with processes of its own, which know their folder."""
    context = browser.browser_type.launch_persistent_context(
        tmp_path / "laptop", executable_path=find_chromium(), args=ARGUMENTS
    )
    try:
        yield context
    finally:
        _send(signal.SIGCONT, tmp_path / "laptop")
        context.close()


def test_whose_lid_was_closed_leaves_the_list(
    site: Site, people: People, laptop: BrowserContext, tmp_path: Path
) -> None:
    room = make_room(site, "ada", "lid")
    people.sit_down(site, "bob")
    ada = enter(people.sit_down(site, "ada"), room)
    cookies: list[Any] = list(site.logins["bob"]["cookies"])
    laptop.add_cookies(cookies)
    bob = laptop.pages[0]
    bob.goto(f"{site.url}/rooms/{room}/")
    write(bob, "I am here")
    expect(newest(ada)).to_have_text("I am here")
    expect(ada.locator("#here-list")).to_contain_text("bob")

    _send(signal.SIGSTOP, tmp_path / "laptop")
    closed = time.monotonic()
    expect(ada.locator("#here-list")).not_to_contain_text("bob", timeout=1000 * PROMISED)
    assert time.monotonic() - closed < PROMISED

    write(ada, "good night")
    expect(newest(ada)).to_have_text("good night")
    _send(signal.SIGCONT, tmp_path / "laptop")
    expect(newest(bob)).to_have_text("good night", timeout=30_000)
    expect(ada.locator("#here-list")).to_contain_text("bob")


def _send(sign: signal.Signals, folder: Path) -> None:
    """To the browser that has this folder and to all that it started, the oldest first."""
    for pid in _tree(_pid_of(folder)):
        os.kill(pid, sign)


def _pid_of(folder: Path) -> int:
    wanted = f"--user-data-dir={folder}".encode()
    found = [
        int(path.name)
        for path in Path("/proc").glob("[0-9]*")
        if wanted in _read(path / "cmdline").split(b"\0")
        and b"--type=" not in _read(path / "cmdline")
    ]
    return min(found)


def _tree(root: int) -> list[int]:
    parents = {
        int(path.name): int(_read(path / "stat").rpartition(b")")[2].split()[1])
        for path in Path("/proc").glob("[0-9]*")
        if _read(path / "stat")
    }
    tree = [root]
    for pid in tree:
        tree += [each for each, parent in parents.items() if parent == pid]
    return tree


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""  # it has just ended
