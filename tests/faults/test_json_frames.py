"""Whatever JSON comes: an effect or a coded error, an open socket, and no fault of the site's."""

import asyncio
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, seed, settings

from tests.faults.hearing import Heard
from tests.faults.house import House, housing
from tests.faults.json_frames import (
    CODES,
    FRAMES,
    MOST_NAMED,
    client_id_of,
    command_of,
    is_owed_an_error,
)
from tests.faults.load import PEOPLE, ROOMS, SEED
from tests.faults.people import Person
from tests.faults.raw import RawSocket, raw_socket
from tests.faults.record import Way
from tests.faults.rounds import LONG, loading
from tests.faults.rows import Rows
from tests.faults.server import Kind

pytestmark = pytest.mark.timeout(1200)

PORCH = "porch"  # where nobody of the load is
PACE = 3.0  # of the load's senders meanwhile: the frames are to have their turn
WAYS: tuple[Way, ...] = ("json", "html")
EXAMPLES = 2_500 if LONG else 60
# 50 bad frames within 10 s end a socket, by right.
FRAMES_PER_SOCKET = 40


# The load beside it rolls dice of its own, of which the frames are not made.
@pytest.mark.filterwarnings("ignore:Do not use the `random` module inside strategies")
@pytest.mark.parametrize("server", ["daphne", "uvicorn"])
async def test_every_frame_has_an_effect_or_a_coded_error(tmp_path: Path, server: Kind) -> None:
    with housing(tmp_path, server=server, seed=SEED) as house:
        ada, *people = await asyncio.to_thread(house.people, 1 + PEOPLE, rooms=[*ROOMS, PORCH])
        await asyncio.to_thread(_say_what_may_be_changed, house, ada)
        async with loading(house, "JSON of any kind", people) as round_:
            async with round_.strike():
                round_.load.keep_to(PACE)
                sent = [await asyncio.to_thread(_ask_on_and_on, house, ada, way) for way in WAYS]
                round_.load.keep_to(None)
            round_.runs = sum(sent)


def _say_what_may_be_changed(house: House, person: Person) -> None:
    """Before the load says anything: these have the ids that the frames name."""
    for number in range(1, MOST_NAMED + 1):
        path = f"/api/rooms/{PORCH}/messages/"
        assert house.site().post(path, {"content": "tea"}, person.token)["id"] == number


class Client:
    """Comes back before it has sent too much that is bad."""

    def __init__(self, url: str, person: Person, way: Way) -> None:
        self._where = url, person, way
        self._opened = raw_socket(*self._where, room=PORCH)
        self._line = self._opened.__enter__()
        self.sent = 0

    def ask(self, text: str) -> list[Heard]:
        """What is answered to it alone: what comes before the answer to what is sent next."""
        if self.sent and self.sent % FRAMES_PER_SOCKET == 0:
            self.close()
            self._opened = raw_socket(*self._where, room=PORCH)
            self._line = self._opened.__enter__()
        self.sent += 1
        self._line.say(text)
        self._line.say('{"ping": "fence", "client_id": "fence"}')
        return list(_before_the_fence(self._line))

    def close(self) -> None:
        self._opened.__exit__(None, None, None)


def _before_the_fence(line: RawSocket) -> Iterator[Heard]:
    while True:
        heard = line.heard()
        assert isinstance(heard, Heard)
        if heard.name == "ack" and heard.told["client_id"] == "fence":
            return
        yield heard


def _ask_on_and_on(house: House, person: Person, way: Way) -> int:
    """How many frames there were. Fails for the first that is wrong, and names it."""
    client = Client(house.url, person, way)
    before, posted = len(house.tracebacks()), 0

    @seed(SEED)
    @settings(
        max_examples=EXAMPLES,
        database=None,
        deadline=None,
        derandomize=False,
        print_blob=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(FRAMES)
    @example('{"ping": "\\ud800"}')
    @example('{"message": "\\udc00 x", "client_id": "a"}')
    @example('{"react": {"id": 1, "emoji": "\\ud83d"}, "client_id": "b"}')
    @example('{"message": "a", "message": "b", "ping": 1e999}')
    @example('{"message": "x", "reply_to": 9223372036854775808, "client_id": "c"}')
    def each(text: str) -> None:
        nonlocal posted
        answers = client.ask(text)
        errors = [each.told for each in answers if each.name == "error"]
        acks = [each.told for each in answers if each.name == "ack"]
        assert {error["code"] for error in errors} <= CODES
        assert len(errors) + len(acks) <= 1
        if is_owed_an_error(text):
            assert errors
        elif (client_id := client_id_of(text)) is not None:
            (answer,) = errors + acks
            assert answer["client_id"] == client_id
        if not errors and command_of(text) == "message":
            posted += not any("duplicate" in ack for ack in acks)
        assert not house.tracebacks()[before:]

    # Not the house's own: that one is asked in the loop meanwhile.
    with closing(Rows(house.database)) as rows, closing(client):
        stored = len(rows.read(PORCH)[0][PORCH])
        each()
        assert len(rows.read(PORCH)[0][PORCH]) == stored + posted
    return client.sent
