"""One site for a fault run: its folder, its processes, its people, and what became of them all."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Unpack

from tests.faults.failpoints import Faults, struck_file, write_faults
from tests.faults.people import Person, make_people
from tests.faults.record import State
from tests.faults.rows import Rows
from tests.faults.server import Ended, Kind, Server, tracebacks_in
from tests.site import Site


class House:
    """Where it says nothing else a method is for all processes; `servers[1].kill()` is for one.

    Several `processes` share the database, and Redis when `REDIS_URL` is among `environment`. All
    methods but `row_is` block: from an event loop call them through `asyncio.to_thread`.
    """

    def __init__(
        self,
        folder: Path,
        *,
        server: Kind = "daphne",
        processes: int = 1,
        seed: int | str = 0,
        under: Sequence[str] = (),
        **environment: str,
    ) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.database = self.data / "chatsite.sqlite3"
        self.seed = seed
        self.environment = {
            "DATA_DIR": str(self.data),
            "FAILPOINTS_FILE": str(folder / "failpoints.json"),
            "RATE_LIMITS": "off",
            # Not what the tests themselves may have been started with.
            **dict.fromkeys(("ALLOWED_HOSTS", "CHAT_URL", "DATABASE_URL", "REDIS_URL"), ""),
            **environment,
        }
        self.servers = [Server(server, self.environment, under) for _process in range(processes)]
        self._faults: Faults = {}
        self._people = Counter[str]()
        self._rows = Rows(self.database)

    # --- processes ---------------------------------------------------------------------

    @property
    def url(self) -> str:
        """Where the first process is, in all its lives; without a slash at its end."""
        return self.servers[0].url

    @property
    def is_up(self) -> bool:
        return all(server.is_up for server in self.servers)

    def site(self, place: int = 0) -> Site:
        """That process, to register people at and to ask by REST."""
        return Site(self.servers[place].running, self.servers[place].url)

    def start(self) -> None:
        """Starts what is not up; returns when all take connections."""
        for server in self.servers:
            if not server.is_up:
                self._arm()
                server.start()

    def kill(self) -> None:
        """SIGKILL."""
        for server in self.servers:
            server.kill()

    def stop(self, seconds: float = 15) -> Ended:
        """SIGTERM, one after another; the worst exit code and the longest time."""
        ends = [server.stop(seconds) for server in self.servers]
        return Ended(max(e.code for e in ends), max(e.seconds for e in ends))

    def restart(self) -> None:
        """SIGTERM, and a new life at the same port."""
        self.stop()
        self.start()

    def freeze(self) -> None:
        for server in self.servers:
            server.freeze()

    def thaw(self) -> None:
        for server in self.servers:
            server.thaw()

    def close(self) -> None:
        """Ends everything at once."""
        self.kill()
        self._rows.close()

    # --- faults ------------------------------------------------------------------------

    def sabotage(self, **faults: Unpack[Faults]) -> None:
        """Switches these faults on and all others off, in running processes and in lives to come.

        A failpoint that kills is still there when the next life begins.
        """
        self._faults = faults
        self._arm()

    def struck(self) -> Counter[str]:
        """How often each failpoint has struck so far, in all lives."""
        try:
            return Counter(self._struck.read_text(encoding="ascii").split())
        except FileNotFoundError:
            return Counter()

    def _arm(self) -> None:
        # Each life rolls dice of its own, else all would die at the same commit.
        life = sum(len(server.lives) for server in self.servers)
        faults: Faults = {"seed": f"{self.seed}/{life}", **self._faults}
        self.folder.mkdir(parents=True, exist_ok=True)
        write_faults(self._control, faults)

    @property
    def _control(self) -> Path:
        return Path(self.environment["FAILPOINTS_FILE"])

    @property
    def _struck(self) -> Path:
        return struck_file(self._control)

    # --- what is in it -----------------------------------------------------------------

    def people(self, count: int, *, rooms: Sequence[str] = (), prefix: str = "p") -> list[Person]:
        """New accounts `p1`, `p2` …, members of `general` and of these public rooms, which are made
        where they are missing. Before the first start or any time later."""
        first = self._people[prefix] + 1
        self._people[prefix] += count
        names = [f"{prefix}{number}" for number in range(first, first + count)]
        return make_people(self.environment, names, rooms)

    def row_is(self, id: int, changed_seq: int) -> bool:  # noqa: A002 - the row's own word
        """Whether that message is committed, as new as that or newer. Takes microseconds."""
        return self._rows.row_is(id, changed_seq)

    def rows(self) -> dict[str, list[State]]:
        """All messages, in the order of each room."""
        return self._rows.read()[0]

    def counters(self) -> dict[str, int]:
        """The rooms' counters."""
        return self._rows.counters()

    def reopen_rows(self) -> None:
        """To be called when another file was put in the database's place."""
        self._rows.close()

    # --- what it says and costs --------------------------------------------------------

    @property
    def log(self) -> str:
        """All output of all processes over all lives."""
        return "\n".join(line for server in self.servers for line in server.lines())

    def tracebacks(self) -> list[str]:
        """Each traceback in the log."""
        return [each for server in self.servers for each in tracebacks_in(server.lines())]

    def memory(self) -> int:
        """Bytes in use (RSS)."""
        return sum(server.running.memory() for server in self.servers)

    def cpu_seconds(self) -> float:
        """What the present lives have computed so far."""
        return sum(server.running.cpu_seconds() for server in self.servers)


@contextmanager
def housing(
    folder: Path,
    *,
    server: Kind = "daphne",
    processes: int = 1,
    seed: int | str = 0,
    under: Sequence[str] = (),
    **environment: str,
) -> Iterator[House]:
    """A house that has been started, ended with the block."""
    house = House(folder, server=server, processes=processes, seed=seed, under=under, **environment)
    try:
        house.start()
        yield house
    finally:
        house.close()
