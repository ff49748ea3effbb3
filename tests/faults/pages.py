"""A person at a room's page in a real browser: what they send, are answered and are shown."""

import json
import re
import time
from dataclasses import dataclass
from html import unescape

from playwright.async_api import Browser, Page, WebSocket

from tests.faults.house import House
from tests.faults.people import Person
from tests.faults.record import Acked, Record, Sent, State

_ACK = re.compile(r'<data hidden data-frame="ack"([^>]*)>')
_FIELD = re.compile(r'data-([a-z-]+)(?:="([^"]*)")?')
_REFUSED = "[data-pending] [data-retry]:visible"
PATIENCE = 60_000  # milliseconds
_SHOWN = """rows => rows.map(row => [
    row.dataset.id, row.dataset.seq, row.dataset.changedSeq,
    row.querySelector(".prose")?.innerText ?? null,
    [...row.querySelectorAll("[data-react]")].map(each => [each.dataset.react, each.dataset.by]),
])"""


@dataclass(frozen=True, slots=True)
class Shown:
    """One row of the page's log; `text` is None where there is no text any more."""

    id: int
    seq: int
    changed_seq: int
    text: str | None
    reactions: tuple[tuple[str, str], ...]  # emoji and username, sorted

    @classmethod
    def of(cls, state: State) -> "Shown":
        """As that row has to be shown, its white space aside."""
        text = None if state.deleted else plain(state.content)
        return cls(state.id, state.seq, state.changed_seq, text, state.reactions)

    @classmethod
    def read(
        cls, id_: str, seq: str, changed_seq: str, text: str | None, reactions: list[list[str]]
    ) -> "Shown":
        """From what the row's markup says."""
        by = sorted((emoji, name) for emoji, names in reactions for name in names.split(" "))
        text = None if text is None else plain(text)
        return cls(int(id_), int(seq), int(changed_seq), text, tuple(by))


def plain(text: str) -> str:
    """White space is the browser's to break."""
    return " ".join(text.split())


class RoomPage:
    """One page of one person; every post and every answer goes into the record."""

    def __init__(self, house: House, person: Person, room: str, record: Record) -> None:
        self._house = house
        self._person = person
        self._room = room
        self._record = record
        self._page: Page
        self._said = 0

    async def open(self, browser: Browser) -> None:
        """Returns when the page is live."""
        context = await browser.new_context()
        await context.add_cookies(
            [{"name": "sessionid", "value": self._person.session, "url": self._house.url}]
        )
        self._page = await context.new_page()
        self._page.on("websocket", self._tap)
        await self._page.goto(f"{self._house.url}/rooms/{self._room}/")
        await self._page.locator("#composer textarea").wait_for()

    async def say(self) -> None:
        """Writes something new and sends it with Enter."""
        self._said += 1
        box = self._page.locator("#composer textarea")
        await box.fill(f"{self._person.name} says {self._said} & <b>so</b>")
        await box.press("Enter")

    @property
    def said(self) -> int:
        return self._said

    def sent(self) -> set[str]:
        """The ids under which it has sent something."""
        return {e.client_id for e in self._record.sent if e.author == self._person.name}

    async def shown(self) -> list[Shown]:
        """The rows of the log that are messages, not those on their way."""
        rows = await self._page.locator("#log .msg[data-id]").evaluate_all(_SHOWN)
        return [Shown.read(*row) for row in rows]

    async def until_refused(self) -> None:
        """Returns when something that was written is not stored, and waits for its writer."""
        await self._page.locator(_REFUSED).first.wait_for(timeout=PATIENCE)

    async def retry(self) -> None:
        """Sends all of that again, as its writer does."""
        while await self._page.locator(_REFUSED).count():
            await self._page.locator(_REFUSED).first.click()

    def _tap(self, socket: WebSocket) -> None:
        socket.on("framesent", self._note_sent)
        socket.on("framereceived", self._note_acks)

    def _note_sent(self, frame: str | bytes) -> None:
        asked = json.loads(frame)
        if "message" in asked:
            now = time.monotonic()
            self._record.sent.append(
                Sent(self._person.name, self._room, asked["client_id"], asked["message"], now)
            )

    def _note_acks(self, frame: str | bytes) -> None:
        for found in _ACK.finditer(str(frame)):
            fields = dict(_FIELD.findall(found[1]))
            if fields["client-id"] in self.sent() and "seq" in fields:
                self._record.acked.append(
                    Acked(
                        self._person.name,
                        self._room,
                        unescape(fields["client-id"]),
                        int(fields["id"]),
                        int(fields["seq"]),
                        "duplicate" in fields,
                        time.monotonic(),
                    )
                )
