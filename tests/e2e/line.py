"""A page's line to the server, held by the test: frames can wait, and can come again."""

from playwright.sync_api import Page, WebSocketRoute


class Line:
    """Stands between a page and the server from the page's next visit on."""

    def __init__(self, page: Page) -> None:
        self.frames: list[str | bytes] = []  # all that came from the server
        self.is_held = False
        self._waiting: list[str | bytes] = []
        page.route_web_socket("**/ws/rooms/**", self._connect)

    def hold(self) -> None:
        """What comes from now on waits."""
        self.is_held = True

    def release(self) -> None:
        self.is_held = False
        waiting, self._waiting = self._waiting, []
        for frame in waiting:
            self._page_end.send(frame)

    def deliver_again(self, words: str) -> None:
        """Sends the last frame with these words once more."""
        self._page_end.send(next(each for each in reversed(self.frames) if words in str(each)))

    def _connect(self, page_end: WebSocketRoute) -> None:
        self._page_end = page_end
        server_end = page_end.connect_to_server()
        page_end.on_message(server_end.send)
        server_end.on_message(self._pass)

    def _pass(self, frame: str | bytes) -> None:
        self.frames.append(frame)
        if self.is_held:
            self._waiting.append(frame)
        else:
            self._page_end.send(frame)
