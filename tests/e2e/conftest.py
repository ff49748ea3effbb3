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
from tests.prepared import QUICK, prepared_folder
from tests.site import PASSWORD, serving

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 800}
# The last list of features wins, so Playwright's own stand here again. The others are the address
# bar's pages, which each context would load unseen for a second of CPU, and a process in reserve.
_WITHOUT = (
    "AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable", "LensOverlay", "MediaRouter", "PaintHolding",
    "ThirdPartyStoragePartitioning", "AvoidCorsURLLoaderRestartOnRedirect", "OptimizationHints",
    "NetworkTimeServiceQuerying", "AimEnabled", "PreconnectToSearch",
    "WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup",
    "SpareRendererForSitePerProcess",
)  # fmt: skip
# Without them Chromium calls home at every start.
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    f"--disable-features={','.join(_WITHOUT)}",
]  # fmt: skip


class Site:
    """The site as its owner runs it: started, killed and started again on the same port."""

    def __init__(self, server: str, folder: Path, **environment: str) -> None:
        self._server = server
        self._environment = {**QUICK, "MESSAGE_BURST": "1000", **environment}
        self.folder = folder
        self._stack = ExitStack()
        self.port = ""
        self.tokens: dict[str, str] = {}
        self.logins: dict[str, StorageState] = {}
        self.start()

    def start(self) -> None:
        self.running = self._stack.enter_context(
            serving(self.folder, server=self._server, PORT=self.port or "0", **self._environment)
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
        # A busy machine may leave a ping unanswered for long, and a full line its end.
        options: dict[str, Any] = {"ping_interval": None, "max_queue": None}
        line = connect(self.running.chat(self.tokens[username], room), **options)
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
        chromium = playwright.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module", params=["daphne", "uvicorn"])
def site(request: pytest.FixtureRequest) -> Iterator[Site]:
    """The same site on either server."""
    yield from site_of(request.param)


@pytest.fixture(scope="module")
def daphne_site() -> Iterator[Site]:
    """For what has nothing to do with the server."""
    yield from site_of("daphne")


def site_of(server: str, **environment: str) -> Iterator[Site]:
    """A site of a fixture's own."""
    with prepared_folder() as folder:
        site = Site(server, folder, **environment)
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
    page.wait_for_load_state()  # so that the page's scripts have run


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
