"""A real server in a process of its own, and people in front of real browsers."""

import itertools
import json
import shutil
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from websockets.sync.client import ClientConnection, connect

from tests.running import Running, running

PASSWORD = "four odd words work"
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
        self.server = server
        self.folder = folder
        self.port = 0
        self.process: Running | None = None
        self._stack = ExitStack()

    def start(self) -> None:
        self.process = self._stack.enter_context(
            running(
                "manage.py", "serve", "--server", self.server, "--port", str(self.port),
                DATA_DIR=str(self.folder), MESSAGE_BURST="1000", HOST="127.0.0.1",
            )
        )  # fmt: skip
        address = self.process.wait_for("Chatsite is on ")
        self.port = int(address.rstrip("/").rsplit(":", 1)[1])

    def kill(self) -> None:
        """As a power cut would."""
        assert self.process is not None
        self.process.process.kill()
        self.process.process.wait()

    def close(self) -> None:
        self._stack.close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def api(self, path: str, token: str = "", **body: Any) -> Any:
        """What REST answers; a POST when there is a body."""
        headers = {"Content-Type": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        content = json.dumps(body).encode() if body else None
        request = urllib.request.Request(self.url + path, content, headers)
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.load(answer)

    def register(self, username: str) -> str:
        """Makes an account and returns its name."""
        self.api("/api/auth/users/", username=username, password=PASSWORD)
        return username

    def token(self, username: str) -> str:
        answer = self.api("/api/auth/jwt/create/", username=username, password=PASSWORD)
        return str(answer["access"])

    def bot(self, username: str, room: str = "general") -> "Bot":
        path = f"/ws/chat/{room}/?token={self.token(username)}"
        return Bot(connect(f"ws://127.0.0.1:{self.port}{path}"))


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
    path = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=_ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module", params=["daphne", "uvicorn"])
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The same site on either server."""
    yield from _site(request.param, tmp_path_factory)


@pytest.fixture(scope="module")
def daphne_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """For what has nothing to do with the server."""
    yield from _site("daphne", tmp_path_factory)


def _site(server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    site = Site(server, tmp_path_factory.mktemp(server))
    try:
        site.start()
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
        """A new browser; signed in as `username`, who is registered when they are not."""
        context = self._browser.new_context(**{"viewport": DESKTOP, "base_url": site.url, **options})
        self._contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._listen)
        if username:
            sign_in(page, username)
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


_numbers = itertools.count(1)


@pytest.fixture
def name() -> Callable[[str], str]:
    """Names that no other test has used on the same site: ada-1, bob-2 …"""
    return lambda word: f"{word}-{next(_numbers)}"


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
