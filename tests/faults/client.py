"""A correct client of one room, as docs/protocol.md wants it: it holds the list and comes back."""

import asyncio
import time
from collections.abc import Callable
from random import Random
from typing import cast

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from tests.faults.door import LOSSES, Door, close_code, cut, raise_if_final
from tests.faults.hearing import KINDS, Heard, hear
from tests.faults.record import Gone, Kind, Live, Record, State, Told
from tests.faults.rest import NoAnswer, Rest

JITTER = 0.3  # seconds at most until a client comes back

# Whether a message stands in the database, as new as this `changed_seq` or newer.
RowIs = Callable[[int, int], bool]


def asking_once(row_is: RowIs) -> RowIs:
    """For all readers of a room together: what is committed stays so, and needs no second look."""
    known: dict[int, int] = {}

    def is_known(message_id: int, changed_seq: int) -> bool:
        if known.get(message_id, 0) >= changed_seq:
            return True
        if not row_is(message_id, changed_seq):
            return False
        known[message_id] = changed_seq
        return True

    return is_known


class Reader:
    """Reads one room. `number` is PROTOCOL's N: it has every change up to there."""

    def __init__(
        self, name: str, door: Door, record: Record, row_is: RowIs, chance: Random
    ) -> None:
        self.name = name
        self.door = door
        self.record = record
        self.number: int | None = None
        self.epoch: str | None = None
        self.newest = 0  # the greatest `changed_seq` told to it
        self.connections = 0
        self.is_live = False
        self._row_is = row_is
        self._chance = chance
        self._held: dict[int, State] = {}  # by id, in the order in which they were told
        # What came while the history was being read; told first, it may not be lost to it.
        self._waiting: list[tuple[Kind, State]] = []
        self._loading: asyncio.Task[None] | None = None
        self._socket: ClientConnection | None = None
        self._reset: str | None = None
        self._since: int | None = None

    def shown(self) -> list[State]:
        """The list as its person sees it, in the order in which it was told."""
        return list(self._held.values())

    @property
    def is_loading(self) -> bool:
        return self._loading is not None

    async def run(self) -> None:
        """Reads until it is cancelled. Raises SentAway."""
        try:
            if self.door.way == "html":
                await self._load_as_pages_do()
            while True:
                raise_if_final(await self._connect(), self.name)
                await asyncio.sleep(self._chance.uniform(0, JITTER))
        finally:
            if self._loading is not None:
                self._loading.cancel()

    def cut(self) -> None:
        """Breaks its line, as a bad network does; it comes back by itself."""
        if self._socket is not None:
            cut(self._socket)

    async def _connect(self) -> int | None:
        """One connection from its beginning to its end; with which code it ended."""
        self._since, self._reset = self.number, None
        try:
            async with self.door.open(self._since, self.epoch) as socket:
                self.connections += 1
                self._socket = socket
                try:
                    while True:
                        self._take(hear(cast(str, await socket.recv()), self.door.way))
                except ConnectionClosed:
                    code = close_code(socket)
                    now = time.monotonic()
                    self.record.gone.append(
                        Gone(self.name, self.door.room, self.connections, code, now)
                    )
                    return code
                finally:
                    self._socket, self.is_live = None, False
        except LOSSES:
            return None

    # --- frames ------------------------------------------------------------------------

    def _take(self, heard: Heard) -> None:
        if self._loading is not None and self._loading.done():
            self._loading.result()  # raises what ended it too early
        if heard.state is not None:
            self._take_message(cast(Kind, heard.name), heard.state)
        elif heard.name == "ready":
            self.epoch, self.is_live = heard.told["epoch"], True
            self.record.live.append(
                Live(
                    self.name,
                    self.door.room,
                    self.connections,
                    heard.told["seq"],
                    heard.told["epoch"],
                    self._since,
                    self._reset,
                    time.monotonic(),
                )
            )
            if self._since is None:
                # Live first, then look back: the other order can lose a change in between.
                self._load()
        elif heard.name == "reset":
            # Its numbers mean nothing any more: what is held goes, and is read anew.
            self._reset, self.number = heard.told["reason"], heard.told["seq"]
            self.newest = 0
            self._load()
        if heard.number:
            self.number = max(self.number or 0, heard.number)

    def _take_message(self, kind: Kind, state: State) -> None:
        assert kind in KINDS
        committed = self._row_is(state.id, state.changed_seq)
        self.record.told.append(
            Told(
                self.name,
                self.door.room,
                kind,
                state,
                self.connections,
                not self.is_live,
                committed,
                time.monotonic(),
            )
        )
        self.newest = max(self.newest, state.changed_seq)
        if self._loading is None:
            self._hold(kind, state)
        else:
            self._waiting.append((kind, state))

    def _hold(self, kind: Kind, state: State) -> None:
        """Replaces what it holds of that id unless that is as new; ignores changes of unknowns."""
        held = self._held.get(state.id)
        if held is None:
            if kind == "message":
                self._held[state.id] = state
        elif held.changed_seq < state.changed_seq:
            self._held[state.id] = state

    # --- history -----------------------------------------------------------------------

    def _load(self) -> None:
        """Begins to read the history anew; what is told meanwhile waits for it."""
        if self._loading is not None:
            self._loading.cancel()
        self._waiting.clear()
        self._loading = asyncio.create_task(self._read_history())

    async def _read_history(self) -> None:
        history: list[State] = []
        async with Rest(self.door.url, self.door.person.token) as rest:
            while True:
                try:
                    history = await rest.history(self.door.room)
                    break
                except NoAnswer:
                    await asyncio.sleep(self._chance.uniform(0, JITTER))
        # From here to the end nothing is awaited, so that nothing comes in between.
        self._held = {state.id: state for state in history}
        for kind, state in self._waiting:
            self._hold(kind, state)
        self._waiting.clear()
        self._loading = None

    async def _load_as_pages_do(self) -> None:
        """The counter first, then the messages: what came in between is told by `since`."""
        async with Rest(self.door.url, self.door.person.token) as rest:
            while True:
                try:
                    seq = (await rest.get(f"/api/rooms/{self.door.room}/"))["seq"]
                    await self._read_history()
                    self.number = seq
                    return
                except NoAnswer:
                    await asyncio.sleep(self._chance.uniform(0, JITTER))
