"""A real server in a process of its own, and people in front of real browsers."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from subprocess import Popen
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    StorageState,
    expect,
    sync_playwright,
)
from websockets.sync.client import ClientConnection, connect

from tests.needs import find_chromium
from tests.site import PASSWORD, serving

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 800}
# Without them Chromium calls home at every start.
_ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


class Site:
    """The site as its owner runs it: started, killed and started again on the same port."""

    def __init__(self, server: str, folder: Path) -> None:
        self._server = server
        self._folder = folder
        self._stack = ExitStack()
        self.port = ""
        self.tokens: dict[str, str] = {}
        self.logins: dict[str, StorageState] = {}
        self.start()

    def start(self) -> None:
        self.running = self._stack.enter_context(
            serving(self._folder, server=self._server, PORT=self.port or "0", MESSAGE_BURST="1000")
        )
        self.url = self.running.url
        self.port = self.url.rsplit(":", 1)[1]

    @property
    def process(self) -> Popen[str]:
        return self.running.process.process

    def kill(self) -> None:
        """As a power cut would."""
        self.process.kill()
        self.process.wait()

    def close(self) -> None:
        self._stack.close()

    def bot(self, username: str, room: str = "general") -> "Bot":
        """A socket of somebody who registers with their first browser or socket."""
        self.know(username)
        line = connect(self.running.chat(self.tokens[username], room))
        return Bot(self._stack.enter_context(line))

    def know(self, username: str) -> None:
        if username not in self.tokens:
            self.tokens[username] = self.running.register(username)


class Bot:
    """A JSON socket: what the founding README promises to programs."""

    def __init__(self, line: ClientConnection) -> None:
        self.line = line

    def say(self, **frame: Any) -> None:
        self.line.send(json.dumps(frame))

    def hear(self, name: str, wanted: Callable[[Any], bool] = lambda frame: True) -> Any:
        """The next frame of that name that the test wants."""
        deadline = time.monotonic() + 15
        while True:
            frame = json.loads(self.line.recv(timeout=deadline - time.monotonic()))
            if name in frame and wanted(frame[name]):
                return frame[name]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Module by module: its event loop would stand in the way of tests that have their own."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=find_chromium(), args=_ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module", params=["daphne", "uvicorn"])
def site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """The same site on either server."""
    yield from site_of(request.param, tmp_path_factory)


@pytest.fixture(scope="module")
def daphne_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """For what has nothing to do with the server."""
    yield from site_of("daphne", tmp_path_factory)


def site_of(server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    site = Site(server, tmp_path_factory.mktemp(server))
    try:
        yield site
    finally:
        site.close()


class People:
    """Makes people with a browser each, and hears their consoles complain."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._contexts: list[BrowserContext] = []
        self.complaints: list[str] = []

    def sit_down(self, site: Site, username: str = "", **options: Any) -> Page:
        """A new browser; signed in as `username`, who registers in their first one on this site."""
        options = {"viewport": DESKTOP, "base_url": site.url, **options}
        context = self._browser.new_context(storage_state=site.logins.get(username), **options)
        self._contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._listen)
        if username and username not in site.logins:
            site.know(username)
            sign_in(page, username)
            site.logins[username] = context.storage_state()
        return page

    def close(self) -> None:
        for context in self._contexts:
            context.close()

    def _listen(self, message: Any) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)


@pytest.fixture
def people(browser: Browser) -> Iterator[People]:
    made = People(browser)
    yield made
    made.close()


def sign_in(page: Page, username: str) -> None:
    page.goto("/accounts/login/")
    page.fill("[name=username]", username)
    page.fill("[name=password]", PASSWORD)
    page.click("button.main")
    expect(page.locator("h1")).to_have_text("All rooms")


def enter(page: Page, room: str = "general") -> Page:
    """Opens a room and waits until it is live."""
    page.goto(f"/rooms/{room}/")
    expect(page.locator("main")).to_have_attribute("data-state", "live", timeout=15_000)
    return page


def write(page: Page, words: str) -> None:
    page.fill("#words", words)
    page.press("#words", "Enter")


def texts(page: Page) -> list[str]:
    """What the log says, from top to bottom."""
    return page.locator("#log .prose").all_inner_texts()
