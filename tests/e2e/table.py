"""The workshop of a running site, and Ada before it: what pictures and rulers look at."""

import json
import re
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from playwright.sync_api import Page
from playwright.sync_api import TimeoutError as TooLate

from tests.e2e.conftest import DESKTOP, PHONE, Bot, People, Site, site_of
from tests.running import running

_FILL = "from tests.e2e.workshop import fill_the_workshop; fill_the_workshop()"
NOW = "2026-11-20T09:41:00Z"
SIZES = {"desktop": DESKTOP, "phone": PHONE}
# Chromium says of every page with such a status that it failed to load it.
_IS_ANSWER = re.compile(r"Failed to load resource: .* status of 4\d\d ")


class Table:
    """The workshop of a running site, where Bob, Grace and Hal sit."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self._database = site.folder / "chatsite.sqlite3"
        with running("manage.py", "shell", "-c", _FILL, DATA_DIR=str(site.folder)) as filling:
            told = json.loads(filling.wait_for("told ", 60))
        site.tokens.update(told["tokens"])
        self.alone: dict[str, str] = told["alone"]
        self.bots = {name: self._seat(name) for name in ("bob", "grace", "hal")}
        with self._rows() as rows:
            self._read = rows.execute(_READING).fetchall()
            found = rows.execute(
                "SELECT u.username, max(m.id) FROM rooms_message m"
                " JOIN accounts_user u ON u.id = m.author_id JOIN rooms_room r ON r.id = m.room_id"
                " WHERE r.name = 'workshop' GROUP BY u.username"
            )
            self.last_of: dict[str, int] = dict(found.fetchall())

    def _seat(self, name: str) -> Bot:
        bot = self.site.bot(name, "workshop")
        # Nobody reads what it hears, and a full line would be cut.
        threading.Thread(target=lambda: [None for _ in bot.line], daemon=True).start()
        return bot

    def _rows(self) -> sqlite3.Connection:
        return sqlite3.connect(self._database, timeout=20)

    def forget_what_ada_read(self) -> None:
        """Whoever looks moves on; the next test begins where the first did."""
        with self._rows() as rows:
            for key, seq, number, at in self._read:
                rows.execute(
                    "UPDATE rooms_membership SET read_seq=?, read_number=?, read_at=? WHERE id=?",
                    (seq, number, at, key),
                )

    def type(self, name: str, page: Page) -> None:
        """Somebody writes until the page shows it: of each person this is told every 3 s."""
        line = page.locator(".typing", has_text=f"{name.title()} is typing")
        for _ in range(15):
            self.bots[name].say(typing=True)
            with suppress(TooLate):
                line.wait_for(timeout=1_000)
                return
        raise AssertionError(f"{name} is not seen typing")

    def sit_down(self, people: People, username: str, size: str, **options: Any) -> Page:
        """Somebody before an empty page, on the morning of that talk."""
        self.forget_what_ada_read()
        options = {"viewport": SIZES[size], "has_touch": size == "phone", **options}
        page = people.sit_down(
            self.site,
            username,
            timezone_id="UTC",
            reduced_motion="reduce",
            **options,
        )
        page.clock.install(time=NOW)
        return page


_READING = (
    "SELECT id, read_seq, read_number, read_at FROM rooms_membership WHERE user_id ="
    " (SELECT id FROM accounts_user WHERE username = 'ada')"
)


def set_table() -> Iterator[Table]:
    """For a fixture of a module."""
    # Ada opens more pages in a minute than anybody may.
    for site in site_of("daphne", RATE_LIMITS="off", SOCKETS_PER_USER="1000"):
        yield Table(site)


def complaints(people: People) -> list[str]:
    """What consoles said, but for the statuses of pages that are about a fault."""
    return [each for each in people.complaints if not _IS_ANSWER.search(each)]
