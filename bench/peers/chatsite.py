"""Ours, started as its users start it, and its clients of both kinds."""

import sys
from pathlib import Path

from bench.peers.peer import end_server, start_server
from bench.speech import Caller, Speech
from tests.faults.people import Person, make_people
from tests.faults.record import Way
from tests.faults.server import Kind, free_port
from tests.running import Running

ROOM = "hall"
_JSON = Speech(post=('{"message":"', '"}'), steps=[('{"ready"', "")], delivery='{"message"')
_HTML = Speech(post=('{"message":"', '"}'), steps=[('data-frame="ready"', "")])


class Chatsite:
    """Every message committed with SQLite's synchronous FULL; each socket is another person's."""

    def __init__(self, folder: Path, server: Kind = "daphne", way: Way = "json") -> None:
        self._server = server
        self._way = way
        self._environment = {
            "DATA_DIR": str(folder / f"chatsite-{server}-{way}"),
            "RATE_LIMITS": "off",
            # Not what the bench itself may have been started with.
            **dict.fromkeys(("ALLOWED_HOSTS", "CHAT_URL", "DATABASE_URL", "REDIS_URL"), ""),
        }
        self._people: list[Person] = []
        self._port = free_port()
        self._running: Running | None = None

    @property
    def speech(self) -> Speech:
        return _JSON if self._way == "json" else _HTML

    @property
    def pids(self) -> list[int]:
        assert self._running is not None
        return [self._running.process.pid]

    def start(self) -> None:
        command = [sys.executable, "-u", "manage.py", "serve", "--host", "127.0.0.1"]
        self._running = start_server(
            [*command, "--port", str(self._port), "--server", self._server],
            "Chatsite is on ",
            self._environment,
        )

    def stop(self) -> None:
        end_server(self._running)
        self._running = None

    def callers(self, count: int) -> list[Caller]:
        first = len(self._people)
        if first < count:
            names = [f"p{number}" for number in range(first, count)]
            self._people += make_people(self._environment, names, [ROOM])
        return [self._caller(person) for person in self._people[:count]]

    def _caller(self, person: Person) -> Caller:
        host = f"127.0.0.1:{self._port}"
        if self._way == "json":
            return Caller(f"ws://{host}/ws/chat/{ROOM}/?token={person.token}")
        return Caller(
            f"ws://{host}/ws/rooms/{ROOM}/",
            {"Origin": f"http://{host}", "Cookie": f"sessionid={person.session}"},
        )
