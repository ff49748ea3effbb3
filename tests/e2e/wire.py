"""A page's socket, tapped: frames can be held back, repeated, swallowed and made up."""

from collections.abc import Callable

from playwright.sync_api import Page, WebSocketRoute, expect

from tests.e2e.conftest import enter, write
from tests.e2e.rows import pending


class Wire:
    """Taps the page's room sockets from its next visit on."""

    def __init__(self, page: Page) -> None:
        self.frames: list[str] = []  # that the server sent
        self.sent: list[str] = []  # that the page sent
        self.addresses: list[str] = []
        self.holds = False  # nothing of the server's reaches the page
        self.refuses = False  # no new connection comes about
        self.swallows = False  # messages do not reach the server
        self.said: list[str] = []
        self._page_end: WebSocketRoute
        page.route_web_socket("**/ws/rooms/**", self._tap)

    def show(self, frame: str) -> None:
        """Lets the page have a frame."""
        self._page_end.send(frame)

    def refuse(self, code: str, client_id: str, detail: str, more: str = "") -> None:
        """Lets the page have the server's refusal of a command."""
        self.show(
            f'<data hidden data-frame="error" data-code="{code}" data-detail="{detail}"'
            f' data-client-id="{client_id}"{more}></data>'
        )

    def close(self, code: int) -> None:
        self._page_end.close(code=code)

    @property
    def connections(self) -> int:
        return len(self.addresses)

    def _tap(self, page_end: WebSocketRoute) -> None:
        self._page_end = page_end
        self.addresses.append(page_end.url)
        if self.refuses:
            page_end.close(code=1011)
            return
        server_end = page_end.connect_to_server()
        server_end.on_message(lambda frame: self._hear(page_end, frame))
        page_end.on_message(lambda frame: self._pass(server_end, str(frame)))

    def _pass(self, server_end: WebSocketRoute, frame: str) -> None:
        self.sent.append(frame)
        if '"message"' in frame:
            self.said.append(frame)
            if self.swallows:
                return
        server_end.send(frame)

    def _hear(self, page_end: WebSocketRoute, frame: str | bytes) -> None:
        assert isinstance(frame, str)
        self.frames.append(frame)
        if not self.holds:
            page_end.send(frame)


def cut_off(page: Page, room: str, *words: str) -> Wire:
    """Enters a room and loses its line; what is written there then cannot go."""
    wire = Wire(page)
    enter(page, room)
    wire.refuses = True
    wire.close(1012)
    expect(page.locator("main")).to_have_attribute("data-state", "waiting")
    for each in words:
        write(page, each)
    expect(pending(page)).to_have_count(len(words))
    return wire


def wait_for(page: Page, claim: Callable[[], bool]) -> None:
    """Lets the browser work until the claim holds."""
    for _ in range(300):
        if claim():
            return
        page.wait_for_timeout(50)
    raise AssertionError("it never held")


def without_limit(page: Page) -> None:
    """The page believes that its server takes texts of any length, as one older than a setting."""
    page.add_init_script(
        """new MutationObserver(() => {
            const limit = document.querySelector("[data-limit]");
            if (limit) limit.dataset.limit = 999_999;
        }).observe(document, { childList: true, subtree: true })"""
    )
